// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/transport.h>

#include <memory>

QT_BEGIN_NAMESPACE
class QSslConfiguration;
QT_END_NAMESPACE

namespace ObjectSync {

namespace Internal {
class WebSocketTransportPrivate;
}

/// A resource: the transport that a session uses by itself. Speaks the protocol over a WebSocket,
/// plain (`ws:`) or with TLS (`wss:`), in CBOR where the server knows it, else in JSON.
///
/// Reasons given by closed(): `unreachable` (no such host, refused, no TLS, not an ObjectSync
/// server, a dropped connection), `bad-message` and the other codes of Decoder::decode() for bytes
/// that are not of the protocol. The text names the host and port, or the URL without its query.
class OBJECTSYNC_CLIENT_EXPORT WebSocketTransport : public Transport
{
    Q_OBJECT

public:
    explicit WebSocketTransport(QObject *parent = nullptr);
    ~WebSocketTransport() override;

    /// True where open() can make something of \a url: its scheme is ws or wss and it has a host.
    static bool isUsable(const QUrl &url);

    void open(const QUrl &url) override;
    void send(const ObjectSync::Message &message) override;
    /// Says goodbye and gives the peer two seconds to answer, in the background.
    void close() override;

    /// For `wss:` URLs, from the next open() on: certificates, own key, how to verify the peer.
    void setSslConfiguration(const QSslConfiguration &configuration);
    /// Bytes of one incoming message, 16 MiB by default, from the next open() on. A larger one ends
    /// the connection.
    void setMaximumMessageSize(qint64 size);
    qint64 maximumMessageSize() const;

private:
    std::shared_ptr<Internal::WebSocketTransportPrivate> d;
};

} // namespace ObjectSync
