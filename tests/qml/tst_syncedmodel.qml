// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import ObjectSync

// Rows come, change, move and go one by one.
TestCase {
    id: test
    name: "SyncedModel"

    property int counter
    property string prefix

    World { id: world }
    Component {
        id: scores
        SyncedModel {
            orderBy: "score"
            roles: ["name", "score"]
        }
    }
    Component {
        id: rows
        Repeater {
            Item {
                required property var model
                required property int index
                required property string name
                required property int score
                required property string entityId
            }
        }
    }
    Component { id: spy; SignalSpy { } }

    function init() {
        prefix = "players" + ++counter + "/"
    }

    function put(name: string, score: int) {
        world.here.save({ id: prefix + name, name: name, score: score })
    }

    function makeModel(): var {
        const model = createTemporaryObject(scores, test, { session: world.there, prefix: prefix })
        tryCompare(model, "ready", true)
        return model
    }

    function names(model: var): string {
        let all = []
        for (let row = 0; row < model.count; ++row)
            all.push(model.get(row).name)
        return all.join(" ")
    }

    function test_loads() {
        put("ada", 3)
        put("bob", 1)
        tryCompare(world.here, "pendingCount", 0)
        const model = makeModel()
        compare(names(model), "bob ada")
        compare(model.rowOf(prefix + "ada"), 1)
        compare(model.idAt(0), prefix + "bob")
    }

    function test_oneByOne() {
        put("ada", 3)
        put("bob", 1)
        tryCompare(world.here, "pendingCount", 0)
        const model = makeModel()
        const count = signal => createTemporaryObject(spy, test, { target: model, signalName: signal })
        const resets = count("modelReset")
        const inserted = count("rowsInserted")
        const moved = count("rowsMoved")
        const removed = count("rowsRemoved")
        const changed = count("dataChanged")

        put("cid", 2)
        tryVerify(() => names(model) === "bob cid ada")
        compare(inserted.count, 1)
        world.here.save({ id: prefix + "bob", score: 9 })
        tryVerify(() => names(model) === "cid ada bob")
        compare(moved.count, 1)
        changed.clear()
        world.here.save({ id: prefix + "ada", name: "Ada" })
        tryVerify(() => names(model) === "cid Ada bob")
        compare(changed.count, 1)
        world.here.destroyEntity(prefix + "cid")
        tryVerify(() => names(model) === "Ada bob")
        compare(removed.count, 1)
        compare(resets.count, 0)
    }

    function test_delegates() {
        put("ada", 3)
        put("bob", 1)
        tryCompare(world.here, "pendingCount", 0)
        const model = makeModel()
        const view = createTemporaryObject(rows, test, { model: model })
        tryCompare(view, "count", 2)
        const first = view.itemAt(0)
        compare(first.name, "bob")
        compare(first.entityId, prefix + "bob")
        world.here.save({ id: prefix + "bob", name: "Bob" })
        tryCompare(first, "name", "Bob")
        verify(view.itemAt(0) === first)
    }

    function test_writing() {
        put("ada", 3)
        tryCompare(world.here, "pendingCount", 0)
        const model = makeModel()
        const view = createTemporaryObject(rows, test, { model: model })
        tryCompare(view, "count", 1)
        view.itemAt(0).model.score = 8
        compare(view.itemAt(0).score, 8)
        tryVerify(() => world.there.value(prefix + "ada", "score") === 8)
        const object = world.here.object(prefix + "ada")
        tryVerify(() => object.values.score === 8)
    }

    function test_entityRole() {
        put("ada", 3)
        tryCompare(world.here, "pendingCount", 0)
        const model = makeModel()
        const view = createTemporaryObject(rows, test, { model: model })
        tryCompare(view, "count", 1)
        const entity = view.itemAt(0).model.entity
        verify(entity === world.there.object(prefix + "ada"))
        compare(entity.values.score, 3)
        entity.values.score = 4
        tryCompare(view.itemAt(0), "score", 4)
    }
}
