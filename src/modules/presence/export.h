// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

/// Marks what ObjectSync::Presence offers to other libraries and programs.
#if defined(OBJECTSYNC_STATIC)
#  define OBJECTSYNC_PRESENCE_EXPORT
#elif defined(ObjectSyncPresence_EXPORTS)
#  define OBJECTSYNC_PRESENCE_EXPORT Q_DECL_EXPORT
#else
#  define OBJECTSYNC_PRESENCE_EXPORT Q_DECL_IMPORT
#endif
