// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import "ground.js" as Painter

// What lies flat on the ground, painted once for each size of the window.
Canvas {
    id: ground

    property real unit: 1
    property point origin

    renderStrategy: Canvas.Immediate
    onUnitChanged: requestPaint()
    onOriginChanged: requestPaint()
    onPaint: {
        const ctx = getContext("2d")
        ctx.reset()
        ctx.translate(ground.origin.x, ground.origin.y)
        ctx.scale(ground.unit, ground.unit)
        Painter.paint(ctx)
    }
}
