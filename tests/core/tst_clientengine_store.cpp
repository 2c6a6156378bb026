// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storefixture.h"

using namespace ObjectSync;
using namespace StoreTest;

/// What a client stores before it does what.
class tst_ClientEngineStore : public StoreFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin({}); }
    void cleanup() { d.reset(); }

    // Storing
    void isStoredBeforeItIsSent();
    void nextBatchGathers();
    void whatTheServerToldIsStoredLater();
    void batchesTogetherAreTheState();
    void answersAreToldWhenTheyAreStored();
    void answersThatAreNotStoredAreBounded();
    void markIsRaisedOnlineOnly();
    void newHistoryIsStoredBeforeItsNumbers();
    void newClientIdIsStoredBeforeItsNumbers();
    void failingStoreIsNotWaitedFor();
    void storeThatFailedIsBroughtUpToDateAtOnce();
    void withoutStorage();
    void wantedLater();
    void confirmedTwice();
    void whatIsLeftAtTheEnd();
    void givenUpAtTheEnd();
};

// Storing

void tst_ClientEngineStore::isStoredBeforeItIsSent()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(5) });
    QCOMPARE(d->takeLog(), "view store");
    QCOMPARE(d->value(Lamp, "level"), Value(5));
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 1 });
    QCOMPARE(d->writing->sent, 1);
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(d->kept.pending.front().transaction, Transaction{ { setLevel(5) } });
}

void tst_ClientEngineStore::nextBatchGathers()
{
    online();
    subscribeLamps();
    for (int level = 1; level <= 3; ++level)
        d->commit({ setLevel(level) });
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 1 });
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(numbersOf(d->writing->pending), (Numbers{ 2, 3 }));
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), (Numbers{ 2, 3 }));
    QVERIFY(!d->writing);
}

void tst_ClientEngineStore::whatTheServerToldIsStoredLater()
{
    online();
    subscribeLamps();
    const Cursor before = d->kept.cursor;
    d->changes({ update(Lamp, { { "level", 2 } }) });
    d->changes({ enter(Hall, { { "on", true } }) });
    QVERIFY(!d->writing);
    d->advance(999);
    QVERIFY(!d->writing);
    d->advance(1);
    QVERIFY(d->writing);
    QVERIFY(!d->writing->subscriptions);
    QCOMPARE(d->writing->entities.size(), size_t(2));
    d->finishWriting();
    QCOMPARE(d->kept.cursor, before + 2);
    d->changes({ ClientDriver::change(Lamp, Told::Destroy) });
    settleStore();
    QCOMPARE(d->kept.entities, (std::vector{ StoredReplica{ Hall, { { "on", true } } } }));
}

void tst_ClientEngineStore::batchesTogetherAreTheState()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(5) });
    d->commit({ increment() });
    while (d->writing)
        d->finishWriting();
    d->changes({ update(Lamp, { { "level", 5 } }) });
    d->ack(1);
    settleStore();
    ClientState expected;
    expected.client = d->engine.client();
    expected.epoch = "epoch-1";
    expected.cursor = d->cursor;
    expected.answered = expected.settled = 1;
    expected.sent = 2;
    expected.subscriptions = { { Filter::byPrefix("lamps/"), true, true } };
    expected.entities = { { Lamp, { { "level", 5 } } } };
    expected.pending = { { 2, { { increment() } } } };
    QVERIFY(d->kept == expected);
}

void tst_ClientEngineStore::answersAreToldWhenTheyAreStored()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(1) });
    d->finishWriting();
    d->ack(1);
    d->cut();
    QCOMPARE(d->hello().answered, 0);
    settleStore();
    d->welcome({ .cursor = d->cursor, .lastTx = 1, .resumed = true });
    d->changes({});
    d->ack(1); // repeated, and passed over
    settleStore();
    d->forget();
    d->commit({ setLevel(2) });
    d->finishWriting();
    QCOMPARE(d->takeSent<Commit>().front().answered, 1);
}

