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

    /// True where a batch is to be written now. What only the server told can wait for \a delay.
    bool isDue(const StorePoint &present, qint64 window, qint64 delay, qint64 now);
    /// -1: at no time.
    qint64 dueAt() const { return m_dueAt; }
    /// What the last batch brought the store to.
    const StorePoint &given() const { return m_given; }
    void give(const StorePoint &point);
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

    Mode m_mode;
    bool m_isWriting = false;
    qint64 m_dueAt = -1;
    StorePoint m_given;
    StorePoint m_stored;
};

} // namespace ObjectSync::Internal
