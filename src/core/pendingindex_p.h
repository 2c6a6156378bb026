// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ObjectSync::Internal {

/// A resource: which pending transactions touch which entities. Transactions come in the order of
/// their ids and leave in it; so what one touches is written down one behind the other, linked with
/// what was touched before under the same hash, and leaves all at once. Ids stay where they are, in
/// the transactions.
class PendingIndex
{
public:
    /// So many touches more will be added.
    void reserve(size_t more);
    /// Where the transaction, the newest, touches the entity for a second time, nothing happens.
    /// \a id must stay where it is until the transaction is dropped.
    void add(const QByteArray &id, EntityHint hint, TransactionId transaction);
    /// Drops the transactions up to this one.
    void dropUpTo(TransactionId last);
    void clear();

    bool contains(const QByteArray &id) const { return newest(id) != 0; }
    /// The newest touch of the entity; 0: none. Valid until something is added or dropped.
    quint32 newest(const QByteArray &id) const;
    /// Calls \a visitor for the transaction of this touch and for the older ones that touch the same
    /// entity.
    template<typename Visitor>
    void visit(quint32 touch, const Visitor &visitor) const
    {
        const QByteArray *const id = touch > m_dropped ? at(touch).id : nullptr;
        for (; touch > m_dropped; touch = at(touch).before) {
            if (*at(touch).id == *id)
                visitor(at(touch).transaction);
        }
    }
    /// Calls \a visitor for the newest touch of each entity that this one touches, with its id and
    /// the hint.
    template<typename Visitor>
    void visitEntities(TransactionId transaction, const Visitor &visitor) const
    {
        auto touch = std::lower_bound(m_touches.begin() + static_cast<std::ptrdiff_t>(m_dropped),
                                      m_touches.end(), transaction,
                                      [](const Touch &a, TransactionId b) {
                                          return a.transaction < b;
                                      });
        for (; touch != m_touches.end() && touch->transaction == transaction; ++touch)
            visitor(newest(*touch->id, touch->hash), *touch->id, touch->hint);
    }
    /// Notes \a mark with the touch; false where it has been noted already.
    bool mark(quint32 touch, quint32 mark)
    {
        return std::exchange(m_touches[touch - 1].mark, mark) != mark;
    }

private:
    struct Touch
    {
        const QByteArray *id;
        TransactionId transaction;
        quint32 hash;
        quint32 before; ///< the touch before it with the same hash; 0, or dropped: none
        EntityHint hint;
        quint32 mark = 0;
    };
    struct Slot
    {
        quint32 hash = 0;
        quint32 newest = 0; ///< the touch; 0: the slot is free
    };

    const Touch &at(quint32 touch) const { return m_touches[touch - 1]; }
    quint32 newest(const QByteArray &id, quint32 hash) const;
    const Slot &slot(quint32 hash) const;
    Slot &slot(quint32 hash) { return const_cast<Slot &>(std::as_const(*this).slot(hash)); }
    void makeSlots(size_t touches);

    std::vector<Touch> m_touches; ///< oldest first; a touch is a place in it, plus one
    quint32 m_dropped = 0; ///< so many of them, at the beginning, are no more
    std::vector<Slot> m_slots; ///< a power of two of them; of touches that were dropped, too
    size_t m_used = 0; ///< slots
};

} // namespace ObjectSync::Internal
