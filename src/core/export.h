// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

/// Marks what ObjectSync::Core offers to other libraries and programs.
#if defined(OBJECTSYNC_STATIC)
#  define OBJECTSYNC_CORE_EXPORT
#elif defined(ObjectSyncCore_EXPORTS)
#  define OBJECTSYNC_CORE_EXPORT Q_DECL_EXPORT
#else
#  define OBJECTSYNC_CORE_EXPORT Q_DECL_IMPORT
#endif
