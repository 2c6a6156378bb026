// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

.pragma library

// The meadow, the same for everyone: what stands where, and where one can walk. The unit is one
// pixel of a window of the size below.

const width = 1000
const height = 640

const pond = { x: 742, y: 424, rx: 138, ry: 80 }
const cottage = { x: 196, y: 196, width: 150, depth: 50 }

const trees = [
    { x: 52, y: 128, kind: "pine", size: 1.1 }, { x: 98, y: 92, kind: "pine", size: 0.85 },
    { x: 338, y: 112, kind: "round", size: 1.0 }, { x: 412, y: 84, kind: "pine", size: 0.9 },
    { x: 486, y: 128, kind: "round", size: 0.8 }, { x: 626, y: 86, kind: "round", size: 1.1 },
    { x: 838, y: 262, kind: "round", size: 1.05 }, { x: 936, y: 88, kind: "pine", size: 1.15 },
    { x: 966, y: 318, kind: "pine", size: 0.95 }, { x: 912, y: 566, kind: "round", size: 1.2 },
    { x: 560, y: 566, kind: "pine", size: 0.9 }, { x: 606, y: 600, kind: "round", size: 0.85 },
    { x: 60, y: 356, kind: "round", size: 1.1 }, { x: 76, y: 604, kind: "pine", size: 1.2 },
    { x: 132, y: 572, kind: "round", size: 0.75 }, { x: 354, y: 578, kind: "round", size: 1.0 }
]

const bushes = [
    { x: 112, y: 214, berries: true }, { x: 292, y: 216, berries: false },
    { x: 548, y: 118, berries: false }, { x: 880, y: 296, berries: true },
    { x: 590, y: 500, berries: true }, { x: 950, y: 600, berries: false },
    { x: 22, y: 400, berries: false }, { x: 404, y: 604, berries: true }
]

function inEllipse(x, y, cx, cy, rx, ry) {
    const dx = (x - cx) / rx
    const dy = (y - cy) / ry
    return dx * dx + dy * dy < 1
}

// True where a player's feet can be.
function isFree(x, y) {
    if (x < 20 || x > width - 20 || y < 78 || y > height - 34)
        return false
    if (inEllipse(x, y, pond.x, pond.y, pond.rx + 14, pond.ry + 8))
        return false
    if (Math.abs(x - cottage.x) < cottage.width / 2 + 14 && y < cottage.y + 6
            && y > cottage.y - cottage.depth)
        return false
    return !trees.some(tree => inEllipse(x, y, tree.x, tree.y, 22 * tree.size, 12 * tree.size))
            && !bushes.some(bush => inEllipse(x, y, bush.x, bush.y, 26, 11))
}

// A free place near the middle.
function freePlace() {
    for (;;) {
        const x = Math.round(260 + Math.random() * 340)
        const y = Math.round(250 + Math.random() * 260)
        if (isFree(x, y))
            return { x: x, y: y }
    }
}

// Random numbers from 0 to 1 that are the same each time: an own one for each seed.
function dice(seed) {
    let state = seed
    return () => {
        state = (state * 1103515245 + 12345) % 2147483648
        return state / 2147483648
    }
}
