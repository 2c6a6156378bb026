// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/websockettransport.h>

#include "websockettransport_p.h"

#include "logging_p.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qtimer.h>
#include <QtNetwork/qnetworkrequest.h>
#include <QtWebSockets/qwebsockethandshakeoptions.h>

#include <limits>
#include <utility>

namespace ObjectSync {

namespace Internal {

namespace {

constexpr qint64 DefaultMaximumMessageSize = 16 * 1024 * 1024;
/// A stalled peer never answers a close frame.
constexpr int CloseGrace = 2000; // milliseconds
constexpr qint64 LargestFrameHeader = 14;
/// So much is gathered before the system gets it.
constexpr qint64 MostGathered = 128 * 1024;
/// One that the system gets at once where it comes alone.
constexpr qint64 SmallMessage = 1024;

/// What a server may send is bounded by the size of the message; its own limits, which may be
/// above the usual ones, are its business. Nesting is bounded for the sake of the stack.
Limits incomingLimits(qint64 messageSize)
{
    Limits limits;
    limits.messageSize = messageSize;
    limits.idSize = messageSize;
    limits.nameSize = messageSize;
    limits.properties = messageSize;
    limits.entitySize = std::numeric_limits<qint64>::max();
    limits.elements = messageSize;
    limits.nesting = 100;
    return limits;
}

} // namespace

WebSocketTransportPrivate::WebSocketTransportPrivate(WebSocketTransport *transport)
    : q(transport), maximumMessageSize(DefaultMaximumMessageSize)
{
}

void WebSocketTransportPrivate::die()
{
    retire();
    const QList<QWebSocket *> closing = std::exchange(m_closing, {});
    for (QWebSocket *socket : closing)
        discard(socket, End::Goodbye);
}

void WebSocketTransportPrivate::open(const QUrl &to)
{
    retire();
    url = to;
    m_sslErrors.clear();
    m_socket = new QWebSocket;
    configure();
    connectSocket();
    // From the event loop: some errors come at once, and the caller must not hear of them yet.
    QMetaObject::invokeMethod(
            m_socket,
            [weak = weak_from_this(), socket = m_socket] {
                // The socket may outlive the transport for a moment.
                const auto self = weak.lock();
                if (self && socket == self->m_socket)
                    self->connectToServer();
            },
            Qt::QueuedConnection);
}

void WebSocketTransportPrivate::connectToServer()
{
    QWebSocketHandshakeOptions handshake;
    handshake.setSubprotocols(
            { QString::fromLatin1(CborSubprotocol), QString::fromLatin1(JsonSubprotocol) });
    const auto self = shared_from_this();
    ++m_depth;
    m_socket->open(QNetworkRequest(url), handshake);
    --m_depth;
}

void WebSocketTransportPrivate::configure()
{
    const auto size = static_cast<quint64>(maximumMessageSize);
    m_socket->setMaxAllowedIncomingFrameSize(size);
    m_socket->setMaxAllowedIncomingMessageSize(size);
    m_socket->setReadBufferSize(maximumMessageSize + LargestFrameHeader);
    if (sslConfiguration)
        m_socket->setSslConfiguration(*sslConfiguration);
}

void WebSocketTransportPrivate::connectSocket()
{
    // Context is the transport: nothing arrives after disconnect(m_socket, nullptr, q, nullptr).
    QObject::connect(m_socket, &QWebSocket::connected, q,
                     [this] { fromSocket([this] { connected(); }); });
    QObject::connect(m_socket, &QWebSocket::binaryMessageReceived, q,
                     [this](const QByteArray &bytes) {
                         fromSocket([&] { received(bytes, Encoding::Cbor); });
                     });
    QObject::connect(m_socket, &QWebSocket::textMessageReceived, q, [this](const QString &text) {
        fromSocket([&] { received(text.toUtf8(), Encoding::Json); });
    });
    QObject::connect(m_socket, &QWebSocket::disconnected, q, [this] {
        fromSocket([this] {
            // Where there was an error, its signal comes only after this one.
            const QAbstractSocket::SocketError error = m_socket
                                                               ? m_socket->error()
                                                               : QAbstractSocket::UnknownSocketError;
            const bool isError = error != QAbstractSocket::UnknownSocketError;
            fail({ ErrorCode::Unreachable, isError ? describe(error) : describeEnd() }, End::Drop);
        });
    });
    QObject::connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), q,
                     [this](QAbstractSocket::SocketError error) {
                         fromSocket([&] {
                             fail({ ErrorCode::Unreachable, describe(error) }, End::Drop);
                         });
                     });
    QObject::connect(m_socket, &QWebSocket::sslErrors, q, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors)
            m_sslErrors.append(error.errorString());
    });
}

