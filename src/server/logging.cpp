// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "logging_p.h"

namespace ObjectSync::Internal {

Q_LOGGING_CATEGORY(logServer, "objectsync.server", QtInfoMsg)
Q_LOGGING_CATEGORY(logHttp, "objectsync.server.http", QtInfoMsg)
Q_LOGGING_CATEGORY(logStorage, "objectsync.server.storage", QtInfoMsg)

} // namespace ObjectSync::Internal
