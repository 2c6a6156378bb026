// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// 1,000 connections that have said hello and are told of nothing: the server's memory for each. Then,
// with another server, 2,000 that each have been told of 1,000 entities and are told of changes: what
// such a one takes more than an idle one of as many. Both servers have had one subscriber before, both
// crowds come in the same way, and the memory is read when it no longer changes. What a server keeps
// for the next snapshot, some 500 kB, is not for each: so there are many. Where a client takes much
// for each entity, fewer subscribers are held against as few idle connections.

#include "driver/contest.h"

using namespace Bench;
using namespace Qt::StringLiterals;

namespace {

constexpr int Entities = 1000;
constexpr int Connections = 1000;
constexpr double Kilobyte = 1000;

enum class Crowd { Idle, Subscribed };

/// The server's memory for one connection of so many.
double measure(const Contestant &contestant, Crowd crowd, int connections)
{
    Match match(contestant, Entities);
    match.join(1); // what the first one loads is not for each
    const double before = match.settledServerBytes();
    if (crowd == Crowd::Idle)
        match.openIdle(connections);
    else
        match.join(connections);
    return (match.settledServerBytes() - before) / connections;
}

void play(Contest &contest, const Contestant &contestant)
{
    const double each = measure(contestant, Crowd::Idle, Connections);
    contest.note(u"idle"_s, each / Kilobyte);
    const int subscribers = contestant.subscribers;
    const double of = subscribers == Connections ? each
                                                 : measure(contestant, Crowd::Idle, subscribers);
    const double subscribed = measure(contestant, Crowd::Subscribed, subscribers);
    contest.note(u"more"_s, (subscribed - of) / Kilobyte);
}

} // namespace

int main(int argc, char **argv)
{
    Contest contest(argc, argv, Workload::Idle);
    contest.run([&contest](const Contestant &contestant) { play(contest, contestant); });
    contest.print(u"Server memory for one connection, kB"_s,
                  { { u"idle"_s, u"idle"_s, 1 }, { u"more"_s, u"more if subscribed"_s, 1 } });
    contest.atMost(u"idle connection: server memory"_s, u"idle"_s, u"qwebsocket"_s, 1.03, 1.15);
    contest.atMost(u"subscribed to 1,000 entities: kB more"_s, u"more"_s, 0.1, 1);
    return contest.exitCode();
}
