// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storefixture.h"

using namespace ObjectSync;
using namespace StoreTest;

/// How a client goes on from what an earlier process has stored.
class tst_ClientEngineRestore : public StoreFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin({}); }
    void cleanup() { d.reset(); }

    // Restoring
    void showsTheLastWorld();
    void waitsForTheStoreToConnect();
    void resumesAndSendsTheSameNumbers();
    void decidedOnesAreNotSentAgain();
    void settledOnesAreNotShownTwice();
    void ownTransactionsComeLater();
    void inheritedSubscriptions();
    void subscribedBeforeRestoring();
    void serverForgotUs();
    void storeIsOlderThanTheServer();
    void otherEpoch();
    void contradictions_data();
    void contradictions();
    void crashesAtAnyPoint();

    // Staleness
    void staleUntilConfirmed();
    void staleUntilToldAnew();
};

// Restoring

void tst_ClientEngineRestore::showsTheLastWorld()
{
    online();
    subscribeLamps();
    d->cut();
    d->commit({ setLevel(5) });
    d->commit({ Operation::create(Hall, { { "on", true } }) });
    settleStore();
    const QByteArray client = d->engine.client();
    const ClientState state = d->kept;
    d = std::make_unique<ClientDriver>(withStorage());
    d->restore(state);
    QCOMPARE(d->engine.client(), client);
    QCOMPARE(d->engine.pendingCount(), 2);
    QCOMPARE(d->takeLog(), "view");
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Entered, { { "level", 5 } } },
                           ViewChange{ Hall, Changed::Created, { { "on", true } } } }));
    QVERIFY(d->engine.isCovered(Lamp));
    QVERIFY(d->engine.isStale(Lamp));
    QVERIFY(d->engine.hasPending(Lamp));
    QCOMPARE(d->engine.confirmed().value(Lamp, "level"), Value(1));
    // There is nothing new to store.
    settleStore();
    QVERIFY(d->kept == state);
}

void tst_ClientEngineRestore::waitsForTheStoreToConnect()
{
    d = std::make_unique<ClientDriver>(withStorage());
    QVERIFY(d->engine.isRestoring());
    d->engine.open(d->now);
    d->run();
    QCOMPARE(d->engine.status(), ClientStatus::Connecting);
    QVERIFY(!d->transportOpen);
    d->advance(60000);
    QCOMPARE(d->engine.status(), ClientStatus::Connecting);
    d->restore({});
    QVERIFY(d->transportOpen);
    QVERIFY(!d->engine.isRestoring());
    QVERIFY(!d->engine.restore({}, d->now));
    d->engine.close();
    d->run();
    QCOMPARE(d->engine.status(), ClientStatus::Closed);
}

void tst_ClientEngineRestore::resumesAndSendsTheSameNumbers()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(5) });
    d->finishWriting();
    d->commit({ setLevel(6) });
    d->commit({ setLevel(7) });
    settleStore();
    const Cursor cursor = d->engine.cursor();
    crash();
    QVERIFY(d->engine.subscribe(Filter::byPrefix("lamps/")));
    d->run();
    QCOMPARE(d->ready.size(), size_t(1));
    const Hello hello = d->hello();
    QCOMPARE(hello.resume->cursor, cursor);
    QCOMPARE(hello.resume->subscriptions.size(), size_t(1));
    QCOMPARE(hello.resume->subscriptions.front().filter, Filter::byPrefix("lamps/"));
    d->welcome({ .cursor = cursor, .resumed = true, .limits = d->unlimited() });
    d->changes({});
    settleStore();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), (Numbers{ 1, 2, 3 }));
    d->changes({ update(Lamp, { { "level", 7 } }) });
    d->ack(3);
    const auto answered = d->takeAnswered();
    QCOMPARE(answered.size(), size_t(3));
    QCOMPARE(answered.back().content, Transaction{ { setLevel(7) } });
    settleStore();
    QVERIFY(d->kept.pending.empty());
}

