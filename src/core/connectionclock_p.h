// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>

#include <algorithm>

namespace ObjectSync::Internal {

/// Of two times, -1 meaning never.
inline qint64 earlier(qint64 a, qint64 b)
{
    if (a < 0 || b < 0)
        return std::max(a, b);
    return std::min(a, b);
}

/// A resource: when a client has to do what for its connection: give up a handshake, ping, declare
/// the peer dead, try again. Times are milliseconds; -1 is never.
class ConnectionClock
{
public:
    explicit ConnectionClock(const ClientOptions &options) : m_options(options) { }

    void connecting(qint64 now);
    void online(qint64 now);
    /// The connection is gone; the next is to be tried at a random time, later after each failure.
    void waiting(qint64 now);
    /// Nothing is to be done any more. The next connection() begins with the first wait again.
    void stopped();

    void heard(qint64 now) { m_heardAt = now; }

    bool isHandshakeOver(qint64 now) const { return isDue(m_handshakeUntil, now); }
    bool isReconnectDue(qint64 now) const { return isDue(m_reconnectAt, now); }
    bool isSilent(qint64 now); ///< nothing was heard for too long
    bool takePing(qint64 now); ///< true where a ping is due; then it counts as sent

    qint64 nextDeadline() const;

private:
    static bool isDue(qint64 time, qint64 now) { return time >= 0 && time <= now; }
    void clear();

    const ClientOptions &m_options;
    qint64 m_handshakeUntil = -1;
    qint64 m_reconnectAt = -1;
    qint64 m_pingAt = -1;
    /// When silence is looked for next: not moved by each message, so that none sets a timer.
    qint64 m_silenceAt = -1;
    qint64 m_heardAt = 0;
    qint64 m_onlineSince = -1;
    qint64 m_bound = 0; ///< of the next wait; 0: the first
};

} // namespace ObjectSync::Internal
