// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "../report.h"
#include "contestant.h"
#include "match.h"
#include "noiseprobe.h"

#include <QtCore/qcoreapplication.h>

#include <functional>
#include <map>
#include <optional>

namespace Bench {

/// One benchmark: the contestants that take part in a workload play it in turn, round by round, so
/// that whatever else the machine does hits all alike. What they achieve is noted under names of the
/// benchmark's own, printed as medians with their range, and held against the targets.
///
/// What is measured with quietly() counts only while nobody else disturbs the machine, as far as that
/// can be had; see there.
///
/// Its options are those of ../options.h: --rounds N (5), --tries N (3), --only NAME,NAME (ours, also
/// with readers without replicas, always takes part), --scale FRACTION (of all update counts; for
/// trying things out), --patience SECONDS (120), --figures FILE (what plots and comparisons are made
/// of).
class Contest
{
public:
    Contest(int argc, char **argv, Workload workload);

    using Play = std::function<void(const Contestant &)>;
    /// Plays all rounds. A contestant that fails is left out from then on.
    void run(const Play &play);

    /// A count of updates, scaled; at least 1.
    int scaled(int updates) const;

    /// Has \a measure note figures until that was done \a times times while nobody disturbed the
    /// machine before and after, at most --tries times as often. All that was noted is kept, but what
    /// was noted in disturbed tries counts only where there are none but such: the least disturbed
    /// quarter of them, then, at least one. \a prepare is called before each try, before the wait for
    /// a quiet moment.
    void quietly(NoiseProbe::Where where, int times, const std::function<void()> &measure,
                 const std::function<void()> &prepare = {});

    /// Notes a figure of the contestant that plays.
    void note(const QString &figure, double value);
    /// Of the values that count.
    std::optional<Spread> spread(const QString &contestant, const QString &figure) const;

    struct Column
    {
        QString figure;
        QString title;
        int digits = 0; ///< behind the point
    };
    /// One row for each contestant that has any of the figures.
    void print(const QString &title, const std::vector<Column> &columns) const;

    /// Targets of ours, as JSON, too, with null for what was not measured. \a peer is the name of a
    /// contestant; \a ours of the one of ours whose client does as much as the peer's.
    void timesBetter(const QString &what, const QString &figure, const QString &peer, double target,
                     double must) const;
    void atMost(const QString &what, const QString &figure, const QString &peer, double target,
                double must, const QString &ours = Ours) const;
    /// Our figure itself is at most this.
    void atMost(const QString &what, const QString &figure, double target, double must) const;

    /// What main() returns: not 0 where ours has failed, or the figures could not be written.
    int exitCode() const { return m_hasOursFailed || m_isIncomplete ? 1 : 0; }

private:
    struct Sample
    {
        double value = 0;
        double noise = 0; ///< what the probe took; 0: it was not asked
    };

    void choosePlayers(Workload workload, const QStringList &only);
    double awaitQuiet(NoiseProbe::Where where);
    bool isQuiet(double noise) const { return !m_probe || m_probe->isQuiet(noise); }
    bool isDisturbed(const std::vector<Sample> &samples) const; ///< all of them
    std::vector<double> countedValues(const std::vector<Sample> &samples) const;
    void sayHowQuiet() const;
    void hold(const QString &what, const QString &figure, const QString &peer, double target,
              double must, const QString &ours) const;
    void writeFigures();

    QCoreApplication m_application;
    std::vector<Contestant> m_contestants;
    int m_rounds = 5;
    double m_scale = 1;
    QString m_playing;
    QByteArray m_figures; ///< the file that they go to; empty: none
    bool m_hasOursFailed = false;
    bool m_isIncomplete = false;
    std::optional<NoiseProbe> m_probe; ///< once something is measured quietly
    std::vector<double> m_noises; ///< of all tries
    int m_tries = 3;
    /// By contestant and figure.
    std::map<std::pair<QString, QString>, std::vector<Sample>> m_samples;
    std::vector<std::pair<QString, double>> m_noted; ///< in the try that goes on: figure, value
    bool m_isQuietly = false; ///< such a try goes on
};

} // namespace Bench
