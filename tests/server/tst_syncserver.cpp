// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "jsonclient.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/server/memorystorage.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qatomic.h>
#include <QtCore/qfile.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslconfiguration.h>
#include <QtNetwork/qsslkey.h>
#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpserver.h>
#include <QtTest/qsignalspy.h>

using namespace ObjectSync;

namespace {

/// A memory that refuses to write while it is told so.
class MoodyStorage : public MemoryStorage
{
public:
    using Mood = std::shared_ptr<QAtomicInt>;
    MoodyStorage(std::shared_ptr<Memory> memory, Mood mood)
        : MemoryStorage(std::move(memory)), m_mood(std::move(mood))
    {
    }

    Expected<StoredWorld> load(const QByteArray &world) override
    {
        if (world == "bad")
            return Error{ ErrorCode::StorageFailed, QStringLiteral("Nothing is here.") };
        return MemoryStorage::load(world);
    }

    Expected<void> write(const std::vector<StorageBatch> &batches) override
    {
        if (m_mood->loadAcquire() != 0)
            return Error{ ErrorCode::StorageFailed, QStringLiteral("The disk is full.") };
        return MemoryStorage::write(batches);
    }

private:
    Mood m_mood;
};

const QByteArray CreateLamp =
        R"({"type":"commit","tx":1,"ops":[{"op":"create","id":"lamp","values":{"level":1}}]})";

} // namespace

class TestSyncServer : public QObject
{
    Q_OBJECT

    std::unique_ptr<SyncServer> m_server;

    void listen() { QVERIFY2(m_server->listen(), qPrintable(m_server->errorString())); }

    std::unique_ptr<JsonClient> enter(const QByteArray &name, const QString &world = {})
    {
        auto client = std::make_unique<JsonClient>(m_server->url(world));
        if (client->enter(name).isEmpty())
            QTest::qFail("no welcome", __FILE__, __LINE__);
        return client;
    }

    void close()
    {
        QSignalSpy closed(m_server.get(), &SyncServer::closed);
        m_server->close();
        QVERIFY(closed.size() == 1 || closed.wait());
    }

    void encrypt()
    {
        QFile file(QStringLiteral(CERTIFICATE));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray pem = file.readAll();
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setPrivateKey(QSslKey(pem, QSsl::Ec));
        configuration.setLocalCertificate(QSslCertificate(pem));
        m_server->setSslConfiguration(configuration);
    }

private Q_SLOTS:
    void init() { m_server = std::make_unique<SyncServer>(); }
    void cleanup() { m_server.reset(); }

    void clientsSeeEachOther()
    {
        listen();
        const auto anna = enter("anna");
        const auto bert = enter("bert");
        bert->say(R"({"type":"subscribe","sub":1,"prefix":""})");
        QVERIFY(!bert->hear("subscribed").isEmpty());
        anna->say(CreateLamp);
        QCOMPARE(anna->hear("ack").value(QLatin1String("tx")).toInt(), 1);
        const QJsonArray changes = bert->hear("changes").value(QLatin1String("changes")).toArray();
        QCOMPARE(changes.size(), 1);
        const QJsonObject lamp = changes.at(0).toObject();
        QCOMPARE(lamp.value(QLatin1String("id")).toString(), QStringLiteral("lamp"));
        QCOMPARE(lamp.value(QLatin1String("event")).toString(), QStringLiteral("create"));
    }

    void comingAndGoingIsTold()
    {
        QSignalSpy came(m_server.get(), &SyncServer::clientConnected);
        QSignalSpy went(m_server.get(), &SyncServer::clientDisconnected);
        QVERIFY(m_server->addWorld(QStringLiteral("other")));
        listen();
        auto anna = enter("anna", QStringLiteral("other"));
        QTRY_COMPARE(came.size(), 1);
        const Peer peer = came.first().first().value<Peer>();
        QCOMPARE(peer.client, QByteArray("anna"));
        QVERIFY(peer.trusted && !peer.local);
        QCOMPARE(came.first().at(1).toString(), QStringLiteral("other"));
        QCOMPARE(m_server->clients(QStringLiteral("other")), std::vector{ peer });
        QVERIFY(m_server->clients().empty());
        anna.reset();
        QTRY_COMPARE(went.size(), 1);
        QCOMPARE(went.first().first().value<Peer>(), peer);
        QCOMPARE(came.size(), 1);
    }

