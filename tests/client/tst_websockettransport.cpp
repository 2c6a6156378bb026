// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/websockettransport.h>
#include <objectsync/core/codec.h>

#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>
#include <QtWebSockets/qwebsocket.h>
#include <QtWebSockets/qwebsocketserver.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestWebSocketTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usableUrls_data();
    void usableUrls();
    void carriesMessages_data();
    void carriesMessages();
    void prefersCbor();
    void noCommonProtocol();
    void nobodyListens();
    void noSuchHost();
    void refusedByHttp_data();
    void refusedByHttp();
    void notTls();
    void droppedConnection();
    void closedWithAReason();
    void badBytes();
    void tooLargeMessage();
    void wrongKindOfMessage();
    void closeIsSilentAndMayBeReopened();
    void closeWhileConnecting();
    void sendsWhatWasSentBeforeClose();
    void mayBeDeletedInItsSlots_data();
    void mayBeDeletedInItsSlots();
};

namespace {

/// A plain WebSocket server that knows some subprotocols, and keeps its first connection.
struct Peer
{
    explicit Peer(const QStringList &subprotocols = { QString::fromLatin1(CborSubprotocol) })
        : server(u"peer"_s, QWebSocketServer::NonSecureMode)
    {
        server.setSupportedSubprotocols(subprotocols);
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QWebSocketServer::newConnection, &server, [this] {
            socket.reset(server.nextPendingConnection());
            QObject::connect(socket.get(), &QWebSocket::binaryMessageReceived, &server,
                             [this](const QByteArray &bytes) { binary << bytes; });
            QObject::connect(socket.get(), &QWebSocket::textMessageReceived, &server,
                             [this](const QString &message) { text << message; });
        });
    }
    ~Peer()
    {
        if (socket && socket->state() != QAbstractSocket::UnconnectedState)
            socket->abort();
    }
    QUrl url() const { return server.serverUrl(); }

    QWebSocketServer server;
    std::unique_ptr<QWebSocket> socket;
    QList<QByteArray> binary;
    QStringList text;
};

/// A TCP server that answers the first bytes of each connection with the same text.
struct Answering
{
    explicit Answering(const QByteArray &answer)
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::newConnection, &server, [this, answer] {
            QTcpSocket *const socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->readAll();
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
    }
    QUrl url(const char *scheme = "ws") const
    {
        return QUrl(QStringLiteral("%1://127.0.0.1:%2/sync?token=secret")
                            .arg(QLatin1String(scheme))
                            .arg(server.serverPort()));
    }
    QTcpServer server;
};

struct Spies
{
    explicit Spies(WebSocketTransport &transport)
        : opened(&transport, &Transport::opened), received(&transport, &Transport::received),
          closed(&transport, &Transport::closed)
    {
    }
    Error reason() const
    {
        return closed.isEmpty() ? Error() : closed.first().first().value<Error>();
    }
    QSignalSpy opened;
    QSignalSpy received;
    QSignalSpy closed;
};

/// What was sent through a transport that failed before it was open.
Error failureOf(const QUrl &url)
{
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(url);
    if (!QTest::qWaitFor([&] { return !spies.closed.isEmpty(); }) || !spies.opened.isEmpty())
        return {};
    QCoreApplication::processEvents();
    return spies.closed.count() == 1 ? spies.reason() : Error();
}

QByteArray encoded(const Message &message, Encoding encoding)
{
    return Encoder::create(encoding)->encode(message);
}

} // namespace

void TestWebSocketTransport::usableUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("usable");
    QTest::newRow("ws") << u"ws://localhost:8090/sync"_s << true;
    QTest::newRow("wss") << u"wss://example.org"_s << true;
    QTest::newRow("http") << u"http://example.org"_s << false;
    QTest::newRow("no host") << u"ws:///sync"_s << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("bad port") << u"ws://localhost:port"_s << false;
}

void TestWebSocketTransport::usableUrls()
{
    QFETCH(QString, url);
    QFETCH(bool, usable);
    QCOMPARE(WebSocketTransport::isUsable(QUrl(url)), usable);
}

void TestWebSocketTransport::carriesMessages_data()
{
    QTest::addColumn<bool>("json");
    QTest::newRow("cbor") << false;
    QTest::newRow("json") << true;
}