void tst_ClientEngineRestore::decidedOnesAreNotSentAgain()
{
    online();
    subscribeLamps();
    d->commit({ increment() });
    d->finishWriting();
    d->commit({ increment() });
    settleStore();
    crash();
    QVERIFY(d->engine.subscribe(Filter::byPrefix("lamps/")));
    d->hello();
    d->welcome({ .cursor = 20, .lastTx = 1, .resumed = true, .limits = d->unlimited() });
    d->changes({ update(Lamp, { { "level", 2 } }) });
    QCOMPARE(d->value(Lamp, "level"), Value(3)); // one of them is confirmed, one is on top
    settleStore();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 2 });
    d->ack(1);
    QCOMPARE(d->engine.pendingCount(), 1);
}

void tst_ClientEngineRestore::settledOnesAreNotShownTwice()
{
    online();
    subscribeLamps();
    d->commit({ increment() });
    d->finishWriting();
    d->cut();
    d->hello();
    d->welcome({ .cursor = 20, .lastTx = 1, .resumed = true, .limits = d->unlimited() });
    d->changes({ update(Lamp, { { "level", 2 } }) });
    settleStore(); // before the answer comes
    QCOMPARE(d->kept.settled, 1);
    crash();
    QCOMPARE(d->engine.pendingCount(), 1);
    QCOMPARE(d->value(Lamp, "level"), Value(2));
}

void tst_ClientEngineRestore::ownTransactionsComeLater()
{
    online();
    subscribeLamps();
    d->cut();
    d->commit({ setLevel(5) });
    settleStore();
    const ClientState state = d->kept;
    d = std::make_unique<ClientDriver>(withStorage());
    const TransactionId early = d->commit({ Operation::save(Lamp, { { "level", 7 } }) });
    QCOMPARE(d->value(Lamp, "level"), Value(7));
    d->restore(state);
    QCOMPARE(d->value(Lamp, "level"), Value(7));
    QCOMPARE(d->engine.pendingCount(), 2);
    QVERIFY(*d->engine.pending(early)
            == (Transaction{ { Operation::save(Lamp, { { "level", 7 } }) } }));
    settleStore();
    QCOMPARE(numbersOf(d->kept.pending), (Numbers{ 1, 2 }));
    const TransactionId late = d->commit({ setLevel(8) });
    QVERIFY(late > early);
    online();
    settleStore();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), (Numbers{ 1, 2, 3 }));
    d->reject(2);
    const auto answered = d->takeAnswered();
    QCOMPARE(answered.size(), size_t(2));
    QCOMPARE(answered[1].transaction, early);
    QVERIFY(answered[0].transaction < early);
}

void tst_ClientEngineRestore::inheritedSubscriptions()
{
    online();
    d->subscribe(Filter::byPrefix("lamps/"),
                 { enter(Lamp, { { "level", 1 } }), enter(Hall, { { "level", 2 } }) });
    d->subscribe(Filter::byIds({ "notes/1" }), { enter("notes/1", { { "n", 1 } }) });
    settleStore();
    crash();
    QCOMPARE(d->ids().size(), size_t(3));
    // Part of what is there is there; what goes beyond it is not complete.
    const auto part = *d->engine.subscribe(Filter::byIds({ Lamp, "lamps/absent" }));
    const auto more = *d->engine.subscribe(Filter::byPrefix(""));
    d->run();
    QVERIFY(d->engine.isReady(part) && !d->engine.isReady(more));
    QCOMPARE(d->hello().resume->subscriptions,
             (std::vector{ Subscribe{ part, Filter::byIds({ "lamps/absent", Lamp }) } }));
    d->engine.unsubscribe(more);
    d->run();
    d->forget();
    d->welcome({ .cursor = d->cursor, .resumed = true });
    // What nobody asked for is let go.
    QCOMPARE(d->takeChanges().size(), size_t(2));
    QCOMPARE(d->ids(), std::vector<QByteArray>{ Lamp });
    d->changes({});
    settleStore();
    QCOMPARE(d->kept.subscriptions.size(), size_t(1));
    QCOMPARE(d->kept.entities.size(), size_t(1));
}

