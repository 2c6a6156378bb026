// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qurl.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>

/// The network between clients and a server: forwards the bytes of TCP connections, and can be cut,
/// so that neither side has said goodbye, or lose what the server answers.
class Relay : public QObject
{
    Q_OBJECT

public:
    /// \a to: the server's URL.
    explicit Relay(const QUrl &to) : m_to(to)
    {
        connect(&m_listener, &QTcpServer::newConnection, this, &Relay::accept);
        m_isListening = m_listener.listen(QHostAddress::LocalHost);
    }

    bool isListening() const { return m_isListening; }
    /// What clients connect to.
    QUrl url() const
    {
        QUrl url = m_to;
        url.setPort(m_listener.serverPort());
        return url;
    }

    /// While down, all connections are cut, and new ones at once.
    void setUp(bool up)
    {
        m_isUp = up;
        if (up)
            return;
        const auto sockets = findChildren<QTcpSocket *>();
        for (QTcpSocket *socket : sockets)
            socket->abort();
    }

    /// While deaf, what the server says is lost. To be followed by setUp(false).
    void setDeaf(bool deaf) { m_isDeaf = deaf; }
    /// What was lost so.
    qint64 lostBytes() const { return m_lost; }

private:
    void accept()
    {
        while (QTcpSocket *client = m_listener.nextPendingConnection()) {
            client->setParent(this);
            if (!m_isUp) {
                client->abort();
                client->deleteLater();
                continue;
            }
            auto *server = new QTcpSocket(this);
            server->connectToHost(m_to.host(), static_cast<quint16>(m_to.port()));
            couple(client, server);
            forward(client, server);
            connect(server, &QTcpSocket::readyRead, client, [this, client, server] {
                const QByteArray bytes = server->readAll();
                if (m_isDeaf)
                    m_lost += bytes.size();
                else
                    client->write(bytes);
            });
        }
    }

    /// What is written before the connection is there waits in the socket.
    static void forward(QTcpSocket *from, QTcpSocket *to)
    {
        connect(from, &QTcpSocket::readyRead, to, [from, to] { to->write(from->readAll()); });
    }

    static void couple(QTcpSocket *a, QTcpSocket *b)
    {
        for (const auto &[from, to] : { std::pair(a, b), std::pair(b, a) }) {
            connect(from, &QTcpSocket::disconnected, to, &QTcpSocket::disconnectFromHost);
            connect(from, &QTcpSocket::errorOccurred, to, &QTcpSocket::disconnectFromHost);
            connect(from, &QTcpSocket::disconnected, from, &QObject::deleteLater);
        }
    }

    const QUrl m_to;
    QTcpServer m_listener;
    bool m_isListening = false;
    bool m_isUp = true;
    bool m_isDeaf = false;
    qint64 m_lost = 0;
};
