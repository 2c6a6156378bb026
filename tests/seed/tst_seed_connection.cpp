// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "relay.h"
#include "seedserver.h"

#include <set>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSeedConnection : public QObject
{
    Q_OBJECT

    /// Many entities, so that sending all of them again would show.
    static bool fill(SeedClient &client)
    {
        client.transaction([](SyncTransaction &transaction) {
            for (int i = 0; i < 300; ++i)
                transaction.create(u"things/%1"_s.arg(i),
                                   { { u"x"_s, i }, { u"text"_s, u"some"_s } });
        });
        return client.settle();
    }

    /// What others do while Bert is away, and what he has to be told of it.
    static void goOn(SeedClient &client)
    {
        for (const int x : { 1, 2, 3 })
            client.save({ { u"id"_s, u"things/5"_s }, { u"x"_s, x * 1000 } });
        client.object(u"things/6"_s)->unset(u"text"_s);
        client.destroy(u"things/7"_s);
        client.save({ { u"id"_s, u"things/new"_s }, { u"x"_s, 0 } });
        client.save({ { u"id"_s, u"things/brief"_s }, { u"x"_s, 0 } });
        client.destroy(u"things/brief"_s);
        client.destroy(u"things/8"_s);
        client.save({ { u"id"_s, u"things/8"_s }, { u"y"_s, 8 } });
        client.save({ { u"id"_s, u"things/9"_s }, { u"x"_s, 10 } });
        client.save({ { u"id"_s, u"things/9"_s }, { u"x"_s, 9 } });
    }
    /// Sorted. One that came again has another life, with other properties.
    static QStringList missed()
    {
        return { u"created things/new x=0"_s, u"destroyed things/7"_s, u"updated things/5 x=3000"_s,
                 u"updated things/6 text=-"_s, u"updated things/8 text=- x=- y=8"_s };
    }

private Q_SLOTS:
    void B10_clientConnectsAgainByItself_data();
    void B10_clientConnectsAgainByItself();
    void B10_serverMayComeLater();
    void B10_closedStaysClosed();
    void T13_aShortDrop_data() { addEncodings(); }
    void T13_aShortDrop();
    void T13_alsoOverARestart_data() { addStores(); }
    void T13_alsoOverARestart();
    void T13_whereTheServerForgot();
    void T13_manyDrops();
};

void TestSeedConnection::B10_clientConnectsAgainByItself_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<bool>("dies");
    QTest::newRow("it dies") << Encoding::Cbor << true;
    QTest::newRow("it closes") << Encoding::Cbor << false;
    QTest::newRow("it dies, JSON") << Encoding::Json << true;
}

void TestSeedConnection::B10_clientConnectsAgainByItself()
{
    QFETCH(const Encoding, encoding);
    QFETCH(const bool, dies);
    SeedServer server("memory");
    QVERIFY(server.start());
    SeedClient anna(server.url(), encoding);
    SeedClient bert(server.url(), encoding);
    QSignalSpy online(&anna, &SyncSession::onlineChanged);
    QSignalSpy errors(&anna, &SyncSession::errorOccurred);
    QVERIFY(anna.watch() && bert.watch());
    for (int life = 1; life <= 3; ++life) {
        anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, life } });
        QVERIFY(anna.fence({ &anna, &bert }));
        if (dies)
            server.die();
        else
            QVERIFY(server.close());
        SOON(!anna.isOnline() && !bert.isOnline());
        // What is shown stays, and the application is told why.
        QCOMPARE(anna.value(u"a"_s, u"n"_s), QVariant(life));
        QVERIFY(errors.count() >= life);
        QVERIFY(!anna.errorString().isEmpty());
        QVERIFY(server.start());
        SOON(anna.isOnline() && bert.isOnline());
        QVERIFY(anna.errorString().isEmpty());
        QCOMPARE(online.count(), 2 * life + 1);
        QCOMPARE(bert.takeEvents(),
                 QStringList{ life == 1 ? u"created a n=1"_s : u"updated a n=%1"_s.arg(life) });
    }
    bert.save({ { u"id"_s, u"a"_s }, { u"n"_s, 9 } });
    QVERIFY(bert.fence({ &anna }));
    QCOMPARE(anna.value(u"a"_s, u"n"_s), QVariant(9));
}

void TestSeedConnection::B10_serverMayComeLater()
{
    SeedServer server("memory");
    QVERIFY(server.start());
    server.die();
    SeedClient anna(server.url());
    QSignalSpy errors(&anna, &SyncSession::errorOccurred);
    const SyncSubscription *all = anna.subscribe(QString());
    anna.open();
    SOON(errors.count() >= 2);
    QCOMPARE(anna.errorCode(), u"unreachable"_s);
    QVERIFY(server.start());
    SOON(anna.isOnline() && all->isReady());
}

void TestSeedConnection::B10_closedStaysClosed()
{
    SeedServer server("memory");
    QVERIFY(server.start());
    SeedClient anna(server.url());
    SeedClient bert(server.url());
    QVERIFY(anna.watch() && bert.watch());
    anna.close();
    QCOMPARE(anna.status(), SyncSession::Status::Closed);
    server.die();
    QVERIFY(server.start());
    SOON(bert.isOnline());
    QVERIFY(bert.fence({ &bert }));
    QCOMPARE(anna.status(), SyncSession::Status::Closed);
    QVERIFY(anna.goOnline());
}

