// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <daemonprocess.h>

#include <memory>

/// A value: what a command printed, and its exit status.
struct Outcome
{
    int status = -1;
    QByteArray output;
    QByteArray errors;
};

/// Calls of the program objectsync, for one server.
class CommandLine
{
public:
    explicit CommandLine(const QUrl &url = {})
        : m_environment(QProcessEnvironment::systemEnvironment())
    {
        m_environment.remove(u"OBJECTSYNC_TOKEN"_s);
        m_environment.insert(u"OBJECTSYNC_URL"_s, url.toString());
    }

    std::unique_ptr<ToolProcess> start(const QStringList &arguments,
                                       const QString &outputFile = {}) const
    {
        return std::make_unique<ToolProcess>(QStringLiteral(OBJECTSYNC), arguments, m_environment,
                                             outputFile);
    }

    Outcome run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        const std::unique_ptr<ToolProcess> process = start(arguments);
        process->write(input);
        const int status = process->waitForEnd();
        return { status, process->output(), process->errors() };
    }

private:
    QProcessEnvironment m_environment;
};

/// The test goes on where the command succeeded; and then without a word on standard error.
#define VERIFY_DONE(outcome) \
  do { \
    const Outcome done = (outcome); \
    QCOMPARE(done.errors, QByteArray()); \
    QCOMPARE(done.status, 0); \
  } while (false)
