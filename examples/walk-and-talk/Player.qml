// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import "looks.js" as Looks

// A player on the meadow: the sprite, and over it, above everything, the name and the words.
Item {
    id: player

    property Item overlay // as large as the parent, in front of it
    property string playerId
    property string name
    property string color
    property string facing: "down"
    property string text
    property bool walking
    property bool own
    property bool typing

    z: y

    Figure {
        id: figure
        playerId: player.playerId
        shirt: player.color || Looks.shirt(player.playerId)
        facing: player.facing || "down"
        walking: player.walking
        talking: player.text.length > 0
        scale: 0
        Component.onCompleted: scale = 1
        Behavior on scale { NumberAnimation { duration: 420; easing.type: Easing.OutBack } }
    }

    Item {
        parent: player.overlay
        visible: player.visible
        x: player.x
        y: player.y - 76
        z: player.y + (player.text.length > 0 ? 10000 : 0)

        Rectangle {
            id: label
            x: -width / 2; y: -height
            width: tag.implicitWidth + 14
            height: tag.implicitHeight + 4
            radius: height / 2
            color: player.own ? "#e6fff6d6" : "#a8223024"
            border { color: player.own ? "#c9a227" : "transparent"; width: 1 }
            Text {
                id: tag
                anchors.centerIn: parent
                text: player.name
                textFormat: Text.PlainText
                font { pixelSize: 12; bold: true }
                color: player.own ? "#4a3a05" : "white"
            }
        }
        Bubble {
            y: -label.height - 2
            text: player.text
            typing: player.typing
        }
    }
}
