// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>

#include <limits>

namespace ObjectSync::Internal {

/// A value: how far a client was when its store was given a batch, and how far it is now. What is
/// equal needs no batch.
struct StorePoint
{
    QByteArray client = {};
    QByteArray epoch = {};
    Cursor cursor = 0;
    TransactionNumber answered = 0;
    TransactionNumber settled = 0;
    TransactionNumber sent = 0;
    TransactionNumber last = 0; ///< the newest transaction
    quint64 numbering = 0; ///< counts how often transactions have been given other numbers
    Revision stamp = 0; ///< the replica's
    qsizetype gone = 0; ///< entities that were removed since the last batch
    std::vector<qint64> subscriptions = {}; ///< their numbers and states
    friend bool operator==(const StorePoint &, const StorePoint &) = default;
};

/// A resource: what a client knows of its store: what it has, what is being written to it, and what
/// that allows to be sent. The rules stand in docs/architecture.md, "The client's store".
class ClientStore
{
public:
    enum class Mode {
        None, ///< there is no store
        Restoring, ///< it is being read; nothing may be sent
        Good,
        Failing, ///< a batch could not be written, and is tried again; nothing waits for it
    };

    explicit ClientStore(bool isWanted) : m_mode(isWanted ? Mode::Restoring : Mode::None) { }

    bool isRestoring() const { return m_mode == Mode::Restoring; }
    bool isInUse() const { return m_mode == Mode::Good || m_mode == Mode::Failing; }

    /// It has \a point; a batch for it may not be needed.
    void restored(const StorePoint &point);
    void giveUp() { m_mode = Mode::None; }

    enum class Due {
        Nothing,
        Queue, ///< new transactions alone
        All,
    };
    /// What is to be written now. What only the server told can wait for \a delay.
    Due due(const StorePoint &present, qint64 window, qint64 delay, qint64 now);
    /// The same for the last batch.
    Due dueAtTheEnd(const StorePoint &present, qint64 now) const;
    /// A subscription has been given up. An application that ends gives up one after the other, and
    /// wants them again next time: so the store keeps its replica as it is for a moment.
    void noteGivenUp(qint64 now);
    /// -1: at no time.
    qint64 dueAt() const { return m_dueAt; }
    /// What the last batch brought the store to.
    const StorePoint &given() const { return m_given; }
    void give(const StorePoint &point);
    void giveQueue(const StorePoint &point); ///< the newest transactions and the mark of \a point
    /// False where no batch is being written.
    bool stored();
    void failed();

    /// The newest transaction that may be sent; \a window of them may be ahead of what the store
    /// knows to be answered.
    TransactionNumber sendable(quint64 numbering, qint64 window) const;
    /// Of \a answered, what the server may be told.
    TransactionNumber tellable(TransactionNumber answered, quint64 numbering) const;

private:
    bool isUrgent(const StorePoint &present, qint64 window) const;
    bool hasNewQueue(const StorePoint &present) const;
    bool isHeld(const StorePoint &present, qint64 now) const;

    Mode m_mode;
    bool m_isWriting = false;
    /// What was sent and answered while it failed is not in it: numbers, and answers that the server
    /// may forget.
    bool m_isBehind = false;
    qint64 m_dueAt = -1;
    qint64 m_heldUntil = -1; ///< the replica is not written before; -1: no matter
    StorePoint m_given;
    StorePoint m_stored;
};

} // namespace ObjectSync::Internal
