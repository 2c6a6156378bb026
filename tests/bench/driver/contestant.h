// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qflags.h>
#include <QtCore/qstringlist.h>

#include <array>
#include <vector>

namespace Bench {

enum class Workload : quint8 {
    FanOut = 1,
    Latency = 2,
    Join = 4,
    Idle = 8,
    Burst = 16,
};
Q_DECLARE_FLAGS(Workloads, Workload)
Q_DECLARE_OPERATORS_FOR_FLAGS(Workloads)

/// Numbers of readers in the fan-out.
inline constexpr std::array FanOut = { 1, 10, 100, 500 };

/// A value: who takes part, in what, and with how many updates. What counts is the cost of one
/// update; so slow ones get fewer.
struct Contestant
{
    QString name; ///< "qwebsocket"
    QString title; ///< for the tables
    QStringList server; ///< program and arguments
    QStringList client;
    Workloads workloads;
    /// At a time, by the number of readers; 0: not taken part.
    std::array<int, FanOut.size()> updates = {};
    int latencies = 0; ///< updates, one at a time
    int subscribers = 0; ///< of 1,000 entities, with all of which one client can be
};

inline const QString Ours = QStringLiteral("objectsync");
/// The same with readers that keep no replicas, as those of the limit do not.
inline const QString OursPlain = QStringLiteral("objectsync-plain");

/// All that could take part, ours first.
std::vector<Contestant> contestants();

/// Why it cannot take part here; empty where it can.
QString whatIsMissing(const Contestant &contestant);

} // namespace Bench
