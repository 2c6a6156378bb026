// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringlist.h>

namespace Bench {

/// What a contestant's server is started with.
struct ServerArguments
{
    int entities = 0;
    QStringList flags; ///< all other arguments, as "--together"

    bool has(const char *flag) const { return flags.contains(QLatin1String(flag)); }
};

/// Ends the process with a message where `--entities` is missing or no number.
ServerArguments serverArguments(int argc, char **argv);

/// Tells the driver where the server listens.
void announce(quint16 port);

/// From now on the process ends when its standard input does. Needs an event loop.
void endWithInput();

} // namespace Bench