void tst_ClientEngineStore::answersThatAreNotStoredAreBounded()
{
    Limits limits = ClientDriver::unlimited();
    limits.pendingTransactions = 4;
    online(limits);
    subscribeLamps();
    for (int level = 0; level < 10; ++level)
        d->commit({ setLevel(level) });
    d->finishWriting();
    d->finishWriting();
    QVERIFY(!d->writing);
    QCOMPARE(numbersOf(d->takeSent<Commit>()), (Numbers{ 1, 2, 3, 4 }));
    d->ack(1);
    QVERIFY(!d->writing);
    QVERIFY(d->takeSent<Commit>().empty()); // the server may have to repeat five answers
    d->ack(2);
    QCOMPARE(d->writing->answered, 2); // half of the room is used
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), (Numbers{ 5, 6 }));
}

void tst_ClientEngineStore::markIsRaisedOnlineOnly()
{
    d->commit({ Operation::create("a", {}) });
    settleStore();
    QCOMPARE(d->kept.sent, 0);
    d->hello();
    d->commit({ Operation::create("b", {}) });
    settleStore();
    QCOMPARE(d->kept.sent, 0);
    d->welcome({ .cursor = 1, .limits = ClientDriver::unlimited() });
    QCOMPARE(d->writing->sent, 2);
    QVERIFY(d->takeSent<Commit>().empty());
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), (Numbers{ 1, 2 }));
}

void tst_ClientEngineStore::newHistoryIsStoredBeforeItsNumbers()
{
    online();
    subscribeLamps();
    for (int level = 1; level <= 3; ++level)
        d->commit({ setLevel(level) });
    while (d->writing)
        d->finishWriting();
    d->ack(2);
    settleStore();
    d->cut();
    d->hello();
    d->forget();
    // A backup that has only the first of them.
    const QByteArray first = d->engine.client();
    d->welcome({ .epoch = "epoch-2", .cursor = 3, .lastTx = 1, .limits = d->unlimited() });
    QVERIFY(d->engine.client() != first);
    QVERIFY(d->writing->isRenumbered);
    QCOMPARE(d->writing->client, d->engine.client());
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 1 });
    QCOMPARE(d->writing->answered, 0);
    d->hello();
    d->welcome({ .epoch = "epoch-2", .cursor = 3, .limits = d->unlimited() });
    QVERIFY(d->takeSent<Commit>().empty());
    d->finishWriting();
    d->finishWriting(); // the mark, now that it is online
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    settleStore();
    QCOMPARE(d->kept.epoch, "epoch-2");
    QCOMPARE(d->kept.pending, (std::vector{ StoredTransaction{ 1, { { setLevel(3) } } } }));
}

void tst_ClientEngineStore::newClientIdIsStoredBeforeItsNumbers()
{
    online();
    subscribeLamps();
    const QByteArray first = d->engine.client();
    d->cut();
    d->commit({ setLevel(1) });
    settleStore();
    d->hello();
    d->forget();
    d->welcome({ .cursor = d->cursor, .lastTx = 7, .resumed = true }); // somebody else's numbers
    QVERIFY(d->engine.client() != first);
    QCOMPARE(d->writing->client, d->engine.client());
    const auto unanswered = std::exchange(d->writing, {});
    d->hello();
    d->welcome({ .cursor = d->cursor, .resumed = true, .limits = d->unlimited() });
    QVERIFY(d->takeSent<Commit>().empty());
    d->writing = unanswered;
    d->finishWriting();
    d->finishWriting(); // the mark, now that it is online
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(d->kept.client, d->engine.client());
    QCOMPARE(d->kept.sent, 1);
}

void tst_ClientEngineStore::failingStoreIsNotWaitedFor()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(1) });
    QVERIFY(d->takeSent<Commit>().empty());
    d->engine.storeFailed(d->now);
    d->run();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    d->commit({ setLevel(2) });
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 2 });
    d->finishWriting(); // it works again
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 2 });
    d->commit({ setLevel(3) });
    QVERIFY(d->takeSent<Commit>().empty());
    d->finishWriting();
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 3 });
}

