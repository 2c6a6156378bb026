// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import ObjectSync

SyncedObject {
    enum Mode { Off, Dim, Bright }

    property int brightness: 10
    property bool on
    property real level: 0.5
    property string label
    property int mode: Lamp.Off
    property var anything
    property list<int> numbers
    property color tint: "#ff0000"
    property date since
    readonly property int doubled: brightness * 2
}
