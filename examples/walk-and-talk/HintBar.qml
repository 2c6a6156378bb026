// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// How to play.
Rectangle {
    id: bar

    width: row.width + 28
    height: 36
    radius: 18
    color: "#c8223024"

    component Cap: Rectangle {
        property alias text: legend.text

        anchors.verticalCenter: parent?.verticalCenter
        width: Math.max(22, legend.implicitWidth + 12)
        height: 22
        radius: 5
        color: "#fbf7ea"
        border { color: "#a9a48f"; width: 1 }
        Rectangle { x: 2; y: 18; width: parent.width - 4; height: 2.5; radius: 1; color: "#cfc9b3" }
        Text {
            id: legend
            anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: 1.5 }
            font { pixelSize: 12; bold: true }
            color: "#3b3f34"
        }
    }
    component Says: Text {
        anchors.verticalCenter: parent?.verticalCenter
        rightPadding: 12
        font.pixelSize: 13
        color: "#f4f6ee"
    }

    Row {
        id: row
        anchors.centerIn: parent
        anchors.horizontalCenterOffset: 5
        spacing: 4

        Cap { text: "←" }
        Cap { text: "↑" }
        Cap { text: "↓" }
        Cap { text: "→" }
        Says { text: qsTr("walk"); leftPadding: 3 }
        Cap { text: "A" }
        Cap { text: "…" }
        Cap { text: "Z" }
        Says { text: qsTr("talk"); leftPadding: 3 }
        Cap { text: "⌫" }
        Says { text: qsTr("correct"); leftPadding: 3 }
        Cap { text: "⏎" }
        Says { text: qsTr("done"); leftPadding: 3; rightPadding: 0 }
    }
}
