// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import ObjectSync
import "../../examples/walk-and-talk" as Demo

// B12: players walk with the arrow keys and speak; everyone sees everyone.
Item {
    id: root
    width: 1000
    height: 640

    World { id: world }
    SyncedModel {
        id: players
        session: world.there
        prefix: "players/"
        roles: ["name", "color", "facing", "text", "walking", "x", "y"]
    }
    Demo.Me {
        id: ada
        session: world.here
        name: "Ada"
    }
    Demo.Me {
        id: grace
        session: world.there
        name: "Grace"
    }
    Demo.Meadow {
        anchors.fill: parent
        players: players
        ownId: grace.entityId
        ownName: grace.name
        walker: grace.walker
    }
    Demo.Controls {
        id: controls
        anchors.fill: parent
        me: ada
    }

    TestCase {
        id: test
        name: "Walking"
        when: windowShown

        // Ada, as Grace sees her.
        function seen(): var {
            return players.get(players.rowOf(ada.entityId))
        }

        function test_1_everyoneSeesEveryone() {
            tryCompare(players, "count", 2)
            compare(seen().name, "Ada")
            compare(seen().x, Math.round(ada.walker.x))
            compare(seen().color, ada.color)
        }

        function test_2_arrowKeysWalk() {
            ada.walker.x = 300
            ada.walker.y = 300
            controls.forceActiveFocus()
            keyPress(Qt.Key_Right)
            tryVerify(() => seen().walking && seen().x > 310)
            compare(seen().facing, "right")
            keyPress(Qt.Key_Down)
            keyRelease(Qt.Key_Right)
            tryVerify(() => seen().facing === "down")
            keyRelease(Qt.Key_Down)
            tryVerify(() => !seen().walking)
            tryVerify(() => seen().x === Math.round(ada.walker.x))
            tryVerify(() => seen().y === Math.round(ada.walker.y))
        }

        function test_3_otherKeysTalk() {
            controls.forceActiveFocus()
            for (const key of "hi al")
                keyClick(key)
            tryVerify(() => seen().text === "hi al")
            keyClick(Qt.Key_Backspace)
            keyClick("l")
            tryVerify(() => seen().text === "hi al")
            keyClick(Qt.Key_Return)
            compare(ada.talk.typing, false)
            keyClick("n")
            tryVerify(() => seen().text === "n")
            ada.talk.pause.interval = 10
            keyClick(Qt.Key_Return)
            ada.talk.pause.interval = 10
            tryVerify(() => seen().text === "")
        }

        function test_4_nobodyWalksOnWater() {
            ada.walker.x = 500
            ada.walker.y = 424
            ada.walker.speed = 5000
            controls.forceActiveFocus()
            keyPress(Qt.Key_Right)
            tryCompare(ada.walker, "blocked", true)
            keyRelease(Qt.Key_Right)
            verify(ada.walker.x < 620)
        }

        // Who was away too long is removed by the server, and comes back by itself.
        function test_5_comesBack() {
            world.there.destroyEntity(ada.entityId)
            tryCompare(players, "count", 1)
            tryCompare(players, "count", 2)
            compare(seen().name, "Ada")
            compare(seen().x, Math.round(ada.walker.x))
        }

        function test_6_leaves() {
            let left = false
            ada.leave(() => left = true)
            tryVerify(() => left)
            tryCompare(players, "count", 1)
            compare(players.idAt(0), grace.entityId)
        }
    }
}
