// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// 10,000 updates are written in one go, each of another entity: the time until another client has
// all of them, and how many messages that client was sent.

#include "driver/contest.h"

using namespace Bench;
using namespace Qt::StringLiterals;

namespace {

constexpr int Entities = 10000;
constexpr int Bursts = 10; ///< of each round
constexpr int WarmUp = 10; ///< bursts before them, until buffers have grown and compilers are done

void play(Contest &contest, const Contestant &contestant)
{
    Match match(contestant, Entities);
    match.join(1);
    match.warmUp(WarmUp * Entities, Entities, Entities);
    contest.quietly(NoiseProbe::Where::Both, Bursts, [&] {
        const Match::Burst burst = match.burst(Entities);
        contest.note(u"ms"_s, burst.milliseconds);
        if (burst.messages >= 0)
            contest.note(u"messages"_s, burst.messages);
    });
}

} // namespace

int main(int argc, char **argv)
{
    Contest contest(argc, argv, Workload::Burst);
    contest.run([&contest](const Contestant &contestant) { play(contest, contestant); });
    contest.print(u"10,000 updates in one go, until another client has them"_s,
                  { { u"ms"_s, u"ms"_s, 1 }, { u"messages"_s, u"messages"_s, 0 } });
    contest.timesBetter(u"burst of 10,000: time"_s, u"ms"_s, u"remoteobjects"_s, 23, 12);
    contest.timesBetter(u"burst of 10,000: time"_s, u"ms"_s, u"socketio"_s, 130, 60);
    contest.atMost(u"burst of 10,000: messages"_s, u"messages"_s, 3, 3);
    return contest.exitCode();
}
