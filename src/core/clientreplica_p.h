// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientview_p.h"
#include "pendingqueue_p.h"
#include "viewdifference_p.h"

#include <array>

namespace ObjectSync::Internal {

/// A resource: the confirmed replica, the pending transactions, and the view that both make. It is
/// changed in steps; the view is right, and the difference known, at the end of each.
class ClientReplica
{
public:
    /// One step, and what has been done in it so far.
    class Step
    {
    public:
        /// \a isHeard: false where finish() need not tell what has changed.
        Step(const ClientReplica &replica, bool isHeard) : m_difference(replica.m_view, isHeard) { }
        void reserve(size_t changes) { m_difference.reserve(changes); }

    private:
        friend class ClientReplica;
        ViewDifference m_difference;
        std::vector<TouchedEntity> m_dirty; ///< what is laid over these has to be made anew
    };

    /// What one message of the server says, by the numbers of its connection, change by change.
    class Telling
    {
    public:
        Telling(ClientReplica &replica, const NumberedChanges &changes);
        /// To be called before \a place is applied, or passed over: what has to come from memory for
        /// the next ones then comes while this one is applied.
        void lookAhead(size_t place);
        void apply(Step &step, size_t place);

    private:
        /// A name of the connection, and its number in the replica.
        struct KnownName
        {
            const QByteArray *text = nullptr; ///< null: none
            NameNumber theirs = 0;
            NameNumber number = 0;
        };
        /// A change that comes soon: the entity's id, and which one is thought to have it, or null.
        struct Expected
        {
            const QByteArray *id = nullptr;
            Entity *entity = nullptr;
        };
        static constexpr size_t Ahead = 12; ///< so that it comes in time, and is still there
        Expected &expected(size_t place) { return m_expected[place % m_expected.size()]; }
        void expect(size_t place);
        void prefetchContent(size_t place);
        Entity *find(size_t place, const NumberedChange &change);
        void replace(Entity &entity, std::span<const Leaf> leaves);
        const KnownName &known(NameNumber name);

        ClientReplica &m_replica;
        const NumberedChanges &m_changes;
        std::array<Expected, 32> m_expected = {};
        std::array<KnownName, 16> m_names = {}; ///< by the connection's numbers
        std::vector<NameNumber> m_numbers; ///< of the entity that is told
    };

    /// Both must outlive this.
    ClientReplica(const OperationRegistry &operations, const Limits &limits);

    /// What the server says.
    void apply(Step &step, const Change &change);
    void remove(Step &step, const QByteArray &id, Change::Event event);

    // The store
    /// From what was stored; before any of the above.
    void restore(Step &step, const std::vector<StoredReplica> &entities);
    /// Lays all pending transactions anew.
    void restage(Step &step);
    Revision lastStamp() const { return m_lastStamp; }
    /// Whether there is one; before anything is in the replica.
    void setStored(bool on)
    {
        m_isStored = on;
        m_confirmed.setOrdered(on);
    }
    /// Removed since the last call, and not there again.
    std::vector<QByteArray> takeGone();
    qsizetype goneCount() const { return static_cast<qsizetype>(m_gone.size()); }

    /// \a message: a Commit; \a size: the encodedSize() of its transaction.
    TransactionId commit(Step &step, std::shared_ptr<Message> message, qint64 size);
    /// The first pending transaction has been answered.
    PendingTransaction takeFirst(Step &step);
    /// What became of the transaction is in the confirmed replica, or (false) no longer is.
    void setSettled(Step &step, PendingTransaction &pending, bool settled);

    std::vector<ViewChange> finish(Step &step);

    const World &confirmed() const { return m_confirmed; }
    const ClientView &view() const { return m_view; }
    const PendingQueue &queue() const { return m_queue; }
    /// To send, and to number; transactions come and go by commit() and takeFirst().
    PendingQueue &queue() { return m_queue; }
    /// Of confirmed entities that match.
    std::vector<QByteArray> confirmedIds(const Filter &filter) const;

private:
    EntityHint hintOf(EntityNumber number) const;
    void prefetchHint(EntityNumber number) const;
    void keepHint(EntityNumber number, EntityHint hint);
    Entity &replaced(Step &step, const QByteArray &id, Change::Event event, EntityHint &hint);
    void update(Step &step, Entity &entity, EntityHint hint, const QByteArray &name,
                const Value &value, const Leaf *leaf);
    bool isAnyTouched() const { return !m_queue.isEmpty() || m_view.isCovered(); }
    bool isTouched(const QByteArray &id) const;
    void noteTouched(Step &step, const QByteArray &id, std::optional<Change::Event> told = {});
    void shareIds(Transaction &transaction);
    static void setDirty(Step &step, const PendingTransaction &pending);
    void noteStaged(Step &step, const StagedEntity &staged);
    void layAnew(Step &step);
    void layAnew(Step &step, const TouchedEntity &touched, const StagedEntity *now);
    void noteLaid(Step &step, const TouchedEntity &touched, const StagedEntity *was,
                  const StagedEntity *now);

    const OperationRegistry &m_operations;
    const Limits &m_limits;
    World m_confirmed{ World::PropertyStamps::NotKept };
    ClientView m_view{ m_confirmed };
    PendingQueue m_queue;
    std::vector<EntityHint> m_hints; ///< by the numbers that the server gives to entities
    Revision m_lastStamp = 0; ///< the replica's own: it is not told the server's
    bool m_isStored = false;
    std::vector<QByteArray> m_gone; ///< removed entities, for the store
};

} // namespace ObjectSync::Internal
