// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import ObjectSync

// Sessions with a store: what they show without a network, and what becomes of their changes.
TestCase {
    id: test
    name: "Offline"

    Component { id: server; SyncServer { listening: true } }
    Component {
        id: client
        SyncSession { reconnectFirst: 20; reconnectMost: 50 }
    }
    Component {
        id: lampOf
        SyncedObject {
            property int level: 1
            entityId: "lamps/kitchen"
            createIfMissing: true
        }
    }
    Component { id: spy; SignalSpy { } }
    // Bindings in an order in which the session is used before it knows its store.
    Component {
        id: page
        QtObject {
            id: root
            property string file
            property url address
            readonly property SyncedModel lamps: SyncedModel {
                session: root.session
                prefix: "lamps/" + root.file.substring(root.file.length)
                roles: ["level"]
            }
            readonly property SyncSession session: SyncSession {
                url: root.address
                storagePath: root.file
            }
        }
    }

    // A file that nobody has.
    property int stores
    function newStore(): string {
        return temporaryFolder + "/client-" + (++stores) + ".db" // qmllint disable unqualified
    }

    // The server ends; the address stays.
    function addressOfNobody(): var {
        const first = server.createObject(test)
        const url = first.url
        const port = first.serverPort
        first.listening = false
        tryCompare(first, "listening", false)
        first.destroy()
        return { url: url, port: port }
    }

    function test_lastWorldIsShown() {
        const world = createTemporaryObject(server, test)
        const storagePath = newStore()
        const first = client.createObject(test, { url: world.url, storagePath: storagePath })
        const lamp = lampOf.createObject(first, { session: first })
        tryCompare(lamp, "exists", true)
        lamp.level = 7
        tryCompare(first, "pendingCount", 1)
        tryCompare(first, "pendingCount", 0)
        first.destroy()
        wait(0)

        const second = createTemporaryObject(client, test, { storagePath: storagePath })
        const seen = createTemporaryObject(lampOf, test, { session: second })
        compare(second.restoring, true)
        const values = second.object("lamps/kitchen").values
        tryCompare(second, "restoring", false)
        compare(second.status, SyncSession.Closed)
        compare(second.storageErrorString, "")
        compare(seen.status, SyncedObject.Ready)
        compare(seen.level, 7)
        compare(seen.stale, true)
        compare(values.level, 7)
        second.url = world.url
        tryCompare(seen, "stale", false)
        compare(second.clientId.length > 0, true)
    }

    function test_orderOfBindings() {
        const world = createTemporaryObject(server, test)
        const storagePath = newStore()
        const first = page.createObject(test, { address: world.url, file: storagePath })
        tryCompare(first.session, "online", true)
        first.session.save({ id: "lamps/1", level: 4 })
        tryCompare(first.lamps, "count", 1)
        tryCompare(first.session, "pendingCount", 0)
        first.destroy()
        wait(0)
        const second = createTemporaryObject(page, test, { file: storagePath })
        tryCompare(second.lamps, "count", 1)
        compare(second.lamps.get(0).level, 4)
    }

    function test_changesArriveLater() {
        const address = addressOfNobody()
        const storagePath = newStore()
        const first = client.createObject(test, { url: address.url, storagePath: "file://" + storagePath })
        first.save({ id: "counter", n: 1 })
        first.increment("counter", "n", 2)
        compare(first.pendingCount, 2)
        first.destroy()
        wait(0)

        const second = createTemporaryObject(client, test,
                                             { url: address.url, storagePath: storagePath })
        tryCompare(second, "pendingCount", 2)
        compare(second.value("counter", "n"), 3)
        const world = createTemporaryObject(server, test, { port: address.port })
        tryCompare(second, "pendingCount", 0)
        let n = 0
        second.fetch(["counter"], (error, entities) => n = entities[0].n)
        tryVerify(() => n === 3)
    }

    function test_conflict() {
        const world = createTemporaryObject(server, test)
        const session = createTemporaryObject(client, test, { url: world.url })
        const lamp = createTemporaryObject(lampOf, test, { session: session })
        tryCompare(lamp, "exists", true)
        tryCompare(session, "pendingCount", 0)
        let told = null
        session.rejected.connect((transaction, error, conflict) => {
            told = { code: error.code, ids: conflict.ids,
                     mine: conflict.mine["lamps/kitchen"].level,
                     theirs: conflict.theirs["lamps/kitchen"].level }
            session.retry(conflict, (error, value) => told.retried = error === null)
        })
        session.transaction(tx => {
            tx.expectValue("lamps/kitchen", "level", 5)
            tx.set("lamps/kitchen", "level", 9)
        })
        tryVerify(() => told !== null && told.retried === true)
        compare(told.code, "expectation-failed")
        compare(told.ids, ["lamps/kitchen"])
        compare(told.mine, 9)
        compare(told.theirs, 1)
        compare(lamp.level, 9)
    }

    function test_unusableStore() {
        ignoreWarning(/./) // also told as a warning of the library
        const world = createTemporaryObject(server, test)
        const session = createTemporaryObject(client, test, { url: world.url,
                                                              storagePath: "/nowhere/client.db" })
        const failed = createTemporaryObject(spy, test,
                                             { target: session, signalName: "storageFailed" })
        tryCompare(session, "online", true)
        compare(failed.count, 1)
        verify(session.storageErrorString.includes("make it first"))
        compare(failed.signalArguments[0][0].code, "storage-failed")
    }
}
