// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A client comes back after 100 entities have changed: what that costs must not grow with the
// world. Each world is held against the smallest one, in turn, round by round. Also what a first
// join of the largest one costs, which is what a client without a cursor would pay.
//
// Times are CPU microseconds of the engines with the CBOR codec, without sockets.

#include "enginepair.h"
#include "options.h"
#include "report.h"

#include <QtCore/qcoreapplication.h>

#include <array>
#include <cstdlib>

namespace {

constexpr std::array Worlds = { 1000, 10000, 100000 };
constexpr int Changed = 100;

struct Figures
{
    std::vector<double> server;
    std::vector<double> client;
    Cost last;
};

Cost resume(EnginePair &pair)
{
    pair.disconnect();
    pair.change(Changed);
    pair.takeCost();
    pair.connect();
    const Cost cost = pair.takeCost();
    if (cost.changes != Changed) {
        std::fprintf(stderr, "bench_resume: told of %lld entities, not %d\n",
                     static_cast<long long>(cost.changes), Changed);
        std::exit(1);
    }
    return cost;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Bench::Options options(Bench::Options::Kind::Alone, 41);
    options.parse(QCoreApplication::arguments());
    const int rounds = options.rounds();
    std::vector<std::unique_ptr<EnginePair>> pairs;
    Cost join;
    for (const int entities : Worlds) {
        pairs.push_back(std::make_unique<EnginePair>(entities));
        pairs.back()->connect();
        pairs.back()->takeCost();
        pairs.back()->subscribe("item/");
        join = pairs.back()->takeCost();
    }
    std::array<Figures, Worlds.size()> figures;
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < Worlds.size(); ++i) {
            const Cost cost = resume(*pairs[i]);
            figures[i].server.push_back(cost.serverSeconds * 1e6);
            figures[i].client.push_back(cost.clientSeconds * 1e6);
            figures[i].last = cost;
        }
    }
    std::fprintf(stderr, "%9s %8s %10s %26s %26s\n", "entities", "told", "bytes",
                 "server us (least to most)", "client us (least to most)");
    for (size_t i = 0; i < Worlds.size(); ++i) {
        const Spread server(figures[i].server);
        const Spread client(figures[i].client);
        const QByteArray world = QByteArray::number(Worlds[i]);
        options.keep({ "bench_resume", world.constData(), "server", "server CPU, us" }, server);
        options.keep({ "bench_resume", world.constData(), "client", "client CPU, us" }, client);
        std::fprintf(stderr, "%9d %8lld %10lld %10.0f (%.0f to %.0f) %10.0f (%.0f to %.0f)\n",
                     Worlds[i], static_cast<long long>(figures[i].last.changes),
                     static_cast<long long>(figures[i].last.bytesToClient), server.median,
                     server.least, server.most, client.median, client.least, client.most);
    }
    const Figures &small = figures.front();
    const Figures &large = figures.back();
    std::fprintf(stderr, "first join of %d: %lld bytes, server %.0f us, client %.0f us\n",
                 Worlds.back(), static_cast<long long>(join.bytesToClient),
                 join.serverSeconds * 1e6, join.clientSeconds * 1e6);
    reportAtMost("resume: server CPU, 100 of 100,000 against 100 of 1,000",
                 Spread(large.server).median, Spread(small.server).median, 1.1, 1.2);
    reportAtMost("resume: client CPU, 100 of 100,000 against 100 of 1,000",
                 Spread(large.client).median, Spread(small.client).median, 1.1, 1.2);
    reportAtMost("resume: bytes, 100 of 100,000 against a first join",
                 static_cast<double>(large.last.bytesToClient),
                 static_cast<double>(join.bytesToClient), 0.002, 0.01);
    return 0;
}
