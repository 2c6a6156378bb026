// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// A cloud of dust where someone left. Goes by itself.
Item {
    id: puff

    property real age

    z: y + 1
    NumberAnimation on age {
        from: 0; to: 1
        duration: 600
        onFinished: puff.destroy()
    }

    component Ball: Rectangle {
        property real turn // 0 to 1
        property real age
        readonly property real angle: turn * 2 * Math.PI
        readonly property real reach: 8 + age * (22 + 9 * Math.cos(angle * 3))

        x: Math.cos(angle) * reach - width / 2
        y: -28 + Math.sin(angle) * reach * 0.9 - width / 2
        width: 15 * (1 - age * 0.6)
        height: width
        radius: width / 2
        antialiasing: true
        color: "#fffbe8"
        opacity: 0.8 * (1 - age)
    }
    Ball { turn: 0.00; age: puff.age }
    Ball { turn: 0.12; age: puff.age }
    Ball { turn: 0.25; age: puff.age }
    Ball { turn: 0.38; age: puff.age }
    Ball { turn: 0.50; age: puff.age }
    Ball { turn: 0.62; age: puff.age }
    Ball { turn: 0.75; age: puff.age }
    Ball { turn: 0.88; age: puff.age }
}
