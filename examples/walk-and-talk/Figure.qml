// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import "looks.js" as Looks

// A little person. Its feet stand at its x and y.
Item {
    id: figure

    property string playerId
    property color shirt: Looks.shirt(playerId)
    property string facing: "down" // or "up", "left", "right"
    property bool walking
    property bool talking

    readonly property color skin: Looks.skin(playerId)
    readonly property color hair: Looks.hair(playerId)
    readonly property color trousers: Looks.legs(playerId)
    readonly property int hairStyle: Looks.hairStyle(playerId)
    readonly property bool sideways: facing === "left" || facing === "right"
    readonly property bool away: facing === "up"
    readonly property real stride: walking ? Math.sin(phase) : 0
    property real phase

    NumberAnimation on phase {
        running: figure.walking
        from: 0; to: 2 * Math.PI
        duration: 480
        loops: Animation.Infinite
    }

    component Limb: Item {
        id: limb
        property real swing // -1 to 1
        property bool sideways
        property color color
        property alias tip: tip.color

        rotation: sideways ? swing * 36 : 0
        Rectangle {
            x: -4
            width: 8
            height: limb.sideways ? 17 : 17 - Math.max(0, limb.swing) * 5
            radius: 4
            antialiasing: true
            color: limb.color
            Rectangle {
                id: tip
                x: 0.7; y: parent.height - 4
                width: 6.6; height: 6.6
                radius: 3.3
                antialiasing: true
            }
        }
    }
    component Arm: Limb {
        y: -39
        color: Qt.darker(shirt, 1.13)
        property color shirt
    }
    component Leg: Limb {
        id: leg
        y: -20
        tip: "transparent"
        Rectangle {
            y: leg.sideways ? 12 : 12 - Math.max(0, leg.swing) * 5
            x: -5
            width: leg.sideways ? 12.5 : 10.5
            height: 6
            radius: 3
            antialiasing: true
            color: "#4a3328"
        }
    }

    Oval { radiusX: 19; radiusY: 6.5; color: "#1f3b1f"; opacity: 0.32 }

    Item { // All that is mirrored
        transform: Scale { xScale: figure.facing === "left" ? -1 : 1 }

        Arm {
            x: 1
            visible: figure.sideways
            sideways: figure.sideways
            swing: -figure.stride
            shirt: figure.shirt
            tip: figure.skin
        }
        Leg {
            x: figure.sideways ? 0 : -5.5
            sideways: figure.sideways
            swing: figure.stride
            color: figure.trousers
        }
        Leg {
            x: figure.sideways ? 1 : 5.5
            sideways: figure.sideways
            swing: -figure.stride
            color: figure.trousers
        }

        Item { // The trunk goes up and down a little
            y: -Math.abs(figure.stride) * 2

            Arm { x: -13; visible: !figure.sideways; swing: -figure.stride; shirt: figure.shirt; tip: figure.skin }
            Arm { x: 13; visible: !figure.sideways; swing: figure.stride; shirt: figure.shirt; tip: figure.skin }
            Rectangle {
                x: -width / 2; y: -41
                width: figure.sideways ? 20 : 25
                height: 25
                radius: 8
                antialiasing: true
                gradient: Gradient {
                    GradientStop { position: 0; color: Qt.lighter(figure.shirt, 1.16) }
                    GradientStop { position: 1; color: figure.shirt }
                }
                Rectangle {
                    anchors.bottom: parent.bottom
                    anchors.bottomMargin: 2
                    x: 1
                    width: parent.width - 2; height: 4
                    color: Qt.darker(figure.shirt, 1.5)
                    opacity: 0.7
                }
            }
            Arm {
                visible: figure.sideways
                sideways: figure.sideways
                swing: figure.stride
                shirt: figure.shirt
                tip: figure.skin
            }
            Head {
                y: -52
                skin: figure.skin
                hair: figure.hair
                cap: Looks.cap(figure.playerId)
                style: figure.hairStyle
                sideways: figure.sideways
                away: figure.away
                talking: figure.talking
            }
        }
    }
}
