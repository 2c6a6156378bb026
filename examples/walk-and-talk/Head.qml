// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Shapes

// A head around its middle; sideways it looks to the right.
Item {
    id: head

    property color skin
    property color hair
    property color cap
    property int style // 0: short, 1: long, 2: bun, 3: cap
    property bool sideways
    property bool away
    property bool talking

    readonly property real look: sideways ? 5.5 : 0

    component Dot: Rectangle {
        height: width
        radius: width / 2
        antialiasing: true
    }

    component Eye: Item {
        id: eye
        property real open

        Rectangle {
            x: -2.1; y: -1 + (1 - eye.open) * 3
            width: 4.2; height: 6.4 * eye.open
            radius: 2.1
            antialiasing: true
            color: "#2d2320"
        }
        Dot { x: -1.5; y: -0.1; width: 1.6; color: "white"; visible: eye.open > 0.8 }
    }
    component Cheek: Item {
        Rectangle {
            x: -2.8; y: 5
            width: 5.6; height: 3.6
            radius: 1.8
            antialiasing: true
            color: "#f0604d"
            opacity: 0.33
        }
    }

    Rectangle { // Long hair hangs behind
        visible: head.style === 1
        x: head.sideways ? -17 : -17.5; y: -13
        width: head.sideways ? 24 : 35
        height: 31
        radius: 11
        antialiasing: true
        color: Qt.darker(head.hair, 1.18)
    }
    Dot {
        visible: head.style === 2
        x: head.sideways ? -15 : -7; y: -26
        width: 14
        color: Qt.darker(head.hair, 1.12)
    }
    Dot { // Face
        x: -16; y: -16
        width: 32
        color: head.skin
        border { color: Qt.darker(head.skin, 1.12); width: 0.8 }
    }
    Dot { visible: !head.sideways; x: -18.5; y: -1; width: 6; color: Qt.darker(head.skin, 1.06) }
    Dot { visible: !head.sideways; x: 12.5; y: -1; width: 6; color: Qt.darker(head.skin, 1.06) }

    Item { // What is in the face
        visible: !head.away
        x: head.look

        Eye { x: -6.5; visible: !head.sideways; open: lids.open }
        Eye { x: 6.5; open: lids.open }
        Cheek { x: head.sideways ? 0.8 : -10.2 }
        Cheek { x: 10.2; visible: !head.sideways }
        Rectangle { // Mouth
            x: head.sideways ? 4 : -width / 2
            y: 7.4
            width: head.talking ? 5 : 6
            height: head.talking ? 1.6 + mouth.open * 3.6 : 1.6
            radius: 1.6
            antialiasing: true
            color: "#8c3b34"
        }
    }

    Shape { // Hair
        id: hairdo
        readonly property string front: "M -16.6 1 C -18.5 -22 18.5 -22 16.6 1 C 14 -6 10 -8 6 -7.4 "
                                        + "C 0 -6 -4 -9 -7 -9.4 C -11 -7 -14 -4 -16.6 1 Z"
        readonly property string side: "M -16.8 6 C -21 -22 15 -24 16.4 -2.4 C 12 -4 8 -8 5 -9 "
                                       + "C 1 -4 -3 -3 -4 1 C -5 6 -8 9 -11 11 C -14 10 -16 9 -16.8 6 Z"
        readonly property string back: "M -16.8 3 C -18.8 -22 18.8 -22 16.8 3 C 16 13 8 16 0 16 "
                                       + "C -8 16 -16 13 -16.8 3 Z"
        ShapePath {
            strokeWidth: -1
            fillGradient: LinearGradient {
                y1: -17; y2: 14
                GradientStop { position: 0; color: Qt.lighter(head.hair, 1.25) }
                GradientStop { position: 1; color: head.hair }
            }
            PathSvg { path: head.away ? hairdo.back : head.sideways ? hairdo.side : hairdo.front }
        }
    }
    Item { // Cap
        visible: head.style === 3
        Rectangle {
            x: -16.5; y: -19
            width: 33; height: 14
            radius: 9
            antialiasing: true
            color: head.cap
        }
        Rectangle {
            visible: !head.away
            x: head.sideways ? 1 : -14; y: -9
            width: head.sideways ? 22 : 28; height: 5
            radius: 2.5
            antialiasing: true
            color: Qt.darker(head.cap, 1.35)
        }
        Dot { x: -3; y: -21.5; width: 6; color: Qt.darker(head.cap, 1.35) }
    }

    QtObject { id: lids; property real open: 1 }
    QtObject { id: mouth; property real open }

    SequentialAnimation {
        running: true
        loops: Animation.Infinite
        PauseAnimation { duration: 1800 + Math.random() * 3200 }
        NumberAnimation { target: lids; property: "open"; to: 0.15; duration: 60 }
        NumberAnimation { target: lids; property: "open"; to: 1; duration: 90 }
    }
    SequentialAnimation {
        running: head.talking
        loops: Animation.Infinite
        NumberAnimation { target: mouth; property: "open"; from: 0; to: 1; duration: 130 }
        NumberAnimation { target: mouth; property: "open"; to: 0; duration: 150 }
    }
}
