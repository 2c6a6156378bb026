// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "problem.h"
#include "simulation.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qhash.h>

#include <cstdio>

using namespace Simulation;

namespace {

/// Of so many seeds one is run twice.
constexpr quint64 RepeatEvery = 20;

void print(const QString &text)
{
    std::puts(qPrintable(text));
}

/// The fewest steps with which the seed still fails, by halving.
qint64 shrink(quint64 seed, qint64 steps)
{
    qint64 least = 0;
    while (least + 1 < steps) {
        const qint64 middle = (least + steps) / 2;
        (simulate(seed, middle).problem.isEmpty() ? least : steps) = middle;
    }
    return steps;
}

void printFailure(const RunResult &result)
{
    print(QStringLiteral("seed %1 fails at event %2: [%3] %4")
                  .arg(result.seed)
                  .arg(result.failedAt)
                  .arg(result.invariant, result.problem));
}

/// A second time, the same. Hash tables get another order, which must make no difference.
RunResult again(const RunResult &first, qint64 steps)
{
    QHashSeed::resetRandomGlobalSeed();
    RunResult second = simulate(first.seed, steps);
    if (second.problem.isEmpty() && second.digest != first.digest) {
        second.invariant = QLatin1String(Invariant::Repeat);
        second.problem = QStringLiteral("it runs otherwise the second time");
    }
    return second;
}

int replay(quint64 seed, qint64 steps)
{
    const RunResult first = simulate(seed, steps);
    if (!first.problem.isEmpty()) {
        printFailure(first);
        return 1;
    }
    tracing = false;
    const RunResult second = again(first, steps);
    if (!second.problem.isEmpty()) {
        printFailure(second);
        return 1;
    }
    print(QStringLiteral("seed %1: %2 events, %3 answers, digest %4")
                  .arg(seed)
                  .arg(first.events)
                  .arg(first.answers)
                  .arg(first.digest, 16, 16));
    return 0;
}

int runSeeds(quint64 from, quint64 count, qint64 steps)
{
    QElapsedTimer timer;
    timer.start();
    qint64 events = 0;
    qint64 answers = 0;
    for (quint64 seed = from; seed < from + count; ++seed) {
        RunResult result = simulate(seed, steps);
        events += result.events;
        answers += result.answers;
        if (result.problem.isEmpty() && seed % RepeatEvery == 0)
            result = again(result, steps);
        if (result.problem.isEmpty())
            continue;
        printFailure(result);
        print(QStringLiteral("replay with: ./dev sim --replay %1 --steps %2")
                      .arg(seed)
                      .arg(result.invariant == QLatin1String(Invariant::Repeat)
                                   ? steps
                                   : shrink(seed, steps)));
        return 1;
    }
    print(QStringLiteral("%1 seeds, %2 events, %3 answers, %4 s: all invariants hold")
                  .arg(count)
                  .arg(events)
                  .arg(answers)
                  .arg(static_cast<double>(timer.elapsed()) / 1000, 0, 'f', 1));
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
            "Runs the engines against a simulated network, disk and fate, in virtual time."));
    const QCommandLineOption seeds(QStringLiteral("seeds"), QStringLiteral("How many runs."),
                                   QStringLiteral("N"), QStringLiteral("1000"));
    const QCommandLineOption from(QStringLiteral("from"), QStringLiteral("The first seed."),
                                  QStringLiteral("S"), QStringLiteral("1"));
    const QCommandLineOption steps(QStringLiteral("steps"), QStringLiteral("Deeds in a run."),
                                   QStringLiteral("K"), QStringLiteral("300"));
    const QCommandLineOption replayed(QStringLiteral("replay"), QStringLiteral("Runs one seed."),
                                      QStringLiteral("SEED"));
    const QCommandLineOption traced(QStringLiteral("trace"),
                                    QStringLiteral("Prints what happens in a replay."));
    parser.addOptions({ seeds, from, steps, replayed, traced });
    parser.addHelpOption();
    parser.process(application);
    const qint64 deeds = parser.value(steps).toLongLong();
    tracing = parser.isSet(traced);
    if (parser.isSet(replayed))
        return replay(parser.value(replayed).toULongLong(), deeds);
    return runSeeds(parser.value(from).toULongLong(), parser.value(seeds).toULongLong(), deeds);
}
