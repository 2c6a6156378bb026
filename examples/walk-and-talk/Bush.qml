// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// Stands at its x and y: the middle of its foot.
Item {
    id: bush

    property bool berries

    z: y

    Oval { x: 2; radiusX: 33; radiusY: 9; color: "#2c5a2c"; opacity: 0.28 }
    Repeater {
        model: [
            { x: -15, y: -11, r: 14, color: "#4a8f45" }, { x: 15, y: -10, r: 13, color: "#458a42" },
            { x: 0, y: -16, r: 17, color: "#5aa24d" }, { x: -6, y: -21, r: 9, color: "#78bb59" }
        ]

        Rectangle {
            required property var modelData

            x: modelData.x - modelData.r
            y: modelData.y - modelData.r
            width: modelData.r * 2
            height: width
            radius: modelData.r
            antialiasing: true
            color: modelData.color
        }
    }
    Repeater {
        model: bush.berries ? [{ x: -16, y: -14 }, { x: -4, y: -8 }, { x: 6, y: -19 }, { x: 15, y: -10 }] : []

        Rectangle {
            required property var modelData

            x: modelData.x
            y: modelData.y
            width: 5; height: 5
            radius: 2.5
            antialiasing: true
            color: "#d8334a"
        }
    }
}
