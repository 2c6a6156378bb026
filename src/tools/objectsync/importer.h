// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "importfile.h"

#include <objectsync/client/syncsession.h>

#include <QtCore/qobject.h>

#include <deque>

namespace ObjectSync::Tool {

/// A resource: saves entities through a session, several in a transaction and several transactions
/// at a time. Where a transaction is refused, its entities are tried again without the one that is
/// to blame, or in halves, until only those are left out that the server refuses by themselves.
///
/// The session sends what was unanswered again after a reconnect, so that nothing is done twice.
class Importer : public QObject
{
    Q_OBJECT

public:
    Importer(SyncSession &session, std::vector<ImportEntity> entities);

    /// \a messageSize: of the server, bytes.
    void start(qint64 messageSize);

    qsizetype total() const { return static_cast<qsizetype>(m_entities.size()); }
    qsizetype imported() const { return m_imported; }
    qsizetype refused() const { return m_refused; }
    qsizetype transactions() const { return m_transactions; }

Q_SIGNALS:
    void progressed();
    void entityRefused(const ObjectSync::Error &error);
    void finished();

private:
    using Batch = std::vector<size_t>; ///< of indices

    void makeBatches(qint64 messageSize);
    void pump();
    void send(const Batch &batch);
    void answered(const Batch &batch, const std::optional<Error> &error);
    void onRefused(const Batch &batch, Error error);
    void tryHalves(const Batch &batch);
    void refuse(size_t entity, Error error);
    void pause();

    SyncSession &m_session;
    const std::vector<ImportEntity> m_entities;
    std::deque<Batch> m_waiting;
    qsizetype m_sent = 0; ///< transactions without an answer
    qsizetype m_imported = 0;
    qsizetype m_refused = 0;
    qsizetype m_transactions = 0;
    bool m_isPaused = false;
};

} // namespace ObjectSync::Tool
