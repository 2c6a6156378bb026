// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

/// Marks what ObjectSync::Server offers to other libraries and programs.
#if defined(OBJECTSYNC_STATIC)
#  define OBJECTSYNC_SERVER_EXPORT
#elif defined(ObjectSyncServer_EXPORTS)
#  define OBJECTSYNC_SERVER_EXPORT Q_DECL_EXPORT
#else
#  define OBJECTSYNC_SERVER_EXPORT Q_DECL_IMPORT
#endif
