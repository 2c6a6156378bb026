// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "sendpacer_p.h"

#include <algorithm>
#include <cmath>

namespace ObjectSync::Internal {

namespace {

/// Milliseconds. A long queue goes out in groups: each answer makes the view be staged anew, and a
/// group is answered at once.
constexpr qint64 ShortestWait = 100;

} // namespace

void SendPacer::setLimits(const Limits &limits)
{
    m_perSecond = static_cast<double>(std::max<qint64>(0, limits.operationsPerSecond));
    m_burst = std::max<qint64>(1, limits.operationsBurst);
    m_readyAt = -1;
}

void SendPacer::forget(qint64 now)
{
    // Rounding must not make it forget too early.
    const auto passed = static_cast<double>(std::max<qint64>(0, now - m_forgotAt));
    m_answered = std::max(0.0, m_answered - passed * m_perSecond / 1000);
    m_forgotAt = now;
}

bool SendPacer::maySend(qint64 operations, qint64 now)
{
    if (m_perSecond <= 0)
        return true;
    if (m_readyAt > now)
        return false;
    timeout(now);
    forget(now);
    const qint64 room = std::max(m_burst, operations) - operations - m_underWay;
    const double excess = m_answered - static_cast<double>(room);
    if (excess <= 0)
        return true;
    // Where more is under way than there is room for, an answer has to come first.
    if (room >= 0) {
        const auto wait = static_cast<qint64>(std::ceil(excess * 1000 / m_perSecond));
        m_readyAt = now + std::max(wait, ShortestWait);
    }
    return false;
}

void SendPacer::answered(qint64 operations, qint64 now)
{
    forget(now);
    m_underWay -= operations;
    m_answered = m_perSecond > 0 ? m_answered + static_cast<double>(operations) : 0;
}

} // namespace ObjectSync::Internal
