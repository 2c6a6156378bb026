// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;

namespace {

constexpr qint64 Day = 24LL * 3600 * 1000;

/// The clock is set forward by so much (or backward, where it is negative), between two looks at
/// deadlines.
void jump(ServerDriver &server, qint64 duration)
{
    server.now += duration;
    server.pass(3000);
}

} // namespace

/// What a server forgets, and whom it gives up, when. Clocks may be set at any time.
class tst_ServerDeadlines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tombstonesAndClientsExpire();
    void tombstonesWaitForTheStore();
    void clientsAgeFromTheirConnectionsEnd();
    void clientsInUseOutliveARestart();
    void visitsAreStored();
    void unusedRecordsAreForgotten();
    void recordsInUseAreKept();
    void manyRecordsExpireInTurn();
    void clockIsSet_data();
    void clockIsSet();
    void silenceAfterTheClockWasSet_data();
    void silenceAfterTheClockWasSet();
    void clientsFromTheFuture();
};

void tst_ServerDeadlines::tombstonesAndClientsExpire()
{
    ServerDriver server({ .storage = true, .tombstoneAge = 999'999, .clientAge = 1000'000 });
    const auto w = server.join("w");
    server.commit(w, 1, { lamp("one", {}) });
    server.commit(w, 2, { Operation::destroy("lamps/one") });
    QCOMPARE(server.engine.world().tombstones(), 1);
    server.engine.disconnected(w, server.now);
    server.pass(1000'000);
    QCOMPARE(server.engine.world().tombstones(), 0);
    const StorageBatch &last = server.storedBatches.back();
    QCOMPARE(last.goneEntities, std::vector<QByteArray>({ "lamps/one" }));
    QCOMPARE(last.goneClients.size(), 1u);
    QCOMPARE(last.tombstoneFloor, 2);
    const auto again = server.join("w");
    QCOMPARE(server.takeAll<Welcome>(again).at(0).lastTx, 0);
}

/// A store that fails for long must not make readers miss what was destroyed meanwhile.
void tst_ServerDeadlines::tombstonesWaitForTheStore()
{
    ServerDriver server({ .storage = true, .tombstoneAge = 1000 });
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.commit(a, 1, { lamp("one", {}) });
    server.take(a);
    server.storeAtOnce = false;
    server.commit(a, 2, { lamp("two", {}) });
    server.commit(a, 3, { Operation::destroy("lamps/one") });
    server.pass(2000);
    server.confirmStore();
    server.confirmStore();
    const auto changes = server.takeAll<Changes>(a);
    QCOMPARE(summary(changes.at(0)), QByteArray("+lamps/two"));
    QCOMPARE(summary(changes.at(2)), QByteArray("-lamps/one"));
    QVERIFY(!server.storedBatches.back().entities.empty());
}

void tst_ServerDeadlines::clientsAgeFromTheirConnectionsEnd()
{
    ServerDriver server({ .clientAge = 100'000 });
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}) });
    server.pass(200'000, { a });
    server.pass(45'000); // drops it, since it is silent
    QVERIFY(server.isClosed(a));
    QCOMPARE(server.takeAll<Welcome>(server.join("a")).at(0).lastTx, 1);
}

void tst_ServerDeadlines::clientsInUseOutliveARestart()
{
    const ServerOptions options{ .storage = true, .clientAge = 100'000 };
    ServerDriver server(options);
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}) });
    for (int i = 0; i < 5; ++i) {
        server.pass(40'000, { a });
    }
    ServerDriver restarted(options);
    const StorageBatch &last = server.storedBatches.back();
    QVERIFY(last.entities.empty());
    QVERIFY(restarted.engine.load({ .epoch = last.epoch, .clients = last.clients }, server.now));
    restarted.now = server.now + 1000;
    restarted.engine.timeout(restarted.now);
    restarted.run();
    QCOMPARE(restarted.takeAll<Welcome>(restarted.join("a")).at(0).lastTx, 1);
}

