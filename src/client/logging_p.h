// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qloggingcategory.h>

namespace ObjectSync::Internal {

Q_DECLARE_LOGGING_CATEGORY(logClient) // objectsync.client
Q_DECLARE_LOGGING_CATEGORY(logObject) // objectsync.client.object
Q_DECLARE_LOGGING_CATEGORY(logTransport) // objectsync.client.transport

} // namespace ObjectSync::Internal
