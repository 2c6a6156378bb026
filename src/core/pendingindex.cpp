// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "pendingindex_p.h"

#include "idhash_p.h"

#include <bit>

namespace ObjectSync::Internal {

namespace {

/// So much is kept for the next transactions; more is given back with the last one.
constexpr size_t MostKept = 1024;
constexpr size_t FewestSlots = 16;

} // namespace

/// Where the hash is, or belongs.
const PendingIndex::Slot &PendingIndex::slot(quint32 hash) const
{
    const size_t mask = m_slots.size() - 1;
    size_t place = hash & mask;
    while (m_slots[place].newest != 0 && m_slots[place].hash != hash)
        place = (place + 1) & mask;
    return m_slots[place];
}

/// With room for \a touches more; from here on nothing is there of those that were dropped.
void PendingIndex::makeSlots(size_t touches)
{
    m_touches.erase(m_touches.begin(), m_touches.begin() + static_cast<std::ptrdiff_t>(m_dropped));
    m_dropped = 0;
    m_used = 0;
    m_slots.assign(std::bit_ceil(std::max(FewestSlots, 2 * (m_touches.size() + touches))), {});
    for (quint32 place = 0; place < m_touches.size(); ++place) {
        Slot &slot = this->slot(m_touches[place].hash);
        if (slot.newest == 0)
            ++m_used;
        m_touches[place].before = slot.newest;
        slot = { m_touches[place].hash, place + 1 };
    }
}

void PendingIndex::reserve(size_t more)
{
    const size_t all = m_touches.size() + more;
    if (all > m_touches.capacity())
        m_touches.reserve(std::max(all, 2 * m_touches.capacity()));
    // Not for each of many: it goes through all that there are.
    if (2 * (m_used + more) > m_slots.size())
        makeSlots(std::max(more, m_touches.size() - m_dropped));
}

void PendingIndex::add(const QByteArray &id, EntityHint hint, TransactionId transaction)
{
    if (2 * (m_used + 1) > m_slots.size())
        makeSlots(m_touches.size() - m_dropped + 1);
    const quint32 hash = idHash(id);
    Slot &slot = this->slot(hash);
    if (slot.newest > m_dropped) {
        const Touch &newest = at(slot.newest);
        if (newest.transaction == transaction && *newest.id == id)
            return;
    } else if (slot.newest == 0) {
        ++m_used;
    }
    m_touches.push_back({ &id, transaction, hash, slot.newest, hint });
    slot = { hash, static_cast<quint32>(m_touches.size()) };
}

void PendingIndex::dropUpTo(TransactionId last)
{
    if (m_touches.empty())
        return;
    while (m_dropped < m_touches.size() && m_touches[m_dropped].transaction <= last)
        ++m_dropped;
    if (m_dropped == m_touches.size())
        clear();
    else if (m_dropped > std::max(MostKept, m_touches.size() / 2))
        makeSlots(0);
}

void PendingIndex::clear()
{
    if (m_touches.capacity() > MostKept) {
        *this = {};
        return;
    }
    m_touches.clear();
    m_dropped = 0;
    m_used = 0;
    std::fill(m_slots.begin(), m_slots.end(), Slot());
}

quint32 PendingIndex::newest(const QByteArray &id) const
{
    return m_touches.empty() ? 0 : newest(id, idHash(id));
}

quint32 PendingIndex::newest(const QByteArray &id, quint32 hash) const
{
    quint32 touch = slot(hash).newest;
    while (touch > m_dropped && *at(touch).id != id)
        touch = at(touch).before;
    return touch > m_dropped ? touch : 0;
}

} // namespace ObjectSync::Internal