void TestSeedConnection::T13_aShortDrop()
{
    QFETCH(const Encoding, encoding);
    SeedServer server("none");
    QVERIFY(server.start());
    Relay relay(server.url());
    QVERIFY(relay.isListening());
    SeedClient anna(server.url());
    QVERIFY(anna.watch());
    QVERIFY(fill(anna));
    SeedClient bert(relay.url());
    auto *wire = new MeasuredTransport(encoding);
    bert.setTransport(std::unique_ptr<Transport>(wire));
    QVERIFY(bert.watch());
    const qint64 all = wire->incoming.bytes;
    bert.takeEvents();

    relay.setUp(false);
    SOON(!bert.isOnline());
    QCOMPARE(bert.ids().size(), 300);
    goOn(anna);
    QVERIFY(anna.settle());
    wire->startCounting();
    relay.setUp(true);
    SOON(bert.isOnline());
    QVERIFY(anna.fence({ &bert }));
    QStringList events = bert.takeEvents();
    events.sort();
    QCOMPARE(events, missed());
    for (const QString &id : anna.ids())
        QCOMPARE(bert.values(id), anna.values(id));
    QCOMPARE(bert.ids(), anna.ids());
    // What changed, not what exists.
    QVERIFY2(wire->incoming.bytes < all / 5, QByteArray::number(wire->incoming.bytes).constData());
}

void TestSeedConnection::T13_alsoOverARestart()
{
    QFETCH(const QByteArray, store);
    SeedServer server(store);
    QVERIFY(server.start());
    Relay relay(server.url());
    SeedClient anna(server.url());
    SeedClient bert(relay.url());
    QVERIFY(anna.watch() && fill(anna) && bert.watch());
    bert.takeEvents();
    relay.setUp(false);
    SOON(!bert.isOnline());
    server.die();
    SOON(!anna.isOnline());
    QVERIFY(server.start());
    SOON(anna.isOnline());
    goOn(anna);
    QVERIFY(anna.settle());
    QVERIFY(server.close());
    QVERIFY(server.start());
    relay.setUp(true);
    SOON(anna.isOnline() && bert.isOnline());
    QVERIFY(anna.fence({ &bert }));
    QStringList events = bert.takeEvents();
    events.sort();
    QCOMPARE(events, missed());
    QCOMPARE(bert.ids(), anna.ids());
}

void TestSeedConnection::T13_whereTheServerForgot()
{
    // Without a store another history begins: all comes anew, and only what differs is told.
    SeedServer server("none");
    QVERIFY(server.start());
    SeedClient anna(server.url());
    QVERIFY(anna.watch());
    for (const auto &id : { u"same"_s, u"other"_s, u"gone"_s })
        anna.save({ { u"id"_s, id }, { u"n"_s, 1 } });
    QVERIFY(anna.fence({ &anna }));
    anna.takeEvents();
    Relay relay(server.url());
    server.die();
    SOON(!anna.isOnline());
    // Anna is kept out until the world is as it shall be.
    server.setHandler([](CommitRequest &request) { request.accept(); });
    anna.setUrl(relay.url());
    relay.setUp(false);
    QVERIFY(server.start());
    SeedClient carl(server.url());
    QVERIFY(carl.watch());
    carl.save({ { u"id"_s, u"same"_s }, { u"n"_s, 1 } });
    carl.save({ { u"id"_s, u"other"_s }, { u"n"_s, 2 } });
    carl.save({ { u"id"_s, u"more"_s }, { u"n"_s, 1 } });
    QVERIFY(carl.settle());
    relay.setUp(true);
    SOON(anna.isOnline());
    QVERIFY(carl.fence({ &anna }));
    QStringList events = anna.takeEvents();
    events.sort();
    QCOMPARE(events.size(), 3);
    QVERIFY2(events[0] == u"destroyed gone" || events[1] == u"left gone", qPrintable(events[1]));
    QVERIFY(events.contains(u"entered more n=1"_s));
    QVERIFY(events.contains(u"updated other n=2"_s));
}

void TestSeedConnection::T13_manyDrops()
{
    SeedServer server("none");
    QVERIFY(server.start());
    Relay relay(server.url());
    SeedClient anna(server.url());
    SeedClient bert(relay.url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"counter"_s }, { u"n"_s, 0 } });
    QVERIFY(anna.fence({ &bert }));
    // Bert never goes back in time, whatever is cut.
    qint64 newest = 0;
    std::set<qint64> seen;
    connect(bert.object(u"counter"_s), &SyncedObject::valueChanged, &bert,
            [&](const QString &, const QVariant &value) {
                QVERIFY(value.toLongLong() > newest);
                newest = value.toLongLong();
                seen.insert(newest);
            });
    for (int i = 1; i <= 200; ++i) {
        anna.increment(u"counter"_s, u"n"_s);
        QCoreApplication::processEvents();
        if (i % 40 == 0) {
            relay.setUp(false);
            QVERIFY(anna.settle());
            relay.setUp(true);
            SOON_EQUAL(newest, i);
        }
    }
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.value(u"counter"_s, u"n"_s), QVariant(qlonglong{ 200 }));
    QVERIFY(seen.size() >= 5);
}

QTEST_GUILESS_MAIN(TestSeedConnection)
#include "tst_seed_connection.moc"
