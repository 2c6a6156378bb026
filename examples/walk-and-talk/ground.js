// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

.pragma library
.import "landscape.js" as Landscape

// Paints what lies flat on the ground, in the units of the landscape. It goes on beyond the
// landscape's edges, for windows of another shape.

function paint(ctx) {
    paintGrass(ctx)
    paintPath(ctx)
    paintTufts(ctx)
    paintPond(ctx)
    paintFlowers(ctx)
}

function ellipse(ctx, x, y, rx, ry) {
    ctx.beginPath()
    ctx.ellipse(x - rx, y - ry, rx * 2, ry * 2)
    ctx.closePath()
}

function paintGrass(ctx) {
    const light = ctx.createLinearGradient(0, -100, 0, 760)
    light.addColorStop(0, "#a5d678")
    light.addColorStop(0.55, "#8dc765")
    light.addColorStop(1, "#74b257")
    ctx.fillStyle = light
    ctx.fillRect(-1000, -1000, 3000, 2640)

    const dice = Landscape.dice(7)
    for (let i = 0; i < 170; ++i) {
        ctx.fillStyle = dice() < 0.5 ? "rgba(255, 255, 190, 0.10)" : "rgba(40, 110, 50, 0.09)"
        const rx = 26 + dice() * 80
        ellipse(ctx, -400 + dice() * 1800, -300 + dice() * 1240, rx, rx * 0.42)
        ctx.fill()
    }
}

function tracePaths(ctx) {
    ctx.beginPath()
    ctx.moveTo(-600, 520)
    ctx.bezierCurveTo(-100, 520, 120, 480, 260, 420)
    ctx.bezierCurveTo(420, 350, 470, 250, 620, 200)
    ctx.bezierCurveTo(760, 155, 900, 190, 1600, 130)
    ctx.moveTo(196, 200)
    ctx.bezierCurveTo(196, 280, 220, 350, 268, 416)
    ctx.moveTo(430, 322)
    ctx.bezierCurveTo(480, 420, 440, 520, 462, 1000)
}

function paintPath(ctx) {
    ctx.lineCap = "round"
    ctx.lineJoin = "round"
    for (const [width, color] of [[64, "rgba(70, 100, 40, 0.22)"], [57, "#cfae78"], [47, "#e2c692"],
                                  [22, "rgba(255, 238, 200, 0.35)"]]) {
        ctx.lineWidth = width
        ctx.strokeStyle = color
        tracePaths(ctx)
        ctx.stroke()
    }
    paintPebbles(ctx)
}

function paintPebbles(ctx) {
    const dice = Landscape.dice(21)
    for (let i = 0; i < 110; ++i) {
        const t = dice()
        const along = i % 3
        const spread = (dice() - 0.5) * 36
        const x = along === 2 ? 446 + spread : -40 + t * 1080
        const y = along === 2 ? 400 + t * 260 : pathY(x) + spread
        ctx.fillStyle = dice() < 0.5 ? "rgba(150, 115, 65, 0.35)" : "rgba(255, 246, 220, 0.55)"
        ellipse(ctx, x, y, 1.5 + dice() * 2.5, 1.2 + dice() * 1.3)
        ctx.fill()
    }
}

// The middle of the long path, roughly.
function pathY(x) {
    if (x < 260)
        return 508 - Math.max(0, x) * 0.34
    if (x < 620)
        return 420 - (x - 260) * 0.61
    return 200 - Math.sin((x - 620) / 380) * 26
}

function paintTufts(ctx) {
    const dice = Landscape.dice(3)
    ctx.lineWidth = 1.6
    for (let i = 0; i < 420; ++i) {
        const x = -300 + dice() * 1600
        const y = -200 + dice() * 1040
        ctx.strokeStyle = dice() < 0.5 ? "rgba(58, 128, 56, 0.55)" : "rgba(190, 226, 130, 0.7)"
        if (Math.abs(y - pathY(x)) < 36 || Math.abs(x - 450) < 40 && y > 320)
            continue
        ctx.beginPath()
        for (const lean of [-3.5, 0, 3.5]) {
            ctx.moveTo(x + lean * 0.4, y)
            ctx.quadraticCurveTo(x + lean * 0.5, y - 4, x + lean, y - 6 - dice() * 3)
        }
        ctx.stroke()
    }
}

