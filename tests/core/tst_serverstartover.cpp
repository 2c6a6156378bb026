// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;

namespace {

/// So long later that tombstones go. \a reader is still there.
void expireTombstones(ServerDriver &server, ConnectionId reader)
{
    server.pass(11 * 60 * 1000, { reader });
}

} // namespace

/// Readers so slow that all has to be told anew.
class tst_ServerStartOver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slowReaderBeyondTombstones();
    void answersWaitForTheStartOver();
    void halfToldDeltaIsNotShown();
    void givenUpInTheMiddleOfADelta();
    void halfToldSnapshotEndsTheConnection();
};

void tst_ServerStartOver::slowReaderBeyondTombstones()
{
    ServerDriver server;
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.commit(w, 1, { lamp("one", {}), lamp("two", {}) });
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.take(a);
    server.engine.congested(a);
    server.commit(w, 2, { Operation::destroy("lamps/one") });
    expireTombstones(server, a);
    server.engine.drained(a);
    server.run();
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 2u);
    QVERIFY(std::get<Changes>(*messages[0]).reset);
    QCOMPARE(summary(std::get<Changes>(*messages[0])), QByteArray(">lamps/two"));
    QCOMPARE(*messages[1], Message(Subscribed{ 1, 2 }));
}

void tst_ServerStartOver::answersWaitForTheStartOver()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}), lamp("two", {}) });
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.take(a);
    server.engine.congested(a);
    server.commit(a, 2, { Operation::destroy("lamps/one") });
    expireTombstones(server, a);
    server.engine.drained(a);
    server.run();
    // Its edit must not go from view before the client knows that all is told anew.
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 4u);
    QVERIFY(std::get<Changes>(*messages[0]).reset && std::get<Changes>(*messages[0]).more);
    QCOMPARE(*messages[1], Message(Subscribed{ 1, 2 }));
    QCOMPARE(*messages[2], Message(Ack{ 2, 2 }));
    QCOMPARE(*messages[3], Message(Changes{ .cursor = 2 }));
}

/// A reader of everything who has fallen behind, and was told the first part of what it missed.
static ConnectionId joinAndHearHalf(ServerDriver &server)
{
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.engine.congested(a);
    server.commit(w, 1, { lamp("one", {}), lamp("two", {}), lamp("three", {}) });
    server.commit(w, 2, { Operation::destroy("lamps/three") });
    server.take(a);
    server.engine.drained(a);
    while (server.sent[a].empty())
        server.step();
    server.engine.congested(a);
    return a;
}

void tst_ServerStartOver::halfToldDeltaIsNotShown()
{
    ServerDriver server({ .sliceSize = 1 });
    const auto a = joinAndHearHalf(server);
    QVERIFY(std::get<Changes>(*server.take(a).at(0)).more);
    server.run();
    expireTombstones(server, a);
    server.engine.drained(a);
    server.run();
    for (const Changes &changes : server.takeAll<Changes>(a)) {
        if (changes.reset)
            return; // what was held until now is shown together with this
        QVERIFY(changes.more);
    }
    QFAIL("It was not told anew");
}

/// No snapshot follows that would end what has been told of the delta.
void tst_ServerStartOver::givenUpInTheMiddleOfADelta()
{
    ServerDriver server({ .sliceSize = 1 });
    const auto a = joinAndHearHalf(server);
    QVERIFY(std::get<Changes>(*server.take(a).at(0)).more);
    server.receive(a, Unsubscribe{ 1 });
    expireTombstones(server, a);
    server.engine.drained(a);
    server.run();
    const auto messages = server.take(a);
    QVERIFY(!messages.empty());
    QCOMPARE(*messages.back(), Message(Changes{ .cursor = 2 }));
}

/// What was told of it and is gone without a trace could not be taken back.
void tst_ServerStartOver::halfToldSnapshotEndsTheConnection()
{
    ServerDriver server({ .sliceSize = 1 });
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.commit(w, 1, { lamp("one", {}), lamp("two", {}), lamp("three", {}) });
    server.engine.received(a, Subscribe{ 1, Filter::byPrefix({}) }, server.now);
    server.take(a);
    while (server.sent[a].empty())
        server.step();
    server.engine.congested(a);
    server.commit(w, 2, { Operation::destroy("lamps/one") });
    expireTombstones(server, a);
    server.engine.drained(a);
    server.run();
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::TooSlow));
}

QTEST_APPLESS_MAIN(tst_ServerStartOver)
#include "tst_serverstartover.moc"
