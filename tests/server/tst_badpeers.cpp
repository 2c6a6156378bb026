// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Peers that break the rules of WebSocket, or bend them: below what a WebSocket library would send.

#include "jsonclient.h"

#include <objectsync/server/syncserver.h>

#include <QtCore/qendian.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>

using namespace ObjectSync;

namespace {

enum class OpCode : uchar { Continuation = 0, Text = 1, Close = 8, Ping = 9, Pong = 10 };

/// A client's frame, masked with zeros.
QByteArray frame(OpCode opCode, const QByteArray &payload, bool isLast = true)
{
    QByteArray bytes;
    bytes.append(static_cast<char>((isLast ? 0x80 : 0) | static_cast<uchar>(opCode)));
    if (payload.size() < 126) {
        bytes.append(static_cast<char>(0x80 | payload.size()));
    } else {
        bytes.append(static_cast<char>(0x80 | 126));
        const auto size = qToBigEndian(static_cast<quint16>(payload.size()));
        bytes.append(reinterpret_cast<const char *>(&size), sizeof size);
    }
    return bytes + QByteArray(4, '\0') + payload;
}

QByteArray headerOfOneGigabyte()
{
    return QByteArray("\x81\xff\x00\x00\x00\x00\x40\x00\x00\x00", 10) + QByteArray(4, '\0');
}

class RawClient
{
public:
    explicit RawClient(const QUrl &url)
    {
        m_socket.connectToHost(url.host(), static_cast<quint16>(url.port()));
        say("GET " + url.path().toUtf8()
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Protocol: "
            + JsonSubprotocol + "\r\n\r\n");
        if (!hears("\r\n\r\n"))
            QTest::qFail("no upgrade", __FILE__, __LINE__);
        say(frame(OpCode::Text, R"({"type":"hello","protocol":1,"client":"raw"})"));
        if (!hears("\"welcome\""))
            QTest::qFail("no welcome", __FILE__, __LINE__);
        heard.clear();
    }

    void say(const QByteArray &bytes)
    {
        (void)QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::ConnectedState; });
        m_socket.write(bytes);
        m_socket.flush();
    }

    void read()
    {
        if (m_socket.isOpen())
            heard += m_socket.readAll();
    }

    bool hears(const QByteArray &words)
    {
        return QTest::qWaitFor([&] {
            read();
            return heard.contains(words);
        });
    }

    bool isClosed()
    {
        return QTest::qWaitFor([this] {
            read();
            return m_socket.state() == QTcpSocket::UnconnectedState;
        });
    }

    QByteArray heard;
    QTcpSocket &socket() { return m_socket; }

private:
    QTcpSocket m_socket;
};

} // namespace

class TestBadPeers : public QObject
{
    Q_OBJECT

    void open(const ConnectionLimits &limits = {})
    {
        m_server = std::make_unique<SyncServer>();
        m_server->setConnectionLimits(limits);
        QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
    }

    /// The server goes on for others.
    void verifyAlive()
    {
        JsonClient other(m_server->url());
        QVERIFY(!other.enter("other").isEmpty());
    }

    std::unique_ptr<SyncServer> m_server;

private Q_SLOTS:
    void cleanup() { m_server.reset(); }

    void pingsComeRegularly()
    {
        ConnectionLimits limits;
        limits.pingInterval = 20;
        open(limits);
        RawClient client(m_server->url());
        QVERIFY(client.hears(QByteArray("\x89\x00\x89\x00", 4)));
        client.say(frame(OpCode::Pong, {}));
        verifyAlive();
    }

    void aPingIsAnswered()
    {
        open();
        RawClient client(m_server->url());
        client.say(frame(OpCode::Ping, "hello"));
        QVERIFY(client.hears("\x8a\x05hello"));
    }

