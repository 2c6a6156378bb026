// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "directsocket_p.h"
#include "rawsocket_p.h"

#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qtest.h>

#include <memory>
#include <vector>

using namespace ObjectSync::Internal;

namespace {

class DirectServer : public QTcpServer
{
public:
    std::unique_ptr<DirectSocket> accepted;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        accepted = std::make_unique<DirectSocket>();
        accepted->setSocketDescriptor(descriptor);
    }
};

} // namespace

class TestDirectSocket : public QObject
{
    Q_OBJECT

    DirectServer m_server;
    std::unique_ptr<QTcpSocket> m_peer;

private Q_SLOTS:
    void init()
    {
        if (!m_server.isListening())
            QVERIFY(m_server.listen(QHostAddress::LocalHost));
        m_server.accepted.reset();
        m_peer = std::make_unique<QTcpSocket>();
        m_peer->connectToHost(QHostAddress::LocalHost, m_server.serverPort());
        QTRY_VERIFY(m_server.accepted && m_peer->state() == QAbstractSocket::ConnectedState);
    }

    void whatIsWrittenGoesOutAtOnce()
    {
        DirectSocket &socket = *m_server.accepted;
        QVERIFY(socket.isDirect());
        QCOMPARE(socket.write("hello"), 5);
        QCOMPARE(socket.bytesToWrite(), 0);
        RawSocket raw(socket);
        const std::vector<QByteArray> chunks = { "a", "bc", "def" };
        QCOMPARE(raw.writeAll(chunks).unsent, 0);
        QCOMPARE(raw.writeAll(std::span(chunks).first(1)).unsent, 0);
        QTRY_COMPARE(m_peer->bytesAvailable(), 12);
        QCOMPARE(m_peer->readAll(), QByteArray("helloabcdefa"));
    }

    void whatTheSystemDoesNotTakeIsBufferedInOrder()
    {
        DirectSocket &socket = *m_server.accepted;
        m_peer->setReadBufferSize(1);
        RawSocket raw(socket);
        QByteArray sent;
        qint64 unsent = 0;
        std::vector<QByteArray> chunks;
        for (int i = 0; unsent == 0 && i < 1000; ++i) {
            // More chunks than one call of the system takes, of which some go out in part.
            chunks.clear();
            for (char c = 'a'; c <= 'z'; ++c)
                chunks.push_back(QByteArray(5000 + i, c));
            for (const QByteArray &chunk : chunks)
                sent += chunk;
            unsent = raw.writeAll(chunks).unsent;
        }
        QVERIFY(unsent > 0);
        QVERIFY(!socket.isDirect());
        sent += "more";
        socket.write("more");
        chunks = { "and", "more" };
        QVERIFY(raw.writeAll(chunks).unsentBefore >= unsent);
        sent += "andmore";
        m_peer->setReadBufferSize(0);
        QByteArray received;
        QTRY_COMPARE((received += m_peer->readAll()).size(), sent.size());
        QVERIFY(received == sent);
        QTRY_VERIFY(socket.isDirect());
        QCOMPARE(raw.writeAll(chunks).unsent, 0);
    }

    /// The number of a descriptor is soon another one's.
    void nothingIsWrittenAfterTheEnd_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char *how : { "abort", "close", "disconnect", "peer", "reset" })
            QTest::newRow(how) << QByteArray(how);
    }

    void nothingIsWrittenAfterTheEnd()
    {
        QFETCH(QByteArray, how);
        DirectSocket &socket = *m_server.accepted;
        if (how == "abort") {
            socket.abort();
        } else if (how == "close") {
            socket.close();
        } else if (how == "disconnect") {
            socket.disconnectFromHost();
        } else if (how == "peer") {
            m_peer->disconnectFromHost();
        } else {
            m_peer->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            socket.write(QByteArray(1000, 'x')); // unread: the peer's system resets it
            QTRY_VERIFY(m_peer->bytesAvailable() > 0);
            m_peer->abort();
        }
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(!socket.isDirect());
        const std::vector<QByteArray> chunks = { "lost" };
        QCOMPARE(RawSocket(socket).writeAll(chunks).unsent, 0);
    }

    void whatIsClosingWhileItBuffersIsNotDirect()
    {
        DirectSocket &socket = *m_server.accepted;
        m_peer->setReadBufferSize(1);
        RawSocket raw(socket);
        const std::vector<QByteArray> chunks = { QByteArray(1'000'000, 'x') };
        while (raw.writeAll(chunks).unsent == 0) { }
        socket.disconnectFromHost();
        QCOMPARE(socket.state(), QAbstractSocket::ClosingState);
        QVERIFY(!socket.isDirect());
    }
};

QTEST_GUILESS_MAIN(TestDirectSocket)

#include "tst_directsocket.moc"