void TestWebSocketTransport::carriesMessages()
{
    QFETCH(bool, json);
    const Encoding encoding = json ? Encoding::Json : Encoding::Cbor;
    Peer peer({ QString::fromLatin1(json ? JsonSubprotocol : CborSubprotocol) });
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.send(Ping{ 1 }); // too early: dropped
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    transport.send(Ping{ 5 });
    transport.send(Unsubscribe{ 7 });
    const auto count = [&] { return json ? peer.text.size() : peer.binary.size(); };
    QTRY_COMPARE(count(), 2);
    const QByteArray first = json ? peer.text.first().toUtf8() : peer.binary.first();
    QCOMPARE(Decoder::create(encoding, {})->decode(first).value(), Message(Ping{ 5 }));

    const Pong pong{ 5, 6 };
    if (json)
        peer.socket->sendTextMessage(QString::fromUtf8(encoded(pong, encoding)));
    else
        peer.socket->sendBinaryMessage(encoded(pong, encoding));
    QTRY_COMPARE(spies.received.count(), 1);
    QCOMPARE(*spies.received[0][0].value<MessagePtr>(), Message(pong));
    QCOMPARE(spies.closed.count(), 0);
}

void TestWebSocketTransport::prefersCbor()
{
    Peer peer({ QString::fromLatin1(JsonSubprotocol), QString::fromLatin1(CborSubprotocol) });
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    QCOMPARE(peer.socket->subprotocol(), QString::fromLatin1(CborSubprotocol));
}

void TestWebSocketTransport::noCommonProtocol()
{
    const Peer peer({ u"chat"_s });
    const Error error = failureOf(peer.url());
    QCOMPARE(error.code, "unsupported-protocol");
    QVERIFY(error.message.contains(u"not one of ObjectSync"_s));
    QVERIFY(error.message.contains(peer.url().toString()));
}

void TestWebSocketTransport::nobodyListens()
{
    QUrl url;
    {
        const Peer peer;
        url = peer.url();
    }
    const Error error = failureOf(url);
    QCOMPARE(error.code, "unreachable");
    QVERIFY2(error.message.contains(u"%1:%2"_s.arg(url.host()).arg(url.port())),
             qPrintable(error.message));
    QVERIFY2(error.message.contains(u"refused"_s), qPrintable(error.message));
}

void TestWebSocketTransport::noSuchHost()
{
    const Error error = failureOf(QUrl(u"ws://no-such-host.invalid/sync"_s));
    QCOMPARE(error.code, "unreachable");
    QVERIFY2(error.message.contains(u"no-such-host.invalid"_s), qPrintable(error.message));
}

void TestWebSocketTransport::refusedByHttp_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("wrong path") << QByteArray("404 Not Found");
    QTest::newRow("not let in") << QByteArray("403 Forbidden");
    QTest::newRow("unauthorized") << QByteArray("401 Unauthorized");
    QTest::newRow("too many") << QByteArray("503 Service Unavailable");
    QTest::newRow("a web server") << QByteArray("200 OK");
}

