// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "../report.h"
#include "contestant.h"
#include "match.h"

#include <QtCore/qcoreapplication.h>

#include <functional>
#include <map>
#include <optional>

namespace Bench {

/// One benchmark: the contestants that take part in a workload play it in turn, round by round, so
/// that whatever else the machine does hits all alike. What they achieve is noted under names of the
/// benchmark's own, printed as medians with their range, and held against the targets.
///
/// Its options are those of ../options.h: --rounds N (5), --only NAME,NAME (ours, also with
/// readers without replicas, always takes part),
/// --scale FRACTION (of all update counts; for trying things out), --patience SECONDS (120),
/// --figures FILE (what plots and comparisons are made of).
class Contest
{
public:
    Contest(int argc, char **argv, Workload workload);

    using Play = std::function<void(const Contestant &)>;
    /// Plays all rounds. A contestant that fails is left out from then on.
    void run(const Play &play);

    /// A count of updates, scaled; at least 1.
    int scaled(int updates) const;

    /// Notes a figure of the contestant that plays.
    void note(const QString &figure, double value);
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
    void choosePlayers(Workload workload, const QStringList &only);
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
    std::map<std::pair<QString, QString>, std::vector<double>> m_values; ///< by contestant, figure
};

} // namespace Bench
