// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml
import ObjectSync

// A client with one object, as the test in C++ looks at it.
QtObject {
    id: client

    required property url url
    readonly property Knob slider: Knob { }
    property string refusal

    readonly property SyncSession session: SyncSession { url: client.url }
    readonly property SyncedObject lamp: SyncedObject {
        property int brightness: client.slider.value
        property string label

        session: client.session
        entityId: "lamps/kitchen"
        createIfMissing: true
        onRejected: error => client.refusal = error.code + ": " + error.message
    }
}
