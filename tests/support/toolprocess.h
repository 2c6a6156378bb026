// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qprocess.h>
#include <QtTest/qtest.h>

#include <csignal>

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
