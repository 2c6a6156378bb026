// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;

class tst_ServerTelling : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Reading
    void snapshotThenChanges();
    void subscriptionByIds();
    void overlappingSubscriptionsTellOnce();
    void unsubscribedIsNotTold();
    void fetchKeepsOrderAndGaps();
    void oneMessageForAllReadersAndCommits();
    void largeSnapshotComesInSlices();
    void changesDuringSnapshot();
    void snapshotAndAnswersAreOneStep();

    // Resuming
    void resumeTellsWhatChanged();
    void resumeIsRefused_data();
    void resumeIsRefused();
    void slowReaderCatchesUp();
    void slowReaderGetsAnswersAfterChanges();

    // Storing
    void nothingIsToldBeforeItIsStored();
    void batchesGatherWhileStoring();
    void restartContinues();
    void shutDownAnswersFirst();
};

void tst_ServerTelling::snapshotThenChanges()
{
    ServerDriver server;
    const auto a = server.join("a");
    const auto b = server.join("b");
    server.commit(a, 1, { lamp("hall", { { "on", true } }), Operation::create("other", {}) });
    server.take(b);
    server.subscribe(b, 5, Filter::byPrefix("lamps/"));
    auto messages = server.take(b);
    QCOMPARE(messages.size(), 2u);
    const auto &initial = std::get<Changes>(*messages[0]);
    QCOMPARE(summary(initial), QByteArray(">lamps/hall"));
    QCOMPARE(initial.sub, std::optional<SubscriptionNumber>(5));
    QVERIFY(!initial.reset);
    QCOMPARE(*messages[1], Message(Subscribed{ 5, 1 }));

    server.commit(a, 2, { Operation::set("lamps/hall", { { "on", false } }), lamp("attic", {}) });
    server.commit(a, 3, { Operation::destroy("lamps/hall"), Operation::destroy("other") });
    const auto changes = server.takeAll<Changes>(b);
    QCOMPARE(changes.size(), 2u);
    QCOMPARE(summary(changes[0]), QByteArray("=lamps/hall +lamps/attic"));
    QCOMPARE(summary(changes[1]), QByteArray("-lamps/hall"));
}

void tst_ServerTelling::subscriptionByIds()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}), lamp("two", {}) });
    server.subscribe(a, 1, Filter::byIds({ "lamps/two", "lamps/three", "lamps/two" }));
    QCOMPARE(summary(server.takeAll<Changes>(a).at(0)), QByteArray(">lamps/two"));
    server.commit(a, 2, { lamp("three", {}), lamp("four", {}) });
    QCOMPARE(summary(server.takeAll<Changes>(a).at(0)), QByteArray("+lamps/three"));
}

void tst_ServerTelling::overlappingSubscriptionsTellOnce()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", {}), lamp("two", {}) });
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.take(a);
    server.subscribe(a, 2, Filter::byIds({ "lamps/one" }));
    server.subscribe(a, 3, Filter::byPrefix({}));
    auto messages = server.take(a);
    QCOMPARE(messages.size(), 2u); // only the markers
    server.commit(a, 2, { Operation::set("lamps/one", { { "on", true } }) });
    const auto changes = server.takeAll<Changes>(a);
    QCOMPARE(summary(changes.at(0)), QByteArray("=lamps/one"));
    QCOMPARE(changes.size(), 2u); // and the end of the step that has the answer in it
    QVERIFY(changes.at(1).changes.empty());
}

void tst_ServerTelling::unsubscribedIsNotTold()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.receive(a, Unsubscribe{ 1 });
    server.take(a);
    server.commit(a, 1, { lamp("one", {}) });
    QVERIFY(server.takeAll<Changes>(a).empty());
    server.receive(a, Unsubscribe{ 1 });
    const auto failures = server.takeAll<Failure>(a);
    QCOMPARE(failures.at(0).error.code, QByteArray(ErrorCode::BadSubscription));
    QVERIFY(!failures.at(0).fatal);
}

void tst_ServerTelling::fetchKeepsOrderAndGaps()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("one", { { "on", true } }), lamp("two", {}) });
    server.take(a);
    server.receive(a, Fetch{ 9, { "lamps/two", "nope", "lamps/one" } });
    const auto result = server.takeAll<Result>(a).at(0);
    QCOMPARE(result.request, 9);
    QCOMPARE(result.entities.size(), 3u);
    QCOMPARE(result.entities[0]->id, QByteArray("lamps/two"));
    QVERIFY(!result.entities[1]);
    QCOMPARE(result.entities[2]->values, ValueMap({ { "on", true } }));
    QCOMPARE(result.entities[2]->revision, 1);
}

