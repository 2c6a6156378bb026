// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>

#include "tokenbucket_p.h"

#include <QtCore/qlist.h>

#include <optional>

namespace ObjectSync::Internal {

/// A transaction that has come and is not decided yet.
struct QueuedCommit
{
    TransactionNumber tx = 0;
    quint64 print = 0; ///< fingerprint() of what the client sent
    Transaction transaction;
    std::vector<QByteArray> ids = {}; ///< chosen by the server, by position of the operations
    std::optional<Error> refused = {}; ///< known before its turn; answered in it, to keep the order
};

/// A resource: what a server remembers of one client (a principal's client id) over all of its
/// connections, so that each of its transactions takes effect once.
///
/// Numbers go through three stages, in order: queued (lastQueued), decided (lastTx), and
/// forgotten, when the client has said that it knows the answer.
class ClientRecord
{
public:
    ClientRecord(QByteArray key, const Limits &limits);
    explicit ClientRecord(const StoredClient &stored, const Limits &limits);

    enum class Arrival {
        New, ///< queue it
        Waiting, ///< it is queued already; the answer will come
        Answered, ///< answer() has it
        Wrong, ///< a gap, other content, or an answer that was given up
    };
    Arrival arrive(TransactionNumber tx, quint64 print) const;
    void queue(QueuedCommit commit);
    /// Takes the oldest out of the queue and remembers how it was answered. Of the answers up to
    /// \a told, the oldest may be given up.
    void decide(std::optional<Error> error, Cursor cursor, TransactionNumber told);
    const QList<StoredAnswer> &answers() const { return m_answers; } ///< oldest first
    const StoredAnswer *answer(TransactionNumber tx) const;
    /// The client knows all answers up to \a tx.
    void forgetAnswers(TransactionNumber tx);

    StoredClient toStore() const;

    const QByteArray key;
    Peer peer; ///< of the newest connection
    ConnectionId connection = 0; ///< 0: not connected
    qint64 lastSeen = 0; ///< while it is connected: some time ago
    qint64 storedSeen = 0; ///< what the store has of it
    quint64 ticket = 0; ///< the front of the queue is with the handlers under this number
    TokenBucket operations;
    QList<QueuedCommit> waiting;

    TransactionNumber lastTx() const { return m_lastTx; }
    TransactionNumber lastQueued() const; ///< lastTx() where none waits

private:
    TransactionNumber m_lastTx = 0;
    qsizetype m_mostAnswers;
    QList<StoredAnswer> m_answers;
};

} // namespace ObjectSync::Internal
