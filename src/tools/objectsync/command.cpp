// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "command.h"

#include "commandtable.h"
#include "interrupt.h"

#include <QtCore/qcoreapplication.h>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

ExitStatus statusOf(const Error &error)
{
    for (const char *code : { ErrorCode::Unreachable, ErrorCode::TimedOut, ErrorCode::NotOpen }) {
        if (error.code == code)
            return Unreachable;
    }
    return Refused;
}

} // namespace

Command::Command(const Invocation &invocation) : m_invocation(invocation), m_output(invocation.json)
{
}

Command::~Command() = default;

Expected<void> Command::prepare()
{
    return {};
}

void Command::run()
{
    ClientOptions options = m_session.options();
    // Somebody waits: come back sooner than a program in the background would.
    options.reconnectFirst = 200;
    options.reconnectMost = 2000;
    options.handshakeTimeout = std::min<qint64>(options.handshakeTimeout, m_invocation.timeout);
    options.fetchTimeout = m_invocation.timeout;
    m_session.setOptions(options);
    m_session.setToken(m_invocation.token);

    m_timeout.setSingleShot(true);
    m_timeout.setInterval(m_invocation.timeout);
    connect(&m_timeout, &QTimer::timeout, this, &Command::onTimeout);
    connect(&m_session, &SyncSession::statusChanged, this, &Command::onStatusChanged);
    m_timeout.start();
    m_session.open(m_invocation.url);
}

void Command::catchInterrupts()
{
    m_interrupt = new Interrupt(this);
    connect(m_interrupt, &Interrupt::interrupted, this, [this] { interrupted(); });
}

void Command::onStatusChanged(SyncSession::Status status)
{
    if (m_isFinished)
        return;
    if (status == SyncSession::Status::Failed)
        return fail(m_session.error());
    if (status == SyncSession::Status::Online)
        return onOnline();
    if (!std::exchange(m_wasOnline, false))
        return;
    if (m_patience == Patience::Outage)
        m_timeout.start();
    wentOffline();
}

void Command::onOnline()
{
    m_wasOnline = true;
    if (m_patience != Patience::All)
        m_timeout.stop();
    if (std::exchange(m_hasBegun, true))
        wentOnline();
    else
        begin();
}

void Command::onTimeout()
{
    const QString url = m_invocation.url.toDisplayString(QUrl::RemoveQuery);
    const int seconds = m_invocation.timeout / 1000;
    if (m_session.isOnline()) {
        return fail({ ErrorCode::TimedOut,
                      u"%1 did not answer within %2 s; what became of the request is not "
                      "known"_s.arg(url)
                              .arg(seconds) });
    }
    const QString reason = m_session.errorString();
    fail({ ErrorCode::Unreachable, u"%1 was not reached within %2 s%3"_s.arg(url).arg(seconds).arg(
                                           reason.isEmpty() ? QString() : u": "_s + reason) });
}

void Command::finish(ExitStatus status)
{
    if (std::exchange(m_isFinished, true))
        return;
    m_timeout.stop();
    Q_EMIT finished(status);
}

void Command::fail(const Error &error)
{
    if (m_isFinished)
        return;
    printError(error);
    finish(statusOf(error));
}

void Command::finishOutput(ExitStatus status)
{
    if (!m_output.hasFailed())
        return finish(status);
    printError(u"cannot write to standard output"_s);
    finish(Usage);
}

int runCommand(const Invocation &invocation)
{
    const std::unique_ptr<Command> command = invocation.command->make(invocation);
    if (const Expected<void> prepared = command->prepare(); !prepared) {
        printError(prepared.error().message);
        return Usage;
    }
    QObject::connect(command.get(), &Command::finished, command.get(), &QCoreApplication::exit,
                     Qt::QueuedConnection);
    QMetaObject::invokeMethod(command.get(), &Command::run, Qt::QueuedConnection);
    return QCoreApplication::exec();
}

} // namespace ObjectSync::Tool
