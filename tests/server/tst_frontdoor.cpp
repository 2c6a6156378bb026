// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "frontdoor_p.h"
#include "healthhandler_p.h"

#include <objectsync/core/message.h>

#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>
#include <QtWebSockets/qwebsocket.h>

using namespace ObjectSync;
using namespace ObjectSync::Internal;

namespace {

/// A peer that says what it is told to, byte for byte.
class RawPeer
{
public:
    explicit RawPeer(const FrontDoor &door)
    {
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), door.serverPort());
    }

    bool connected()
    {
        return QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::ConnectedState; });
    }

    void say(const QByteArray &bytes)
    {
        QVERIFY(connected());
        m_socket.write(bytes);
        m_socket.flush();
    }

    /// Everything until the other side closes.
    QByteArray hear()
    {
        if (!QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::UnconnectedState; }))
            return "The connection was not closed. It got: " + m_socket.readAll();
        return m_socket.readAll();
    }

    QByteArray hearUntil(const QByteArray &end)
    {
        QByteArray heard;
        (void)QTest::qWaitFor([&] {
            heard += m_socket.readAll();
            return heard.contains(end);
        });
        return heard;
    }

    QTcpSocket &socket() { return m_socket; }

private:
    QTcpSocket m_socket;
};

QByteArray upgradeRequest(const QByteArray &path, const QByteArray &more = {})
{
    return "GET " + path
           + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Protocol: "
           + CborSubprotocol + "\r\n" + more + "\r\n";
}

} // namespace

class TestFrontDoor : public QObject
{
    Q_OBJECT

    void open(const ConnectionLimits &limits = {})
    {
        m_upgraded.clear();
        m_door = std::make_unique<FrontDoor>(limits);
        m_door->addHandler(std::make_unique<HealthHandler>([] {
            return HealthHandler::Health{ "ok", 2, 3 };
        }));
        m_door->setEndpoints([](const QByteArray &path) { return path == "/sync"; },
                             [] { return QByteArrayList{ "/sync" }; });
        connect(m_door.get(), &FrontDoor::upgraded, this, [this](const Upgraded &upgraded) {
            upgraded.webSocket->setParent(m_door.get());
            m_upgraded.push_back(upgraded);
        });
        QVERIFY(m_door->listen(QHostAddress::LocalHost));
    }

    QByteArray ask(const QByteArray &request)
    {
        RawPeer peer(*m_door);
        peer.say(request);
        return peer.hear();
    }

    std::unique_ptr<FrontDoor> m_door;
    std::vector<Upgraded> m_upgraded;

private Q_SLOTS:
    void init() { open(); }
    void cleanup() { m_door.reset(); }

