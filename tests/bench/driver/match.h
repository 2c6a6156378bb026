// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "contestant.h"
#include "processprobe.h"
#include "program.h"

namespace Bench {

/// A resource: one contestant's server, on a CPU of its own, and its client, on another. Everything
/// here throws ContestError.
class Match
{
public:
    Match(const Contestant &contestant, int entities);

    /// More readers; returns the milliseconds until the last of them had everything.
    double join(int readers);

    /// What updates cost; per update and reader where not said otherwise.
    struct Delivery
    {
        double serverNanoseconds = 0; ///< CPU time
        double wireBytes = 0; ///< from the server
        double sends = 0; ///< segments of the server
    };
    Delivery write(int updates, int window, int group);

    struct Burst
    {
        double milliseconds = 0; ///< until the reader had them
        double messages = -1; ///< that it was sent; -1: not known
    };
    /// Updates that are written in one go. Nothing is read from outside, which would empty caches just
    /// before.
    Burst burst(int updates);

    struct Latency ///< microseconds
    {
        double p50 = 0;
        double p95 = 0;
        double p99 = 0;
        double most = 0;
    };
    Latency latency(int updates);

    void openIdle(int connections);

    double serverNanoseconds() const { return cpuNanoseconds(m_server.pid()); }
    double serverBytes() const { return privateBytes(m_server.pid()); }
    /// When it no longer changes: what is freed may go back to the system a little later.
    double settledServerBytes() const;
    double clientBytes() const { return privateBytes(m_client.pid()); }
    Traffic traffic() const { return Bench::traffic(m_port); }
    int readers() const { return m_readers; }

    /// Opens the writer, and lets the programs come up to speed.
    void warmUp(int updates, int window, int group);

private:
    /// How many deliveries so many updates are; the client may not have counted others.
    double checkDelivered(const QJsonObject &answer, int updates) const;

    Program m_server;
    int m_port = 0;
    Program m_client;
    int m_readers = 0;
};

} // namespace Bench
