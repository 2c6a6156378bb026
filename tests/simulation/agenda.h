// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <functional>
#include <map>

namespace Simulation {

/// Virtual time: what happens when, in one order.
class Agenda
{
public:
    using Id = std::pair<qint64, quint64>;

    qint64 now() const { return m_now; }
    Id at(qint64 time, std::function<void()> event)
    {
        const Id id{ std::max(time, m_now), ++m_last };
        m_events.emplace(id, std::move(event));
        return id;
    }
    Id after(qint64 delay, std::function<void()> event)
    {
        return at(m_now + delay, std::move(event));
    }
    void cancel(const Id &id) { m_events.erase(id); }

    /// Lets the next event happen; false where there is none before \a end.
    bool step(qint64 end)
    {
        if (m_events.empty() || m_events.begin()->first.first > end)
            return false;
        auto node = m_events.extract(m_events.begin());
        m_now = node.key().first;
        node.mapped()();
        return true;
    }

    /// Time goes on although nothing happens.
    void passTo(qint64 time) { m_now = std::max(m_now, time); }

private:
    qint64 m_now = 0;
    quint64 m_last = 0;
    std::map<Id, std::function<void()>> m_events;
};

} // namespace Simulation
