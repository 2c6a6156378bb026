// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import ObjectSync

// Requests and their callbacks, and the state of the connection.
TestCase {
    id: test
    name: "SyncSession"

    World { id: world }
    Component { id: session; SyncSession { reconnectFirst: 20; reconnectMost: 50 } }
    Component { id: server; SyncServer { } }
    Component { id: spy; SignalSpy { } }

    function initTestCase() {
        tryCompare(world.here, "online", true)
        tryCompare(world.there, "online", true)
    }

    // Runs a request; returns [error, value].
    function answerOf(request: var): var {
        let answer = null
        request((error, value) => answer = [error, value])
        tryVerify(() => answer !== null)
        return answer
    }

    function test_opensByItself() {
        compare(world.here.status, SyncSession.Online)
        const late = createTemporaryObject(session, test)
        compare(late.status, SyncSession.Closed)
        late.url = world.server.url
        tryCompare(late, "status", SyncSession.Online)
    }

    function test_save() {
        const [error, value] = answerOf(done => world.here.save({ id: "a/1", on: true, n: 3 }, done))
        compare(error, null)
        compare(value.id, "a/1")
        compare(value.on, true)
        compare(value.n, 3)
    }

    function test_saveWithoutId() {
        const [error, value] = answerOf(done => world.here.save({ name: "new" }, done))
        compare(error, null)
        verify(value.id.length > 0)
        const [, list] = answerOf(done => world.there.fetch([value.id], done))
        compare(list[0].name, "new")
    }

    function test_fetch() {
        answerOf(done => world.here.save({ id: "f/1", n: 1 }, done))
        const [error, value] = answerOf(done => world.there.fetch(["f/1", "f/none"], done))
        compare(error, null)
        compare(value.length, 2)
        compare(value[0].n, 1)
        compare(value[1], null)
    }

    function test_destroyEntity() {
        answerOf(done => world.here.save({ id: "d/1" }, done))
        compare(answerOf(done => world.here.destroyEntity("d/1", done))[0], null)
        const [error] = answerOf(done => world.here.destroyEntity("d/1", done))
        compare(error.code, "not-found")
        verify(error.message.length > 0)
        compare(error.entityId, "d/1")
    }

    function test_increment() {
        answerOf(done => world.here.save({ id: "i/1", n: 1 }, done))
        const [error, value] = answerOf(done => world.here.increment("i/1", "n", 4, done))
        compare(error, null)
        compare(value, 5)
    }

    function test_transaction() {
        const [error] = answerOf(done => world.here.transaction(tx => {
            tx.create("t/1", { n: 1 })
            tx.set("t/1", "m", [1, 2])
            tx.set("t/1", { k: "v" })
            tx.increment("t/1", "n", 2)
            tx.create("t/2", { gone: true })
            tx.destroyEntity("t/2")
        }, done))
        compare(error, null)
        const [, list] = answerOf(done => world.there.fetch(["t/1", "t/2"], done))
        compare(list[0].n, 3)
        compare(list[0].m, [1, 2])
        compare(list[0].k, "v")
        compare(list[1], null)
    }

    function test_transactionIsAllOrNothing() {
        answerOf(done => world.here.save({ id: "x/1", n: 1 }, done))
        const [error] = answerOf(done => world.here.transaction(tx => {
            tx.expectValue("x/1", "n", 2)
            tx.create("x/2", {})
        }, done))
        compare(error.code, "expectation-failed")
        const [, list] = answerOf(done => world.there.fetch(["x/2"], done))
        compare(list[0], null)
    }

    function test_transactionThatThrows() {
        let message = ""
        try {
            world.here.transaction(tx => {
                tx.create("y/1", {})
                throw new Error("no, thanks")
            })
        } catch (error) {
            message = error.message
        }
        compare(message, "no, thanks")
        compare(world.here.pendingCount, 0)
        const [, list] = answerOf(done => world.there.fetch(["y/1"], done))
        compare(list[0], null)
    }

    function test_incrementTakesANumberOrACallback() {
        answerOf(done => world.here.save({ id: "n/1", uses: 3 }, done))
        const [error, value] = answerOf(done => world.here.increment("n/1", "uses", done))
        compare(error, null)
        compare(value, 4)
        for (const by of [NaN, Infinity, "x", null, {}]) {
            let thrown = null
            try { world.here.increment("n/1", "uses", by) } catch (caught) { thrown = caught }
            verify(thrown instanceof TypeError)
        }
        const [, list] = answerOf(done => world.here.fetch(["n/1"], done))
        compare(list[0].uses, 4)
    }

    function test_saveTakesAnObject() {
        for (const wrong of [null, undefined, 5, "lamps/hall", [1], () => 1, new Date()]) {
            let thrown = null
            try { world.here.save(wrong) } catch (caught) { thrown = caught }
            verify(thrown instanceof TypeError, String(wrong))
        }
    }

    function test_aFunctionIsNoValue() {
        const [error] = answerOf(done => world.here.save({ id: "f", x: { y: 1, f() {} } }, done))
        compare(error.code, "bad-value")
        compare(world.here.exists("f"), false)
    }

    function test_whatIsRefusedHereIsTold() {
        ignoreWarning(/Refused: .*QPointF/)
        world.here.save({ id: "p", at: Qt.point(1, 2) })
        wait(0)
    }

    function test_aUrlThatCannotBeUsed() {
        const late = createTemporaryObject(session, test, { url: "foo" })
        compare(late.status, SyncSession.Closed)
        late.url = world.server.url
        tryCompare(late, "status", SyncSession.Online)
    }

    function test_theServersSessionTakesRequests() {
        const [error, value] = answerOf(done => world.server.session.save({ id: "own", n: 1 }, done))
        compare(error, null)
        compare(value.id, "own")
    }

    function test_transactionNeedsAFunction() {
        let thrown = false
        try { world.here.transaction(5) } catch (error) { thrown = error instanceof TypeError }
        verify(thrown)
    }

    function test_callbackThatThrows() {
        ignoreWarning(/The callback threw: Error: oops/)
        let called = false
        world.here.save({ id: "c/1" }, () => { called = true; throw new Error("oops") })
        tryVerify(() => called)
        compare(answerOf(done => world.here.save({ id: "c/1", n: 1 }, done))[0], null)
    }

    function test_reconnects() {
        const own = createTemporaryObject(server, test, { listening: true })
        const client = createTemporaryObject(session, test, { url: own.url })
        const port = own.serverPort
        tryCompare(client, "online", true)
        own.listening = false
        tryCompare(client, "status", SyncSession.Waiting)
        verify(client.errorString.length > 0)
        tryCompare(own, "listening", false)
        own.port = port
        own.listening = true
        tryCompare(client, "online", true)
        compare(client.errorString, "")
    }

    function test_serversSignals() {
        const own = createTemporaryObject(server, test, { listening: true })
        let seen = []
        own.clientConnected.connect((peer, world) => seen.push("+" + peer.address + peer.local))
        own.clientDisconnected.connect((peer, world) => seen.push("-" + peer.address))
        const client = createTemporaryObject(session, test, { url: own.url })
        tryVerify(() => seen.length === 1)
        compare(seen[0], "+127.0.0.1false")
        client.close()
        tryVerify(() => seen.length === 2)
        compare(seen[1], "-127.0.0.1")
    }

    function test_serversOwnSession() {
        const object = world.there.object("own/1")
        const own = world.server.session
        tryVerify(() => own.online)
        world.here.save({ id: "own/1", n: 1 })
        tryVerify(() => object.exists)
        own.object("own/1").setValue("n", 2)
        tryVerify(() => object.values.n === 2)
    }

    function test_portInUse() {
        ignoreWarning(/SyncServer/)
        const second = createTemporaryObject(server, test,
                                             { port: world.server.serverPort, listening: true })
        compare(second.listening, false)
        verify(second.errorString.length > 0)
    }
}
