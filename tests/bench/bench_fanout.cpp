// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// One writer changes one double of each of 1,000 entities in turn, and 1, 10, 100 or 500 readers
// are told of every change: the server's CPU time for one update delivered to one reader, and the
// bytes on the wire. Up to 1,000 updates are under way, written 1,000 at a time (in whatever batches
// the contestant's API offers; ours also without), or one by one. Then, with 100 readers, with one
// update under way.

#include "driver/contest.h"

using namespace Bench;
using namespace Qt::StringLiterals;

namespace {

constexpr int Entities = 1000;
constexpr int Window = 1000;
constexpr int Slices = 3; ///< of each figure and round: a short one is disturbed less often
constexpr int WarmUp = 5; ///< slices before them, for compilers and caches

QString figure(const char *kind, int readers)
{
    return QLatin1String(kind) + QString::number(readers);
}

void playReaders(Contest &contest, Match &match, int readers, int updates)
{
    match.join(readers - match.readers());
    match.warmUp(WarmUp * updates, Window, Window);
    contest.quietly(NoiseProbe::Where::Server, Slices, [&] {
        const Match::Delivery together = match.write(updates, Window, Window);
        contest.note(figure("together", readers), together.serverNanoseconds);
        contest.note(figure("bytes", readers), together.wireBytes);
    });
    contest.quietly(NoiseProbe::Where::Both, 1, [&] {
        // How many of these come to the server in one turn depends on how busy the client is.
        const Match::Delivery apart = match.write(std::max(1, updates / 5), Window, 1);
        contest.note(figure("apart", readers), apart.serverNanoseconds);
    });
}

void playAlone(Contest &contest, Match &match, int updates)
{
    contest.quietly(NoiseProbe::Where::Server, Slices, [&] {
        const Match::Delivery alone = match.write(updates, 1, 1);
        contest.note(u"alone"_s, alone.serverNanoseconds / 1000);
        contest.note(u"sends"_s, alone.sends);
    });
}

void play(Contest &contest, const Contestant &contestant)
{
    Match match(contestant, Entities);
    for (size_t i = 0; i < FanOut.size(); ++i) {
        if (contestant.updates[i] == 0)
            return;
        playReaders(contest, match, FanOut[i], contest.scaled(contestant.updates[i]));
        if (FanOut[i] == 100)
            playAlone(contest, match, contest.scaled(contestant.latencies / 10));
    }
}

void printTables(const Contest &contest)
{
    const auto columns = [](const char *kind, int digits) {
        std::vector<Contest::Column> all;
        for (const int readers : FanOut)
            all.push_back({ figure(kind, readers), u"N=%1"_s.arg(readers), digits });
        return all;
    };
    contest.print(u"Server CPU for one delivered update, ns; written 1,000 at a time"_s,
                  columns("together", 0));
    contest.print(u"The same, written one by one, with a turn of the event loop in between"_s,
                  columns("apart", 0));
    contest.print(u"Bytes on the wire for one delivered update, written 1,000 at a time"_s,
                  columns("bytes", 1));
    contest.print(u"One update under way, N=100, for each reader"_s,
                  { { u"alone"_s, u"server CPU, us"_s, 2 }, { u"sends"_s, u"sends"_s, 2 } });
}

void holdAgainstTargets(const Contest &contest)
{
    const QString webSocket = u"qwebsocket"_s;
    const QString remoteObjects = u"remoteobjects"_s;
    const QString seed = u"socketio"_s;
    const auto better = [&](int readers, const QString &peer, double target, double must) {
        contest.timesBetter(u"fan-out N=%1: server CPU"_s.arg(readers), figure("together", readers),
                            peer, target, must);
    };
    better(1, webSocket, 6, 3);
    better(1, remoteObjects, 25, 12);
    better(1, seed, 220, 120);
    better(10, webSocket, 11, 6);
    better(10, remoteObjects, 25, 15);
    better(100, webSocket, 25, 12);
    better(100, remoteObjects, 15, 9);
    better(100, u"colyseus"_s, 40, 19);
    better(100, seed, 1000, 400);
    better(500, webSocket, 27, 15);
    better(500, remoteObjects, 11, 8);
    // Like with like: many replicas on the server's machine empty the cache that it works with, and
    // the limit's readers have none.
    for (const int readers : { 100, 500 }) {
        contest.atMost(u"fan-out N=%1, readers without replicas: server CPU"_s.arg(readers),
                       figure("together", readers), u"epoll"_s, 1.0, 1.5, OursPlain);
    }
    contest.atMost(u"one under way, N=100, readers without replicas: server CPU"_s, u"alone"_s,
                   u"epoll"_s, 1.05, 1.3, OursPlain);
    contest.atMost(u"one under way, N=100: sends for each reader"_s, u"sends"_s, 1.02, 1.02);
    contest.atMost(u"fan-out N=100: bytes for one update"_s, figure("bytes", 100), 13, 14);
}

} // namespace

int main(int argc, char **argv)
{
    Contest contest(argc, argv, Workload::FanOut);
    contest.run([&contest](const Contestant &contestant) { play(contest, contestant); });
    printTables(contest);
    holdAgainstTargets(contest);
    return contest.exitCode();
}
