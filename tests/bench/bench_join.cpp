// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A client connects and is told of all entities, 10,000 and 100,000 of five properties: the time
// until it has them, the bytes on the wire, and the memory of both sides. The memory of an entity is
// what 90,000 more take, so that nothing of it is the program's own.

#include "driver/contest.h"

#include <array>
#include <optional>

using namespace Bench;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array Worlds = { 10000, 100000 };

struct Memory
{
    double server = 0;
    double client = 0;
};

Memory join(Contest &contest, const Contestant &contestant, int entities)
{
    std::optional<Match> match;
    Memory memory;
    const auto prepare = [&] {
        match.emplace(contestant, entities);
        memory.client = -match->clientBytes();
    };
    const auto measure = [&] {
        const QString world = QString::number(entities);
        const double cpu = match->serverNanoseconds();
        contest.note(u"ms"_s + world, match->join(1));
        contest.note(u"cpu"_s + world, (match->serverNanoseconds() - cpu) / 1e6);
        contest.note(u"bytes"_s + world, match->traffic().bytesSent / entities);
    };
    contest.quietly(NoiseProbe::Where::Both, 1, measure, prepare);
    memory.client += match->clientBytes();
    memory.server = match->serverBytes(); // some make their world when the first client comes
    return memory;
}

void play(Contest &contest, const Contestant &contestant)
{
    const Memory small = join(contest, contestant, Worlds[0]);
    const Memory large = join(contest, contestant, Worlds[1]);
    const int more = Worlds[1] - Worlds[0];
    contest.note(u"server"_s, (large.server - small.server) / more);
    contest.note(u"client"_s, (large.client - small.client) / more);
}

} // namespace

int main(int argc, char **argv)
{
    Contest contest(argc, argv, Workload::Join);
    contest.run([&contest](const Contestant &contestant) { play(contest, contestant); });
    contest.print(u"A client joins"_s, { { u"ms10000"_s, u"10,000: ms"_s, 1 },
                                         { u"ms100000"_s, u"100,000: ms"_s, 1 },
                                         { u"cpu100000"_s, u"of it server CPU"_s, 1 },
                                         { u"bytes100000"_s, u"wire bytes an entity"_s, 1 } });
    contest.print(u"Memory for one entity, bytes"_s,
                  { { u"client"_s, u"client"_s }, { u"server"_s, u"server"_s } });
    const QString time = u"join of 100,000: time"_s;
    contest.timesBetter(time, u"ms100000"_s, u"remoteobjects"_s, 30, 15);
    contest.timesBetter(time, u"ms100000"_s, u"colyseus"_s, 20, 10);
    contest.timesBetter(time, u"ms100000"_s, u"socketio"_s, 8, 4);
    contest.atMost(u"join of 100,000: wire bytes an entity"_s, u"bytes100000"_s, 36, 40);
    contest.atMost(u"memory of the client, bytes an entity"_s, u"client"_s, 200, 400);
    contest.atMost(u"memory of the server, bytes an entity"_s, u"server"_s, 400, 500);
    return contest.exitCode();
}
