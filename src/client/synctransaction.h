// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/error.h>
#include <objectsync/core/transaction.h>

#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

#include <optional>

namespace ObjectSync {

/// A value: builds a Transaction from what Qt users have at hand. The operations are done in the
/// order of the calls, all or none, if all expectations hold before the first of them.
///
/// A value that cannot be kept makes the whole transaction fail with `bad-value` when it is
/// committed; see error().
class OBJECTSYNC_CLIENT_EXPORT SyncTransaction
{
public:
    /// A new entity; refused with `exists` where it is there. Where \a id is empty or ends in '/',
    /// the server chooses (the rest of) it.
    SyncTransaction &create(const QString &id, const QVariantMap &values);
    /// Makes the entity, or sets \a values where it is there.
    SyncTransaction &save(const QString &id, const QVariantMap &values);
    /// An invalid QVariant among \a values removes the property.
    SyncTransaction &set(const QString &id, const QVariantMap &values);
    SyncTransaction &set(const QString &id, const QString &name, const QVariant &value);
    SyncTransaction &unset(const QString &id, const QStringList &names);
    SyncTransaction &destroy(const QString &id);
    /// \a by is a number.
    SyncTransaction &increment(const QString &id, const QString &name, const QVariant &by = 1);
    /// The operation registered as \a type.
    SyncTransaction &apply(const QString &type, const QString &id, const QString &name,
                           const QVariant &argument);

    SyncTransaction &expectExists(const QString &id, bool exists = true);
    /// The property is there and has this value.
    SyncTransaction &expectValue(const QString &id, const QString &name, const QVariant &value);
    /// The entity is as it was at this revision, as SyncReply::revisions() tells.
    SyncTransaction &expectRevision(const QString &id, qint64 revision);

    bool isEmpty() const { return m_transaction.operations.empty(); }
    /// The first value that could not be converted; none while all is well.
    const std::optional<Error> &error() const { return m_error; }
    const Transaction &transaction() const { return m_transaction; }

private:
    friend class SyncSession;
    std::optional<ValueMap> convert(const QString &id, const QVariantMap &values);
    std::optional<Value> convert(const QString &id, const QVariant &value);
    std::optional<Value> convert(const QString &id, const QString &name, const QVariant &value);
    Expectation &expect(const QString &id);
    const QByteArray &utf8Name(const QString &name);

    Transaction m_transaction;
    QString m_name; ///< of the property that was set last: mostly it is the same one again
    QByteArray m_utf8Name;
    std::optional<Error> m_error;
};

} // namespace ObjectSync
