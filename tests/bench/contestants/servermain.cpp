// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "servermain.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace Bench {

ServerArguments serverArguments(int argc, char **argv)
{
    ServerArguments arguments;
    for (int i = 1; i < argc; ++i)
        arguments.flags.append(QString::fromLocal8Bit(argv[i]));
    const auto option = arguments.flags.indexOf(QLatin1String("--entities"));
    bool ok = false;
    if (option >= 0 && option + 1 < arguments.flags.size())
        arguments.entities = arguments.flags.takeAt(option + 1).toInt(&ok);
    if (!ok || arguments.entities < 0) {
        std::fprintf(stderr, "usage: %s --entities N [OPTION…]\n", argv[0]);
        std::exit(2);
    }
    arguments.flags.removeAt(option);
    return arguments;
}

void announce(quint16 port)
{
    std::printf("{\"port\":%d}\n", port);
    std::fflush(stdout);
}

void endWithInput()
{
    auto *notifier = new QSocketNotifier(STDIN_FILENO, QSocketNotifier::Read, qApp);
    QObject::connect(notifier, &QSocketNotifier::activated, qApp, [] {
        std::array<char, 256> buffer;
        if (::read(STDIN_FILENO, buffer.data(), buffer.size()) <= 0)
            std::_Exit(0); // whatever it holds: nobody asks how long tidying up takes
    });
}

} // namespace Bench
