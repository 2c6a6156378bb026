// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <random>
#include <vector>

namespace Simulation {

/// The one source of chance in a run: the same seed gives the same numbers on every machine (the
/// distributions of the standard library do not promise that; its generators do).
class RandomSource
{
public:
    explicit RandomSource(quint64 seed) : m_generator(seed) { }

    /// At least 0, below \a bound.
    qint64 below(qint64 bound)
    {
        return static_cast<qint64>(m_generator() % static_cast<quint64>(bound));
    }
    qint64 between(qint64 least, qint64 most) { return least + below(most - least + 1); }
    bool oneIn(qint64 count) { return below(count) == 0; }
    double fraction() { return static_cast<double>(m_generator() >> 11) * 0x1.0p-53; }

    template<typename Item>
    const Item &pick(const std::vector<Item> &items)
    {
        return items[static_cast<size_t>(below(static_cast<qint64>(items.size())))];
    }

private:
    std::mt19937_64 m_generator;
};

} // namespace Simulation
