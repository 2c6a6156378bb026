// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// An ellipse around its x and y.
Item {
    id: oval

    property real radiusX
    property real radiusY
    property color color
    property color borderColor: "transparent"

    Rectangle {
        x: -oval.radiusX
        y: -oval.radiusX
        width: oval.radiusX * 2
        height: width
        radius: oval.radiusX
        antialiasing: true
        color: oval.color
        border { color: oval.borderColor; width: oval.borderColor.a > 0 ? 2 : 0 }
        transform: Scale {
            origin.y: oval.radiusX
            yScale: oval.radiusY / Math.max(1, oval.radiusX)
        }
    }
}
