// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "report.h"

#include <QtCore/qcommandlineparser.h>

namespace Bench {

/// The command line of a benchmark. All take the same options, so that `./dev bench -- OPTION…` can
/// give them to all: --rounds N and --figures FILE everywhere; --only, --tries, --scale and --patience
/// are of use where contestants play, and elsewhere said to be of none. What is not known, or no number,
/// ends the program with status 2.
class Options
{
public:
    enum class Kind { Contest, Alone };

    /// \a rounds: how often everything is measured, where nothing else is asked for.
    Options(Kind kind, int rounds);

    /// Adds an option with a whole number above 0.
    void addNumber(const QString &name, const QString &what, int standard);
    /// Before any of the values is asked for.
    void parse(const QStringList &arguments);

    int rounds() const { return number(QStringLiteral("rounds")); }
    /// The file that figures are appended to; empty: none.
    QByteArray figures() const;
    /// Appends one figure there, where that was asked for. Ends the program with status 1 where it
    /// cannot.
    void keep(const Figure &figure, const Spread &spread) const;
    double scale() const;
    QStringList only() const;
    int number(const QString &name) const;

private:
    QCommandLineParser m_parser;
    const Kind m_kind;
};

} // namespace Bench
