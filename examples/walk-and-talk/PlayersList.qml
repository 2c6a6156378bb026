// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import "looks.js" as Looks

// Who is there, by name.
Rectangle {
    id: list

    required property var players
    required property string ownId

    width: 168
    height: Math.min(column.implicitHeight + 20, parent.height - y - 60)
    radius: 12
    color: "#d8ffffff"
    clip: true

    Column {
        id: column
        x: 12; y: 9
        width: parent.width - 24
        spacing: 5

        Text {
            font { pixelSize: 12; bold: true; capitalization: Font.AllUppercase; letterSpacing: 0.8 }
            color: "#5d6b5f"
            text: rows.count === 1 ? qsTr("1 player") : qsTr("%1 players").arg(rows.count)
        }
        Repeater {
            id: rows
            model: list.players

            Row {
                id: row
                required property var model

                spacing: 8
                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    width: 14; height: 14
                    radius: 7
                    antialiasing: true
                    color: row.model.color || Looks.shirt(row.model.entityId)
                    border { color: "#30000000"; width: 1 }
                }
                Text {
                    width: 118
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                    text: row.model.name ?? ""
                    color: "#2c3a2e"
                    font { pixelSize: 13; bold: row.model.entityId === list.ownId }
                }
            }
        }
    }
}
