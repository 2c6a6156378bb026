// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"

#include <objectsync/client/syncsubscription.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSyncReply : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saveWithoutAnIdGivesTheServers();
    void saveCompletesAnId();
    void saveGivesTheServersEntity_data();
    void saveGivesTheServersEntity();
    void saveIsRefusedWithAReason();
    void savedValuesThatCannotBeKept();
    void destroyAndItsRefusal();
    void fetchGivesNullForWhatIsMissing();
    void fetchWhileClosed();
    void incrementGivesTheNewValue();
    void transactionTellsIdsByPosition();
    void callbacksOfBothKinds();
    void callbackGoesWithItsContext();
    void deletesItselfUnlessKept();
};

void TestSyncReply::saveWithoutAnIdGivesTheServers()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncReply *const reply = session.save({ { u"n"_s, 1 } });
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    const QString id = reply->value().toMap()[u"id"_s].toString();
    QCOMPARE(reply->ids(), QStringList{ id });
    QVERIFY(!id.isEmpty());
    QVERIFY(server.world().exists(id.toUtf8()));
    QCOMPARE(reply->value().toMap()[u"n"_s].toInt(), 1);
}

void TestSyncReply::saveCompletesAnId()
{
    EngineServer server;
    EngineClient session(server);
    const auto *subscription = session.subscribe(u"lamps/"_s);
    QVERIFY(session.goOnline());
    QTRY_VERIFY(subscription->isReady());
    SyncReply *const reply = session.save({ { u"id"_s, u"lamps/"_s }, { u"n"_s, 1 } });
    QVERIFY(finishes(reply));
    const QString id = reply->value().toMap()[u"id"_s].toString();
    QVERIFY(id.startsWith(u"lamps/"_s) && id.size() > 6);
    QCOMPARE(session.ids(u"lamps/"_s), QStringList{ id });
}

void TestSyncReply::saveGivesTheServersEntity_data()
{
    QTest::addColumn<bool>("isSubscribed");
    QTest::newRow("covered by a subscription") << true;
    QTest::newRow("fetched") << false;
}

void TestSyncReply::saveGivesTheServersEntity()
{
    QFETCH(bool, isSubscribed);
    EngineServer server;
    server.commit({ Operation::create("a", { { "n", 1 }, { "other", 5 } }) });
    server.setDecide([](const Transaction &transaction) {
        Decision decision{ .transaction = transaction };
        decision.transaction.operations.front().values.insert("by", "server");
        return decision;
    });
    EngineClient session(server);
    const SyncSubscription *const all = isSubscribed ? session.subscribe(QString()) : nullptr;
    QVERIFY(session.goOnline());
    QTRY_VERIFY(!all || all->isReady());
    SyncReply *const reply = session.save({ { u"id"_s, u"a"_s }, { u"n"_s, 2 } });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value().toMap(), QVariantMap({ { u"id"_s, u"a"_s },
                                                   { u"n"_s, 2LL },
                                                   { u"other"_s, 5LL },
                                                   { u"by"_s, u"server"_s } }));
    QCOMPARE(server.count("fetch"), isSubscribed ? 0 : 1);
}

void TestSyncReply::saveIsRefusedWithAReason()
{
    EngineServer server;
    server.setDecide([](const Transaction &) {
        return Decision{ .kind = Decision::Kind::Reject, .error = { "full", u"No room"_s } };
    });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncReply *const reply = session.save({ { u"id"_s, u"a"_s } });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->errorCode(), u"full"_s);
    QCOMPARE(reply->errorString(), u"No room"_s);
    QVERIFY(reply->value().isNull());
    QVERIFY(!session.exists(u"a"_s));
}

void TestSyncReply::savedValuesThatCannotBeKept()
{
    EngineServer server;
    EngineClient session(server);
    SyncReply *const reply = session.save(
            { { u"id"_s, u"a"_s }, { u"bad"_s, QVariant::fromValue(&session) } });
    QVERIFY(!reply->isFinished());
    QVERIFY(finishes(reply));
    QCOMPARE(reply->errorCode(), u"bad-value"_s);
    QVERIFY(reply->errorString().contains(u"bad"_s));
    QCOMPARE(reply->error()->entityId, "a");

    SyncReply *const badId = session.save({ { u"id"_s, u"a\n"_s } });
    QVERIFY(finishes(badId));
    QCOMPARE(badId->errorCode(), u"bad-id"_s);
}

