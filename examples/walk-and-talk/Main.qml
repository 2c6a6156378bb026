// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import ObjectSync

// Arrow keys walk, any other key talks, and everyone sees everyone.
Window {
    id: window

    required property url url
    required property string name
    property string store
    property alias player: me.player
    property bool scripted
    property alias session: session
    property alias me: me

    width: 1000
    height: 640
    minimumWidth: 480
    minimumHeight: 320
    visible: true
    color: "#8dc765"
    title: qsTr("%1 – Walk and talk").arg(name)

    // The others see at once that this one has gone.
    onClosing: close => {
        close.accepted = me.leaving
        me.leave(() => Qt.quit())
    }
    onActiveChanged: if (!active && !scripted) controls.release()

    SyncSession {
        id: session
        url: window.url
        storagePath: window.store
    }
    SyncedModel {
        id: players
        session: session
        prefix: "players/"
        orderBy: "name"
        roles: ["name", "color", "facing", "text", "walking", "x", "y"]
    }
    Me {
        id: me
        session: session
        name: window.name
    }
    Script {
        me: me
        running: window.scripted
    }

    Meadow {
        anchors.fill: parent
        players: players
        ownId: me.entityId
        ownName: me.name
        ownColor: me.color
        ownText: me.talk.text
        typing: me.talk.typing && !window.scripted
        walker: me.walker
    }
    StatusBadge {
        x: 14
        y: 14
        online: session.online
        latency: session.latency
        pending: session.pendingCount
        problem: session.status === SyncSession.Failed ? session.errorString
                 : session.status === SyncSession.Waiting ? qsTr("trying again…") : ""
    }
    PlayersList {
        anchors { right: parent.right; rightMargin: 14 }
        y: 14
        players: players
        ownId: me.entityId
    }
    HintBar {
        anchors { bottom: parent.bottom; bottomMargin: 12; horizontalCenter: parent.horizontalCenter }
        visible: width < window.width
    }
    Controls {
        id: controls
        anchors.fill: parent
        me: me
        enabled: !window.scripted
    }
}
