// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Shapes

// Stands at its x and y: the middle of its doorstep.
Item {
    id: cottage

    z: y

    component Pane: Rectangle {
        width: 28; height: 26
        radius: 3
        color: "#8fd0e6"
        border { color: "#f5efe0"; width: 3 }

        Rectangle { anchors.centerIn: parent; width: 2.5; height: parent.height; color: "#f5efe0" }
        Rectangle { anchors.centerIn: parent; width: parent.width; height: 2.5; color: "#f5efe0" }
        Rectangle { x: -2; y: 26; width: 32; height: 7; radius: 2; color: "#a86b42" }
        Row {
            x: -1; y: 20
            spacing: 1
            Repeater {
                model: ["#ef6f8f", "#f7d154", "#ef6f8f", "#ffffff", "#ef6f8f"]
                Rectangle {
                    required property color modelData
                    width: 5.4; height: 6
                    radius: 3
                    antialiasing: true
                    color: modelData
                }
            }
        }
    }

    Rectangle { x: -82; y: -16; width: 172; height: 26; radius: 12; color: "#2c5a2c"; opacity: 0.26 }
    Rectangle { x: 34; y: -136; width: 19; height: 40; color: "#a5604a" }
    Rectangle { x: 31; y: -140; width: 25; height: 8; radius: 2; color: "#8a4c3a" }
    Rectangle {
        x: -70; y: -72
        width: 140; height: 74
        radius: 3
        gradient: Gradient {
            GradientStop { position: 0; color: "#e6d5b4" }
            GradientStop { position: 0.25; color: "#f8ecd3" }
            GradientStop { position: 1; color: "#ecdcbc" }
        }
    }
    Rectangle { x: -70; y: -7; width: 140; height: 9; color: "#b5a58c" }
    Shape {
        x: -86; y: -126
        ShapePath {
            strokeWidth: -1
            fillGradient: LinearGradient {
                y2: 62
                GradientStop { position: 0; color: "#d9694a" }
                GradientStop { position: 1; color: "#b44a36" }
            }
            startX: 30; startY: 0
            PathLine { x: 142; y: 0 }
            PathLine { x: 172; y: 60 }
            PathLine { x: 0; y: 60 }
        }
        ShapePath {
            strokeColor: "#9c3f2d"
            strokeWidth: 1.4
            fillColor: "transparent"
            PathSvg { path: "M 22.5 15 H 149.5 M 15 30 H 157 M 7.5 45 H 164.5" }
        }
        ShapePath {
            strokeWidth: -1
            fillColor: "#8f3a2a"
            PathSvg { path: "M 0 58 H 172 V 65 H 0 Z" }
        }
    }
    Pane { x: -56; y: -50 }
    Pane { x: 28; y: -50 }
    Rectangle { x: -17; y: -50; width: 34; height: 50; radius: 4; color: "#f5efe0" }
    Rectangle {
        x: -14; y: -47
        width: 28; height: 47
        radius: 3
        gradient: Gradient {
            orientation: Gradient.Horizontal
            GradientStop { position: 0; color: "#7a5134" }
            GradientStop { position: 1; color: "#9a6a46" }
        }
        Rectangle { x: 20; y: 24; width: 4; height: 4; radius: 2; color: "#f2c14e" }
    }
    Rectangle { x: -22; y: -1; width: 44; height: 7; radius: 3; color: "#c9bba2" }

    // Smoke
    Repeater {
        model: 4

        Rectangle {
            id: puff
            required property int index
            property real age

            width: 8 + age * 14
            height: width
            radius: width / 2
            antialiasing: true
            x: 43 - width / 2 + Math.sin(age * 4 + index) * 5 + age * 12
            y: -146 - age * 46 - width / 2
            color: "white"
            opacity: 0.55 * (1 - age)
            SequentialAnimation on age {
                PauseAnimation { duration: puff.index * 900 }
                NumberAnimation { from: 0; to: 1; duration: 3600; loops: Animation.Infinite }
            }
        }
    }
}