    void whoSendsAllOfAMessageThatIsTooLargeHearsWhy()
    {
        open();
        RawClient client(m_server->url());
        client.say(headerOfOneGigabyte());
        // It reads only when all is sent. Pieces that met a closed socket would reset the connection.
        client.socket().setReadBufferSize(1);
        client.socket().write(QByteArray(8 * 1024 * 1024, ' '));
        QVERIFY(QTest::qWaitFor([&] { return client.socket().bytesToWrite() == 0; }));
        client.socket().setReadBufferSize(0);
        QVERIFY(client.isClosed());
        QCOMPARE(client.socket().error(), QAbstractSocket::RemoteHostClosedError);
        QVERIFY(client.heard.contains("\x03\xf1")); // 1009: too large
        verifyAlive();
    }

    void whoDoesNotAnswerACloseIsDropped()
    {
        ConnectionLimits limits;
        limits.closeGrace = 50;
        open(limits);
        RawClient client(m_server->url());
        QSignalSpy went(m_server.get(), &SyncServer::clientDisconnected);
        QVERIFY(m_server->disconnectClient(m_server->clients().front().connection,
                                           { "bored", QStringLiteral("Go") }));
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.contains("bored: Go"));
        QCOMPARE(went.size(), 1);
    }

    void nothingIsTakenAfterAClose()
    {
        open();
        RawClient client(m_server->url());
        QSignalSpy went(m_server.get(), &SyncServer::clientDisconnected);
        client.say(frame(OpCode::Close, "\x03\xe8")
                   + frame(OpCode::Text, R"({"type":"commit","tx":1,"ops":[]})"));
        QVERIFY(client.isClosed());
        QTRY_COMPARE(went.size(), 1);
        QVERIFY(!client.heard.contains("ack"));
    }

    void aMessageMustBeCompletedInTime()
    {
        ConnectionLimits limits;
        limits.fragmentTimeout = 50;
        limits.closeGrace = 50;
        open(limits);
        RawClient client(m_server->url());
        client.say(frame(OpCode::Text, "{\"type\":", false));
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.contains("too-slow"));
    }

    void aMessageMayComeInFragments()
    {
        open();
        RawClient client(m_server->url());
        client.say(frame(OpCode::Text, R"({"type":"pi)", false));
        client.say(frame(OpCode::Ping, "between"));
        client.say(frame(OpCode::Continuation, R"(ng","time":7})"));
        QVERIFY(client.hears("\"pong\""));
    }

    void aFloodOfPingsThatIsNotReadEnds()
    {
        ConnectionLimits limits;
        limits.closeGrace = 50;
        open(limits);
        RawClient client(m_server->url());
        client.socket().setReadBufferSize(1);
        QSignalSpy went(m_server.get(), &SyncServer::clientDisconnected);
        const QByteArray pings = frame(OpCode::Ping, QByteArray(125, 'x')).repeated(1000);
        (void)QTest::qWaitFor(
                [&] {
                    if (client.socket().bytesToWrite() < pings.size())
                        client.socket().write(pings);
                    return !went.isEmpty();
                },
                30000);
        QCOMPARE(went.size(), 1);
        verifyAlive();
    }

    void brokenFramesEndTheConnection_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("not masked") << QByteArray("\x81\x02{}");
        QTest::newRow("reserved bits") << QByteArray("\xf1\x82\0\0\0\0{}", 8);
        QTest::newRow("reserved opcode") << QByteArray("\x83\x82\0\0\0\0{}", 8);
        QTest::newRow("huge length") << QByteArray("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff");
        QTest::newRow("long ping") << frame(OpCode::Ping, QByteArray(126, 'x'));
        QTest::newRow("continuation of nothing") << frame(OpCode::Continuation, "{}");
        QTest::newRow("bad UTF-8") << frame(OpCode::Text, "\"\xff\"");
        QTest::newRow("half a frame") << QByteArray("\x81\xfe\x01");
    }

    void brokenFramesEndTheConnection()
    {
        QFETCH(QByteArray, bytes);
        open();
        RawClient client(m_server->url());
        QSignalSpy went(m_server.get(), &SyncServer::clientDisconnected);
        client.say(bytes);
        client.socket().disconnectFromHost();
        QVERIFY(client.isClosed());
        QTRY_COMPARE(went.size(), 1);
        verifyAlive();
    }
};

QTEST_GUILESS_MAIN(TestBadPeers)

#include "tst_badpeers.moc"
