// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// Rings on the water, around its x and y.
Item {
    id: ripples

    Repeater {
        model: [{ x: 30, y: 12, delay: 0 }, { x: -14, y: -34, delay: 1300 }, { x: 4, y: 46, delay: 2400 }]

        Oval {
            id: ring
            required property var modelData
            property real age

            x: modelData.x
            y: modelData.y
            radiusX: 3 + age * 21
            radiusY: radiusX * 0.45
            color: "transparent"
            borderColor: "white"
            opacity: 0.65 * (1 - age)
            SequentialAnimation on age {
                PauseAnimation { duration: ring.modelData.delay }
                SequentialAnimation {
                    loops: Animation.Infinite
                    NumberAnimation { from: 0; to: 1; duration: 2600 }
                    PauseAnimation { duration: 1500 }
                }
            }
        }
    }
}