void tst_ServerTelling::oneMessageForAllReadersAndCommits()
{
    ServerDriver server;
    const auto writer = server.join("w");
    const auto a = server.join("a");
    const auto b = server.join("b");
    const auto c = server.join("c");
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.subscribe(b, 7, Filter::byPrefix("lamps/"));
    server.subscribe(c, 1, Filter::byIds({ "lamps/one" }));
    for (const auto reader : { a, b, c })
        server.take(reader);
    server.holdFlush = true;
    server.commit(writer, 1, { lamp("one", { { "level", 1 } }), lamp("two", {}) });
    for (int tx = 2; tx <= 100; ++tx)
        server.commit(writer, tx, { Operation::set("lamps/one", { { "level", tx } }) });
    server.holdFlush = false;
    server.run();
    const auto toA = server.take(a);
    const auto toB = server.take(b);
    const auto toC = server.take(c);
    QCOMPARE(toA.size(), 1u);
    QCOMPARE(toA, toB); // the same object
    QCOMPARE(toC.size(), 1u);
    const auto &all = std::get<Changes>(*toA[0]);
    const auto &one = std::get<Changes>(*toC[0]);
    QCOMPARE(summary(one), QByteArray("+lamps/one"));
    QCOMPARE(one.changes[0]->properties.at(0).value, Value(100));
    QVERIFY(std::find(all.changes.begin(), all.changes.end(), one.changes[0])
            != all.changes.end()); // and the same fragment
    QCOMPARE(server.takeAll<Ack>(writer).back().tx, 100);
}

void tst_ServerTelling::largeSnapshotComesInSlices()
{
    ServerDriver server({ .sliceSize = 1000 });
    const auto a = server.join("a");
    std::vector<Operation> operations;
    for (int i = 0; i < 200; ++i)
        operations.push_back(Operation::create("e" + QByteArray::number(1000 + i), { { "n", i } }));
    server.commit(a, 1, operations);
    server.take(a);
    server.subscribe(a, 1, Filter::byPrefix("e"));
    auto messages = server.take(a);
    QVERIFY(messages.size() > 5);
    QVERIFY(std::holds_alternative<Subscribed>(*messages.back()));
    size_t told = 0;
    for (size_t i = 0; i + 1 < messages.size(); ++i)
        told += std::get<Changes>(*messages[i]).changes.size();
    QCOMPARE(told, 200u);
}

void tst_ServerTelling::changesDuringSnapshot()
{
    ServerDriver server({ .sliceSize = 200 });
    const auto w = server.join("w");
    const auto a = server.join("a");
    std::vector<Operation> operations;
    for (int i = 0; i < 50; ++i)
        operations.push_back(Operation::create("e" + QByteArray::number(100 + i), { { "n", 0 } }));
    server.commit(w, 1, operations);
    server.take(a);
    server.holdFlush = true;
    server.subscribe(a, 1, Filter::byPrefix("e"));
    server.engine.flush(server.now); // the first slice
    server.run();
    QCOMPARE(server.take(a).size(), 1u);
    server.flushWanted = true;
    server.commit(w, 2,
                  { Operation::set("e100", { { "n", 1 } }), Operation::destroy("e149"),
                    Operation::set("e148", { { "n", 1 } }), Operation::destroy("e101") });
    server.holdFlush = false;
    server.run();
    ValueMap state; // e101 and e149 must be gone, e100 and e148 be 1
    QByteArray events;
    for (const auto &changes : server.takeAll<Changes>(a))
        events += summary(changes) + ' ';
    QVERIFY(events.contains("=e100"));
    QVERIFY(events.contains("-e101"));
    QVERIFY(!events.contains("=e148")); // it is told whole, later
    QVERIFY(events.contains(">e148"));
    QVERIFY(!events.contains("e149"));
}

void tst_ServerTelling::snapshotAndAnswersAreOneStep()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("hall", { { "uses", 1 } }) });
    server.take(a);
    server.holdFlush = true;
    server.commit(a, 2, { Operation::apply("increment", "lamps/hall", "uses", 1) });
    server.subscribe(a, 5, Filter::byPrefix("lamps/"));
    server.holdFlush = false;
    server.run();
    // The increment is in the snapshot: while it counted as pending, too, it would show twice.
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 4u);
    const auto &snapshot = std::get<Changes>(*messages[0]);
    QCOMPARE(snapshot.changes[0]->properties[0].value, Value(2));
    QVERIFY(snapshot.more);
    QCOMPARE(*messages[1], Message(Subscribed{ 5, 2 }));
    QCOMPARE(*messages[2], Message(Ack{ 2, 2 }));
    QCOMPARE(*messages[3], Message(Changes{ .cursor = 2 }));
}

