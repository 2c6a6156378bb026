// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

/// Marks what ObjectSync::Sqlite offers to other libraries and programs.
#if defined(OBJECTSYNC_STATIC)
#  define OBJECTSYNC_SQLITE_EXPORT
#elif defined(ObjectSyncSqlite_EXPORTS)
#  define OBJECTSYNC_SQLITE_EXPORT Q_DECL_EXPORT
#else
#  define OBJECTSYNC_SQLITE_EXPORT Q_DECL_IMPORT
#endif
