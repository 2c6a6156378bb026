// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "connectionclock_p.h"

namespace ObjectSync::Internal {

void ConnectionClock::clear()
{
    m_handshakeUntil = m_reconnectAt = m_pingAt = m_silenceAt = m_onlineSince = -1;
}

void ConnectionClock::connecting(qint64 now)
{
    clear();
    m_handshakeUntil = now + m_options.handshakeTimeout;
}

void ConnectionClock::online(qint64 now)
{
    clear();
    m_onlineSince = m_heardAt = now;
    m_pingAt = now + m_options.pingInterval;
    m_silenceAt = now + m_options.deadAfter;
}

void ConnectionClock::waiting(qint64 now)
{
    const bool wasStable = m_onlineSince >= 0 && now - m_onlineSince >= m_options.stableAfter;
    clear();
    if (wasStable || m_bound == 0)
        m_bound = m_options.reconnectFirst;
    // Full jitter: clients that lost the same server must not come back at the same moment.
    m_reconnectAt = now + static_cast<qint64>(m_options.random() * static_cast<double>(m_bound));
    m_bound = std::min(2 * m_bound, m_options.reconnectMost);
}

void ConnectionClock::stopped()
{
    clear();
    m_bound = 0;
}

bool ConnectionClock::isSilent(qint64 now)
{
    if (!isDue(m_silenceAt, now))
        return false;
    m_silenceAt = m_heardAt + m_options.deadAfter;
    return m_silenceAt <= now;
}

bool ConnectionClock::takePing(qint64 now)
{
    if (!isDue(m_pingAt, now))
        return false;
    m_pingAt = now + m_options.pingInterval;
    return true;
}

qint64 ConnectionClock::nextDeadline() const
{
    return earlier(earlier(m_handshakeUntil, m_reconnectAt), earlier(m_pingAt, m_silenceAt));
}

} // namespace ObjectSync::Internal
