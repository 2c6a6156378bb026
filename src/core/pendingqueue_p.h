// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>
#include <objectsync/core/clientstorage.h>
#include <objectsync/core/message.h>

#include "pendingindex_p.h"

#include <deque>

namespace ObjectSync::Internal {

/// A transaction that the server has not answered yet.
struct PendingTransaction
{
    TransactionId id = 0;
    std::shared_ptr<Message> message; ///< a Commit; whoever sends it shares it
    /// The same without expected revisions, where it has any: a replica does not know revisions, so
    /// here these are taken to hold.
    std::unique_ptr<Transaction> withoutRevisions = {};
    qint64 bytes = 0; ///< its encodedSize()
    bool inView = false;
    /// The server has decided it, and what became of it is in the confirmed replica: it is no longer
    /// part of the view, only its answer has not come yet.
    bool settled = false;
    quint32 visit = 0; ///< the last search that met it

    const Transaction &transaction() const { return std::get<Commit>(*message).transaction; }
    const Transaction &staged() const
    {
        return withoutRevisions ? *withoutRevisions : transaction();
    }
    /// To be sent under this number, with `answered`.
    MessagePtr numbered(TransactionNumber number, TransactionNumber answered);
    Transaction takeTransaction();
    /// What it counts towards limits of operations.
    qint64 operations() const
    {
        return std::max<qint64>(1, static_cast<qint64>(transaction().operations.size()));
    }
};

/// An entity that something has been done to, and where the replica may hold it.
struct TouchedEntity
{
    QByteArray id = {};
    EntityHint hint = {};
};

/// About the bytes that a message with the transaction has, never less than in CBOR.
qint64 encodedSize(const Transaction &transaction);

/// A resource: the transactions of a client that have not been answered, oldest first, and which
/// entities they touch. Answers come in order, so only the first can leave.
///
/// The number of a transaction on the wire is the number of the first plus its position.
class PendingQueue
{
public:
    qsizetype size() const { return static_cast<qsizetype>(m_transactions.size()); }
    bool isEmpty() const { return m_transactions.empty(); }
    PendingTransaction &at(qsizetype position)
    {
        return m_transactions[static_cast<size_t>(position)];
    }
    const PendingTransaction &at(qsizetype position) const
    {
        return m_transactions[static_cast<size_t>(position)];
    }
    const PendingTransaction *find(TransactionId id) const;
    qint64 operations() const { return m_operations; }
    qint64 bytes() const { return m_bytes; }

    /// \a message: a Commit; \a size: the encodedSize() of its transaction.
    PendingTransaction &append(std::shared_ptr<Message> message, qint64 size);
    PendingTransaction takeFirst();
    /// Puts those that were restored before all others; to be numbered next.
    void prepend(const std::vector<StoredTransaction> &restored);

    // Numbers
    TransactionNumber firstNumber() const { return m_firstNumber; }
    /// Of the newest that was ever sent under its present number; else one below the first.
    TransactionNumber lastSentNumber() const { return m_firstNumber + m_everSent - 1; }
    /// The first gets the number \a first; those up to \a lastSent count as sent.
    void renumber(TransactionNumber first, TransactionNumber lastSent);
    TransactionNumber lastNumber() const { return m_firstNumber + size() - 1; }

    // Sending. All that has not been answered is sent again on each connection.
    qsizetype sent() const { return m_sent; } ///< on this connection; so many are in flight
    PendingTransaction &nextToSend() { return at(m_sent); }
    void noteSent();
    void disconnected() { m_sent = 0; }

    // Entities
    bool touches(const QByteArray &id) const { return index().contains(id); }
    struct Connected
    {
        std::vector<PendingTransaction *> transactions; ///< oldest first
        std::vector<TouchedEntity> entities; ///< those that no transaction touches may come twice
    };
    /// \a entities, the transactions that touch them, what these touch, and so on: what happens to
    /// \a entities can make no difference to others.
    Connected connectedWith(const std::vector<TouchedEntity> &entities);

private:
    static constexpr TransactionId FirstId = TransactionId(1) << 32;

    PendingTransaction &append(TransactionId known, std::shared_ptr<Message> message, qint64 size);

    std::deque<PendingTransaction> m_transactions; ///< with consecutive ids
    /// Made when it is asked for: who only writes, and looks at nothing, needs none.
    PendingIndex &index() const
    {
        if (m_indexedUpTo != m_lastId)
            completeIndex();
        return m_index;
    }
    void completeIndex() const;

    mutable PendingIndex m_index;
    mutable TransactionId m_indexedUpTo = FirstId;
    TransactionId m_lastId = FirstId; ///< there is room for those that are restored later
    TransactionNumber m_firstNumber = 1;
    qsizetype m_sent = 0;
    qsizetype m_everSent = 0;
    quint32 m_visit = 0;
    qint64 m_operations = 0;
    qint64 m_bytes = 0;
};

} // namespace ObjectSync::Internal
