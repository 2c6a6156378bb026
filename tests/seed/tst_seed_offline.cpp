// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "relay.h"
#include "seedserver.h"

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSeedOffline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void T14_changesWaitAndArriveOnce_data() { addStores(); }
    void T14_changesWaitAndArriveOnce();
    void T14_beforeTheFirstConnection_data() { addEncodings(); }
    void T14_beforeTheFirstConnection();
    void T14_requestsWait();
    void T14_whatIsRefusedLaterIsRolledBack();
    void T14_othersWentOn();
    void T14_answersThatWereLost_data();
    void T14_answersThatWereLost();
    void T14_serverDiesInTheMiddle_data() { addStores(); }
    void T14_serverDiesInTheMiddle();
};

void TestSeedOffline::T14_changesWaitAndArriveOnce()
{
    QFETCH(const QByteArray, store);
    SeedServer server(store);
    QVERIFY(server.start());
    SeedClient anna(server.url());
    SeedClient bert(server.url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"counter"_s }, { u"n"_s, 0 } });
    anna.save({ { u"id"_s, u"old"_s } });
    QVERIFY(anna.fence({ &anna, &bert }));
    anna.takeEvents();
    bert.takeEvents();
    QVERIFY(server.close());
    SOON(!anna.isOnline() && !bert.isOnline());

    anna.save({ { u"id"_s, u"new"_s }, { u"x"_s, 1 } });
    anna.object(u"new"_s)->setProperty("x", 2);
    for (int i = 0; i < 3; ++i)
        anna.increment(u"counter"_s, u"n"_s, 10);
    anna.destroy(u"old"_s);
    SyncReply *made = anna.save({ { u"x"_s, 3 } });
    made->setAutoDelete(false);
    // Shown at once, and kept.
    const QStringList shown{ u"created new x=1"_s,      u"updated new x=2"_s,
                             u"updated counter n=10"_s, u"updated counter n=20"_s,
                             u"updated counter n=30"_s, u"destroyed old"_s };
    QCOMPARE(anna.takeEvents(), shown);
    QCOMPARE(anna.pendingCount(), 7);

    QVERIFY(server.start());
    QVERIFY(anna.settle());
    QVERIFY(made->isFinished() && !made->error());
    const QString madeId = made->ids().value(0);
    SOON(bert.isOnline());
    QVERIFY(anna.fence({ &anna, &bert }));
    // Nothing else: what was shown already is what came of it.
    QCOMPARE(anna.takeEvents(), QStringList{ u"created %1 x=3"_s.arg(madeId) });
    QCOMPARE(bert.value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 30 }));
    QCOMPARE(bert.values(u"new"_s), (QVariantMap{ { u"x"_s, 2 } }));
    QVERIFY(bert.exists(madeId) && !bert.exists(u"old"_s));
    QCOMPARE(bert.ids().size(), 4);
    bert.takeEvents();
    // Once: another restart brings nothing of it again.
    server.die();
    SOON(!anna.isOnline() && !bert.isOnline());
    QVERIFY(server.start());
    SOON(anna.isOnline() && bert.isOnline());
    QVERIFY(anna.fence({ &anna, &bert }));
    QVERIFY(bert.takeEvents().isEmpty());
    QVERIFY(anna.takeEvents().isEmpty());
    QCOMPARE(bert.value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 30 }));
}

void TestSeedOffline::T14_beforeTheFirstConnection()
{
    QFETCH(const Encoding, encoding);
    SeedServer server("none");
    QVERIFY(server.start());
    SeedClient bert(server.url(), encoding);
    QVERIFY(bert.watch());
    SeedClient anna(server.url(), encoding);
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    anna.increment(u"a"_s, u"n"_s);
    QCOMPARE(anna.pendingCount(), 2);
    QCOMPARE(anna.value(u"a"_s, u"n"_s), QVariant(qlonglong{ 2 }));
    QVERIFY(bert.fence({ &bert }));
    QVERIFY(!bert.exists(u"a"_s));
    QVERIFY(anna.goOnline());
    QVERIFY(anna.settle());
    SOON_EQUAL(bert.value(u"a"_s, u"n"_s), QVariant(qlonglong{ 2 }));
}

