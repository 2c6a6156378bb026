// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "logging_p.h"

namespace ObjectSync::Internal {

Q_LOGGING_CATEGORY(logClient, "objectsync.client", QtInfoMsg)
Q_LOGGING_CATEGORY(logObject, "objectsync.client.object", QtInfoMsg)
Q_LOGGING_CATEGORY(logTransport, "objectsync.client.transport", QtInfoMsg)

} // namespace ObjectSync::Internal
