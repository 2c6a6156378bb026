// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/server/export.h>

namespace ObjectSync {

/// For programs that are servers above all: gives the main thread an event loop in which connections
/// cost nothing while they are quiet. Qt's own looks at each of its sockets in every turn.
///
/// To be called before the QCoreApplication is made. Timers, socket notifiers and posted events work
/// as in Qt's loop; sources of GLib do not, so it is not for programs with windows. False, and the loop
/// that there is stays, on systems other than Linux, and, with a warning, where it is called too late
/// or twice.
OBJECTSYNC_SERVER_EXPORT bool useServerEventLoop();

} // namespace ObjectSync
