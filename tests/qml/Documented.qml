// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Controls
import ObjectSync

// What the documentation shows, as it stands there.
ApplicationWindow {
    id: window
    width: 400
    height: 300
    visible: true

    required property url url
    property alias lamp: lamp
    property alias slider: slider
    property alias label: label
    property alias list: list
    property alias session: session

    SyncSession { id: session; url: window.url }

    SyncedObject {
        id: lamp
        session: session
        entityId: "lamps/kitchen"
        createIfMissing: true
        property int brightness: 10
        property bool on
    }
    Slider { id: slider; to: 100; value: lamp.brightness; onMoved: lamp.brightness = value }
    Label { id: label; text: lamp.values.contrast ?? "not set" }

    ListView {
        id: list
        anchors { fill: parent; topMargin: 60 }
        model: SyncedModel { session: session; prefix: "players/"; orderBy: "score"; roles: ["name", "score"] }
        delegate: Label { required property string name; required property int score; text: name + " " + score }
    }
}
