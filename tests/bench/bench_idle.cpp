// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// 1,000 connections that have said hello and are told of nothing: the server's memory for each. Then,
// with another server, what a connection takes more that has been told of 1,000 entities.

#include "driver/contest.h"

using namespace Bench;
using namespace Qt::StringLiterals;

namespace {

constexpr int Entities = 1000;
constexpr int Connections = 1000;
constexpr int Subscribers = 100;
constexpr double Kilobyte = 1000;

/// The server's memory for one connection of 1,000.
double idle(const Contestant &contestant)
{
    Match match(contestant, Entities);
    match.openIdle(1); // what the first one loads is not for each
    const double before = match.serverBytes();
    match.openIdle(Connections);
    return (match.serverBytes() - before) / Connections;
}

/// The same for one that subscribes. One by one: what a crowd takes for a moment is not for each.
double subscribed(const Contestant &contestant)
{
    Match match(contestant, Entities);
    match.join(1);
    const double before = match.serverBytes();
    for (int i = 0; i < Subscribers; ++i)
        match.join(1);
    return (match.serverBytes() - before) / Subscribers;
}

void play(Contest &contest, const Contestant &contestant)
{
    const double each = idle(contestant);
    contest.note(u"idle"_s, each / Kilobyte);
    contest.note(u"more"_s, (subscribed(contestant) - each) / Kilobyte);
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
