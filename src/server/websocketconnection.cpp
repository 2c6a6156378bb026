// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "websocketconnection_p.h"

#include "logging_p.h"

#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtWebSockets/qwebsocket.h>

#include <algorithm>
#include <utility>

namespace ObjectSync::Internal {

namespace {

constexpr qint64 FrameOverhead = 14; // the longest header of a frame

quint16 closeCodeOf(const Error &error)
{
    if (error.code == ErrorCode::ShuttingDown)
        return QWebSocketProtocol::CloseCodeGoingAway;
    if (error.code == ErrorCode::UnsupportedProtocol)
        return QWebSocketProtocol::CloseCodeProtocolError;
    if (error.code == ErrorCode::TooLarge)
        return QWebSocketProtocol::CloseCodeTooMuchData;
    return error.code.isEmpty() ? QWebSocketProtocol::CloseCodeNormal
                                : QWebSocketProtocol::CloseCodePolicyViolated;
}

} // namespace

std::optional<Encoding> encodingOf(const QString &subprotocol)
{
    if (subprotocol == QLatin1String(CborSubprotocol))
        return Encoding::Cbor;
    if (subprotocol == QLatin1String(JsonSubprotocol))
        return Encoding::Json;
    return {};
}

WebSocketConnection::WebSocketConnection(ConnectionId id, ConnectionEvents &events,
                                         const Upgraded &upgraded, Encoding encoding,
                                         const Context &context, qint64 now)
    : Connection(id, events), m_encoder(Encoder::create(encoding)), m_context(context),
      m_raw(*upgraded.tcpSocket), m_now(now), m_progressed(now), m_webSocket(upgraded.webSocket),
      m_tcpSocket(upgraded.tcpSocket), m_frontDoor(upgraded.frontDoor),
      m_decoder(Decoder::create(encoding, context.limits, Decoder::Sender::Client, &context.world)),
      m_pinged(now), m_tooSlowAbove(context.connectionLimits.tooSlowAbove)
{
    const auto messageSize = static_cast<quint64>(context.limits.messageSize);
    m_webSocket->setParent(this);
    m_webSocket->setMaxAllowedIncomingFrameSize(messageSize);
    m_webSocket->setMaxAllowedIncomingMessageSize(messageSize);
    m_webSocket->setReadBufferSize(context.limits.messageSize + FrameOverhead);
    connect(m_webSocket, &QWebSocket::binaryMessageReceived, this,
            [this](const QByteArray &bytes) { onBytes(Encoding::Cbor, bytes); });
    connect(m_webSocket, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { onBytes(Encoding::Json, text.toUtf8()); });
    connect(m_webSocket, &QWebSocket::binaryFrameReceived, this,
            [this](const QByteArray &, bool isLast) { onFrame(isLast); });
    connect(m_webSocket, &QWebSocket::textFrameReceived, this,
            [this](const QString &, bool isLast) { onFrame(isLast); });
    connect(m_webSocket, &QWebSocket::pong, this, [this] {
        if (m_state == State::Open)
            this->events().signOfLife(this->id());
    });
    connect(m_webSocket, &QWebSocket::disconnected, this, &WebSocketConnection::onDisconnected);
    connect(m_tcpSocket, &QTcpSocket::aboutToClose, this, &WebSocketConnection::onAboutToClose);
    connect(m_tcpSocket, &QTcpSocket::readyRead, this, &WebSocketConnection::onActivity);
    connect(m_tcpSocket, &QTcpSocket::bytesWritten, this, &WebSocketConnection::onWritten);
    // With TLS, bytes are "written" when they are encrypted.
    if (auto *tls = qobject_cast<QSslSocket *>(m_tcpSocket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &WebSocketConnection::onWritten);
}

WebSocketConnection::~WebSocketConnection()
{
    // Perhaps one of its own slots led here, so that it cannot go at once. Without abort() a
    // deleted QWebSocket leaves its socket behind.
    m_webSocket->disconnect(this);
    if (m_tcpSocket)
        m_tcpSocket->disconnect(this);
    m_webSocket->setParent(nullptr);
    m_webSocket->abort();
    if (!m_lingering || !m_frontDoor) {
        m_webSocket->deleteLater();
        return;
    }
    m_lingering->setParent(m_frontDoor);
    m_lingering.release()->start(m_webSocket, m_context.connectionLimits.closeGrace);
}

void WebSocketConnection::send(const MessagePtr &message)
{
    if (m_state == State::Open)
        m_out.push_back(m_context.frames.frame(message, *m_encoder));
}

void WebSocketConnection::flush()
{
    if (m_out.empty() || m_state == State::Ended)
        return;
    // What sockets tell while they write may lead here again, or add to m_out.
    const auto frames = std::exchange(m_out, {});
    const auto [before, unsent] = m_raw.writeAll({ frames.constData(), frames.constEnd() });
    if (before == 0)
        m_progressed = m_now;
    if (unsent == 0)
        return;
    const bool wasCongested = m_isCongested;
    checkBacklog(unsent);
    // One large answer is not the peer's fault: what counts is what piles up beyond it.
    if (m_isCongested && !wasCongested)
        m_tooSlowAbove = std::max(m_context.connectionLimits.tooSlowAbove,
                                  unsent + m_context.connectionLimits.tooSlowAbove
                                          - m_context.connectionLimits.congestedAbove);
}

void WebSocketConnection::checkBacklog(qint64 unsent)
{
    if (m_state != State::Open)
        return;
    if (!m_isCongested && unsent > m_context.connectionLimits.congestedAbove) {
        m_isCongested = true;
        events().congested(id());
    } else if (m_isCongested && unsent > m_tooSlowAbove) {
        misbehave(QStringLiteral("More than %1 bytes were waiting to be read.").arg(m_tooSlowAbove));
    }
}

void WebSocketConnection::misbehave(const QString &message)
{
    if (std::exchange(m_hasMisbehaved, true))
        return;
    events().misbehaved(id(), { ErrorCode::TooSlow, message });
}

void WebSocketConnection::close(const Error &error)
{
    if (m_state != State::Open)
        return;
    QString reason = QString::fromUtf8(error.code);
    if (!error.message.isEmpty())
        reason += QLatin1String(": ") + error.message;
    // Not QWebSocket::close(): that drops the connection at once, and with it what the peer has not
    // read yet. The peer answers this frame with its own, and then QWebSocket ends it.
    m_out.push_back(makeCloseFrame(closeCodeOf(error), reason));
    m_state = State::Closing;
    m_closeBy = m_now + m_context.connectionLimits.closeGrace;
    flush();
}

void WebSocketConnection::tick(qint64 now)
{
    const ConnectionLimits &limits = m_context.connectionLimits;
    m_now = now;
    if (m_state == State::Closing && now >= m_closeBy) {
        m_tcpSocket->disconnect(this);
        m_webSocket->abort();
        onDisconnected();
    }
    if (m_state != State::Open)
        return;
    if (now - m_pinged >= limits.pingInterval) {
        m_pinged = now;
        if (!m_isCongested)
            m_webSocket->ping();
    }
    if (reads())
        m_progressed = now;
    checkBacklog(m_raw.unsentBytes());
    if (now - m_progressed >= limits.stallTimeout)
        misbehave(QStringLiteral("Nothing was read for %1 ms.").arg(now - m_progressed));
    else if (m_fragmentSince >= 0 && now - m_fragmentSince >= limits.fragmentTimeout)
        misbehave(
                QStringLiteral("A message was not completed for %1 ms.").arg(now - m_fragmentSince));
}

/// Whether the peer has read something since the last tick, or there is nothing to read.
bool WebSocketConnection::reads()
{
    if (m_raw.unsentBytes() == 0)
        return true;
    // A slow reader empties the system's buffer little by little, long before there is room for more.
    const qint64 unacknowledged = m_raw.unacknowledgedBytes();
    return std::exchange(m_unacknowledged, unacknowledged) != unacknowledged;
}

void WebSocketConnection::onBytes(Encoding encoding, const QByteArray &bytes)
{
    if (m_state != State::Open)
        return;
    if (encoding != m_encoder->encoding()) {
        const bool isJson = m_encoder->encoding() == Encoding::Json;
        events().badMessageReceived(
                id(), { ErrorCode::BadMessage,
                        isJson ? QStringLiteral("This subprotocol has text messages only.")
                               : QStringLiteral("This subprotocol has binary messages only.") });
        return;
    }
    Expected<Message> message = m_decoder->decode(bytes);
    if (message)
        events().messageReceived(id(), *std::move(message));
    else
        events().badMessageReceived(id(), message.error());
}

void WebSocketConnection::onFrame(bool isLast)
{
    if (isLast)
        m_fragmentSince = -1;
    else if (m_fragmentSince < 0)
        m_fragmentSince = m_now;
}

void WebSocketConnection::onActivity()
{
    checkBacklog(m_raw.unsentBytes()); // answers to a flood of pings pile up without any other sign
}

void WebSocketConnection::onAboutToClose()
{
    // QWebSocket closes by itself where a frame is too large or against the protocol.
    if (m_tcpSocket->state() == QAbstractSocket::ConnectedState)
        m_lingering = std::make_unique<LingeringClose>(*m_tcpSocket);
}

void WebSocketConnection::onWritten()
{
    m_progressed = m_now;
    if (m_state != State::Open || !m_isCongested)
        return;
    events().signOfLife(id()); // it reads, if slowly; a pong would wait behind all the rest
    if (m_raw.unsentBytes() > m_context.connectionLimits.congestedAbove / 2)
        return;
    m_isCongested = false;
    m_tooSlowAbove = m_context.connectionLimits.tooSlowAbove;
    events().drained(id());
}

void WebSocketConnection::onDisconnected()
{
    const State before = std::exchange(m_state, State::Ended);
    if (before == State::Ended)
        return;
    qCDebug(logServer, "Connection %llu ended: %ls", id(),
            qUtf16Printable(m_webSocket->errorString()));
    if (before != State::Open) {
        deleteLater();
        return;
    }
    // Writing to a socket that was reset leads here, too: in the middle of what its owner does.
    QMetaObject::invokeMethod(
            this,
            [this] {
                deleteLater();
                events().ended(id());
            },
            Qt::QueuedConnection);
}

} // namespace ObjectSync::Internal
