// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientstore_p.h"

#include <algorithm>
#include <utility>

namespace ObjectSync::Internal {

namespace {

/// Milliseconds for which the replica is kept where subscriptions have been given up.
constexpr qint64 HoldTime = 2000;

} // namespace

void ClientStore::restored(const StorePoint &point)
{
    m_mode = Mode::Good;
    m_given = m_stored = point;
}

bool ClientStore::isUrgent(const StorePoint &present, qint64 window) const
{
    return hasNewQueue(present) || present.numbering != m_given.numbering
           || present.client != m_given.client
           || present.answered - m_given.answered >= std::max<qint64>(1, window / 2);
}

bool ClientStore::hasNewQueue(const StorePoint &present) const
{
    return present.last != m_given.last || present.sent != m_given.sent;
}

void ClientStore::noteGivenUp(qint64 now)
{
    if (isInUse() && m_heldUntil < 0)
        m_heldUntil = now + HoldTime;
}

bool ClientStore::isHeld(const StorePoint &present, qint64 now) const
{
    return m_heldUntil > now && !m_isBehind && present.numbering == m_given.numbering
           && present.client == m_given.client;
}

ClientStore::Due ClientStore::dueAtTheEnd(const StorePoint &present, qint64 now) const
{
    if (!isInUse() || present == m_given)
        return Due::Nothing;
    if (!isHeld(present, now))
        return Due::All;
    return hasNewQueue(present) ? Due::Queue : Due::Nothing;
}

ClientStore::Due ClientStore::due(const StorePoint &present, qint64 window, qint64 delay, qint64 now)
{
    if (m_isWriting || present == m_given) {
        m_dueAt = -1;
        return Due::Nothing;
    }
    if (isHeld(present, now)) {
        m_dueAt = m_heldUntil;
        return hasNewQueue(present) ? Due::Queue : Due::Nothing;
    }
    if (m_dueAt < 0)
        m_dueAt = now + delay;
    return m_dueAt <= now || isUrgent(present, window) ? Due::All : Due::Nothing;
}

void ClientStore::give(const StorePoint &point)
{
    m_given = point;
    m_given.gone = 0;
    m_isWriting = true;
    m_isBehind = false;
    m_dueAt = m_heldUntil = -1;
}

void ClientStore::giveQueue(const StorePoint &point)
{
    m_given.last = point.last;
    m_given.sent = point.sent;
    m_isWriting = true;
    m_dueAt = -1;
}

bool ClientStore::stored()
{
    if (!isInUse() || !std::exchange(m_isWriting, false))
        return false;
    m_stored = m_given;
    m_mode = Mode::Good;
    return true;
}

void ClientStore::failed()
{
    if (m_isWriting && m_mode == Mode::Good)
        m_mode = Mode::Failing;
    m_isBehind = true;
}

TransactionNumber ClientStore::sendable(quint64 numbering, qint64 window) const
{
    switch (m_mode) {
    case Mode::None:
    case Mode::Failing:
        return std::numeric_limits<TransactionNumber>::max();
    case Mode::Restoring: // nothing is known to be stored
    case Mode::Good:
        break;
    }
    if (m_stored.numbering != numbering)
        return 0;
    return std::min(m_stored.sent, m_stored.answered + window);
}

TransactionNumber ClientStore::tellable(TransactionNumber answered, quint64 numbering) const
{
    if (!isInUse())
        return answered;
    return m_stored.numbering == numbering ? std::min(answered, m_stored.answered) : 0;
}

} // namespace ObjectSync::Internal
