// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml
import ObjectSync

// A server on a free port, and two clients of it.
QtObject {
    id: world

    readonly property SyncServer server: SyncServer { listening: true }
    readonly property SyncSession here: SyncSession {
        url: world.server.url
        reconnectFirst: 20
        reconnectMost: 100
    }
    readonly property SyncSession there: SyncSession {
        url: world.server.url
        reconnectFirst: 20
        reconnectMost: 100
    }
}
