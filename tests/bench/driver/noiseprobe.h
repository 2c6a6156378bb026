// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <limits>

namespace Bench {

/// A resource: tells whether others disturb the CPUs of a contest. On a shared machine another
/// guest may run on the second thread of the same core: a program then takes up to twice its time,
/// and some programs more so than others, without anything to be seen in the system's own accounts.
/// So a fixed piece of work is timed that fills the core's units for whole numbers, and touches no
/// memory: half of those are the other thread's when it runs. What it takes on an undisturbed machine
/// is known from its best moment only; where there was none, nothing seems disturbed.
class NoiseProbe
{
public:
    /// Takes a second, to have seen a quiet moment where there is any.
    NoiseProbe();

    enum class Where { Server, Both };

    /// Milliseconds of that work now, less than a tenth of one, on the server's CPU, or on that of
    /// the two where it takes longer.
    double take(Where where);

    /// The least that it ever took.
    double least() const { return m_least; }

    /// Whether \a milliseconds of that work are those of a machine that nobody else disturbs, as far
    /// as the least that it ever took is: it takes at least a quarter more when somebody does.
    bool isQuiet(double milliseconds) const { return milliseconds <= 1.15 * m_least; }

private:
    double takeOn(int cpu);

    double m_least = std::numeric_limits<double>::max();
};

} // namespace Bench
