// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml
import "landscape.js" as Landscape

// Someone who walks on the meadow. Knows nothing of windows and of the network.
QtObject {
    id: walker

    property real x
    property real y
    property int dx // -1, 0 or 1: where to
    property int dy
    property string facing: "down"
    readonly property bool walking: dx !== 0 || dy !== 0
    property bool blocked // by a tree, the pond, …
    property real speed: 165 // a second

    property Timer ticker: Timer {
        property double last

        interval: 16
        repeat: true
        running: walker.walking
        onRunningChanged: last = Date.now()
        onTriggered: {
            const now = Date.now()
            walker.step(Math.min(now - last, 100) / 1000)
            last = now
        }
    }

    Component.onCompleted: {
        const free = Landscape.freePlace()
        x = free.x
        y = free.y
    }
    onDxChanged: turn()
    onDyChanged: turn()

    function turn() {
        if (dx !== 0)
            facing = dx < 0 ? "left" : "right"
        else if (dy !== 0)
            facing = dy < 0 ? "up" : "down"
    }

    // Slides along what is in the way.
    function step(seconds: real) {
        const length = speed * seconds / (dx !== 0 && dy !== 0 ? Math.SQRT2 : 1)
        const nextX = x + dx * length
        const nextY = y + dy * length
        const goesX = dx !== 0 && Landscape.isFree(nextX, y)
        const goesY = dy !== 0 && Landscape.isFree(goesX ? nextX : x, nextY)
        if (goesX)
            x = nextX
        if (goesY)
            y = nextY
        blocked = !goesX && !goesY
    }
}
