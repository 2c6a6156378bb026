// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import ObjectSync

// A declared property with a binding of its user's.
SyncedObject {
    id: lamp

    readonly property Knob knob: Knob { }
    property int brightness: lamp.knob.value
}
