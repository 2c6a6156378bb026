// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <algorithm>

namespace ObjectSync::Internal {

/// A value: allows a steady rate with bursts. It may go into debt: one large request is let through
/// while anything is left, and paid for by waiting afterwards.
class TokenBucket
{
public:
    /// \a perSecond 0: no limit. Times are milliseconds of any one clock.
    TokenBucket(qint64 perSecond, qint64 burst)
        : m_perSecond(perSecond), m_burst(static_cast<double>(burst)), m_tokens(m_burst)
    {
    }

    /// True, and the tokens are taken, where any are left.
    bool take(qint64 count, qint64 now)
    {
        if (m_perSecond <= 0)
            return true;
        refill(now);
        if (m_tokens <= 0)
            return false;
        m_tokens -= static_cast<double>(count);
        return true;
    }

    /// When take() will be true again; \a now or earlier where it is already.
    qint64 readyAt(qint64 now)
    {
        if (m_perSecond <= 0)
            return now;
        refill(now);
        if (m_tokens > 0)
            return now;
        return now + 1 + static_cast<qint64>(-m_tokens * 1000 / static_cast<double>(m_perSecond));
    }

private:
    void refill(qint64 now)
    {
        // A clock that was set back must not take tokens away.
        const qint64 passed = m_last < 0 ? 0 : std::max<qint64>(0, now - m_last);
        m_last = now;
        m_tokens = std::min(m_burst, m_tokens + static_cast<double>(passed * m_perSecond) / 1000);
    }

    qint64 m_perSecond;
    double m_burst;
    double m_tokens;
    qint64 m_last = -1;
};

} // namespace ObjectSync::Internal
