// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Shapes

// Stands at its x and y: the middle of its foot.
Item {
    id: tree

    property string kind: "round"
    property real size: 1

    scale: size
    z: y

    Oval { x: 3; radiusX: 37; radiusY: 12; color: "#2c5a2c"; opacity: 0.3 }
    Rectangle {
        x: -7; y: -34
        width: 14; height: 40
        radius: 5
        gradient: Gradient {
            orientation: Gradient.Horizontal
            GradientStop { position: 0; color: "#6d4a30" }
            GradientStop { position: 0.45; color: "#94694a" }
            GradientStop { position: 1; color: "#5f3f29" }
        }
    }

    Repeater {
        model: tree.kind === "round" ? [
            { x: 0, y: -50, r: 31, top: "#5da04a", bottom: "#3f7f3c" },
            { x: -22, y: -56, r: 22, top: "#64a84e", bottom: "#468840" },
            { x: 22, y: -58, r: 22, top: "#5fa34b", bottom: "#437f3d" },
            { x: -10, y: -78, r: 23, top: "#78bb58", bottom: "#539645" },
            { x: 12, y: -74, r: 24, top: "#70b354", bottom: "#4e9143" },
            { x: -6, y: -84, r: 12, top: "#97d16c", bottom: "#7abb59" },
            { x: -22, y: -62, r: 8, top: "#8cc964", bottom: "#72b456" }
        ] : []

        Rectangle {
            id: leaves
            required property var modelData

            x: modelData.x - modelData.r
            y: modelData.y - modelData.r
            width: modelData.r * 2
            height: width
            radius: modelData.r
            antialiasing: true
            gradient: Gradient {
                GradientStop { position: 0; color: leaves.modelData.top }
                GradientStop { position: 1; color: leaves.modelData.bottom }
            }
        }
    }

    Repeater {
        model: tree.kind === "pine" ? [
            { y: -14, w: 66, h: 42, top: "#3c8159", bottom: "#2b6247" },
            { y: -40, w: 54, h: 40, top: "#479263", bottom: "#33704f" },
            { y: -66, w: 40, h: 40, top: "#5aa873", bottom: "#3f8059" }
        ] : []

        Shape {
            id: tier
            required property var modelData

            x: -modelData.w / 2
            y: modelData.y - modelData.h
            ShapePath {
                strokeWidth: -1
                fillGradient: LinearGradient {
                    y2: tier.modelData.h
                    GradientStop { position: 0; color: tier.modelData.top }
                    GradientStop { position: 1; color: tier.modelData.bottom }
                }
                startX: tier.modelData.w / 2; startY: 0
                PathQuad {
                    controlX: tier.modelData.w * 0.74; controlY: tier.modelData.h * 0.66
                    x: tier.modelData.w; y: tier.modelData.h * 0.92
                }
                PathQuad {
                    controlX: tier.modelData.w / 2; controlY: tier.modelData.h * 1.2
                    x: 0; y: tier.modelData.h * 0.92
                }
                PathQuad {
                    controlX: tier.modelData.w * 0.26; controlY: tier.modelData.h * 0.66
                    x: tier.modelData.w / 2; y: 0
                }
            }
        }
    }
}