void tst_ServerTelling::resumeTellsWhatChanged()
{
    ServerDriver server;
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.commit(w, 1,
                  { lamp("one", { { "on", true }, { "level", 1 } }), lamp("two", {}),
                    lamp("three", {}), Operation::create("other", {}) });
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.engine.disconnected(a, server.now);
    server.commit(w, 2,
                  { Operation::set("lamps/one", { { "level", 2 } }), Operation::destroy("lamps/two"),
                    lamp("four", {}), Operation::set("other", { { "x", 1 } }) });
    server.commit(w, 3, { Operation::unset("lamps/one", { "on" }) });
    const auto again = server.join("a",
                                   Resume{ "epoch-1", 1, { { 1, Filter::byPrefix("lamps/") } } });
    const auto messages = server.take(again);
    QCOMPARE(messages.size(), 2u);
    QVERIFY(std::get<Welcome>(*messages[0]).resumed);
    const auto &delta = std::get<Changes>(*messages[1]);
    QCOMPARE(summary(delta), QByteArray("-lamps/two +lamps/four =lamps/one"));
    QCOMPARE(delta.cursor, 3);
    QVERIFY(!delta.more);
    const Change &one = *delta.changes.back();
    QCOMPARE(one.properties.size(), 2u);
    // And it is live again.
    server.commit(w, 4, { lamp("five", {}) });
    QCOMPARE(summary(server.takeAll<Changes>(again).at(0)), QByteArray("+lamps/five"));
}

void tst_ServerTelling::resumeIsRefused_data()
{
    QTest::addColumn<QByteArray>("epoch");
    QTest::addColumn<qint64>("cursor");
    QTest::newRow("other epoch") << QByteArray("epoch-0") << qint64(2);
    QTest::newRow("future") << QByteArray("epoch-1") << qint64(3);
    QTest::newRow("before the oldest tombstone") << QByteArray("epoch-1") << qint64(1);
}

void tst_ServerTelling::resumeIsRefused()
{
    QFETCH(QByteArray, epoch);
    QFETCH(qint64, cursor);
    ServerDriver server;
    const auto w = server.join("w");
    server.commit(w, 1, { lamp("one", {}), lamp("two", {}) });
    server.commit(w, 2, { Operation::destroy("lamps/one") });
    server.pass(11 * 60 * 1000, { w });
    QCOMPARE(server.engine.world().tombstoneFloor(), 2);
    const auto a = server.join("a", Resume{ epoch, cursor, { { 4, Filter::byPrefix({}) } } });
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 3u);
    QVERIFY(!std::get<Welcome>(*messages[0]).resumed);
    const auto &snapshot = std::get<Changes>(*messages[1]);
    QVERIFY(snapshot.reset);
    QCOMPARE(summary(snapshot), QByteArray(">lamps/two"));
    QCOMPARE(*messages[2], Message(Subscribed{ 4, 2 }));
}

void tst_ServerTelling::slowReaderCatchesUp()
{
    ServerDriver server({ .sliceSize = 300 });
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.take(a);
    server.engine.congested(a);
    TransactionNumber tx = 0;
    for (int i = 0; i < 50; ++i)
        server.commit(w, ++tx, { lamp(QByteArray::number(i).constData(), { { "n", 0 } }) });
    for (int round = 1; round <= 20; ++round)
        server.commit(w, ++tx, { Operation::set("lamps/7", { { "n", round } }) });
    QVERIFY(server.take(a).empty());
    server.engine.drained(a);
    server.run();
    const auto changes = server.takeAll<Changes>(a);
    QVERIFY(changes.size() > 2); // slices
    size_t told = 0;
    for (size_t i = 0; i < changes.size(); ++i) {
        QCOMPARE(changes[i].more, i + 1 < changes.size());
        told += changes[i].changes.size();
    }
    QCOMPARE(told, 50u); // each entity once, with its last value
    QCOMPARE(changes.back().changes.back()->properties.at(0).value, Value(20));
    QCOMPARE(changes.back().cursor, tx);
    server.commit(w, ++tx, { lamp("live", {}) });
    QCOMPARE(server.takeAll<Changes>(a).size(), 1u);
}

void tst_ServerTelling::slowReaderGetsAnswersAfterChanges()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.take(a);
    server.engine.congested(a);
    server.commit(a, 1, { lamp("one", {}) });
    QVERIFY(server.take(a).empty());
    server.engine.drained(a);
    server.run();
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 3u);
    QCOMPARE(summary(std::get<Changes>(*messages[0])), QByteArray("+lamps/one"));
    QVERIFY(std::get<Changes>(*messages[0]).more);
    QCOMPARE(std::get<Ack>(*messages[1]).tx, 1);
    QVERIFY(!std::get<Changes>(*messages[2]).more);
}

