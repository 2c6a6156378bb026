// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import "landscape.js" as Landscape

// The meadow with everyone on it.
Item {
    id: meadow

    required property var players // a model with a role for each property of a player
    required property string ownId
    required property Walker walker
    property string ownName
    property string ownColor
    property string ownText
    property bool typing

    readonly property real unit: Math.min(width / Landscape.width, height / Landscape.height)

    clip: true

    Ground {
        anchors.fill: parent
        unit: meadow.unit
        origin: Qt.point((meadow.width - Landscape.width * meadow.unit) / 2,
                         (meadow.height - Landscape.height * meadow.unit) / 2)
    }

    Item {
        id: land
        anchors.centerIn: parent
        width: Landscape.width
        height: Landscape.height
        scale: meadow.unit

        Ripples { x: Landscape.pond.x; y: Landscape.pond.y }
        Cottage { x: Landscape.cottage.x; y: Landscape.cottage.y }
        Repeater {
            model: Landscape.trees
            Tree {
                required property var modelData
                x: modelData.x
                y: modelData.y
                kind: modelData.kind
                size: modelData.size
            }
        }
        Repeater {
            model: Landscape.bushes
            Bush {
                required property var modelData
                x: modelData.x
                y: modelData.y
                berries: modelData.berries
            }
        }

        Repeater {
            model: meadow.players
            onItemAdded: (index, item) => (item as Player).overlay = labels
            onItemRemoved: (index, item) => {
                if (item.visible)
                    dust.createObject(land, { x: item.x, y: item.y })
            }

            Player {
                required property var model

                visible: model.entityId !== meadow.ownId
                playerId: model.entityId
                name: model.name ?? ""
                color: model.color ?? ""
                facing: model.facing ?? "down"
                text: visible ? model.text ?? "" : ""
                walking: model.walking ?? false
                x: model.x ?? 0
                y: model.y ?? 0
                // A little longer than the time between two messages, so that it never stands.
                Behavior on x { NumberAnimation { duration: 110 } }
                Behavior on y { NumberAnimation { duration: 110 } }
            }
        }
        Player {
            overlay: labels
            own: true
            playerId: meadow.ownId
            name: meadow.ownName
            color: meadow.ownColor
            text: meadow.ownText
            typing: meadow.typing
            facing: meadow.walker.facing
            walking: meadow.walker.walking
            x: meadow.walker.x
            y: meadow.walker.y
        }
        Item {
            id: labels
            anchors.fill: parent
            z: 100000
        }
        Component {
            id: dust
            Puff { }
        }
    }
}
