// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Shapes

// A speech bubble; the tip of its tail is at its x and y.
Item {
    id: bubble

    property string text
    property bool typing // shows a caret

    // The words stay while the bubble fades.
    property string shown
    readonly property bool open: text.length > 0
    readonly property real unwrapped: measure.advanceWidth

    onTextChanged: if (text.length > 0) shown = text
    Component.onCompleted: shown = text

    visible: opacity > 0
    opacity: open ? 1 : 0
    scale: open ? 1 : 0.6
    Behavior on opacity { NumberAnimation { duration: 160 } }
    Behavior on scale { NumberAnimation { duration: 220; easing.type: Easing.OutBack } }

    TextMetrics {
        id: measure
        font: words.font
        text: bubble.shown + "  "
    }
    Rectangle {
        x: box.x + 1; y: box.y + 3
        width: box.width; height: box.height
        radius: box.radius
        color: "#20331f"
        opacity: 0.22
    }
    Rectangle {
        id: box
        x: Math.round(-width / 2); y: -height - 8
        width: words.width + 24
        height: words.implicitHeight + 14
        radius: 14
        color: "white"
        border { color: "#3f4a3f"; width: 1.4 }

        Text {
            id: words
            x: 12; y: 7
            width: Math.max(16, Math.min(210, Math.ceil(bubble.unwrapped)))
            wrapMode: Text.Wrap
            horizontalAlignment: lineCount > 1 ? Text.AlignLeft : Text.AlignHCenter
            textFormat: Text.PlainText
            text: bubble.shown + (bubble.typing ? (caret.on ? "|" : "\u2009") : "")
            font.pixelSize: 14
            color: "#26302a"
        }
    }
    Shape {
        y: -9.4
        ShapePath {
            strokeColor: "#3f4a3f"
            strokeWidth: 1.4
            fillColor: "white"
            startX: -7; startY: 0
            PathLine { x: 0; y: 9 }
            PathLine { x: 6; y: 0 }
        }
        ShapePath { // covers the border between the box and its tail
            strokeWidth: -1
            fillColor: "white"
            PathSvg { path: "M -6.4 -1 H 5.4 V 1 H -6.4 Z" }
        }
    }
    Timer {
        id: caret
        property bool on: true
        running: bubble.typing
        repeat: true
        interval: 450
        onTriggered: on = !on
    }
}
