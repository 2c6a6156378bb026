// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/limits.h>

namespace ObjectSync::Internal {

/// A resource: keeps a client below the number of operations a second that its server allows, so
/// that none is answered `slow-down`.
///
/// The server takes tokens from a bucket when operations reach it, which the client cannot see. It
/// happened at the latest when the answer came. So operations under way count in full, and begin to
/// be forgotten when they are answered: whatever the network did in between, the server's bucket
/// never holds less than is assumed here.
class SendPacer
{
public:
    void setLimits(const Limits &limits);

    /// False where it has to wait; then readyAt() says until when. Operations that exceed the burst
    /// as such are let through when everything before has been forgotten.
    bool maySend(qint64 operations, qint64 now);
    void sent(qint64 operations) { m_underWay += operations; }
    void answered(qint64 operations, qint64 now);
    /// Nothing is under way any more; what was may have reached the server just before.
    void reconnected(qint64 now) { answered(m_underWay, now); }
    /// -1: not waiting for a time.
    qint64 readyAt() const { return m_readyAt; }
    void timeout(qint64 now)
    {
        if (m_readyAt <= now)
            m_readyAt = -1;
    }

private:
    void forget(qint64 now);

    double m_perSecond = 0; ///< 0: no limit
    qint64 m_burst = 0;
    qint64 m_underWay = 0;
    double m_answered = 0; ///< answered operations that have not been forgotten yet
    qint64 m_forgotAt = 0;
    qint64 m_readyAt = -1;
};

} // namespace ObjectSync::Internal