void TestSeedOffline::T14_requestsWait()
{
    SeedServer server("memory");
    QVERIFY(server.start());
    SeedClient anna(server.url());
    QVERIFY(anna.watch());
    server.die();
    SOON(!anna.isOnline());
    QStringList answers;
    const auto note = [&](const SyncReply &reply) {
        answers.append(reply.errorCode().isEmpty() ? u"done"_s : reply.errorCode());
    };
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } }, &anna, note);
    anna.destroy(u"nope"_s, &anna, note);
    SyncReply *fetched = anna.fetch({ u"nope"_s });
    fetched->setAutoDelete(false);
    QVERIFY(server.start());
    SOON(anna.isOnline());
    SOON_EQUAL(answers, (QStringList{ u"done"_s, u"not-found"_s }));
    QVERIFY(finishes(fetched));
    QVERIFY(!fetched->error());
    QCOMPARE(fetched->value().toList(), QVariantList{ QVariant::fromValue(nullptr) });
}

void TestSeedOffline::T14_whatIsRefusedLaterIsRolledBack()
{
    SeedServer server("memory");
    QVERIFY(server.start());
    SeedClient anna(server.url());
    QVERIFY(anna.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    QVERIFY(anna.fence({ &anna }));
    anna.takeEvents();
    server.die();
    SOON(!anna.isOnline());
    QSignalSpy rejected(anna.object(u"a"_s), &SyncedObject::rejected);
    anna.object(u"a"_s)->setProperty("n", 2);
    anna.save({ { u"id"_s, u"b"_s } });
    QCOMPARE(anna.value(u"a"_s, u"n"_s), QVariant(2));
    server.setHandler([](CommitRequest &request) {
        if (request.operations().front().id == "a")
            request.reject("locked", u"Nobody may change it."_s, "a");
        else
            request.accept();
    });
    QVERIFY(server.start());
    QVERIFY(anna.settle());
    QCOMPARE(rejected.count(), 1);
    QCOMPARE(rejected[0][0].value<Error>().code, QByteArray("locked"));
    QCOMPARE(anna.takeEvents(),
             (QStringList{ u"updated a n=2"_s, u"created b"_s, u"updated a n=1"_s }));
    QVERIFY(anna.exists(u"b"_s));
}

void TestSeedOffline::T14_othersWentOn()
{
    SeedServer server("none");
    QVERIFY(server.start());
    Relay relay(server.url());
    SeedClient anna(relay.url());
    SeedClient bert(server.url());
    QVERIFY(anna.watch() && bert.watch());
    bert.save({ { u"id"_s, u"a"_s }, { u"x"_s, 0 }, { u"y"_s, 0 }, { u"n"_s, 0 } });
    bert.save({ { u"id"_s, u"b"_s } });
    QVERIFY(bert.fence({ &anna, &bert }));
    relay.setUp(false);
    SOON(!anna.isOnline());
    anna.save({ { u"id"_s, u"a"_s }, { u"x"_s, 1 } });
    anna.increment(u"a"_s, u"n"_s, 1);
    SyncReply *lost = anna.transaction(
            [](SyncTransaction &transaction) { transaction.set(u"b"_s, u"x"_s, 1); });
    lost->setAutoDelete(false);
    bert.save({ { u"id"_s, u"a"_s }, { u"x"_s, 2 }, { u"y"_s, 2 } });
    bert.increment(u"a"_s, u"n"_s, 10);
    bert.destroy(u"b"_s);
    QVERIFY(bert.settle());
    relay.setUp(true);
    QVERIFY(anna.settle());
    QVERIFY(anna.fence({ &anna, &bert }));
    // The server's order decides: what came last wins, property by property; counts add up.
    const QVariantMap expected{ { u"n"_s, qlonglong{ 11 } }, { u"x"_s, 1 }, { u"y"_s, 2 } };
    QCOMPARE(anna.values(u"a"_s), expected);
    QCOMPARE(bert.values(u"a"_s), expected);
    QVERIFY(lost->isFinished());
    QCOMPARE(lost->errorCode(), u"not-found"_s);
    QVERIFY(!anna.exists(u"b"_s));
}

void TestSeedOffline::T14_answersThatWereLost_data()
{
    QTest::addColumn<QByteArray>("store");
    QTest::addColumn<bool>("restarts");
    QTest::newRow("short drop") << QByteArray("none") << false;
    QTest::newRow("restart, memory") << QByteArray("memory") << true;
    QTest::newRow("restart, SQLite") << QByteArray("SQLite") << true;
}

void TestSeedOffline::T14_answersThatWereLost()
{
    QFETCH(const QByteArray, store);
    QFETCH(const bool, restarts);
    SeedServer server(store);
    QVERIFY(server.start());
    Relay relay(server.url());
    SeedClient anna(relay.url());
    SeedClient bert(server.url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"counter"_s }, { u"n"_s, 0 } });
    QVERIFY(anna.fence({ &anna, &bert }));

    // They take effect, and Anna does not hear of it.
    relay.setDeaf(true);
    QList<SyncReply *> replies;
    for (int i = 0; i < 10; ++i) {
        replies.append(anna.increment(u"counter"_s, u"n"_s));
        replies.last()->setAutoDelete(false);
    }
    replies.append(anna.save({ { u"made"_s, true } }));
    replies.last()->setAutoDelete(false);
    SOON_EQUAL(bert.value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 10 }));
    SOON_EQUAL(bert.ids().size(), 3);
    SOON(relay.lostBytes() > 0);
    QCOMPARE(anna.pendingCount(), 11);
    relay.setUp(false);
    SOON(!anna.isOnline());
    if (restarts) {
        server.die();
        QVERIFY(server.start());
    }
    relay.setDeaf(false);
    relay.setUp(true);
    QVERIFY(anna.settle());
    SOON(bert.isOnline());
    QVERIFY(anna.fence({ &anna, &bert }));
    for (SyncReply *reply : replies)
        QVERIFY(reply->isFinished() && !reply->error());
    for (const SyncSession *session : { &anna, &bert }) {
        QCOMPARE(session->value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 10 }));
        QCOMPARE(session->ids().size(), 3);
    }
    // The id that the server chose, and told in vain, is the one that it tells again.
    QVERIFY(bert.exists(replies.last()->ids().value(0)));
}

void TestSeedOffline::T14_serverDiesInTheMiddle()
{
    QFETCH(const QByteArray, store);
    SeedServer server(store);
    QVERIFY(server.start());
    SeedClient anna(server.url());
    SeedClient bert(server.url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"counter"_s }, { u"n"_s, 0 } });
    QVERIFY(anna.fence({ &anna, &bert }));
    for (int life = 1; life <= 5; ++life) {
        SOON(anna.isOnline());
        for (int i = 0; i < 40; ++i) {
            anna.increment(u"counter"_s, u"n"_s);
            if (i % 8 == 0)
                QCoreApplication::processEvents();
        }
        // Some are answered by now, some are on their way, some have not been sent.
        server.die();
        SOON(!anna.isOnline());
        anna.increment(u"counter"_s, u"n"_s);
        QVERIFY(server.start());
    }
    QVERIFY(anna.settle());
    SOON(bert.isOnline());
    QVERIFY(anna.fence({ &anna, &bert }));
    QCOMPARE(anna.value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 205 }));
    QCOMPARE(bert.value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 205 }));
}

QTEST_GUILESS_MAIN(TestSeedOffline)
#include "tst_seed_offline.moc"
