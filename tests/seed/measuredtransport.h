// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/transport.h>
#include <objectsync/core/codec.h>

#include <QtWebSockets/qwebsocket.h>
#include <QtWebSockets/qwebsockethandshakeoptions.h>

#include <memory>

/// A transport over a WebSocket that speaks the one encoding it was told to, and counts what goes
/// over the wire (without the few bytes of frame headers).
class MeasuredTransport : public ObjectSync::Transport
{
    Q_OBJECT

public:
    struct Traffic
    {
        int messages = 0;
        qint64 bytes = 0;
        QByteArray last = {}; ///< the newest message
        void add(const QByteArray &message)
        {
            ++messages;
            bytes += message.size();
            last = message;
        }
    };

    explicit MeasuredTransport(ObjectSync::Encoding encoding) : m_encoding(encoding) { }
    ~MeasuredTransport() override { close(); }

    Traffic outgoing;
    Traffic incoming;
    void startCounting()
    {
        outgoing = {};
        incoming = {};
    }

    void open(const QUrl &url) override
    {
        using namespace ObjectSync;
        close();
        m_encoder = Encoder::create(m_encoding);
        m_decoder = Decoder::create(m_encoding, Limits{ .messageSize = 16 * 1024 * 1024 },
                                    Decoder::Sender::Server);
        m_socket = new QWebSocket;
        listenTo(m_socket);
        QWebSocketHandshakeOptions options;
        options.setSubprotocols({ QLatin1String(isJson() ? JsonSubprotocol : CborSubprotocol) });
        m_socket->open(url, options);
    }

    void send(const ObjectSync::Message &message) override
    {
        if (!m_socket || m_socket->state() != QAbstractSocket::ConnectedState)
            return;
        const QByteArray bytes = m_encoder->encode(message);
        outgoing.add(bytes);
        if (isJson())
            m_socket->sendTextMessage(QString::fromUtf8(bytes));
        else
            m_socket->sendBinaryMessage(bytes);
    }

    void close() override
    {
        if (QWebSocket *socket = std::exchange(m_socket, nullptr)) {
            socket->disconnect(this);
            socket->flush();
            socket->abort();
            socket->deleteLater();
        }
    }

private:
    bool isJson() const { return m_encoding == ObjectSync::Encoding::Json; }

    /// Queued: a transport emits from the event loop alone.
    void listenTo(QWebSocket *socket)
    {
        const auto on = [this, socket](auto signal, auto function) {
            connect(socket, signal, this, function, Qt::QueuedConnection);
        };
        const auto end = [this, socket] {
            if (socket != m_socket)
                return;
            const QString reason = socket->errorString();
            close();
            Q_EMIT closed(ObjectSync::Error{ ObjectSync::ErrorCode::Unreachable, reason });
        };
        const auto take = [this, socket](const QByteArray &bytes) {
            if (socket == m_socket)
                takeMessage(bytes);
        };
        on(&QWebSocket::connected, [this, socket] {
            if (socket == m_socket)
                Q_EMIT opened();
        });
        on(&QWebSocket::disconnected, end);
        on(QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), end);
        on(&QWebSocket::binaryMessageReceived, take);
        on(&QWebSocket::textMessageReceived, [take](const QString &text) { take(text.toUtf8()); });
    }

    void takeMessage(const QByteArray &bytes)
    {
        using namespace ObjectSync;
        incoming.add(bytes);
        Expected<Message> message = m_decoder->decode(bytes);
        if (message) {
            Q_EMIT received(std::make_shared<const Message>(*std::move(message)));
            return;
        }
        close();
        Q_EMIT closed(message.error());
    }

    const ObjectSync::Encoding m_encoding;
    std::unique_ptr<ObjectSync::Encoder> m_encoder;
    std::unique_ptr<ObjectSync::Decoder> m_decoder;
    QWebSocket *m_socket = nullptr;
};