void tst_ServerTelling::nothingIsToldBeforeItIsStored()
{
    ServerDriver server({ .storage = true });
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.take(a);
    server.take(w);
    server.storeAtOnce = false;
    server.commit(w, 1, { lamp("one", { { "on", true } }) });
    QCOMPARE(server.batches.size(), 1u);
    server.receive(a, Fetch{ 1, { "lamps/one" } });
    QVERIFY(server.take(w).empty());
    QVERIFY(server.take(a).empty());
    server.confirmStore();
    QCOMPARE(server.takeAll<Ack>(w).size(), 1u);
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 2u);
    QCOMPARE(summary(std::get<Changes>(*messages[0])), QByteArray("+lamps/one"));
    QVERIFY(std::get<Result>(*messages[1]).entities[0]);
    const StorageBatch &batch = server.storedBatches.at(0);
    QCOMPARE(batch.entities.size(), 1u);
    QCOMPARE(batch.clients.size(), 1u);
    QCOMPARE(batch.clients[0].lastTx, 1);
    QCOMPARE(batch.revision, 1);
}

void tst_ServerTelling::batchesGatherWhileStoring()
{
    ServerDriver server({ .storage = true });
    const auto w = server.join("w");
    server.storeAtOnce = false;
    for (int tx = 1; tx <= 10; ++tx)
        server.commit(w, tx, { Operation::save("x", { { "n", tx } }) });
    QCOMPARE(server.batches.size(), 1u);
    server.confirmStore();
    QCOMPARE(server.takeAll<Ack>(w).back().tx, 1);
    QCOMPARE(server.batches.size(), 1u);
    QCOMPARE(server.batches[0].revision, 10);
    server.confirmStore();
    QCOMPARE(server.takeAll<Ack>(w).back().tx, 10);
    QVERIFY(server.engine.isIdle());
}

void tst_ServerTelling::restartContinues()
{
    StoredWorld stored;
    {
        ServerDriver server({ .storage = true });
        const auto w = server.join("w");
        server.commit(w, 1, { lamp("one", { { "on", true } }), lamp("two", {}) });
        server.commit(w, 2, { Operation::destroy("lamps/two") });
        server.commit(w, 3, { Operation::unset("lamps/one", { "on" }) });
        std::map<QByteArray, StoredEntity> rows;
        for (const StorageBatch &batch : server.storedBatches) {
            for (const StoredEntity &entity : batch.entities)
                rows[entity.id] = entity;
            stored.epoch = batch.epoch;
            stored.revision = batch.revision;
            stored.clients = batch.clients;
        }
        for (const auto &[id, row] : rows)
            stored.entities.push_back(row);
        std::sort(stored.entities.begin(), stored.entities.end(),
                  [](const auto &a, const auto &b) { return a.stamp < b.stamp; });
    }
    ServerDriver server({ .epoch = "epoch-2", .storage = true });
    QVERIFY(server.engine.load(stored, server.now));
    QCOMPARE(server.engine.epoch(), QByteArray("epoch-1"));
    QCOMPARE(server.engine.world().size(), 1);
    const auto a = server.join("a", Resume{ "epoch-1", 1, { { 1, Filter::byPrefix({}) } } });
    auto messages = server.take(a);
    QVERIFY(std::get<Welcome>(*messages.at(0)).resumed);
    QCOMPARE(summary(std::get<Changes>(*messages.at(1))), QByteArray("-lamps/two =lamps/one"));
    const auto w = server.join("w");
    QCOMPARE(server.takeAll<Welcome>(w).at(0).lastTx, 3);
    server.commit(w, 3, { Operation::unset("lamps/one", { "on" }) });
    QCOMPARE(server.takeAll<Ack>(w).at(0).tx, 3);
    QCOMPARE(server.engine.world().revision(), 3);
}

void tst_ServerTelling::shutDownAnswersFirst()
{
    ServerDriver server({ .storage = true });
    const auto w = server.join("w");
    server.take(w);
    server.storeAtOnce = false;
    server.commit(w, 1, { lamp("one", {}) });
    server.commit(w, 2, { lamp("two", {}) });
    server.engine.shutDown(server.now);
    server.run();
    QVERIFY(!server.isClosed(w));
    server.confirmStore();
    server.confirmStore();
    const auto messages = server.take(w);
    QCOMPARE(messages.size(), 3u);
    QCOMPARE(std::get<Ack>(*messages[1]).tx, 2);
    QCOMPARE(std::get<Failure>(*messages[2]).error.code, QByteArray(ErrorCode::ShuttingDown));
    QVERIFY(server.isClosed(w));
    QVERIFY(server.engine.isIdle());
}

QTEST_APPLESS_MAIN(tst_ServerTelling)
#include "tst_servertelling.moc"
