// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedclient.h"

#include <map>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSeedServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void B9_serverSavesAndDestroys_data() { addEncodings(); }
    void B9_serverSavesAndDestroys();
    void B9_serverFetches();
    void B9_serverHearsOfClients();
    void B11_serverIsToldOfComingAndGoing_data();
    void B11_serverIsToldOfComingAndGoing();
    void B11_whatALeavingPlayerCreatedIsRemoved();
    void T12_defaultEndpoint();
    void T12_customEndpoint_data();
    void T12_customEndpoint();
    void T12_severalWorlds();
    void T12_wrongEndpointIsTold();
};

void TestSeedServer::B9_serverSavesAndDestroys()
{
    QFETCH(const Encoding, encoding);
    SyncServer server;
    QVERIFY(server.listen());
    SeedClient anna(server.url(), encoding);
    QVERIFY(anna.watch());
    SyncSession *own = server.session();
    SyncReply *saved = own->save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    QVERIFY(finishes(saved));
    SOON_EQUAL(anna.events, QStringList{ u"created a n=1"_s });
    own->object(u"a"_s)->setProperty("n", 2);
    SOON_EQUAL(anna.events.size(), 2);
    own->destroy(u"a"_s);
    SOON_EQUAL(anna.events,
               (QStringList{ u"created a n=1"_s, u"updated a n=2"_s, u"destroyed a"_s }));
    SyncReply *made = own->save({ { u"n"_s, 3 } });
    QVERIFY(finishes(made));
    SOON_EQUAL(anna.value(made->ids().value(0), u"n"_s), QVariant(3));
}

void TestSeedServer::B9_serverFetches()
{
    SyncServer server;
    QVERIFY(server.listen());
    SeedClient anna(server.url());
    QVERIFY(anna.goOnline());
    QVERIFY(finishes(anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } })));
    SyncReply *fetched = server.session()->fetch({ u"nope"_s, u"a"_s });
    QVERIFY(finishes(fetched));
    QCOMPARE(fetched->value().toList(),
             (QVariantList{ QVariant::fromValue(nullptr),
                            QVariantMap{ { u"id"_s, u"a"_s }, { u"n"_s, 1 } } }));
}

void TestSeedServer::B9_serverHearsOfClients()
{
    // The server is a client like others: with objects and signals.
    SyncServer server;
    QVERIFY(server.start());
    SyncedObject *object = server.session()->object(u"a"_s);
    QSignalSpy created(object, &SyncedObject::created);
    QSignalSpy changed(object, &SyncedObject::valueChanged);
    SOON_EQUAL(object->status(), SyncedObject::Status::Missing);
    QVERIFY(server.listen());
    SeedClient anna(server.url());
    QVERIFY(anna.goOnline());
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    SOON_EQUAL(created.count(), 1);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(object->property("n"), QVariant(1));
}

void TestSeedServer::B11_serverIsToldOfComingAndGoing_data()
{
    QTest::addColumn<bool>("polite");
    QTest::newRow("it closes") << true;
    QTest::newRow("it is gone") << false;
}

void TestSeedServer::B11_serverIsToldOfComingAndGoing()
{
    QFETCH(const bool, polite);
    SyncServer server;
    QSignalSpy came(&server, &SyncServer::clientConnected);
    QSignalSpy went(&server, &SyncServer::clientDisconnected);
    QVERIFY(server.listen());
    auto anna = std::make_unique<SeedClient>(server.url());
    auto transport = std::make_unique<MeasuredTransport>(Encoding::Cbor);
    anna->setTransport(std::move(transport));
    QVERIFY(anna->goOnline());
    SeedClient bert(server.url());
    QVERIFY(bert.goOnline());
    SOON_EQUAL(came.count(), 2);
    const Peer peer = came[0][0].value<Peer>();
    QCOMPARE(peer.client, anna->clientId().toUtf8());
    QVERIFY(!peer.local);
    QCOMPARE(came[1][0].value<Peer>().client, bert.clientId().toUtf8());
    QCOMPARE(server.clients().size(), 2u);
    QCOMPARE(went.count(), 0);

    if (polite)
        anna->close();
    else
        anna.reset(); // MeasuredTransport drops the connection
    SOON_EQUAL(went.count(), 1);
    QCOMPARE(went[0][0].value<Peer>(), peer);
    QCOMPARE(server.clients().size(), 1u);
    // Bert is still there, and nobody is told of twice.
    QVERIFY(finishes(bert.save({ { u"id"_s, u"a"_s } })));
    QCOMPARE(came.count(), 2);
    QCOMPARE(went.count(), 1);
}