void TestSyncReply::destroyAndItsRefusal()
{
    EngineServer server;
    server.commit({ Operation::create("a", {}) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncReply *const reply = session.destroy(u"a"_s);
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QVERIFY(!server.world().exists("a"));
    SyncReply *const again = session.destroy(u"a"_s);
    QVERIFY(finishes(again));
    QCOMPARE(again->errorCode(), u"not-found"_s);
    QCOMPARE(again->error()->entityId, "a");
}

void TestSyncReply::fetchGivesNullForWhatIsMissing()
{
    EngineServer server;
    server.commit({ Operation::create("a", { { "n", 1 } }), Operation::create("b", {}) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncReply *const reply = session.fetch({ u"b"_s, u"nope"_s, u"a"_s });
    QVERIFY(finishes(reply));
    const QVariantList entities = reply->value().toList();
    QCOMPARE(entities.size(), 3);
    QCOMPARE(entities[0].toMap()[u"id"_s].toString(), u"b"_s);
    QCOMPARE(entities[1], QVariant::fromValue(nullptr));
    QCOMPARE(entities[2].toMap(), QVariantMap({ { u"id"_s, u"a"_s }, { u"n"_s, 1LL } }));
    QCOMPARE(reply->revisions()[1], 0);
    QCOMPARE(reply->revisions()[2], server.world().stamp("a"));
    QVERIFY(!session.exists(u"a"_s));
}

void TestSyncReply::fetchWhileClosed()
{
    EngineServer server;
    EngineClient session(server);
    SyncReply *const reply = session.fetch({ u"a"_s });
    QVERIFY(!reply->isFinished());
    QVERIFY(finishes(reply));
    QCOMPARE(reply->errorCode(), u"not-open"_s);
}

void TestSyncReply::incrementGivesTheNewValue()
{
    EngineServer server;
    server.commit({ Operation::create("a", { { "n", 40 } }) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncReply *const reply = session.increment(u"a"_s, u"n"_s, 2);
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value(), QVariant(42LL));
    SyncReply *const bad = session.increment(u"a"_s, u"n"_s, u"two"_s);
    QVERIFY(finishes(bad));
    QCOMPARE(bad->errorCode(), u"bad-argument"_s);
}

void TestSyncReply::transactionTellsIdsByPosition()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncReply *const reply = session.transaction([](SyncTransaction &transaction) {
        transaction.create(u"a"_s, {}).create(u"lamps/"_s, { { u"on"_s, true } });
        transaction.increment(u"a"_s, u"n"_s).expectExists(u"b"_s, false);
    });
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QVERIFY(reply->transaction() > 0);
    QCOMPARE(reply->ids().size(), 3);
    QCOMPARE(reply->ids()[0], u"a"_s);
    QVERIFY(server.world().exists(reply->ids()[1].toUtf8()));
    QCOMPARE(server.world().value("a", "n"), Value(1));

    SyncReply *const refused = session.transaction([](SyncTransaction &transaction) {
        transaction.create(u"b"_s, {}).expectValue(u"a"_s, u"n"_s, 7);
    });
    QVERIFY(finishes(refused));
    QCOMPARE(refused->errorCode(), u"expectation-failed"_s);
    QVERIFY(!server.world().exists("b"));
}

void TestSyncReply::callbacksOfBothKinds()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    QVariantMap saved;
    session.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } }, this,
                 [&](std::optional<Error> error, const QVariant &value) {
                     QVERIFY(!error);
                     saved = value.toMap();
                 });
    QString code;
    session.destroy(u"nope"_s, this, [&](const SyncReply &reply) { code = reply.errorCode(); });
    int fetched = 0;
    session.fetch({ u"a"_s, u"b"_s }, this, [&](std::optional<Error>, const QVariant &value) {
        fetched = static_cast<int>(value.toList().size());
    });
    bool done = false;
    session.transaction([](SyncTransaction &it) { it.set(u"a"_s, u"n"_s, 2); }, this,
                        [&](const SyncReply &reply) { done = !reply.error(); });
    QVariant number;
    session.increment(u"a"_s, u"n"_s, 5, this,
                      [&](std::optional<Error>, const QVariant &value) { number = value; });
    QTRY_COMPARE(number, QVariant(7LL));
    QCOMPARE(saved.value(u"id"_s).toString(), u"a"_s);
    QCOMPARE(code, u"not-found"_s);
    QCOMPARE(fetched, 2);
    QVERIFY(done);
}

void TestSyncReply::callbackGoesWithItsContext()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    bool called = false;
    auto context = std::make_unique<QObject>();
    SyncReply *const reply = session.save({ { u"id"_s, u"a"_s } }, context.get(),
                                          [&](const SyncReply &) { called = true; });
    context.reset();
    QVERIFY(finishes(reply));
    QVERIFY(!called);
}

void TestSyncReply::deletesItselfUnlessKept()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    const QPointer<SyncReply> gone = session.save({ { u"id"_s, u"a"_s } });
    QVERIFY(gone->autoDelete());
    const QPointer<SyncReply> kept = session.save({ { u"id"_s, u"b"_s } });
    kept->setAutoDelete(false);
    QTRY_VERIFY(kept->isFinished());
    QTRY_VERIFY(!gone);
    QVERIFY(kept);
    SyncReply *const deletedEarly = session.save({ { u"id"_s, u"c"_s } });
    delete deletedEarly;
    QVERIFY(session.settle());
    QVERIFY(server.world().exists("c"));
}

QTEST_GUILESS_MAIN(TestSyncReply)

#include "tst_syncreply.moc"