    void worldsAreApart()
    {
        QVERIFY(m_server->addWorld(QStringLiteral("one")));
        listen();
        QVERIFY(m_server->addWorld(QStringLiteral("two")));
        QVERIFY(m_server->addWorld(QStringLiteral("two")));
        QCOMPARE(m_server->worlds(),
                 QStringList({ QString(), QStringLiteral("one"), QStringLiteral("two") }));
        const auto anna = enter("anna", QStringLiteral("one"));
        anna->say(CreateLamp);
        QVERIFY(!anna->hear("ack").isEmpty());
        const auto bert = enter("bert", QStringLiteral("two"));
        bert->say(R"({"type":"fetch","request":1,"ids":["lamp"]})");
        QVERIFY(bert->hear("result").value(QLatin1String("entities")).toArray().at(0).isNull());
        QVERIFY(!m_server->url(QStringLiteral("three")).isValid());
    }

    void badNamesOfWorldsAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("slash") << QStringLiteral("a/b");
        QTest::newRow("dots") << QStringLiteral("..");
        QTest::newRow("space") << QStringLiteral("a b");
        QTest::newRow("umlaut") << QString(QChar(0xfc));
        QTest::newRow("long") << QString(65, u'x');
    }

    void badNamesOfWorldsAreRefused()
    {
        QFETCH(QString, name);
        const auto added = m_server->addWorld(name);
        QVERIFY(!added);
        QCOMPARE(added.error().code, QByteArray(ErrorCode::BadName));
    }

    void thePathCanBeChosen()
    {
        m_server->setPath(QStringLiteral("/my/objects/"));
        QCOMPARE(m_server->path(), QStringLiteral("/my/objects"));
        QVERIFY(m_server->addWorld(QStringLiteral("w")));
        listen();
        QCOMPARE(m_server->url().path(), QStringLiteral("/my/objects"));
        QCOMPARE(m_server->url(QStringLiteral("w")).path(), QStringLiteral("/my/objects/w"));
        enter("anna");
        enter("bert", QStringLiteral("w"));
    }

    void thePathMayBeTheRoot()
    {
        m_server->setPath(QStringLiteral("/"));
        QVERIFY(m_server->addWorld(QStringLiteral("w")));
        listen();
        enter("anna");
        enter("bert", QStringLiteral("w"));
    }

    void aPortInUseIsAnError()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        QVERIFY(!m_server->listen(QHostAddress(QHostAddress::LocalHost), other.serverPort()));
        QCOMPARE(m_server->error().code, QByteArray("listen-failed"));
        QVERIFY(m_server->errorString().contains(QString::number(other.serverPort())));
        QVERIFY(!m_server->isListening());
        QCOMPARE(m_server->serverPort(), 0);
        listen();
        QVERIFY(m_server->errorString().isEmpty());
        QVERIFY(!m_server->listen());
    }

    void withoutASubprotocolTheConnectionIsClosed()
    {
        listen();
        for (const QString &offered : { QString(), QStringLiteral("mqtt") }) {
            JsonClient client(m_server->url(), offered);
            QTRY_VERIFY(!client.socket().closeReason().isEmpty());
            QVERIFY(client.isClosed());
            QCOMPARE(client.socket().closeCode(), QWebSocketProtocol::CloseCodeProtocolError);
            QVERIFY(client.socket().closeReason().contains(QLatin1String(CborSubprotocol)));
            QVERIFY(client.socket().closeReason().contains(QLatin1String(JsonSubprotocol)));
        }
    }

    void theWrongKindOfMessageIsAnError()
    {
        listen();
        const auto client = enter("anna");
        client->socket().sendBinaryMessage("{}");
        QCOMPARE(client->hear("error").value(QLatin1String("code")).toString(),
                 QStringLiteral("bad-message"));
        client->say("{");
        QVERIFY(!client->hear("error").isEmpty());
        client->say(R"({"type":"ping","time":7})");
        QCOMPARE(client->hear("pong").value(QLatin1String("time")).toInt(), 7);
    }

    void aMessageThatIsTooLargeEndsTheConnection()
    {
        Limits limits;
        limits.messageSize = 1000;
        m_server->setLimits(limits);
        QCOMPARE(m_server->limits(), limits);
        listen();
        const auto client = enter("anna");
        client->say(QByteArray(2000, ' '));
        QVERIFY(client->isClosed());
        QCOMPARE(client->socket().closeCode(), QWebSocketProtocol::CloseCodeTooMuchData);
        enter("bert");
    }

    void anErrorIsToldBeforeTheClose()
    {
        listen();
        JsonClient client(m_server->url());
        for (int i = 0; i < 50; ++i)
            client.say(R"({"type":"ping","time":7})"); // no hello
        const QJsonObject error = client.hear("error");
        QCOMPARE(error.value(QLatin1String("code")).toString(), QStringLiteral("no-hello"));
        QVERIFY(client.isClosed());
        QCOMPARE(client.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
        QVERIFY(client.socket().closeReason().startsWith(QLatin1String("no-hello: ")));
    }

    void clientsCanBeSentAway()
    {
        listen();
        const auto client = enter("anna");
        const auto id = m_server->clients().front().connection;
        QVERIFY(!m_server->disconnectClient(id + 1, {}));
        QVERIFY(m_server->disconnectClient(id, { "bored", QStringLiteral("Come back later") }));
        QCOMPARE(client->hear("error").value(QLatin1String("code")).toString(),
                 QStringLiteral("bored"));
        QVERIFY(client->isClosed());
        QTRY_VERIFY(m_server->clients().empty());
    }

    void theAuthenticatorDecides()
    {
        std::vector<AuthenticationRequest> later;
        m_server->setAuthenticator([&](AuthenticationRequest &request) {
            if (request.token() == "good")
                request.accept("anna@example.org");
            else if (request.token() == "later")
                later.push_back(request);
            else if (request.token() == "bad")
                request.reject(QStringLiteral("Log in again"));
        });
        listen();
        JsonClient good(m_server->url());
        QVERIFY(!good.enter("a", R"(,"token":"good")").isEmpty());
        QCOMPARE(m_server->clients().front().principal, QByteArray("anna@example.org"));
        for (const QByteArray token : { "bad", "dropped" }) {
            JsonClient bad(m_server->url());
            bad.say("{'type':'hello','protocol':1,'client':'b','token':'" + token + "'}");
            QCOMPARE(bad.hear("error").value(QLatin1String("code")).toString(),
                     QStringLiteral("unauthorized"));
            QVERIFY(bad.isClosed());
        }
        JsonClient patient(m_server->url());
        patient.say(R"({"type":"hello","protocol":1,"client":"c","token":"later"})");
        QTRY_COMPARE(later.size(), size_t(1));
        later.front().accept("cleo");
        QVERIFY(!patient.hear("welcome").isEmpty());
        QTRY_COMPARE(m_server->clients().size(), size_t(2));
    }

    void aPrincipalHasOnlySoManyConnections()
    {
        ConnectionLimits limits;
        limits.connectionsPerPrincipal = 1;
        m_server->setConnectionLimits(limits);
        m_server->setAuthenticator([](AuthenticationRequest &request) { request.accept("anna"); });
        listen();
        const auto first = enter("a");
        JsonClient second(m_server->url());
        second.say(R"({"type":"hello","protocol":1,"client":"b"})");
        QCOMPARE(second.hear("error").value(QLatin1String("code")).toString(),
                 QStringLiteral("too-many-connections"));
        QVERIFY(second.isClosed());
    }

    void theServerIsAClientOfItself()
    {
        listen();
        SyncSession *own = m_server->session();
        QCOMPARE(m_server->session(), own);
        QVERIFY(!m_server->session(QStringLiteral("nowhere")));
        QTRY_VERIFY(own->isOnline());
        const auto client = enter("anna");
        client->say(R"({"type":"subscribe","sub":1,"prefix":""})");
        QVERIFY(!client->hear("subscribed").isEmpty());
        own->save({ { QStringLiteral("id"), QStringLiteral("lamp") },
                    { QStringLiteral("level"), 3 } });
        QVERIFY(!client->hear("changes").isEmpty());
        QTRY_COMPARE(own->pendingCount(), 0);
        own->subscribe(QString());
        client->say(
                R"({"type":"commit","tx":1,"ops":[{"op":"set","id":"lamp","values":{"level":4}}]})");
        QTRY_COMPARE(own->value(QStringLiteral("lamp"), QStringLiteral("level")).toInt(), 4);
        const auto clients = m_server->clients();
        QVERIFY(std::any_of(clients.begin(), clients.end(), [](const Peer &p) { return p.local; }));
    }

    void theOwnSessionWaitsForTheServer()
    {
        SyncSession *own = m_server->session();
        QTest::qWait(0);
        QVERIFY(!own->isOnline());
        QVERIFY(m_server->start());
        QVERIFY(m_server->isRunning() && !m_server->isListening());
        QTRY_VERIFY(own->isOnline());
        close();
        QTRY_VERIFY(!own->isOnline());
        QVERIFY(m_server->start());
        QTRY_VERIFY(own->isOnline());
    }

    void whatWasAcknowledgedSurvivesARestart()
    {
        const auto memory = MemoryStorage::makeMemory();
        m_server->setStorage(std::make_unique<MemoryStorage>(memory));
        listen();
        auto anna = enter("anna");
        anna->say(CreateLamp);
        QVERIFY(!anna->hear("ack").isEmpty());
        QCOMPARE(MemoryStorage::contents(memory, {}).entities.size(), size_t(1));
        m_server = std::make_unique<SyncServer>();
        m_server->setStorage(std::make_unique<MemoryStorage>(memory));
        listen();
        anna = enter("anna");
        anna->say(CreateLamp); // the same number: the same answer, no second effect
        QCOMPARE(anna->hear("ack").value(QLatin1String("tx")).toInt(), 1);
        anna->say(R"({"type":"fetch","request":1,"ids":["lamp"]})");
        QVERIFY(anna->hear("result").value(QLatin1String("entities")).toArray().at(0).isObject());
        QCOMPARE(MemoryStorage::contents(memory, {}).revision, 1);
    }

    void aServerCanListenAgain()
    {
        m_server->setStorage(std::make_unique<MemoryStorage>());
        listen();
        auto anna = enter("anna");
        anna->say(CreateLamp);
        QVERIFY(!anna->hear("ack").isEmpty());
        QSignalSpy listening(m_server.get(), &SyncServer::listeningChanged);
        close();
        QVERIFY(anna->isClosed());
        QCOMPARE(anna->socket().closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
        QVERIFY(!m_server->isRunning());
        listen();
        QCOMPARE(listening.size(), 2);
        anna = enter("anna");
        anna->say(R"({"type":"fetch","request":1,"ids":["lamp"]})");
        QVERIFY(anna->hear("result").value(QLatin1String("entities")).toArray().at(0).isObject());
    }

    void closingAnIdleServerIsTold()
    {
        close();
        listen();
        close();
        close();
    }

    void closingWaitsForTheStorage()
    {
        const auto memory = MemoryStorage::makeMemory();
        const auto mood = std::make_shared<QAtomicInt>(1);
        m_server->setStorage(std::make_unique<MoodyStorage>(memory, mood));
        QSignalSpy failed(m_server.get(), &SyncServer::storageError);
        QSignalSpy recovered(m_server.get(), &SyncServer::storageRecovered);
        QSignalSpy closed(m_server.get(), &SyncServer::closed);
        listen();
        const auto anna = enter("anna");
        anna->say(CreateLamp);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().first().value<Error>().message,
                 QStringLiteral("The disk is full."));
        QCOMPARE(anna->unread(), size_t(0)); // neither acknowledged nor refused
        m_server->close();
        QTest::qWait(0);
        QCOMPARE(closed.size(), 0);
        mood->storeRelease(0);
        QVERIFY(!anna->hear("ack").isEmpty());
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(recovered.size(), 1);
        QCOMPARE(MemoryStorage::contents(memory, {}).entities.size(), size_t(1));
    }

    void closingDoesNotWaitForEver()
    {
        ConnectionLimits limits;
        limits.shutdownTimeout = 50;
        m_server->setConnectionLimits(limits);
        std::vector<CommitRequest> never;
        m_server->addCommitHandler([&](CommitRequest &request) { never.push_back(request); });
        listen();
        const auto anna = enter("anna");
        anna->say(CreateLamp);
        QTRY_COMPARE(never.size(), size_t(1));
        close();
        QVERIFY(anna->isClosed());
    }

    void aStorageThatCannotBeLoadedIsAnError()
    {
        QVERIFY(m_server->addWorld(QStringLiteral("bad")));
        m_server->setStorage(
                std::make_unique<MoodyStorage>(nullptr, std::make_shared<QAtomicInt>(0)));
        QVERIFY(!m_server->listen());
        QCOMPARE(m_server->errorString(), QStringLiteral("Nothing is here."));
        QVERIFY(!m_server->isRunning());
    }

    void aNewEpochIsKept()
    {
        const auto memory = MemoryStorage::makeMemory();
        QByteArray epochs[3];
        for (int i = 0; i < 3; ++i) {
            m_server = std::make_unique<SyncServer>();
            m_server->setStorage(std::make_unique<MemoryStorage>(memory));
            m_server->setStartsNewEpoch(i == 1);
            listen();
            const auto anna = enter("anna");
            anna->say(R"({"type":"commit","tx":)" + QByteArray::number(i + 1)
                      + R"(,"ops":[{"op":"save","id":"lamp","values":{}}]})");
            QVERIFY(!anna->hear("ack").isEmpty());
            epochs[i] = MemoryStorage::contents(memory, {}).epoch;
        }
        QVERIFY(epochs[0] != epochs[1]);
        QCOMPARE(epochs[1], epochs[2]);
    }

    void aPeerThatDoesNotReadIsClosed()
    {
        ConnectionLimits limits;
        limits.congestedAbove = 10000;
        limits.tooSlowAbove = 50000;
        limits.stallTimeout = 100;
        limits.closeGrace = 50;
        m_server->setConnectionLimits(limits);
        QSignalSpy went(m_server.get(), &SyncServer::clientDisconnected);
        listen();
        JsonClient slow(m_server->url());
        QVERIFY(!slow.enter("slow").isEmpty());
        slow.say(R"({"type":"subscribe","sub":1,"prefix":""})");
        QVERIFY(!slow.hear("subscribed").isEmpty());
        auto *raw = slow.socket().findChild<QTcpSocket *>();
        QVERIFY(raw);
        raw->setReadBufferSize(1); // too little for the header of a frame: it reads no more
        const auto fast = enter("fast");
        const QByteArray big(100000, 'x');
        for (int i = 1; i < 200 && went.isEmpty(); ++i) {
            fast->say("{'type':'commit','tx':" + QByteArray::number(i)
                      + ",'ops':[{'op':'save','id':'big','values':{'text':'" + big
                      + QByteArray::number(i) + "'}}]}");
            QVERIFY(!fast->hear("ack").isEmpty());
        }
        QTRY_COMPARE(went.size(), 1);
        QCOMPARE(went.first().first().value<Peer>().client, QByteArray("slow"));
    }

    void connectionsMayBeEncrypted()
    {
        if (!QSslSocket::supportsSsl())
            QSKIP("Qt has no TLS here");
        encrypt();
        listen();
        QCOMPARE(m_server->url().scheme(), QStringLiteral("wss"));
        JsonClient client(m_server->url(), QLatin1String(JsonSubprotocol), true);
        QVERIFY(!client.enter("anna").isEmpty());
        client.say(CreateLamp);
        QVERIFY(!client.hear("ack").isEmpty());
        JsonClient plain(QUrl(QStringLiteral("ws://127.0.0.1:%1/sync").arg(m_server->serverPort())));
        QVERIFY(plain.isClosed());
    }

    void aLargeWorldArrivesEncrypted()
    {
        if (!QSslSocket::supportsSsl())
            QSKIP("Qt has no TLS here");
        encrypt();
        listen();
        SyncSession *session = m_server->session();
        for (int i = 0; i < 30; ++i) {
            session->save({ { QStringLiteral("id"), QStringLiteral("e%1").arg(i) },
                            { QStringLiteral("text"), QString(200'000, u'x') } });
        }
        QTRY_COMPARE(session->pendingCount(), 0);
        JsonClient client(m_server->url(), QLatin1String(JsonSubprotocol), true);
        QVERIFY(!client.enter("anna").isEmpty());
        client.say("{'type':'subscribe','sub':1,'prefix':''}");
        QVERIFY(!client.hear("subscribed").isEmpty());
    }

    void settingsOfARunningServerStay()
    {
        listen();
        QTest::ignoreMessage(QtWarningMsg, "The server is running: its path cannot be changed");
        m_server->setPath(QStringLiteral("/other"));
        QCOMPARE(m_server->path(), QStringLiteral("/sync"));
    }

    /// What a slot lets happen comes after what was told before it was called.
    void aSlotMayRunTheEventLoop()
    {
        listen();
        JsonClient writer(m_server->url());
        QVERIFY(!writer.enter("writer").isEmpty());
        writer.say(R"({"type":"commit","tx":1,"ops":[{"op":"create","id":"a","values":{"x":1}}]})");
        QVERIFY(!writer.hear("ack").isEmpty());
        bool wasRun = false;
        connect(m_server.get(), &SyncServer::clientConnected, this, [&](const Peer &peer) {
            if (peer.client != "late")
                return;
            writer.say(R"({"type":"commit","tx":2,"ops":[{"op":"set","id":"a","values":{"x":2}}]})");
            for (int i = 0; i < 50; ++i)
                QCoreApplication::processEvents();
            wasRun = true;
        });
        JsonClient late(m_server->url());
        QVERIFY(late.isConnected());
        late.say(R"({"type":"hello","protocol":1,"client":"late"})");
        late.say(R"({"type":"subscribe","sub":1,"prefix":""})");
        for (const int x : { 1, 2 }) {
            const QJsonArray changes = late.hear("changes").value(QLatin1String("changes")).toArray();
            const QJsonObject values =
                    changes.at(0).toObject().value(QLatin1String("values")).toObject();
            QCOMPARE(values.value(QLatin1String("x")).toInt(), x);
        }
        QVERIFY(wasRun);
        QVERIFY(!writer.hear("ack").isEmpty());
    }

    void aSlotMayDeleteTheServer()
    {
        connect(m_server.get(), &SyncServer::clientConnected, this, [this] { m_server.reset(); });
        listen();
        JsonClient client(m_server->url());
        client.say(R"({"type":"hello","protocol":1,"client":"a"})");
        QTRY_VERIFY(!m_server);
        QVERIFY(client.isClosed());
    }
};

QTEST_GUILESS_MAIN(TestSyncServer)

#include "tst_syncserver.moc"