void TestSeedServer::B11_whatALeavingPlayerCreatedIsRemoved()
{
    // As the demo did it, in the application alone.
    SyncServer server;
    std::multimap<QByteArray, QByteArray> createdBy;
    server.addCommitHandler([&](CommitRequest &request) {
        for (const Operation &operation : request.operations()) {
            if (!request.state().exists(operation.id) && operation.id.startsWith("players/"))
                createdBy.emplace(request.peer().client, operation.id);
        }
        request.accept();
    });
    connect(&server, &SyncServer::clientDisconnected, &server, [&](const Peer &peer) {
        const auto [begin, end] = createdBy.equal_range(peer.client);
        for (auto item = begin; item != end; ++item)
            server.session()->destroy(QString::fromUtf8(item->second));
        createdBy.erase(begin, end);
    });
    QVERIFY(server.listen());
    auto anna = std::make_unique<SeedClient>(server.url());
    SeedClient bert(server.url());
    QVERIFY(anna->watch() && bert.watch());
    anna->save({ { u"id"_s, u"players/anna"_s } });
    anna->save({ { u"id"_s, u"trees/oak"_s } });
    bert.save({ { u"id"_s, u"players/bert"_s } });
    QVERIFY(anna->settle() && bert.settle());
    SOON_EQUAL(bert.ids(), (QStringList{ u"players/anna"_s, u"players/bert"_s, u"trees/oak"_s }));
    bert.takeEvents();
    anna.reset();
    SOON_EQUAL(bert.events, QStringList{ u"destroyed players/anna"_s });
    QCOMPARE(bert.ids(), (QStringList{ u"players/bert"_s, u"trees/oak"_s }));
}

void TestSeedServer::T12_defaultEndpoint()
{
    SyncServer server;
    QVERIFY(server.listen());
    QCOMPARE(server.path(), u"/sync"_s);
    QUrl url;
    url.setScheme(u"ws"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(server.serverPort());
    url.setPath(u"/sync"_s);
    SeedClient anna(url);
    QVERIFY(anna.goOnline());
    QCOMPARE(server.url().path(), u"/sync"_s);
}

void TestSeedServer::T12_customEndpoint_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("short") << u"/w"_s;
    QTest::newRow("deep") << u"/api/v2/live"_s;
    QTest::newRow("root") << u"/"_s;
}

void TestSeedServer::T12_customEndpoint()
{
    QFETCH(const QString, path);
    SyncServer server;
    server.setPath(path);
    QVERIFY(server.addWorld(u"other"_s));
    QVERIFY(server.listen());
    SeedClient anna(server.url());
    SeedClient bert(server.url());
    SeedClient elsewhere(server.url(u"other"_s));
    QVERIFY(anna.watch() && bert.watch() && elsewhere.watch());
    QVERIFY(anna.url().path().startsWith(path) || path == u"/");
    anna.save({ { u"id"_s, u"a"_s } });
    QVERIFY(anna.fence({ &bert }));
    QVERIFY(bert.exists(u"a"_s));
    QVERIFY(!elsewhere.exists(u"a"_s));
}

void TestSeedServer::T12_severalWorlds()
{
    SyncServer server;
    QVERIFY(server.addWorld(u"red"_s) && server.addWorld(u"blue"_s));
    QVERIFY(server.listen());
    QVERIFY(server.url(u"red"_s).path() == u"/sync/red");
    SeedClient red(server.url(u"red"_s));
    SeedClient blue(server.url(u"blue"_s));
    SeedClient neither(server.url());
    QVERIFY(red.watch() && blue.watch() && neither.watch());
    red.save({ { u"id"_s, u"a"_s }, { u"colour"_s, u"red"_s } });
    QVERIFY(red.settle());
    blue.save({ { u"id"_s, u"a"_s }, { u"colour"_s, u"blue"_s } });
    QVERIFY(red.fence({ &red }) && blue.fence({ &blue }) && neither.fence({ &neither }));
    QCOMPARE(red.takeEvents(), QStringList{ u"created a colour=\"red\""_s });
    QCOMPARE(blue.takeEvents(), QStringList{ u"created a colour=\"blue\""_s });
    QVERIFY(neither.takeEvents().isEmpty());
}

void TestSeedServer::T12_wrongEndpointIsTold()
{
    SyncServer server;
    QVERIFY(server.listen());
    QUrl url = server.url();
    url.setPath(u"/elsewhere"_s);
    SeedClient lost(url);
    QSignalSpy errors(&lost, &SyncSession::errorOccurred);
    lost.open();
    SOON(errors.count() >= 1);
    QVERIFY(!lost.isOnline());
    QVERIFY2(lost.errorString().contains(u"404") || lost.errorString().contains(u"/elsewhere"),
             qPrintable(lost.errorString()));
    // It mends itself where the address is corrected.
    lost.setUrl(server.url());
    SOON(lost.isOnline());
}

QTEST_GUILESS_MAIN(TestSeedServer)
#include "tst_seed_server.moc"
