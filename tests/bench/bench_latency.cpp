// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// One client writes, another shows it: the time from the call to the new value, one update at a
// time, 1,000 entities. Servers keep their state in memory.

#include "driver/contest.h"

using namespace Bench;
using namespace Qt::StringLiterals;

namespace {

constexpr int Entities = 1000;
constexpr int Slices = 3; ///< of each round
constexpr double DelayedAcknowledgement = 40000; // microseconds

void play(Contest &contest, const Contestant &contestant)
{
    Match match(contestant, Entities);
    match.join(1);
    contest.quietly(NoiseProbe::Where::Both, Slices, [&] {
        const Match::Latency latency = match.latency(contest.scaled(contestant.latencies));
        contest.note(u"p50"_s, latency.p50);
        contest.note(u"p95"_s, latency.p95);
        contest.note(u"p99"_s, latency.p99);
        contest.note(u"most"_s, latency.most);
    });
}

} // namespace

int main(int argc, char **argv)
{
    Contest contest(argc, argv, Workload::Latency);
    contest.run([&contest](const Contestant &contestant) { play(contest, contestant); });
    contest.print(u"From one client's write until another shows it, us"_s,
                  { { u"p50"_s, u"p50"_s },
                    { u"p95"_s, u"p95"_s },
                    { u"p99"_s, u"p99"_s },
                    { u"most"_s, u"longest"_s } });
    contest.atMost(u"latency: p50"_s, u"p50"_s, u"qwebsocket"_s, 1.15, 1.25);
    contest.atMost(u"latency: p50"_s, u"p50"_s, u"remoteobjects"_s, 0.8, 0.95);
    contest.atMost(u"latency: us, p99 (Nagle's algorithm would show as 40,000)"_s, u"p99"_s,
                   DelayedAcknowledgement / 10, DelayedAcknowledgement / 2);
    return contest.exitCode();
}
