// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml
import ObjectSync

// A player that plays by itself, and needs no display.
QtObject {
    id: bot

    required property url url
    required property string name

    readonly property SyncSession session: SyncSession {
        url: bot.url
        onOnlineChanged: online => console.info(online ? qsTr("%1 is online").arg(bot.name)
                                                       : qsTr("%1 is offline").arg(bot.name))
    }
    readonly property Me me: Me {
        session: bot.session
        name: bot.name
    }
    readonly property Script script: Script { me: bot.me }
}
