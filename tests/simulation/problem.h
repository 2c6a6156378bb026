// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

#include <cstdio>
#include <stdexcept>

namespace Simulation {

/// What must always hold; docs/guarantees.md says more of each.
namespace Invariant {
inline constexpr char Durable[] = "durable"; ///< what was told is there after every restart
inline constexpr char ExactlyOnce[] = "exactly-once"; ///< each number once, in order, as sent
inline constexpr char Fold[] = "fold"; ///< the world is the sum of what was accepted
inline constexpr char Store[] = "store"; ///< a batch holds what has changed, and all of it
inline constexpr char Answer[] = "answer"; ///< each transaction is answered as it was decided
inline constexpr char Replica[] = "replica"; ///< a replica is the world at its cursor
inline constexpr char View[] = "view"; ///< the view is confirmed plus pending, nothing twice
inline constexpr char Signals[] = "signals"; ///< what is told, summed up, is the view
inline constexpr char Cursor[] = "cursor"; ///< revisions and cursors never fall
inline constexpr char Counter[] = "counter"; ///< a counter is the sum of accepted increments
inline constexpr char Fence[] = "fence"; ///< of two connections of one client the older goes
inline constexpr char Protocol[] = "protocol"; ///< neither side finds fault with the other
inline constexpr char Settle[] = "settle"; ///< once healed, everything drains in bounded time
inline constexpr char Crash[] = "crash"; ///< nothing is thrown
inline constexpr char Repeat[] = "repeat"; ///< the same seed is the same run
} // namespace Invariant

/// An invariant does not hold.
class Problem : public std::runtime_error
{
public:
    Problem(const char *name, const QString &text)
        : std::runtime_error(text.toStdString()), invariant(name)
    {
    }
    const char *const invariant;
};

/// \a text is a function, so that nothing is composed where nothing is wrong.
template<typename Text>
void require(const char *invariant, bool holds, const Text &text)
{
    if (!holds)
        throw Problem(invariant, text());
}

/// Set by --trace: what happens is printed as it happens.
inline bool tracing = false;

/// \a text is a function, so that nothing is composed where nobody looks.
template<typename Text>
void trace(qint64 now, const Text &text)
{
    if (tracing)
        std::printf("%10lld  %s\n", static_cast<long long>(now), qPrintable(text()));
}

} // namespace Simulation
