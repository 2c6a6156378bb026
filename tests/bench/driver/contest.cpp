// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "contest.h"

#include "../options.h"
#include "contesterror.h"

#include <QtCore/qelapsedtimer.h>

#include <cmath>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

constexpr qint64 MostWait = 100; ///< milliseconds, for a quiet moment

void say(const QString &text)
{
    std::fprintf(stderr, "%s\n", text.toUtf8().constData());
}

QString nameOf(const Contestant &contestant)
{
    return u"%1 (%2)"_s.arg(contestant.title, contestant.name);
}

/// One of ours that has targets.
bool isHeldAgainstOthers(const Contestant &contestant)
{
    return contestant.name == Ours || contestant.name == OursPlain;
}

} // namespace

Contest::Contest(int argc, char **argv, Workload workload) : m_application(argc, argv)
{
    Options options(Options::Kind::Contest, 5);
    options.parse(QCoreApplication::arguments());
    m_rounds = options.rounds();
    m_tries = options.number(u"tries"_s);
    m_scale = options.scale();
    m_figures = options.figures();
    Program::setPatience(options.number(u"patience"_s));
    choosePlayers(workload, options.only());
}

void Contest::choosePlayers(Workload workload, const QStringList &only)
{
    QStringList unknown = only;
    for (Contestant &contestant : contestants()) {
        unknown.removeAll(contestant.name);
        if (!contestant.workloads.testFlag(workload))
            continue;
        if (!only.isEmpty() && !isHeldAgainstOthers(contestant) && !only.contains(contestant.name))
            continue;
        const QString missing = whatIsMissing(contestant);
        if (missing.isEmpty())
            m_contestants.push_back(std::move(contestant));
        else
            say(u"%1 does not take part: %2"_s.arg(nameOf(contestant), missing));
    }
    if (!unknown.isEmpty()) {
        say(u"there is no contestant '%1'"_s.arg(unknown.first()));
        std::exit(2);
    }
}

int Contest::scaled(int updates) const
{
    return std::max(1, static_cast<int>(std::lround(updates * m_scale)));
}

void Contest::run(const Play &play)
{
    for (int round = 1; round <= m_rounds; ++round) {
        say(u"round %1 of %2"_s.arg(round).arg(m_rounds));
        std::erase_if(m_contestants, [&](const Contestant &contestant) {
            m_playing = contestant.name;
            QElapsedTimer clock;
            clock.start();
            try {
                play(contestant);
                const double seconds = static_cast<double>(clock.elapsed()) / 1000;
                say(u"  %1: %2 s"_s.arg(contestant.name).arg(seconds, 0, 'f', 1));
                return false;
            } catch (const ContestError &error) {
                m_isQuietly = false;
                say(u"%1 drops out: %2"_s.arg(nameOf(contestant), QString::fromUtf8(error.what())));
                m_hasOursFailed = m_hasOursFailed || isHeldAgainstOthers(contestant);
                return true;
            }
        });
    }
    sayHowQuiet();
    writeFigures();
}

void Contest::quietly(NoiseProbe::Where where, int times, const std::function<void()> &measure,
                      const std::function<void()> &prepare)
{
    if (!m_probe)
        m_probe.emplace();
    int quiet = 0;
    for (int i = 0; i < times * m_tries && quiet < times; ++i) {
        if (prepare)
            prepare();
        m_noted.clear();
        m_isQuietly = true;
        const double before = awaitQuiet(where);
        measure();
        m_isQuietly = false;
        const double noise = std::max(before, m_probe->take(where));
        m_noises.push_back(noise);
        for (const auto &[figure, value] : m_noted)
            m_samples[{ m_playing, figure }].push_back({ value, noise });
        quiet += isQuiet(noise);
    }
}

/// Waits, but not for long, until nobody disturbs the machine; returns what the probe took in the end.
double Contest::awaitQuiet(NoiseProbe::Where where)
{
    QElapsedTimer clock;
    clock.start();
    double noise = m_probe->take(where);
    while (!isQuiet(noise) && clock.elapsed() < MostWait)
        noise = m_probe->take(where);
    return noise;
}

std::vector<double> Contest::countedValues(const std::vector<Sample> &samples) const
{
    std::vector<Sample> counted = samples;
    std::sort(counted.begin(), counted.end(),
              [](const Sample &a, const Sample &b) { return a.noise < b.noise; });
    size_t count = 0;
    while (count < counted.size() && isQuiet(counted[count].noise))
        ++count;
    if (count == 0)
        count = (counted.size() + 3) / 4;
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i)
        values.push_back(counted[i].value);
    return values;
}

