// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "deliveries.h"

#include <cmath>

namespace Bench {

Deliveries::Deliveries(int entities) : m_written(static_cast<size_t>(entities)) { }

void Deliveries::addReaders(int count)
{
    // Filled when something is written: what a reader costs the client is measured before that.
    m_shown.resize(m_shown.size() + static_cast<size_t>(count));
}

bool Deliveries::write(int entity, double x)
{
    Written &written = m_written[static_cast<size_t>(entity)];
    if (written.missing > 0)
        return false;
    written = { x, readers(), true };
    return true;
}

std::optional<Deliveries::Step> Deliveries::told(int reader, int entity, double x)
{
    if (entity < 0 || entity >= static_cast<int>(m_written.size()))
        return refuse(reader, entity, x, "there is no such entity");
    Written &written = m_written[static_cast<size_t>(entity)];
    if (!written.isKnown || written.x != x)
        return refuse(reader, entity, x, "this is not what was written last");
    std::vector<double> &shown = m_shown[static_cast<size_t>(reader)];
    if (shown.empty())
        shown.resize(m_written.size(), std::nan(""));
    if (std::exchange(shown[static_cast<size_t>(entity)], x) == x)
        return refuse(reader, entity, x, "told twice");
    ++m_count;
    return --written.missing == 0 ? Step::LastReader : Step::OneReader;
}

std::optional<Deliveries::Step> Deliveries::refuse(int reader, int entity, double x, const char *why)
{
    m_problem = QStringLiteral("reader %1 was told that x of item/%2 is %3: %4")
                        .arg(reader)
                        .arg(entity)
                        .arg(x, 0, 'g', 17)
                        .arg(QLatin1String(why));
    return {};
}

} // namespace Bench
