// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// How things stand with the server.
Rectangle {
    id: badge

    property bool online
    property int latency: -1
    property int pending
    property string problem

    width: row.width + 22
    height: 28
    radius: 14
    color: online ? "#d8ffffff" : "#f2c0392b"
    Behavior on color { ColorAnimation { duration: 250 } }

    Row {
        id: row
        anchors.centerIn: parent
        spacing: 7

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 10; height: 10
            radius: 5
            antialiasing: true
            color: badge.online ? "#3fae55" : "#ffd9d2"
            SequentialAnimation on opacity {
                running: !badge.online
                loops: Animation.Infinite
                alwaysRunToEnd: true
                NumberAnimation { to: 0.25; duration: 500 }
                NumberAnimation { to: 1; duration: 500 }
            }
        }
        Text {
            anchors.verticalCenter: parent.verticalCenter
            font { pixelSize: 13; bold: true }
            color: badge.online ? "#2c3a2e" : "white"
            textFormat: Text.PlainText
            text: badge.online ? "Online" : "Offline"
        }
        Text {
            anchors.verticalCenter: parent.verticalCenter
            font.pixelSize: 12
            color: badge.online ? "#5d6b5f" : "#ffe9e5"
            textFormat: Text.PlainText
            visible: text.length > 0
            text: {
                if (!badge.online && badge.pending > 0)
                    return qsTr("%1 steps and words wait").arg(badge.pending)
                if (!badge.online)
                    return badge.problem || qsTr("connecting…")
                return badge.latency < 0 ? "" : qsTr("%1 ms").arg(badge.latency)
            }
        }
    }
}