template<typename Function>
void WebSocketTransportPrivate::fromSocket(Function function)
{
    // The slots of the session may delete the transport, and this with it.
    const auto self = shared_from_this();
    ++m_depth;
    function();
    --m_depth;
}

void WebSocketTransportPrivate::connected()
{
    const QString agreed = m_socket->subprotocol();
    if (agreed == QLatin1String(CborSubprotocol)) {
        encoding = Encoding::Cbor;
    } else if (agreed == QLatin1String(JsonSubprotocol)) {
        encoding = Encoding::Json;
        // A text frame may not end inside of a character, and QWebSocket does not look.
        m_socket->setOutgoingFrameSize(std::numeric_limits<quint64>::max());
    } else {
        fail({ ErrorCode::UnsupportedProtocol,
               QStringLiteral("%1 is a WebSocket server, but not one of ObjectSync (or of another "
                              "version): it knows neither %2 nor %3")
                       .arg(place(), QString::fromLatin1(CborSubprotocol),
                            QString::fromLatin1(JsonSubprotocol)) });
        return;
    }
    m_encoder = Encoder::create(encoding);
    m_decoder = Decoder::create(encoding, incomingLimits(maximumMessageSize),
                                Decoder::Sender::Server);
    m_isConnected = true;
    qCDebug(logTransport).noquote() << "Connected to" << place() << "with" << agreed;
    Q_EMIT q->opened();
}

void WebSocketTransportPrivate::received(const QByteArray &bytes, Encoding as)
{
    if (!m_isConnected)
        return;
    if (as != encoding) {
        fail({ ErrorCode::BadMessage,
               QStringLiteral("%1 sent a %2 message, but the other kind was agreed on")
                       .arg(place(), as == Encoding::Json ? QStringLiteral("text")
                                                          : QStringLiteral("binary")) });
        return;
    }
    Expected<Message> message = m_decoder->decode(bytes);
    if (message) {
        Q_EMIT q->received(std::make_shared<const Message>(*std::move(message)));
    } else if (message.error().code == ErrorCode::UnknownType) {
        qCWarning(logTransport).noquote()
                << place() << "sent what is passed over:" << message.error().message;
    } else {
        fail({ message.error().code, QStringLiteral("%1 sent what is not of the protocol: %2")
                                             .arg(place(), message.error().message) });
    }
}

void WebSocketTransportPrivate::send(const Message &message)
{
    if (!m_isConnected)
        return;
    const QByteArray bytes = m_encoder->encode(message);
    if (encoding == Encoding::Cbor)
        m_socket->sendBinaryMessage(bytes);
    else
        m_socket->sendTextMessage(QString::fromUtf8(bytes));
    flush();
}

/// A small message that is the first one in a turn of the event loop goes to the system at once: mostly
/// there is no other. All else goes at the end of the turn; but where it is much, the server can begin
/// with it while more is made.
void WebSocketTransportPrivate::flush()
{
    // One that encrypts reads, too, while it writes: messages would come inside of send().
    if (url.scheme() != QLatin1String("ws"))
        return;
    const qint64 gathered = m_socket->bytesToWrite();
    if (gathered < MostGathered && (m_hasFlushed || gathered > SmallMessage))
        return;
    if (!std::exchange(m_hasFlushed, true)) {
        QObject::connect(
                QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, q,
                [this] { m_hasFlushed = false; }, Qt::SingleShotConnection);
    }
    m_isFlushing = true;
    m_socket->flush();
    m_isFlushing = false;
}

void WebSocketTransportPrivate::fail(const Error &error, End end)
{
    if (!m_socket)
        return;
    if (m_isFlushing) { // who calls send() must not hear of it yet
        QMetaObject::invokeMethod(
                m_socket,
                [weak = weak_from_this(), socket = m_socket, error, end] {
                    const auto self = weak.lock();
                    if (self && socket == self->m_socket)
                        self->fromSocket([&] { self->fail(error, end); });
                },
                Qt::QueuedConnection);
        return;
    }
    retire(end);
    Q_EMIT q->closed(error);
}

