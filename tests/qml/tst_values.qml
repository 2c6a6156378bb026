// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import ObjectSync

// Properties that nobody declared.
TestCase {
    id: test
    name: "Values"

    property int counter
    property string id

    World { id: world }
    Component {
        id: face
        SyncedObject {
            property int brightness: 10
            readonly property string contrast: values.contrast ?? "not set"
            readonly property var list: values.list
        }
    }

    function init() {
        id = "values/" + ++counter
    }

    function makePair(): var {
        const mine = createTemporaryObject(face, test, {
            session: world.here, entityId: id, createIfMissing: true
        })
        tryCompare(mine, "exists", true)
        const theirs = createTemporaryObject(face, test, { session: world.there, entityId: id })
        tryCompare(theirs, "exists", true)
        return [mine, theirs]
    }

    function test_bindingHearsWhenItComes() {
        const [mine, theirs] = makePair()
        compare(theirs.contrast, "not set")
        compare(theirs.values.contrast, undefined)
        mine.values.contrast = "high"
        compare(mine.contrast, "high")
        tryCompare(theirs, "contrast", "high")
        compare(theirs.value("contrast"), "high")
    }

    function test_removed() {
        const [mine, theirs] = makePair()
        mine.values.contrast = "high"
        tryCompare(theirs, "contrast", "high")
        mine.unset("contrast")
        compare(mine.contrast, "not set")
        tryCompare(theirs, "contrast", "not set")
        compare(theirs.values.contrast, undefined)
    }

    function test_types_data() {
        return [
            { tag: "int", value: 5 }, { tag: "real", value: 0.5 }, { tag: "bool", value: false },
            { tag: "string", value: "x" }, { tag: "null", value: null },
            { tag: "list", value: [1, [2, "three"], { four: 4 }] },
            { tag: "map", value: { a: [1, 2], b: { c: null } } },
            { tag: "date", value: new Date(1700000000000) }
        ]
    }

    function test_types(data) {
        const [mine, theirs] = makePair()
        mine.values.list = data.value
        tryVerify(() => theirs.values.list !== undefined)
        compare(theirs.values.list, data.value)
        compare(theirs.list, data.value)
        compare(mine.values.list, data.value)
    }

    function test_declaredOnesToo() {
        const [mine, theirs] = makePair()
        compare(theirs.values.brightness, 10)
        mine.values.brightness = 55
        compare(mine.brightness, 55)
        tryCompare(theirs, "brightness", 55)
        compare(theirs.values.brightness, 55)
        theirs.brightness = 56
        tryVerify(() => mine.values.brightness === 56)
    }

    function test_thereBeforeTheFirstLook() {
        const mine = createTemporaryObject(face, test, {
            session: world.here, entityId: id, createIfMissing: true
        })
        mine.values.contrast = "early"
        compare(mine.values.contrast, "early")
        tryCompare(mine, "pending", false)
        tryCompare(mine, "exists", true)
        const object = world.there.object(id)
        tryVerify(() => object.exists)
        compare(object.values.contrast, "early")
    }

    function test_destroyedAndMadeAgain() {
        const [mine, theirs] = makePair()
        mine.values.contrast = "high"
        tryCompare(theirs, "contrast", "high")
        world.here.destroyEntity(id)
        compare(mine.contrast, "not set")
        tryCompare(theirs, "contrast", "not set")
        world.here.save({ id: id, contrast: "low" })
        tryCompare(theirs, "contrast", "low")
    }

    // An object of the interface cannot be kept: said by rejected(), and nothing is left of it.
    function test_whatCannotBeKept() {
        const [mine, theirs] = makePair()
        let code = ""
        mine.rejected.connect(error => code = error.code)
        mine.values.contrast = test
        compare(code, "bad-value")
        compare(mine.values.contrast, undefined)
        compare(theirs.values.contrast, undefined)
    }

    // Names that the map needs for itself are not hidden by an entity's properties.
    function test_namesOfTheMap() {
        const [mine, theirs] = makePair()
        world.here.save({ id: id, keys: "mine", objectName: "hers", contrast: "high" })
        tryCompare(theirs, "contrast", "high")
        compare(theirs.value("keys"), "mine")
        compare(theirs.value("objectName"), "hers")
    }

    function test_scriptsCannotDestroyIt() {
        const [mine] = makePair()
        let thrown = false
        try { mine.values.destroy() } catch (error) { thrown = true }
        verify(thrown)
        compare(mine.values.brightness, 10)
    }
}