void tst_ClientEngineRestore::subscribedBeforeRestoring()
{
    online();
    subscribeLamps();
    const ClientState state = d->kept;
    d = std::make_unique<ClientDriver>(withStorage());
    const auto early = *d->engine.subscribe(Filter::byIds({ Lamp }));
    const auto other = *d->engine.subscribe(Filter::byIds({ "notes/1" }));
    d->run();
    QVERIFY(!d->engine.isReady(early));
    d->restore(state);
    QCOMPARE(d->ready, std::vector{ early });
    QVERIFY(d->engine.isReady(early) && !d->engine.isReady(other));
}

void tst_ClientEngineRestore::serverForgotUs()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(1) });
    d->finishWriting();
    d->ack(1);
    d->commit({ setLevel(2) });
    settleStore();
    d->cut();
    d->commit({ setLevel(3) });
    settleStore();
    const QByteArray before = d->kept.client;
    crash();
    QVERIFY(d->engine.subscribe(Filter::byPrefix("lamps/")));
    d->hello();
    d->welcome({ .cursor = 30, .resumed = true });
    // The one that may have been sent is unknown; the other one was never sent.
    const auto answered = d->takeAnswered();
    QCOMPARE(answered.size(), size_t(1));
    QCOMPARE(answered[0].error->code, ErrorCode::UnknownOutcome);
    settleStore();
    QVERIFY(d->kept.client != before);
    QCOMPARE(d->kept.pending, (std::vector{ StoredTransaction{ 1, { { setLevel(3) } } } }));
    QCOMPARE(d->kept.sent, 0);
}

/// It could not be written for a while, or comes from a backup.
void tst_ClientEngineRestore::storeIsOlderThanTheServer()
{
    online();
    subscribeLamps();
    d->cut();
    d->commit({ setLevel(1) });
    d->commit({ setLevel(2) });
    settleStore();
    QCOMPARE(d->kept.sent, 0);
    crash();
    d->commit({ setLevel(3) }); // had the number of another one, which was sent
    settleStore();
    QVERIFY(d->engine.subscribe(Filter::byPrefix("lamps/")));
    d->hello();
    d->forget();
    d->welcome({ .cursor = 30, .lastTx = 3, .resumed = true });
    QCOMPARE(d->takeAnswered().size(), size_t(2));
    settleStore();
    d->hello();
    d->welcome({ .cursor = 30, .resumed = true, .limits = d->unlimited() });
    d->changes({});
    settleStore();
    const auto sent = d->takeSent<Commit>();
    QCOMPARE(numbersOf(sent), Numbers{ 1 });
    QCOMPARE(sent[0].transaction, Transaction{ { setLevel(3) } });
}

void tst_ClientEngineRestore::otherEpoch()
{
    online();
    subscribeLamps();
    d->cut();
    d->commit({ setLevel(5) });
    settleStore();
    crash();
    const auto sub = *d->engine.subscribe(Filter::byPrefix("lamps/"));
    d->hello();
    d->welcome({ .epoch = "epoch-2", .cursor = 3, .limits = d->unlimited() });
    QVERIFY(d->exists(Lamp));
    d->initial(sub, { enter(Hall, { { "on", true } }) }, true);
    d->subscribed(sub);
    QVERIFY(!d->exists(Lamp));
    settleStore();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(d->kept.epoch, "epoch-2");
    QCOMPARE(d->kept.entities, (std::vector{ StoredReplica{ Hall, { { "on", true } } } }));
}

void tst_ClientEngineRestore::contradictions_data()
{
    QTest::addColumn<ClientState>("state");
    const auto row = [](const char *name, const auto &change) {
        ClientState state;
        state.client = "me";
        state.answered = 4;
        state.pending = { { 5, {} }, { 6, {} } };
        change(state);
        QTest::newRow(name) << state;
    };
    row("a gap", [](ClientState &state) { state.pending[1].number = 7; });
    row("answered", [](ClientState &state) { state.answered = 5; });
    row("negative", [](ClientState &state) { state.cursor = -1; });
    row("sent", [](ClientState &state) { state.sent = 7; });
    row("settled", [](ClientState &state) { state.settled = 7; });
    row("no client", [](ClientState &state) { state.client.clear(); });
}

