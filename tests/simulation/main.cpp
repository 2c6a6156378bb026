// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "problem.h"
#include "simulation.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>

#include <cstdio>

using namespace Simulation;

namespace {

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

int replay(quint64 seed, qint64 steps)
{
    const Outcome first = simulate(seed, steps);
    const Outcome second = simulate(seed, steps);
    if (!first.problem.isEmpty()) {
        print(QStringLiteral("seed %1 fails at event %2: %3")
                      .arg(seed)
                      .arg(first.failedAt)
                      .arg(first.problem));
        return 1;
    }
    print(QStringLiteral("seed %1: %2 events, %3 answers, digest %4")
                  .arg(seed)
                  .arg(first.events)
                  .arg(first.answers)
                  .arg(first.digest, 16, 16));
    if (first.digest != second.digest) {
        print(QStringLiteral("seed %1 does not repeat: digest %2 the second time")
                      .arg(seed)
                      .arg(second.digest, 16, 16));
        return 1;
    }
    return 0;
}

int runSeeds(quint64 from, quint64 count, qint64 steps)
{
    QElapsedTimer timer;
    timer.start();
    qint64 events = 0;
    qint64 answers = 0;
    for (quint64 seed = from; seed < from + count; ++seed) {
        const Outcome outcome = simulate(seed, steps);
        events += outcome.events;
        answers += outcome.answers;
        if (outcome.problem.isEmpty())
            continue;
        print(QStringLiteral("seed %1 fails at event %2: %3")
                      .arg(seed)
                      .arg(outcome.failedAt)
                      .arg(outcome.problem));
        print(QStringLiteral("replay with: ./dev sim --replay %1 --steps %2")
                      .arg(seed)
                      .arg(shrink(seed, steps)));
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
