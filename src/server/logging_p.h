// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qloggingcategory.h>

namespace ObjectSync::Internal {

Q_DECLARE_LOGGING_CATEGORY(logServer) // objectsync.server
Q_DECLARE_LOGGING_CATEGORY(logHttp) // objectsync.server.http
Q_DECLARE_LOGGING_CATEGORY(logStorage) // objectsync.server.storage

} // namespace ObjectSync::Internal
