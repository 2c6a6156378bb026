// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "program.h"

#include "contesterror.h"
#include "cpus.h"

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qjsondocument.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

int patience = 120; // seconds

/// Runs in the new process, before the program: only plain system calls.
void prepare(int cpu)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (cpu >= 0)
        pinToCpu(cpu);
    rlimit descriptors = {};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
}

} // namespace

Program::Program(const QString &name, const QStringList &command, int cpu) : m_name(name)
{
    m_process.setProgram(command.first());
    m_process.setArguments(command.mid(1));
    m_process.setProcessChannelMode(QProcess::SeparateChannels);
    m_process.setChildProcessModifier([cpu] { prepare(cpu); });
    m_process.start();
    if (!m_process.waitForStarted())
        throw ContestError(
                u"%1: cannot start %2: %3"_s.arg(name, command.first(), m_process.errorString()));
}

Program::~Program()
{
    m_process.closeWriteChannel(); // it ends by itself
    if (!m_process.waitForFinished(2000)) {
        m_process.kill();
        m_process.waitForFinished();
    }
}

void Program::setPatience(int seconds)
{
    patience = seconds;
}

QJsonObject Program::listen()
{
    const QDeadlineTimer deadline(patience * 1000LL);
    while (!m_process.canReadLine()) {
        if (deadline.hasExpired())
            fail(u"no answer within %1 s"_s.arg(patience));
        const bool isOver = m_process.state() == QProcess::NotRunning;
        if (!m_process.waitForReadyRead(static_cast<int>(deadline.remainingTime())) && isOver)
            fail(u"it ended without an answer, with exit code %1"_s.arg(m_process.exitCode()));
    }
    const QByteArray line = m_process.readLine().trimmed();
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject())
        fail(u"this is no answer: "_s + QString::fromUtf8(line));
    if (document.object().contains("error"_L1))
        fail(document.object()["error"_L1].toString());
    return document.object();
}

QJsonObject Program::ask(const QJsonObject &command)
{
    m_process.write(QJsonDocument(command).toJson(QJsonDocument::Compact) + '\n');
    return listen();
}

void Program::fail(const QString &why)
{
    QString text = m_name + ": "_L1 + why;
    const QString said = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
    if (!said.isEmpty())
        text += "\n    "_L1 + said.right(2000);
    throw ContestError(text);
}

} // namespace Bench