// The server may have forgotten answers that such a store lacks.
void tst_ClientEngineStore::storeThatFailedIsBroughtUpToDateAtOnce()
{
    online();
    const auto sub = subscribeLamps();
    d->commit({ setLevel(1) });
    d->engine.storeFailed(d->now);
    d->run();
    d->commit({ setLevel(2) });
    d->ack(1);
    d->engine.unsubscribe(sub, d->now); // for which the store would keep its replica as it is
    d->run();
    d->finishWriting(); // it works again
    QCOMPARE(d->writing->answered, 1);
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 2 });
}

void tst_ClientEngineStore::withoutStorage()
{
    d = std::make_unique<ClientDriver>(withStorage());
    d->engine.open(d->now);
    d->run();
    QCOMPARE(d->engine.status(), ClientStatus::Connecting);
    QVERIFY(!d->transportOpen);
    d->engine.withoutStorage(d->now);
    d->run();
    QVERIFY(d->transportOpen);
    online();
    d->commit({ Operation::create("a", {}) });
    QVERIFY(!d->writing);
    QCOMPARE(d->takeSent<Commit>().size(), size_t(1));
    QVERIFY(!d->engine.takeBatch());
    d->forget();
    d->engine.withoutStorage(d->now); // has been said
    d->engine.stored(d->now);
    d->run();
    QVERIFY(d->takeLog().isEmpty());
}

void tst_ClientEngineStore::wantedLater()
{
    d = std::make_unique<ClientDriver>();
    QVERIFY(!d->engine.isRestoring());
    QVERIFY(d->engine.wantStorage());
    QVERIFY(d->engine.isRestoring());
    d->restore({});
    online();
    d->commit({ Operation::create("a", {}) });
    QVERIFY(d->writing);
    QVERIFY(!d->engine.wantStorage()); // too late
    d->engine.close();
    QVERIFY(!d->engine.wantStorage());
}

void tst_ClientEngineStore::confirmedTwice()
{
    online();
    subscribeLamps();
    d->commit({ setLevel(5) });
    d->finishWriting();
    d->forget();
    d->engine.stored(d->now); // there was nothing to confirm
    d->run();
    QVERIFY(d->takeLog().isEmpty());
}

void tst_ClientEngineStore::whatIsLeftAtTheEnd()
{
    online();
    subscribeLamps();
    QVERIFY(!d->engine.takeBatch());
    d->commit({ setLevel(1) });
    d->commit({ setLevel(2) });
    const auto last = d->engine.takeBatch();
    QVERIFY(last);
    d->kept.apply(*d->writing);
    d->kept.apply(*last);
    QCOMPARE(numbersOf(d->kept.pending), (Numbers{ 1, 2 }));
}

/// Whoever ends gives up its subscriptions, and wants them again next time.
void tst_ClientEngineStore::givenUpAtTheEnd()
{
    online();
    d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "level", 1 } }) });
    const auto hall = d->subscribe(Filter::byPrefix("halls/"), { enter("halls/1", {}) });
    settleStore();
    const ClientState before = d->kept;
    d->commit({ setLevel(1) });
    d->finishWriting();
    d->ack(1);
    d->changes({ update(Lamp, { { "level", 2 } }) });
    d->engine.unsubscribe(hall, d->now);
    d->run();
    QVERIFY(!d->exists("halls/1"));
    d->commit({ setLevel(2) });
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 2 });
    QCOMPARE(d->writing->answered, 0);
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()).back(), 2);
    QVERIFY(!d->engine.takeBatch());
    QVERIFY(d->kept.entities == before.entities && d->kept.cursor == before.cursor);
    QVERIFY(d->kept.subscriptions == before.subscriptions);
    QCOMPARE(numbersOf(d->kept.pending), (Numbers{ 1, 2 }));
    // It did not end.
    d->advance(1999);
    QVERIFY(!d->writing);
    d->advance(1);
    QVERIFY(d->writing);
    d->finishWriting();
    QCOMPARE(d->kept.subscriptions.size(), size_t(1));
    QCOMPARE(d->kept.entities, (std::vector{ StoredReplica{ Lamp, { { "level", 2 } } } }));
    QCOMPARE(numbersOf(d->kept.pending), Numbers{ 2 });
}

QTEST_APPLESS_MAIN(tst_ClientEngineStore)
#include "tst_clientengine_store.moc"