void tst_ClientEngineRestore::contradictions()
{
    QFETCH(ClientState, state);
    d = std::make_unique<ClientDriver>(withStorage());
    const auto restored = d->engine.restore(state, d->now);
    QVERIFY(!restored);
    QCOMPARE(restored.error().code, ErrorCode::StorageFailed);
    d->engine.withoutStorage(d->now);
    d->run();
    online();
    QCOMPARE(d->engine.status(), ClientStatus::Online);
}

/// Whatever is lost in between: what was stored takes effect once, in order, and nothing twice.
void tst_ClientEngineRestore::crashesAtAnyPoint()
{
    online();
    subscribeLamps();
    std::vector<Transaction> done; // the server's: the transaction of each number
    const auto serve = [&] {
        for (const Commit &commit : d->takeSent<Commit>()) {
            const auto known = static_cast<TransactionNumber>(done.size());
            if (commit.tx > known) {
                QCOMPARE(commit.tx, known + 1);
                done.push_back(commit.transaction);
            }
            QCOMPARE(done[static_cast<size_t>(commit.tx - 1)], commit.transaction);
        }
    };
    const auto connect = [&] {
        QVERIFY(d->engine.subscribe(Filter::byPrefix("lamps/")));
        d->hello();
        d->welcome({ .cursor = d->cursor,
                     .lastTx = static_cast<TransactionNumber>(done.size()),
                     .resumed = true,
                     .limits = ClientDriver::unlimited() });
        d->changes({});
    };
    std::vector<Transaction> stored;
    const auto noteStored = [&] {
        for (const StoredTransaction &each : d->writing->pending)
            stored.push_back(each.transaction);
    };
    const auto finishWriting = [&] {
        noteStored();
        d->finishWriting();
    };
    for (int step = 0; step < 200; ++step) {
        d->commit({ setLevel(step) });
        if (step % 3 != 0 && d->writing)
            finishWriting();
        if (step % 2 == 0)
            serve();
        if (step % 11 == 0 && !done.empty())
            d->ack(static_cast<TransactionNumber>(done.size()));
        if (step % 7 == 0) {
            serve();
            if (step % 2 == 0 && d->writing) { // durable, and nobody has heard of it
                noteStored();
                d->kept.apply(*d->writing);
            }
            crash();
            connect();
        }
    }
    while (d->writing)
        finishWriting();
    serve();
    QCOMPARE(done, stored);
    QVERIFY(done.size() > 100);
    d->ack(static_cast<TransactionNumber>(done.size()));
    QCOMPARE(d->engine.pendingCount(), 0);
}

// Staleness

void tst_ClientEngineRestore::staleUntilConfirmed()
{
    online();
    subscribeLamps();
    QVERIFY(!d->engine.isStale(Lamp));
    QVERIFY(!d->engine.isStale("lamps/absent"));
    QVERIFY(!d->engine.isStale("unknown"));
    d->cut();
    QCOMPARE(d->stalenessChanges, 1);
    QVERIFY(d->engine.isStale(Lamp));
    QVERIFY(d->engine.isStale("lamps/absent"));
    QVERIFY(!d->engine.isStale("unknown"));
    d->hello();
    d->welcome({ .cursor = 20, .resumed = true });
    QVERIFY(d->engine.isStale(Lamp));
    d->changes({});
    QVERIFY(!d->engine.isStale(Lamp));
    QVERIFY(!d->engine.isStale("lamps/absent"));
    QCOMPARE(d->stalenessChanges, 2);
}

void tst_ClientEngineRestore::staleUntilToldAnew()
{
    online();
    const auto sub = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, {}), enter(Hall, {}) });
    d->cut();
    d->hello();
    d->welcome({ .epoch = "epoch-2", .cursor = 3 });
    QVERIFY(d->engine.isStale(Lamp));
    d->initial(sub, { enter(Lamp, {}) }, true);
    QVERIFY(!d->engine.isStale(Lamp));
    QVERIFY(d->engine.isStale(Hall));
    QVERIFY(d->engine.isStale("lamps/absent"));
    d->subscribed(sub);
    QVERIFY(!d->engine.isStale("lamps/absent"));
    QVERIFY(!d->exists(Hall));
}

QTEST_APPLESS_MAIN(tst_ClientEngineRestore)
#include "tst_clientengine_restore.moc"