/// A client that comes for a moment now and then is in use, too.
void tst_ServerDeadlines::visitsAreStored()
{
    const ServerOptions options{ .storage = true, .clientAge = 100'000 };
    ServerDriver server(options);
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}) });
    server.engine.disconnected(a, server.now);
    server.pass(90'000);
    server.engine.disconnected(server.join("a"), server.now);
    server.pass(1000);
    ServerDriver restarted(options);
    const StorageBatch &last = server.storedBatches.back();
    QVERIFY(restarted.engine.load({ .epoch = last.epoch, .clients = last.clients }, server.now));
    restarted.now = server.now;
    restarted.pass(20'000);
    QCOMPARE(restarted.takeAll<Welcome>(restarted.join("a")).at(0).lastTx, 1);
}

/// Seen by the store alone: nothing is told of clients that never committed anything.
void tst_ServerDeadlines::unusedRecordsAreForgotten()
{
    ServerDriver server({ .storage = true });
    for (int i = 0; i < 10; ++i)
        server.engine.disconnected(server.join(QByteArray::number(i)), server.now);
    const auto a = server.join("a");
    const auto b = server.join("a"); // replaces the other one
    QVERIFY(server.isClosed(a));
    server.commit(b, 1, { lamp("one", {}) });
    server.engine.disconnected(b, server.now);
    server.run();
    QCOMPARE(server.wakeAt, server.now + 1000);
    server.pass(8 * Day);
    QCOMPARE(server.storedBatches.back().goneClients.size(), 1u); // the one that has committed
    QVERIFY(server.wakeAt < server.now); // nothing is left to be looked at
}

void tst_ServerDeadlines::recordsInUseAreKept()
{
    ServerDriver server({ .decideCommits = true });
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}) }); // waits for its handler
    server.engine.disconnected(a, server.now);
    server.run();
    server.decide(0);
    QCOMPARE(server.takeAll<Welcome>(server.join("a")).at(0).lastTx, 1);
}

void tst_ServerDeadlines::manyRecordsExpireInTurn()
{
    constexpr int Clients = 2500;
    ServerDriver server({ .storage = true, .clientAge = 10'000 });
    for (int i = 0; i < Clients; ++i) {
        const auto a = server.join(QByteArray::number(i));
        server.commit(a, 1, { Operation::destroy("nope") });
        server.engine.disconnected(a, server.now);
    }
    server.storedBatches.clear();
    server.pass(15'000);
    size_t gone = 0;
    for (const StorageBatch &batch : server.storedBatches) {
        gone += batch.goneClients.size();
        QVERIFY(batch.goneClients.size() <= 1000);
    }
    QCOMPARE(gone, size_t(Clients));
}

void tst_ServerDeadlines::clockIsSet_data()
{
    QTest::addColumn<qint64>("duration");
    QTest::newRow("a minute on") << qint64(60'000);
    QTest::newRow("a year on") << 365 * Day;
    QTest::newRow("a minute back") << qint64(-60'000);
    QTest::newRow("a year back") << -365 * Day;
}

/// Nobody is cut off, no tombstone goes, and nobody is forgotten.
void tst_ServerDeadlines::clockIsSet()
{
    QFETCH(const qint64, duration);
    const ServerOptions options{ .storage = true };
    ServerDriver server(options);
    server.now = 1000 * Day;
    const auto gone = server.join("gone");
    server.commit(gone, 1, { lamp("one", {}) });
    server.engine.disconnected(gone, server.now);
    const auto a = server.join("a");
    server.commit(a, 1, { Operation::destroy("lamps/one") });
    server.pass(20'000);
    jump(server, duration);
    QVERIFY(!server.isClosed(a));
    QCOMPARE(server.engine.world().tombstones(), 1);
    const auto clients = server.storedBatches.back().clients;
    QCOMPARE(server.takeAll<Welcome>(server.join("gone")).at(0).lastTx, 1);

    // Nor after a restart, where the store has a time from before.
    if (duration > options.clientAge) {
        QCOMPARE(clients.size(), 2u);
        ServerDriver restarted(options);
        restarted.now = server.now;
        QVERIFY(restarted.engine.load({ .epoch = "epoch-1", .clients = clients }, server.now));
        restarted.pass(10'000);
        QCOMPARE(restarted.takeAll<Welcome>(restarted.join("gone")).at(0).lastTx, 1);
    }
}

void tst_ServerDeadlines::silenceAfterTheClockWasSet_data()
{
    clockIsSet_data();
}

void tst_ServerDeadlines::silenceAfterTheClockWasSet()
{
    QFETCH(const qint64, duration);
    ServerDriver server;
    server.now = 1000 * Day;
    const auto a = server.join("a");
    server.pass(20'000);
    server.now += duration;
    server.engine.heard(a, server.now); // before anybody looks at deadlines
    server.pass(44'000);
    QVERIFY(!server.isClosed(a));
    server.pass(1000);
    QVERIFY(server.isClosed(a));
}

/// Stored by a server whose clock was wrong.
void tst_ServerDeadlines::clientsFromTheFuture()
{
    const StoredClient client{ QByteArray("\na"), 1, 1000 * Day, {} };
    ServerDriver server({ .storage = true });
    QVERIFY(server.engine.load({ .epoch = "epoch-1", .clients = { client } }, server.now));
    server.pass(6 * Day);
    QVERIFY(server.storedBatches.empty());
    server.pass(1 * Day);
    QCOMPARE(server.storedBatches.back().goneClients.size(), 1u);
}

QTEST_APPLESS_MAIN(tst_ServerDeadlines)
#include "tst_serverdeadlines.moc"
