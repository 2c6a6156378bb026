// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import ObjectSync

// Declared properties, between two clients of a server.
TestCase {
    id: test
    name: "SyncedObject"

    property int counter
    property string id

    World { id: world }
    Component { id: lamp; Lamp { } }
    Component { id: boundLamp; BoundLamp { } }
    Component { id: spy; SignalSpy { } }

    function init() {
        id = "lamps/" + ++counter
    }

    function spyOn(target: QtObject, signal: string): var {
        return createTemporaryObject(spy, test, { target: target, signalName: signal })
    }

    function makeHere(initial: var): var {
        return createTemporaryObject(lamp, test, Object.assign({ session: world.here, entityId: id,
                                                                 createIfMissing: true }, initial))
    }

    function makeThere(): var {
        return createTemporaryObject(lamp, test, { session: world.there, entityId: id })
    }

    function makePair(): var {
        const mine = makeHere({})
        tryCompare(mine, "status", SyncedObject.Ready)
        const theirs = makeThere()
        tryCompare(theirs, "status", SyncedObject.Ready)
        return [mine, theirs]
    }

    function test_createIfMissing() {
        const mine = makeHere({ brightness: 42 })
        compare(mine.exists, false)
        tryCompare(mine, "exists", true)
        tryCompare(mine, "pending", false)
        compare(mine.brightness, 42)
        const theirs = makeThere()
        tryCompare(theirs, "exists", true)
        compare(theirs.brightness, 42)
        compare(theirs.level, 0.5)
    }

    function test_missing() {
        const theirs = makeThere()
        tryCompare(theirs, "status", SyncedObject.Missing)
        compare(theirs.exists, false)
        compare(theirs.brightness, 10)
    }

    function test_bothWays_data() {
        return [
            { tag: "int", name: "brightness", value: 77 },
            { tag: "bool", name: "on", value: true },
            { tag: "real", name: "level", value: 0.25 },
            { tag: "string", name: "label", value: "Küche ☀" },
            { tag: "enum", name: "mode", value: Lamp.Bright },
            { tag: "var: string", name: "anything", value: "text" },
            { tag: "var: list", name: "anything", value: [1, "two", [3]] },
            { tag: "var: map", name: "anything", value: { a: 1, b: { c: [true] } } },
            { tag: "list<int>", name: "numbers", value: [3, 1, 2] },
            { tag: "color", name: "tint", value: Qt.rgba(0, 0, 1, 1) },
            { tag: "date", name: "since", value: new Date(1700000000000) }
        ]
    }

    function test_bothWays(data) {
        const [mine, theirs] = makePair()
        mine[data.name] = data.value
        tryCompare(theirs, data.name, mine[data.name])
        tryCompare(mine, "pending", false)
        compare(mine[data.name], theirs[data.name])
        if (data.name !== "tint" && data.name !== "numbers")
            compare(theirs[data.name], data.value)

        theirs.label = "back"
        tryCompare(mine, "label", "back")
    }

    function test_aDateThatWasNeverSet() {
        failOnWarning(/since/)
        const [mine, theirs] = makePair()
        verify(isNaN(theirs.since))
        mine.since = new Date(1700000000000)
        tryVerify(() => !isNaN(theirs.since))
        mine.values.since = undefined
        tryVerify(() => isNaN(theirs.since))
    }

    function test_push() {
        const [mine, theirs] = makePair()
        mine.numbers.push(7)
        mine.numbers.push(8)
        tryVerify(() => theirs.numbers.length === 2)
        compare(theirs.numbers[1], 8)
    }

    function test_derivedProperty() {
        const [mine, theirs] = makePair()
        mine.brightness = 21
        tryCompare(theirs, "doubled", 42)
    }

    // 7.6 becomes 8 or 7 in an int: that is not written back over the 7.6.
    function test_conversionIsNotSentBack() {
        const [mine, theirs] = makePair()
        const raw = world.here.object(id)
        raw.setValue("brightness", 7.6)
        tryVerify(() => theirs.value("brightness") === 7.6)
        compare(theirs.brightness, Math.round(7.6))
        theirs.on = true
        tryCompare(mine, "on", true)
        compare(raw.value("brightness"), 7.6)
        compare(world.there.value(id, "brightness"), 7.6)
    }

    function test_noEcho() {
        const [mine, theirs] = makePair()
        const changes = spyOn(mine, "brightnessChanged")
        mine.brightness = 1
        mine.brightness = 2
        mine.brightness = 3
        tryCompare(theirs, "brightness", 3)
        tryCompare(mine, "pending", false)
        compare(changes.count, 3)
        compare(mine.brightness, 3)
    }

    function test_nullIsTheDefault() {
        const [mine, theirs] = makePair()
        mine.brightness = 99
        tryCompare(theirs, "brightness", 99)
        mine.setValue("brightness", null)
        tryCompare(theirs, "brightness", 10)
    }

    function test_wrongTypeIsLeftAlone() {
        const [mine, theirs] = makePair()
        ignoreWarning(/The property brightness of type int cannot hold/)
        theirs.setValue("anything", "before")
        mine.setValue("level", 0.75)
        world.there.save({ id: id, brightness: { a: 1 } })
        tryCompare(theirs, "level", 0.75)
        compare(mine.brightness, 10)
    }

    function test_bindingSurvives() {
        const mine = makeHere({})
        tryCompare(mine, "exists", true)
        const theirs = createTemporaryObject(boundLamp, test,
                                             { session: world.there, entityId: id })
        tryCompare(theirs, "status", SyncedObject.Ready)
        mine.brightness = 60
        tryCompare(theirs, "brightness", 60)
        theirs.knob.value = 33
        tryCompare(mine, "brightness", 33)
    }

    // What stands in the file is a default, and does not win over what the server has.
    function test_defaultsDoNotOverwrite() {
        const mine = makeHere({ brightness: 80 })
        tryCompare(mine, "pending", false)
        const theirs = makeThere()
        compare(theirs.brightness, 10)
        tryCompare(theirs, "brightness", 80)
        compare(mine.brightness, 80)
    }

    function test_writtenWhileLoading() {
        const mine = makeHere({ brightness: 80 })
        tryCompare(mine, "pending", false)
        const theirs = makeThere()
        compare(theirs.status, SyncedObject.Loading)
        theirs.brightness = 5
        tryCompare(theirs, "status", SyncedObject.Ready)
        compare(theirs.brightness, 5)
        tryCompare(mine, "brightness", 5)
    }

    function test_destroyedAndMadeAgain() {
        const [mine, theirs] = makePair()
        mine.brightness = 66
        tryCompare(theirs, "brightness", 66)
        const destroyed = spyOn(theirs, "destroyed")
        const created = spyOn(theirs, "created")
        let answer = "none"
        mine.destroyEntity((error, value) => answer = error)
        tryCompare(theirs, "exists", false)
        compare(theirs.status, SyncedObject.Missing)
        compare(theirs.brightness, 10)
        compare(mine.brightness, 10)
        compare(destroyed.count, 1)
        tryVerify(() => answer === null)

        mine.brightness = 12
        mine.save()
        tryCompare(theirs, "exists", true)
        compare(theirs.brightness, 12)
        compare(created.count, 1)
        theirs.brightness = 13
        tryCompare(mine, "brightness", 13)
    }

    function test_anotherEntity() {
        const [mine, theirs] = makePair()
        mine.brightness = 50
        tryCompare(theirs, "brightness", 50)
        theirs.entityId = id + "-other"
        compare(theirs.brightness, 10)
        tryCompare(theirs, "status", SyncedObject.Missing)
        theirs.entityId = id
        tryCompare(theirs, "brightness", 50)
    }

    function test_increment() {
        const [mine, theirs] = makePair()
        mine.increment("brightness")
        theirs.increment("brightness", 5)
        tryCompare(mine, "brightness", 16)
        tryCompare(theirs, "brightness", 16)
    }

    function test_twoFacesOfOneEntity() {
        const mine = makeHere({})
        const also = makeHere({})
        tryCompare(mine, "exists", true)
        mine.brightness = 71
        tryCompare(also, "brightness", 71)
        const [first, second] = [world.here.object(id), world.here.object(id)]
        verify(first === second)
    }

    function test_scriptsCannotDestroyTheSessionsObjects() {
        const object = world.here.object(id)
        let thrown = 0
        try { object.destroy() } catch (error) { ++thrown }
        try { object.nowhereDeclared = 5 } catch (error) { ++thrown }
        compare(thrown, 2)
        compare(object.entityId, id)
    }

    // Goes on where it was when the server has come back.
    function test_offline() {
        const [mine, theirs] = makePair()
        world.there.close()
        compare(world.there.online, false)
        theirs.brightness = 45
        compare(theirs.pending, true)
        mine.on = true
        world.there.open()
        tryCompare(mine, "brightness", 45)
        tryCompare(theirs, "on", true)
        tryCompare(theirs, "pending", false)
    }
}