void TestWebSocketTransport::refusedByHttp()
{
    QFETCH(QByteArray, status);
    const Answering server("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
    const Error error = failureOf(server.url());
    QCOMPARE(error.code, "unreachable");
    QVERIFY2(error.message.contains(QString::fromLatin1(status.left(3))), qPrintable(error.message));
    QVERIFY2(error.message.contains(u"/sync"_s), qPrintable(error.message));
    QVERIFY(!error.message.contains(u"secret"_s));
}

void TestWebSocketTransport::notTls()
{
    const Answering server("this is not TLS");
    const Error error = failureOf(server.url("wss"));
    QCOMPARE(error.code, "unreachable");
    QVERIFY2(error.message.contains(u"127.0.0.1:%1"_s.arg(server.server.serverPort())),
             qPrintable(error.message));
}

void TestWebSocketTransport::droppedConnection()
{
    Peer peer;
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    peer.socket->abort();
    QTRY_COMPARE(spies.closed.count(), 1);
    QCOMPARE(spies.reason().code, "unreachable");
    QVERIFY(!spies.reason().message.isEmpty());
}

void TestWebSocketTransport::closedWithAReason()
{
    Peer peer;
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    peer.socket->close(QWebSocketProtocol::CloseCodeGoingAway, u"going home"_s);
    QTRY_COMPARE(spies.closed.count(), 1);
    QVERIFY2(spies.reason().message.contains(u"going home"_s), qPrintable(spies.reason().message));
}

void TestWebSocketTransport::badBytes()
{
    Peer peer;
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    peer.socket->sendBinaryMessage("\x62\xff\xfe");
    peer.socket->sendBinaryMessage(encoded(Pong{ 1, 1 }, Encoding::Cbor));
    QTRY_COMPARE(spies.closed.count(), 1);
    QCOMPARE(spies.reason().code, "bad-message");
    QCOMPARE(spies.received.count(), 0);
}

void TestWebSocketTransport::tooLargeMessage()
{
    Peer peer;
    WebSocketTransport transport;
    transport.setMaximumMessageSize(1000);
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    peer.socket->sendBinaryMessage(QByteArray(5000, 'x'));
    QTRY_COMPARE(spies.closed.count(), 1);
    QCOMPARE(spies.received.count(), 0);
}

void TestWebSocketTransport::wrongKindOfMessage()
{
    Peer peer;
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    peer.socket->sendTextMessage(QString::fromUtf8(encoded(Pong{ 1, 1 }, Encoding::Json)));
    QTRY_COMPARE(spies.closed.count(), 1);
    QCOMPARE(spies.reason().code, "bad-message");
}

void TestWebSocketTransport::closeIsSilentAndMayBeReopened()
{
    Peer peer;
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    QSignalSpy gone(peer.socket.get(), &QWebSocket::disconnected);
    peer.socket->sendBinaryMessage(encoded(Pong{ 1, 1 }, Encoding::Cbor));
    transport.close();
    transport.send(Ping{ 1 });
    QTRY_COMPARE(gone.count(), 1);
    QCOMPARE(peer.socket->closeCode(), QWebSocketProtocol::CloseCodeNormal);
    transport.open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 2);
    QCOMPARE(spies.closed.count(), 0);
    QCOMPARE(spies.received.count(), 0);
    QVERIFY(peer.binary.isEmpty());
}

void TestWebSocketTransport::closeWhileConnecting()
{
    QTcpServer mute;
    QVERIFY(mute.listen(QHostAddress::LocalHost));
    WebSocketTransport transport;
    const Spies spies(transport);
    transport.open(QUrl(u"ws://127.0.0.1:%1/"_s.arg(mute.serverPort())));
    transport.close();
    transport.open(QUrl(u"ws://127.0.0.1:%1/"_s.arg(mute.serverPort())));
    QTRY_VERIFY(mute.hasPendingConnections());
    std::unique_ptr<QTcpSocket> socket(mute.nextPendingConnection());
    QSignalSpy gone(socket.get(), &QTcpSocket::disconnected);
    transport.close();
    QTRY_COMPARE(gone.count(), 1);
    QCOMPARE(spies.closed.count(), 0);
}

void TestWebSocketTransport::sendsWhatWasSentBeforeClose()
{
    Peer peer;
    auto transport = std::make_unique<WebSocketTransport>();
    const Spies spies(*transport);
    transport->open(peer.url());
    QTRY_COMPARE(spies.opened.count(), 1);
    QTRY_VERIFY(peer.socket);
    transport->send(Ping{ 9 });
    transport->close();
    transport.reset();
    QTRY_COMPARE(peer.binary.size(), 1);
}

void TestWebSocketTransport::mayBeDeletedInItsSlots_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("opened") << 0;
    QTest::newRow("received") << 1;
    QTest::newRow("closed") << 2;
}

void TestWebSocketTransport::mayBeDeletedInItsSlots()
{
    QFETCH(int, signal);
    Peer peer;
    QPointer<WebSocketTransport> transport = new WebSocketTransport;
    const auto end = [&] { delete transport.data(); };
    if (signal == 0)
        connect(transport, &Transport::opened, this, end);
    else if (signal == 1)
        connect(transport, &Transport::received, this, end);
    else
        connect(transport, &Transport::closed, this, end);
    transport->open(peer.url());
    QTRY_VERIFY(peer.socket);
    peer.socket->sendBinaryMessage(encoded(Pong{ 1, 1 }, Encoding::Cbor));
    peer.socket->sendBinaryMessage("bad");
    QTRY_VERIFY(!transport);
    QTRY_COMPARE(peer.socket->state(), QAbstractSocket::UnconnectedState);
}

QTEST_GUILESS_MAIN(TestWebSocketTransport)

#include "tst_websockettransport.moc"