function paintPond(ctx) {
    const pond = Landscape.pond
    const rim = (grow, color) => {
        ctx.fillStyle = color
        tracePond(ctx, pond, grow)
        ctx.fill()
    }
    rim(20, "rgba(60, 105, 45, 0.25)")
    rim(15, "#d9c08a")
    rim(8, "#c3a66f")
    const water = ctx.createLinearGradient(0, pond.y - pond.ry, 0, pond.y + pond.ry)
    water.addColorStop(0, "#3f93b8")
    water.addColorStop(0.5, "#5fb3d1")
    water.addColorStop(1, "#82cbe0")
    rim(0, water)
    paintLilies(ctx, pond)
    paintReeds(ctx, pond)
}

function tracePond(ctx, pond, grow) {
    const rx = pond.rx + grow
    const ry = pond.ry + grow * 0.75
    ctx.beginPath()
    for (let i = 0; i <= 60; ++i) {
        const angle = i / 60 * 2 * Math.PI
        const bend = 1 + 0.045 * Math.sin(angle * 3 + 0.8) + 0.03 * Math.cos(angle * 5)
        ctx.lineTo(pond.x + Math.cos(angle) * rx * bend, pond.y + Math.sin(angle) * ry * bend)
    }
    ctx.closePath()
}

function paintLilies(ctx, pond) {
    for (const [dx, dy, size, bloom] of [[-70, 26, 14, 1], [-46, 38, 10, 0], [-82, 4, 9, 0],
                                         [64, -30, 12, 0], [84, -16, 9, 1]]) {
        const x = pond.x + dx
        const y = pond.y + dy
        ctx.fillStyle = "rgba(20, 70, 90, 0.25)"
        ellipse(ctx, x + 1, y + 3, size, size * 0.55)
        ctx.fill()
        ctx.fillStyle = "#4f9d52"
        ellipse(ctx, x, y, size, size * 0.55)
        ctx.fill()
        ctx.fillStyle = "#6fbb62"
        ellipse(ctx, x - size * 0.15, y - size * 0.1, size * 0.65, size * 0.33)
        ctx.fill()
        if (bloom)
            paintFlower(ctx, x + 2, y - 4, 3.4, "#ffd5e5", "#f7b733")
    }
}

function paintReeds(ctx, pond) {
    const dice = Landscape.dice(11)
    for (let i = 0; i < 17; ++i) {
        const x = pond.x + 84 + dice() * 52
        const y = pond.y + 22 + dice() * 26
        const top = y - 26 - dice() * 20
        const lean = (dice() - 0.5) * 12
        ctx.lineWidth = 2.2
        ctx.strokeStyle = dice() < 0.5 ? "#4e8a45" : "#6ca552"
        ctx.beginPath()
        ctx.moveTo(x, y)
        ctx.quadraticCurveTo(x, (y + top) / 2, x + lean, top)
        ctx.stroke()
        if (i % 3 === 0) {
            ctx.fillStyle = "#7a4a2a"
            ellipse(ctx, x + lean, top, 2.6, 6.5)
            ctx.fill()
        }
    }
}

function paintFlower(ctx, x, y, size, petals, heart) {
    ctx.fillStyle = petals
    for (let i = 0; i < 5; ++i) {
        const angle = i / 5 * 2 * Math.PI
        ellipse(ctx, x + Math.cos(angle) * size, y + Math.sin(angle) * size * 0.8, size * 0.78,
                size * 0.68)
        ctx.fill()
    }
    ctx.fillStyle = heart
    ellipse(ctx, x, y, size * 0.6, size * 0.52)
    ctx.fill()
}

function paintFlowers(ctx) {
    const dice = Landscape.dice(31)
    const colors = [["#ffffff", "#f7c948"], ["#f7d154", "#d98324"], ["#f49ac1", "#fff2b0"],
                    ["#b39ddb", "#fff2b0"], ["#ff8a65", "#ffe082"]]
    for (const [cx, cy] of [[300, 300], [120, 470], [520, 420], [870, 150], [690, 300], [240, 560],
                            [700, 560], [400, 200], [900, 470], [540, 200], [30, 250]]) {
        const [petals, heart] = colors[Math.floor(dice() * colors.length)]
        for (let i = 0; i < 8; ++i) {
            const x = cx + (dice() - 0.5) * 76
            const y = cy + (dice() - 0.5) * 46
            if (Math.abs(y - pathY(x)) > 34 && Math.abs(x - 450) > 40)
                paintFlower(ctx, x, y, 2.2 + dice() * 0.9, petals, heart)
        }
    }
}
