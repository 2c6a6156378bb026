// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "daemon.h"
#include "interrupt.h"
#include "settings.h"

#include <objectsync/server/eventloop.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qloggingcategory.h>

#include <cstdio>

using namespace ObjectSync;

namespace {

enum ExitStatus { Done = 0, CannotStart = 1, Usage = 2 };

int complain(const Error &error, int status)
{
    std::fprintf(stderr, "objectsyncd: %s\n", qPrintable(error.message));
    return status;
}

void say(const QString &text)
{
    std::fputs(qPrintable(text), stdout);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char *argv[])
{
    useServerEventLoop();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("objectsyncd"));
    QCoreApplication::setApplicationVersion(QStringLiteral(OBJECTSYNC_VERSION));

    QString text;
    const auto settings = Daemon::Settings::parse(QCoreApplication::arguments(), text);
    if (!settings)
        return complain(settings.error(), Usage);
    if (!text.isEmpty()) {
        say(text);
        return Done;
    }
    Daemon::Daemon daemon(*settings);
    Tool::Interrupt interrupt;
    QObject::connect(&interrupt, &Tool::Interrupt::interrupted, &daemon, &Daemon::Daemon::stop);
    QObject::connect(&daemon, &Daemon::Daemon::stopped, &application, &QCoreApplication::quit);
    // Its errors are told here, in this program's own form.
    QLoggingCategory::setFilterRules(QStringLiteral("objectsync.*=false"));
    if (const auto started = daemon.start(); !started)
        return complain(started.error(), CannotStart);
    QLoggingCategory::setFilterRules({});
    say(QStringLiteral("objectsyncd: listening on %1\n").arg(daemon.url()));
    return QCoreApplication::exec();
}
