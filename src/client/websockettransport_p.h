// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/websockettransport.h>
#include <objectsync/core/codec.h>

#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>
#include <QtNetwork/qsslconfiguration.h>
#include <QtWebSockets/qwebsocket.h>

#include <memory>
#include <optional>

namespace ObjectSync::Internal {

/// What is behind a WebSocketTransport: one QWebSocket for each connection. A socket that is done
/// with is disconnected from everything here, and ends by itself.
class WebSocketTransportPrivate : public std::enable_shared_from_this<WebSocketTransportPrivate>
{
public:
    explicit WebSocketTransportPrivate(WebSocketTransport *transport);

    void open(const QUrl &to);
    void send(const Message &message);
    enum class End {
        Goodbye, ///< with a close frame, where the connection is up
        Drop, ///< it has failed already
    };
    /// Lets the socket go, without a signal.
    void retire(End end = End::Goodbye);
    void die();

    WebSocketTransport *const q;
    QUrl url;
    Encoding encoding = Encoding::Cbor;
    std::optional<QSslConfiguration> sslConfiguration;
    qint64 maximumMessageSize;

private:
    void connectToServer();
    void configure();
    void connectSocket();
    template<typename Function>
    void fromSocket(Function function);
    void connected();
    void received(const QByteArray &bytes, Encoding as);
    void flush();
    void fail(const Error &error, End end = End::Goodbye);
    void discard(QWebSocket *socket, End end);

    QString place() const;
    QString host() const;
    QString describe(QAbstractSocket::SocketError error) const;
    QString describeEnd() const;

    QWebSocket *m_socket = nullptr;
    QList<QWebSocket *> m_closing; ///< with a close frame under way
    bool m_isConnected = false;
    bool m_isFlushing = false; ///< inside of send()
    bool m_hasFlushed = false; ///< in this turn of the event loop
    int m_depth = 0; ///< inside of so many slots of sockets
    QStringList m_sslErrors;
    std::unique_ptr<Encoder> m_encoder;
    std::unique_ptr<Decoder> m_decoder;
};

} // namespace ObjectSync::Internal
