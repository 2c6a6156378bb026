// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtTest/qtest.h>
#include <QtWebSockets/qwebsocket.h>
#include <QtWebSockets/qwebsockethandshakeoptions.h>

#include <deque>

/// A client in the JSON subprotocol that says what it is told to.
class JsonClient : public QObject
{
    Q_OBJECT

public:
    explicit JsonClient(const QUrl &url,
                        const QString &subprotocol = QLatin1String(ObjectSync::JsonSubprotocol),
                        bool trustsAnyone = false)
    {
        if (trustsAnyone) {
            connect(&m_socket, &QWebSocket::sslErrors, this, [this] { m_socket.ignoreSslErrors(); });
        }
        connect(&m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
            m_messages.push_back(QJsonDocument::fromJson(text.toUtf8()).object());
        });
        QWebSocketHandshakeOptions options;
        if (!subprotocol.isEmpty())
            options.setSubprotocols({ subprotocol });
        m_socket.open(url, options);
    }

    ~JsonClient() override { m_socket.abort(); }

    bool isConnected()
    {
        return QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::ConnectedState; });
    }
    bool isClosed()
    {
        return QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::UnconnectedState; });
    }

    /// \a json may have ' instead of ".
    void say(QByteArray json)
    {
        json.replace('\'', '"');
        if (isConnected())
            m_socket.sendTextMessage(QString::fromUtf8(json));
    }

    /// Says hello as this client, and waits for the welcome.
    QJsonObject enter(const QByteArray &client, const QByteArray &more = {})
    {
        say("{'type':'hello','protocol':1,'client':'" + client + '\'' + more + '}');
        return hear("welcome");
    }

    /// The next message of this type, or at the end of time an empty one; others are dropped.
    QJsonObject hear(const QByteArray &type)
    {
        QJsonObject found;
        (void)QTest::qWaitFor([&] {
            while (!m_messages.empty() && found.isEmpty()) {
                const QJsonObject message = m_messages.front();
                m_messages.pop_front();
                if (message.value(QLatin1String("type")).toString() == QLatin1String(type))
                    found = message;
            }
            return !found.isEmpty();
        });
        return found;
    }

    QWebSocket &socket() { return m_socket; }
    size_t unread() const { return m_messages.size(); }

private:
    QWebSocket m_socket;
    std::deque<QJsonObject> m_messages;
};
