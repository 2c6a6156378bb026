// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest

TestCase {
    id: test
    name: "Documented"
    when: windowShown

    World { id: world }
    Component { id: documented; Documented { } }

    function test_asWritten() {
        const window = createTemporaryObject(documented, test, { url: world.server.url })
        tryCompare(window.lamp, "exists", true)
        tryCompare(window.slider, "value", 10)
        compare(window.label.text, "not set")
        world.here.save({ id: "lamps/kitchen", brightness: 60, contrast: "high" })
        tryCompare(window.slider, "value", 60)
        compare(window.label.text, "high")

        world.here.save({ id: "players/1", name: "Ada", score: 3 })
        world.here.save({ id: "players/2", name: "Bob", score: 1 })
        tryCompare(window.list, "count", 2)
        tryVerify(() => window.list.itemAtIndex(0)?.text === "Bob 1")
        world.here.save({ id: "players/2", score: 5 })
        tryVerify(() => window.list.itemAtIndex(1)?.text === "Bob 5")
    }
}