    void healthIsTold()
    {
        const QByteArray answer = ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer.constData());
        QVERIFY(answer.contains("\r\nContent-Type: application/json\r\n"));
        QVERIFY(answer.endsWith("\r\n\r\n{\"clients\":3,\"status\":\"ok\",\"worlds\":2}\n"));
        QTRY_COMPARE(m_door->halfOpen(), 0);
    }

    void aHeadRequestGetsNoBody()
    {
        const QByteArray answer = ask("HEAD /healthz HTTP/1.1\r\n\r\n");
        QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(answer.contains("\r\nContent-Length: 39\r\n"));
        QVERIFY(answer.endsWith("\r\n\r\n"));
    }

    void aHeadMayComeByteByByte()
    {
        RawPeer peer(*m_door);
        const QByteArray request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        for (const char byte : request) {
            peer.say(QByteArray(1, byte));
            QCoreApplication::processEvents();
        }
        QVERIFY(peer.hear().startsWith("HTTP/1.1 200 OK\r\n"));
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char *name, const QByteArray &request, const QByteArray &status,
                            const QByteArray &words) {
            QTest::newRow(name) << request << status << words;
        };
        row("wrong path", "GET /nothing HTTP/1.1\r\n\r\n", "404", "/sync  (WebSocket)");
        row("wrong path names health", "GET / HTTP/1.1\r\n\r\n", "404", "/healthz");
        row("upgrade of wrong path", upgradeRequest("/other"), "404", "/sync  (WebSocket)");
        row("wrong method", "DELETE /healthz HTTP/1.1\r\n\r\n", "405", "Allow: GET, HEAD");
        row("method with body", "POST /healthz HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "405",
            "Allow: GET, HEAD");
        row("wrong method for WebSocket", "POST /sync HTTP/1.1\r\n\r\n", "405", "Allow: GET");
        row("plain GET of WebSocket", "GET /sync HTTP/1.1\r\n\r\n", "426", "objectsync.v1.json");
        QByteArray old = upgradeRequest("/sync");
        old.replace("Version: 13", "Version: 8");
        row("old WebSocket", old, "426", "Sec-WebSocket-Version: 13");
        QByteArray key = upgradeRequest("/sync");
        key.replace("dGhlIHNhbXBsZSBub25jZQ==", "short");
        row("bad key", key, "400", "Sec-WebSocket-Key");
        row("foreign page", upgradeRequest("/sync", "Origin: http://evil.org\r\n"), "403",
            "http://evil.org");
        row("nonsense", "\x16\x03\x01\r\n\r\n", "400", "METHOD PATH");
        row("long head", "GET / HTTP/1.1\r\nX: " + QByteArray(9000, 'x') + "\r\n\r\n", "431",
            "8192 bytes");
        row("endless head", QByteArray(100000, 'x'), "431", "8192 bytes");
    }

    void refusals()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, words);
        RawPeer peer(*m_door);
        peer.say(request);
        const QByteArray answer = peer.hearUntil(words);
        QVERIFY2(answer.startsWith("HTTP/1.1 " + status + ' '), answer.constData());
        QVERIFY2(answer.contains(words), answer.constData());
        peer.socket().disconnectFromHost();
        QTRY_COMPARE(m_door->halfOpen(), 0);
        QVERIFY(m_upgraded.empty());
    }

    void aHeadOfExactlyTheLimitIsRead()
    {
        QByteArray request = "GET /healthz HTTP/1.1\r\nX: \r\n\r\n";
        request.insert(request.indexOf("X: ") + 3, QByteArray(8192 - request.size(), 'x'));
        QCOMPARE(request.size(), 8192);
        QVERIFY(ask(request).startsWith("HTTP/1.1 200"));
    }

    void slowPeersAreToldAndDropped()
    {
        ConnectionLimits limits;
        limits.headTimeout = 50;
        open(limits);
        QVERIFY(ask("GET /healthz HT").startsWith("HTTP/1.1 408 "));
        RawPeer silent(*m_door);
        QVERIFY(silent.connected());
        QVERIFY(silent.hear().startsWith("HTTP/1.1 408 "));
        QTRY_COMPARE(m_door->halfOpen(), 0);
    }

    void peersThatLeaveAreForgotten()
    {
        {
            RawPeer peer(*m_door);
            peer.say("GET ");
            QTRY_COMPARE(m_door->halfOpen(), 1);
        }
        QTRY_COMPARE(m_door->halfOpen(), 0);
    }

    void anAddressHasOnlySoManyHalfOpen()
    {
        ConnectionLimits limits;
        limits.halfOpenPerAddress = 2;
        limits.limitLoopback = true;
        open(limits);
        RawPeer first(*m_door);
        RawPeer second(*m_door);
        first.say("GET ");
        second.say("GET ");
        QTRY_COMPARE(m_door->halfOpen(), 2);
        RawPeer third(*m_door);
        QVERIFY(third.connected());
        QVERIFY(third.hear().startsWith("HTTP/1.1 503 "));
        first.say("/healthz HTTP/1.1\r\n\r\n");
        QVERIFY(first.hear().startsWith("HTTP/1.1 200 "));
        QTRY_COMPARE(m_door->halfOpen(), 1);
        QVERIFY(ask("GET /healthz HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    void whenAllPlacesAreTakenOthersWait()
    {
        ConnectionLimits limits;
        limits.halfOpen = 3;
        limits.headTimeout = 20000;
        open(limits);
        std::vector<std::unique_ptr<RawPeer>> peers;
        for (int i = 0; i < 5; ++i) {
            peers.push_back(std::make_unique<RawPeer>(*m_door));
            peers.back()->say("GET /healthz");
        }
        QTRY_COMPARE(m_door->halfOpen(), 3);
        for (int i = 4; i >= 0; --i)
            peers[static_cast<size_t>(i)]->say(" HTTP/1.1\r\n\r\n");
        for (const auto &peer : peers)
            QVERIFY(peer->hear().startsWith("HTTP/1.1 200 "));
        QTRY_COMPARE(m_door->halfOpen(), 0);
    }

    void whenAllPlacesAreTakenPatienceIsShort()
    {
        ConnectionLimits limits;
        limits.halfOpen = 1;
        limits.headTimeout = 300;
        open(limits);
        RawPeer silent(*m_door);
        QVERIFY(silent.connected());
        QTRY_COMPARE(m_door->halfOpen(), 1);
        QVERIFY(ask("GET /healthz HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 200 "));
        QVERIFY(silent.hear().startsWith("HTTP/1.1 408 "));
    }

    void upgradesAreHandedOver()
    {
        RawPeer peer(*m_door);
        peer.say(upgradeRequest("/sync?token=x"));
        const QByteArray answer = peer.hearUntil("\r\n\r\n");
        QVERIFY2(answer.startsWith("HTTP/1.1 101 "), answer.constData());
        QTRY_COMPARE(m_upgraded.size(), size_t(1));
        const Upgraded &upgraded = m_upgraded.front();
        QCOMPARE(upgraded.webSocket->subprotocol(), QLatin1String(CborSubprotocol));
        QCOMPARE(upgraded.request.path, QByteArray("/sync"));
        QCOMPARE(upgraded.request.query, QByteArray("token=x"));
        QCOMPARE(upgraded.address, QStringLiteral("127.0.0.1"));
        QVERIFY(upgraded.trusted);
        QCOMPARE(upgraded.tcpSocket->socketOption(QAbstractSocket::LowDelayOption).toInt(), 1);
        QCOMPARE(m_door->halfOpen(), 0);
        QCOMPARE(m_door->connections(), 1);
        upgraded.webSocket->abort();
        delete upgraded.webSocket;
        QCOMPARE(m_door->connections(), 0);
    }

    void thePeersOfProxiesAreCountedOneByOne()
    {
        ConnectionLimits limits;
        limits.connectionsPerAddress = 1;
        open(limits);
        std::vector<std::unique_ptr<RawPeer>> peers;
        const auto enter = [&](const QByteArray &header) {
            peers.push_back(std::make_unique<RawPeer>(*m_door));
            peers.back()->say(upgradeRequest("/sync", header));
            return peers.back()->hearUntil("\r\n\r\n").mid(9, 3);
        };
        QCOMPARE(enter("X-Forwarded-For: 192.0.2.1\r\n"), QByteArray("101"));
        QCOMPARE(enter("X-Forwarded-For: 192.0.2.2\r\n"), QByteArray("101"));
        QCOMPARE(enter("X-Forwarded-For: 192.0.2.1\r\n"), QByteArray("503"));
        QCOMPARE(enter("X-Forwarded-For: 2001:db8::1\r\n"), QByteArray("101"));
        QCOMPARE(enter("X-Forwarded-For: 2001:db8::2\r\n"), QByteArray("503"));
        QCOMPARE(enter({}), QByteArray("101"));
        QCOMPARE(enter({}), QByteArray("101"));
        QCOMPARE(m_upgraded[1].address, QStringLiteral("192.0.2.2"));
        QVERIFY(!m_upgraded[1].trusted);
        QVERIFY(m_upgraded.back().trusted);
    }

    void aFullServerRefusesUpgradesButTellsItsHealth()
    {
        ConnectionLimits limits;
        limits.connections = 1;
        open(limits);
        RawPeer first(*m_door);
        first.say(upgradeRequest("/sync"));
        QVERIFY(first.hearUntil("\r\n\r\n").startsWith("HTTP/1.1 101 "));
        QVERIFY(ask(upgradeRequest("/sync")).startsWith("HTTP/1.1 503 "));
        QVERIFY(ask("GET /healthz HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    void aShutDoorDropsWhoWaits()
    {
        RawPeer peer(*m_door);
        peer.say("GET ");
        QTRY_COMPARE(m_door->halfOpen(), 1);
        m_door->shut();
        QVERIFY(peer.hear().isEmpty());
    }

    void manyAtOnceAreAllServed()
    {
        std::vector<std::unique_ptr<RawPeer>> peers;
        for (int i = 0; i < 300; ++i)
            peers.push_back(std::make_unique<RawPeer>(*m_door));
        for (const auto &peer : peers)
            peer->say("GET /healthz HTTP/1.1\r\n\r\n");
        for (const auto &peer : peers)
            QVERIFY(peer->hear().startsWith("HTTP/1.1 200 "));
    }
};

QTEST_GUILESS_MAIN(TestFrontDoor)

#include "tst_frontdoor.moc"
