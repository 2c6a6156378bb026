// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>
#include <QtCore/qstring.h>

namespace Simulation {

/// A value: one run and how it ended.
struct RunResult
{
    quint64 seed = 0;
    QString problem = {}; ///< empty: all invariants held
    QString invariant = {}; ///< the one that did not
    qint64 failedAt = 0; ///< events until the problem
    qint64 events = 0;
    qint64 answers = 0;
    quint64 digest = 0; ///< of all messages and of how it ended: the same for the same seed
};

/// Runs a server and some clients from \a seed, for \a steps deeds of users and of fate; then heals
/// everything, lets it settle, and compares.
RunResult simulate(quint64 seed, qint64 steps);

} // namespace Simulation
