// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

#include <cstdio>
#include <stdexcept>

namespace Simulation {

/// An invariant does not hold.
class Problem : public std::runtime_error
{
public:
    explicit Problem(const QString &text) : std::runtime_error(text.toStdString()) { }
};

inline void require(bool holds, const QString &text)
{
    if (!holds)
        throw Problem(text);
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
