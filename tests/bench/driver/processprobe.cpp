// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "processprobe.h"

#include "contesterror.h"

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qprocess.h>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw ContestError(u"cannot read %1: %2"_s.arg(path, file.errorString()));
    return file.readAll();
}

/// Adds up the numbers that stand after \a key.
double sumOf(const QByteArray &text, const QByteArray &key)
{
    double sum = 0;
    for (auto at = text.indexOf(key); at >= 0; at = text.indexOf(key, at)) {
        at += key.size();
        auto end = at;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9')
            ++end;
        sum += text.mid(at, end - at).toDouble();
    }
    return sum;
}

} // namespace

double cpuNanoseconds(qint64 pid)
{
    const QString tasks = u"/proc/%1/task"_s.arg(pid);
    double sum = 0;
    const QStringList threads = QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &thread : threads)
        sum += contents(tasks + u'/' + thread + "/schedstat"_L1).split(' ').first().toDouble();
    return sum;
}

double privateBytes(qint64 pid)
{
    const QByteArray text = contents(u"/proc/%1/smaps_rollup"_s.arg(pid));
    const auto at = text.indexOf("Private_Dirty:");
    if (at < 0)
        throw ContestError(u"smaps_rollup of %1 tells no Private_Dirty"_s.arg(pid));
    return text.mid(at + 14).simplified().split(' ').first().toDouble() * 1024;
}

Traffic traffic(int port)
{
    QProcess ss;
    ss.start(u"ss"_s, { u"-tinH"_s, u"state"_s, u"established"_s, u"sport = :%1"_s.arg(port) });
    if (!ss.waitForFinished() || ss.exitCode() != 0)
        throw ContestError(u"ss: "_s + ss.errorString());
    const QByteArray text = ss.readAllStandardOutput();
    // With the space: not the end of another name. A busy machine sends again even to itself.
    return { sumOf(text, " bytes_sent:") - sumOf(text, " bytes_retrans:"),
             sumOf(text, " bytes_received:"), sumOf(text, " data_segs_out:") };
}

} // namespace Bench
