// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Controls
import QtTest
import ObjectSync

// Two windows' worth of interface on one world: what is dragged here moves there.
Item {
    id: root
    width: 400
    height: 200

    component Panel: Column {
        property alias session: lamp.session
        property alias lamp: lamp
        property alias slider: slider
        property alias label: label

        SyncedObject {
            id: lamp
            entityId: "lamps/kitchen"
            createIfMissing: true
            property int brightness: 10
            property bool on
        }
        Slider {
            id: slider
            width: 400
            to: 100
            value: lamp.brightness
            onMoved: lamp.brightness = value
        }
        Label {
            id: label
            text: lamp.values.contrast ?? "not set"
        }
    }

    World { id: world }
    Column {
        Panel { id: here; session: world.here }
        Panel { id: there; session: world.there }
    }

    TestCase {
        name: "Slider"
        when: windowShown

        function initTestCase() {
            tryCompare(here.lamp, "status", SyncedObject.Ready)
            tryCompare(there.lamp, "status", SyncedObject.Ready)
        }

        function drag(slider: var, from: int, to: int) {
            mousePress(slider, from, slider.height / 2)
            for (let step = 1; step <= 10; ++step)
                mouseMove(slider, from + (to - from) * step / 10, slider.height / 2)
            mouseRelease(slider, to, slider.height / 2)
        }

        function test_dragHereMovesThere() {
            drag(here.slider, 50, 300)
            verify(here.slider.value > 60)
            compare(here.lamp.brightness, Math.floor(here.slider.value))
            tryCompare(there.slider, "value", here.lamp.brightness)
            drag(there.slider, 300, 120)
            tryCompare(here.lamp, "brightness", there.lamp.brightness)
            verify(here.lamp.brightness < 40)
            // The slider's value here follows again, though a hand has been on it.
            tryCompare(here.slider, "value", there.lamp.brightness)
        }

        function test_undeclaredProperty() {
            compare(there.label.text, "not set")
            here.lamp.values.contrast = "high"
            tryCompare(there.label, "text", "high")
        }
    }
}
