// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "websocketconnection_p.h"

#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qtest.h>
#include <QtWebSockets/qwebsocket.h>

#include <functional>
#include <memory>

using namespace ObjectSync;
using namespace ObjectSync::Internal;

namespace {

class NoEvents final : public ConnectionEvents
{
public:
    void messageReceived(ConnectionId, Message) override { }
    void badMessageReceived(ConnectionId, const Error &) override { }
    void signOfLife(ConnectionId) override { }
    void congested(ConnectionId) override { }
    void drained(ConnectionId) override { }
    void misbehaved(ConnectionId, const Error &) override { }
    void ended(ConnectionId) override { }
};

} // namespace

class TestWebSocketConnection : public QObject
{
    Q_OBJECT

    QTcpServer m_server;
    Limits m_limits;
    ConnectionLimits m_connectionLimits;
    FrameCache m_frames;
    World m_world;
    NoEvents m_events;
    QTcpSocket m_peer;
    std::unique_ptr<QTcpSocket> m_socket;
    std::unique_ptr<WebSocketConnection> m_connection;
    const std::unique_ptr<Encoder> m_encoder = Encoder::create(Encoding::Json);
    const MessagePtr m_first = std::make_shared<const Message>(Pong{ 1, 2 });
    const MessagePtr m_second = std::make_shared<const Message>(Pong{ 3, 4 });

    QByteArray frame(const MessagePtr &message) { return m_frames.frame(message, *m_encoder); }

    /// This socket tells of its bytes while it writes them.
    void onceWhileItWrites(const std::function<void()> &action)
    {
        connect(m_socket.get(), &QTcpSocket::bytesWritten, this, [this, action] {
            m_socket->disconnect(this);
            action();
        });
    }

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_server.isListening() || m_server.listen(QHostAddress::LocalHost));
        m_peer.connectToHost(QHostAddress::LocalHost, m_server.serverPort());
        QTRY_VERIFY(m_server.hasPendingConnections());
        m_socket.reset(m_server.nextPendingConnection());
        m_socket->setParent(nullptr);
        Upgraded upgraded;
        upgraded.webSocket = new QWebSocket;
        upgraded.tcpSocket = m_socket.get();
        const WebSocketConnection::Context context{ m_limits, m_connectionLimits, m_frames,
                                                    m_world };
        m_connection = std::make_unique<WebSocketConnection>(1, m_events, upgraded, Encoding::Json,
                                                             context, 0);
    }

    void cleanup()
    {
        m_connection.reset();
        m_socket.reset();
        m_peer.abort();
        m_frames.clear();
    }

    void whatIsAddedWhileItFlushesIsNotLost()
    {
        onceWhileItWrites([this] { m_connection->send(m_second); });
        m_connection->send(m_first);
        m_connection->flush();
        m_connection->flush();
        const QByteArray expected = frame(m_first) + frame(m_second);
        QTRY_COMPARE(m_peer.bytesAvailable(), expected.size());
        QCOMPARE(m_peer.readAll(), expected);
    }

    void closingWhileItFlushesWritesNothingTwice()
    {
        onceWhileItWrites([this] { m_connection->close({}); });
        m_connection->send(m_first);
        m_connection->send(m_second);
        m_connection->flush();
        m_socket->disconnectFromHost();
        const QByteArray goodbye = makeCloseFrame(1000, {});
        QTRY_COMPARE(m_peer.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(m_peer.readAll(), frame(m_first) + frame(m_second) + goodbye);
    }
};

QTEST_GUILESS_MAIN(TestWebSocketConnection)

#include "tst_websocketconnection.moc"
