// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/transaction.h>

#include <QtCore/qobjectdefs.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

namespace ObjectSync {

/// A value: a transaction that the server refused, and both states of its entities: what it would
/// have made of them, and how they are. SyncSession::rejected() tells it.
///
/// By then the view has been rolled back: to discard the change, nothing needs to be done. To insist
/// on it, see SyncSession::retry().
class OBJECTSYNC_CLIENT_EXPORT SyncConflict
{
    Q_GADGET
    Q_PROPERTY(QStringList ids READ ids CONSTANT)
    Q_PROPERTY(QVariantMap mine READ mine CONSTANT)
    Q_PROPERTY(QVariantMap theirs READ theirs CONSTANT)

public:
    SyncConflict() = default;
    SyncConflict(Transaction transaction, QStringList ids, QVariantMap mine, QVariantMap theirs)
        : m_transaction(std::move(transaction)), m_ids(std::move(ids)), m_mine(std::move(mine)),
          m_theirs(std::move(theirs))
    {
    }

    const Transaction &transaction() const { return m_transaction; }
    /// The entities that it changes or has expectations of, in the order of their UTF-8 bytes,
    /// without those whose ids the server chooses.
    QStringList ids() const { return m_ids; }
    /// By id, all properties of each entity (a QVariantMap) as the transaction would leave them if it
    /// came last and met no obstacle. Without those that it destroys.
    QVariantMap mine() const { return m_mine; }
    /// By id, all properties of each entity as the server has confirmed them. Without those that are
    /// not there, or not subscribed to.
    QVariantMap theirs() const { return m_theirs; }

private:
    Transaction m_transaction;
    QStringList m_ids;
    QVariantMap m_mine;
    QVariantMap m_theirs;
};

} // namespace ObjectSync
