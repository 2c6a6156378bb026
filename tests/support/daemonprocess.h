// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "toolprocess.h"

#include <QtCore/qregularexpression.h>
#include <QtCore/qurl.h>

#include <optional>

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
