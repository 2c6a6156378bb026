// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qprocess.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qurl.h>
#include <QtTest/qtest.h>

#include <csignal>
#include <optional>

using namespace Qt::StringLiterals;

/// A resource: a program that runs beside the test, whose event loop goes on meanwhile. Killed with
/// this object at the latest.
class ToolProcess
{
public:
    /// \a outputFile: where its standard output goes, in place of output().
    ToolProcess(const QString &program, const QStringList &arguments,
                const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment(),
                const QString &outputFile = {})
    {
        QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process,
                         [this] { m_output += m_process.readAllStandardOutput(); });
        QObject::connect(&m_process, &QProcess::readyReadStandardError, &m_process,
                         [this] { m_errors += m_process.readAllStandardError(); });
        if (!outputFile.isEmpty())
            m_process.setStandardOutputFile(outputFile);
        m_process.setProcessEnvironment(environment);
        m_process.start(program, arguments);
    }

    ~ToolProcess()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    /// All that was printed so far.
    const QByteArray &output() const { return m_output; }
    const QByteArray &errors() const { return m_errors; }
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    bool hasCrashed() const { return m_process.exitStatus() == QProcess::CrashExit; }

    void write(const QByteArray &input)
    {
        m_process.write(input);
        m_process.closeWriteChannel();
    }

    void signal(int number) const
    {
        // Not 0, which would be the whole group of processes of the test.
        if (m_process.processId() > 0)
            ::kill(static_cast<pid_t>(m_process.processId()), number);
    }

    bool waitForOutput(const QByteArray &text) const
    {
        return QTest::qWaitFor([&] { return m_output.contains(text); }, Patience);
    }
    bool waitForErrors(const QByteArray &text) const
    {
        return QTest::qWaitFor([&] { return m_errors.contains(text); }, Patience);
    }

    /// The exit status; -1 where it crashed, was killed, or did not end.
    int waitForEnd() const
    {
        const bool ended = QTest::qWaitFor([this] { return !isRunning(); }, Patience);
        return ended && !hasCrashed() ? m_process.exitCode() : -1;
    }

private:
    static constexpr int Patience = 30000; ///< milliseconds

    QProcess m_process;
    QByteArray m_output;
    QByteArray m_errors;
};

/// A resource: the program objectsyncd, on a free port of the loopback address; the test is built
/// with its place in OBJECTSYNCD.
class DaemonProcess
{
public:
    /// \a options: of the program, besides where to listen.
    explicit DaemonProcess(const QStringList &options) : m_options(options) { }

    /// On the port that it had before, if it had one. False where it does not get ready.
    bool start()
    {
        const QString address = u"127.0.0.1:"_s + QString::number(qMax(m_url.port(), 0));
        m_process.emplace(QStringLiteral(OBJECTSYNCD),
                          QStringList{ u"--listen"_s, address } + m_options);
        static const QRegularExpression ready(u"listening on (ws://\\S+)\n"_s);
        QRegularExpressionMatch match;
        const bool isReady = QTest::qWaitFor(
                [&] {
                    match = ready.match(QString::fromUtf8(m_process->output()));
                    return match.hasMatch() || !m_process->isRunning();
                },
                30000);
        m_url = QUrl(match.captured(1));
        return isReady && match.hasMatch();
    }

    QUrl url() const { return m_url; }

    /// As a crash: nothing can be done in between.
    void kill()
    {
        m_process->signal(SIGKILL);
        m_process->waitForEnd();
    }

    /// In good order; the exit status.
    int stop()
    {
        m_process->signal(SIGTERM);
        return m_process->waitForEnd();
    }

private:
    QStringList m_options;
    QUrl m_url;
    std::optional<ToolProcess> m_process;
};