void WebSocketTransportPrivate::retire(End end)
{
    QWebSocket *const socket = std::exchange(m_socket, nullptr);
    if (!socket)
        return;
    socket->disconnect(q);
    if (!std::exchange(m_isConnected, false) || end == End::Drop
        || socket->state() != QAbstractSocket::ConnectedState) {
        discard(socket, End::Drop);
        return;
    }
    m_closing.append(socket);
    const auto finish = [this, socket] {
        if (m_closing.removeOne(socket)) {
            const auto self = shared_from_this();
            ++m_depth;
            discard(socket, End::Goodbye);
            --m_depth;
        }
    };
    QObject::connect(socket, &QWebSocket::disconnected, q, finish);
    QTimer::singleShot(CloseGrace, q, finish);
    socket->close(QWebSocketProtocol::CloseCodeNormal);
}

void WebSocketTransportPrivate::discard(QWebSocket *socket, End end)
{
    // One that is deleted before it is aborted leaks its connection; one that is deleted inside of
    // its own signal brings everything down.
    socket->disconnect();
    if (end == End::Goodbye)
        socket->flush();
    socket->abort();
    if (m_depth > 0)
        socket->deleteLater();
    else
        delete socket;
}

// For people

QString WebSocketTransportPrivate::place() const
{
    // The query may hold a secret.
    return url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

QString WebSocketTransportPrivate::host() const
{
    const int usual = url.scheme() == QLatin1String("wss") ? 443 : 80;
    return QStringLiteral("%1:%2").arg(url.host()).arg(url.port(usual));
}

QString WebSocketTransportPrivate::describe(QAbstractSocket::SocketError error) const
{
    const QString text = m_socket ? m_socket->errorString() : QString();
    if (!m_isConnected && text.contains(QLatin1String("404")))
        return QStringLiteral("%1: the server at %2 has no such path (HTTP 404)")
                .arg(place(), host());
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        if (m_isConnected || text.contains(QLatin1String("HTTP"), Qt::CaseInsensitive))
            break;
        return QStringLiteral("Nothing listens on %1 (connection refused)").arg(host());
    case QAbstractSocket::HostNotFoundError:
        return QStringLiteral("There is no host %1").arg(url.host());
    case QAbstractSocket::SslHandshakeFailedError:
        return QStringLiteral("No secure connection to %1: %2")
                .arg(host(), m_sslErrors.isEmpty() ? text : m_sslErrors.join(QLatin1String("; ")));
    case QAbstractSocket::RemoteHostClosedError:
        return describeEnd();
    default:
        break;
    }
    return m_isConnected ? QStringLiteral("The connection to %1 failed: %2").arg(host(), text)
                         : QStringLiteral("%1 cannot be opened: %2").arg(place(), text);
}

QString WebSocketTransportPrivate::describeEnd() const
{
    if (!m_isConnected)
        return QStringLiteral("%1 closed the connection before it was made").arg(place());
    const QString reason = m_socket ? m_socket->closeReason() : QString();
    return reason.isEmpty() ? QStringLiteral("The connection to %1 was closed").arg(host())
                            : QStringLiteral("%1 closed the connection: %2").arg(host(), reason);
}

} // namespace Internal

WebSocketTransport::WebSocketTransport(QObject *parent)
    : Transport(parent), d(std::make_shared<Internal::WebSocketTransportPrivate>(this))
{
}

WebSocketTransport::~WebSocketTransport()
{
    d->die();
}

bool WebSocketTransport::isUsable(const QUrl &url)
{
    return url.isValid() && !url.host().isEmpty()
           && (url.scheme() == QLatin1String("ws") || url.scheme() == QLatin1String("wss"));
}

void WebSocketTransport::open(const QUrl &url)
{
    d->open(url);
}

void WebSocketTransport::send(const Message &message)
{
    d->send(message);
}

void WebSocketTransport::close()
{
    d->retire();
}

void WebSocketTransport::setSslConfiguration(const QSslConfiguration &configuration)
{
    d->sslConfiguration = configuration;
}

void WebSocketTransport::setMaximumMessageSize(qint64 size)
{
    d->maximumMessageSize = size;
}

qint64 WebSocketTransport::maximumMessageSize() const
{
    return d->maximumMessageSize;
}

} // namespace ObjectSync