bool Contest::isDisturbed(const std::vector<Sample> &samples) const
{
    return std::none_of(samples.begin(), samples.end(),
                        [this](const Sample &sample) { return isQuiet(sample.noise); });
}

void Contest::sayHowQuiet() const
{
    if (!m_probe)
        return;
    const auto quiet = std::count_if(m_noises.begin(), m_noises.end(),
                                     [this](double noise) { return isQuiet(noise); });
    say(u"%1 of %2 measurements were made while nobody else disturbed the machine (the probe's "
        u"work "
        "took %3 us then)"_s.arg(quiet)
                .arg(m_noises.size())
                .arg(m_probe->least() * 1000, 0, 'f', 1));
    for (const auto &[key, samples] : m_samples) {
        if (isDisturbed(samples))
            say(u"  none of %1 of %2"_s.arg(key.second, key.first));
    }
}

void Contest::writeFigures()
{
    if (m_figures.isEmpty())
        return;
    const QByteArray bench = QCoreApplication::applicationName().toUtf8();
    const std::vector<Contestant> all = contestants();
    for (const auto &[key, samples] : m_samples) {
        const QString &who = key.first;
        const auto contestant = std::find_if(all.begin(), all.end(), [&](const Contestant &each) {
            return each.name == who;
        });
        const QByteArray title = contestant == all.end() ? who.toUtf8()
                                                         : contestant->title.toUtf8();
        const QByteArray figure = key.second.toUtf8();
        if (!writeFigure(m_figures.constData(),
                         { bench.constData(), figure.constData(), who.toUtf8().constData(),
                           title.constData() },
                         Spread(countedValues(samples)), isDisturbed(samples)))
            m_isIncomplete = true;
    }
}

void Contest::note(const QString &figure, double value)
{
    if (m_isQuietly)
        m_noted.emplace_back(figure, value);
    else
        m_samples[{ m_playing, figure }].push_back({ value, 0 });
}

std::optional<Spread> Contest::spread(const QString &contestant, const QString &figure) const
{
    const auto samples = m_samples.find({ contestant, figure });
    if (samples == m_samples.end())
        return {};
    return Spread(countedValues(samples->second));
}

void Contest::print(const QString &title, const std::vector<Column> &columns) const
{
    say(u"\n"_s + title);
    QString head = QString(38, u' ');
    for (const Column &column : columns)
        head += column.title.rightJustified(28);
    say(head);
    for (const Contestant &contestant : contestants()) {
        QString row;
        for (const Column &column : columns) {
            QString cell = u"-"_s;
            if (const auto values = spread(contestant.name, column.figure)) {
                const auto text = [&](double value) {
                    return QString::number(value, 'f', column.digits);
                };
                cell = u"%1 (%2 to %3)"_s.arg(text(values->median), text(values->least),
                                              text(values->most));
            }
            row += cell.rightJustified(28);
        }
        if (row.simplified().remove(u'-').simplified().isEmpty())
            continue;
        say(contestant.title.leftJustified(38) + row);
    }
}

void Contest::timesBetter(const QString &what, const QString &figure, const QString &peer,
                          double target, double must) const
{
    hold(what, figure, peer, 1 / target, 1 / must, Ours);
}

void Contest::atMost(const QString &what, const QString &figure, const QString &peer, double target,
                     double must, const QString &ours) const
{
    hold(what, figure, peer, target, must, ours);
}

void Contest::atMost(const QString &what, const QString &figure, double target, double must) const
{
    const QByteArray name = what.toUtf8();
    if (const auto ours = spread(Ours, figure))
        reportAtMost(name.constData(), ours->median, 1, target, must);
    else
        reportNotMeasured(name.constData(), Bound::Most, target, must, "ours");
}

void Contest::hold(const QString &what, const QString &figure, const QString &peer, double target,
                   double must, const QString &ours) const
{
    const auto own = spread(ours, figure);
    const auto theirs = spread(peer, figure);
    const QByteArray name = (what + " against "_L1 + peer).toUtf8();
    if (own && theirs)
        reportAtMost(name.constData(), own->median, theirs->median, target, must);
    else
        reportNotMeasured(name.constData(), Bound::Most, target, must,
                          (own ? peer : ours).toUtf8().constData());
}

} // namespace Bench
