// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "options.h"

#include <QtCore/qfile.h>

#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

void say(const QString &text)
{
    std::fprintf(stderr, "%s\n", text.toUtf8().constData());
}

[[noreturn]] void fail(const QString &text)
{
    say(text);
    std::exit(2);
}

} // namespace

Options::Options(Kind kind, int rounds) : m_kind(kind)
{
    const QString contests = kind == Kind::Contest ? QString() : u" Of no use here."_s;
    m_parser.addHelpOption();
    addNumber(u"rounds"_s, u"How often everything is measured"_s, rounds);
    m_parser.addOptions(
            { { u"figures"_s, u"Appends what was measured, as lines of JSON."_s, u"FILE"_s },
              { u"only"_s, u"Who plays, beside ours."_s + contests, u"NAME,…"_s },
              { u"tries"_s, u"Of one measurement, for a quiet one (3)."_s + contests, u"N"_s,
                u"3"_s },
              { u"scale"_s, u"Of all update counts (1)."_s + contests, u"FRACTION"_s, u"1"_s },
              { u"patience"_s, u"For one answer, seconds (120)."_s + contests, u"N"_s, u"120"_s } });
}

void Options::addNumber(const QString &name, const QString &what, int standard)
{
    const QString value = QString::number(standard);
    m_parser.addOption({ name, u"%1 (%2)."_s.arg(what, value), u"N"_s, value });
}

void Options::parse(const QStringList &arguments)
{
    if (!m_parser.parse(arguments))
        fail(m_parser.errorText());
    if (m_parser.isSet(u"help"_s))
        m_parser.showHelp();
    if (!m_parser.positionalArguments().isEmpty())
        fail(u"Unexpected argument '%1'."_s.arg(m_parser.positionalArguments().first()));
    if (m_kind == Kind::Contest)
        return;
    for (const QString &name : { u"only"_s, u"tries"_s, u"scale"_s, u"patience"_s }) {
        if (m_parser.isSet(name))
            say(u"--%1 is of no use here: nobody else plays."_s.arg(name));
    }
}

QByteArray Options::figures() const
{
    return QFile::encodeName(m_parser.value(u"figures"_s));
}

void Options::keep(const Figure &figure, const Spread &spread) const
{
    const QByteArray file = figures();
    if (!file.isEmpty() && !writeFigure(file.constData(), figure, spread))
        std::exit(1);
}

double Options::scale() const
{
    bool ok = false;
    const double scale = m_parser.value(u"scale"_s).toDouble(&ok);
    if (!ok || scale <= 0)
        fail(u"--scale needs a number above 0."_s);
    return scale;
}

QStringList Options::only() const
{
    return m_parser.value(u"only"_s).split(u',', Qt::SkipEmptyParts);
}

int Options::number(const QString &name) const
{
    bool ok = false;
    const int number = m_parser.value(name).toInt(&ok);
    if (!ok || number <= 0)
        fail(u"--%1 needs a whole number above 0."_s.arg(name));
    return number;
}

} // namespace Bench
