// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "frontdoor_p.h"

#include "directsocket_p.h"
#include "logging_p.h"

#include <objectsync/core/message.h>

#include <QtCore/qpointer.h>
#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtWebSockets/qwebsocket.h>
#include <QtWebSockets/qwebsocketserver.h>

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

constexpr int AcceptAhead = 30; ///< of QTcpServer; its only meaning here is "not 0"

/// The address whose connections are counted, and how the peer is shown to applications.
struct Origin
{
    QHostAddress address;
    bool trusted = false;
};

Origin originOf(const HttpRequest &request, const QHostAddress &peer)
{
    if (!peer.isLoopback())
        return { peer, false };
    const auto forwarded = request.forwardedFor();
    if (!forwarded)
        return { peer, true };
    const QHostAddress named(QString::fromLatin1(*forwarded));
    return { named.isNull() ? peer : named, false };
}

QString toText(const QHostAddress &address)
{
    bool isIpv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIpv4);
    return isIpv4 ? QHostAddress(ipv4).toString() : address.toString();
}

HttpResponse upgradeRequired(const QByteArray &why)
{
    HttpResponse response =
            HttpResponse::text(426,
                               why + " Connect with a WebSocket client that offers the subprotocol "
                                       + CborSubprotocol + " or " + JsonSubprotocol + '.');
    response.headers = { { "Upgrade", "websocket" }, { "Sec-WebSocket-Version", "13" } };
    return response;
}

} // namespace

QHostAddress addressKey(const QHostAddress &address)
{
    bool isIpv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIpv4);
    if (isIpv4)
        return QHostAddress(ipv4);
    Q_IPV6ADDR bytes = address.toIPv6Address();
    std::fill(bytes.c + 8, bytes.c + 16, quint8(0));
    return QHostAddress(bytes);
}

FrontDoor::FrontDoor(const ConnectionLimits &limits, QObject *parent)
    : QTcpServer(parent), m_limits(limits)
{
    m_clock.start();
    setListenBacklogSize(std::max(50, m_limits.halfOpen));
    m_sweeper.setInterval(std::clamp(m_limits.headTimeout / 10, 5, 250));
    connect(&m_sweeper, &QTimer::timeout, this, &FrontDoor::sweep);
    connect(this, &QTcpServer::acceptError, this, [this] {
        // The usual reason: the process has no file descriptor left. Some will come free.
        qCWarning(logHttp, "Cannot accept connections: %ls. Trying again in a second.",
                  qUtf16Printable(errorString()));
        QTimer::singleShot(1000, this, &FrontDoor::resume);
    });
}

FrontDoor::~FrontDoor()
{
    shut();
}

void FrontDoor::setSslConfiguration(const QSslConfiguration &configuration)
{
    m_sslConfiguration = configuration;
}

void FrontDoor::addHandler(std::unique_ptr<HttpHandler> handler)
{
    m_handlers.push_back(std::move(handler));
}

void FrontDoor::setEndpoints(std::function<bool(const QByteArray &)> isKnown,
                             std::function<QByteArrayList()> examples)
{
    m_isEndpoint = std::move(isKnown);
    m_endpointExamples = std::move(examples);
}

void FrontDoor::shut()
{
    close();
    const auto visitors = std::exchange(m_visitors, {});
    for (Visitor *visitor : visitors) {
        disconnect(visitor, nullptr, this, nullptr);
        delete visitor;
    }
    m_sweeper.stop();
}

void FrontDoor::incomingConnection(qintptr descriptor)
{
    if (!m_handshaker) {
        const auto mode = m_sslConfiguration.isNull() ? QWebSocketServer::NonSecureMode
                                                      : QWebSocketServer::SecureMode;
        m_handshaker = new QWebSocketServer(QStringLiteral("ObjectSync"), mode, this);
        m_handshaker->setSupportedSubprotocols(
                { QLatin1String(CborSubprotocol), QLatin1String(JsonSubprotocol) });
        m_handshaker->setMaxPendingConnections(m_limits.halfOpen + 1);
        connect(m_handshaker, &QWebSocketServer::newConnection, this, &FrontDoor::onUpgraded);
    }
    QTcpSocket *socket = makeSocket(descriptor);
    if (!socket)
        return;
    auto *visitor = new Visitor(socket, m_limits.headSize, m_clock.elapsed(), this);
    const QHostAddress key = addressKey(visitor->address());
    const bool isTooMany = isTooManyFrom(visitor->address());
    ++m_perAddress[key].halfOpen;
    m_visitors.push_back(visitor);
    connect(visitor, &Visitor::requested, this, &FrontDoor::onRequested);
    connect(visitor, &Visitor::gone, this, &FrontDoor::onVisitorGone);
    if (!m_sweeper.isActive())
        m_sweeper.start();
    if (halfOpen() >= m_limits.halfOpen)
        hold();
    if (isTooMany)
        visitor->respond(HttpResponse::text(503, "Too many requests at once from your address."));
    else
        visitor->start();
}

QTcpSocket *FrontDoor::makeSocket(qintptr descriptor)
{
    QTcpSocket *socket = nullptr;
    if (m_sslConfiguration.isNull())
        socket = new DirectSocket;
    else
        socket = new QSslSocket;
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return nullptr;
    }
    // Small messages must not wait for the acknowledgement of earlier ones.
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (auto *tls = qobject_cast<QSslSocket *>(socket)) {
        tls->setSslConfiguration(m_sslConfiguration);
        tls->startServerEncryption();
    }
    return socket;
}

bool FrontDoor::isTooManyFrom(const QHostAddress &address) const
{
    if (address.isLoopback() && !m_limits.limitLoopback)
        return false;
    return m_perAddress.value(addressKey(address)).halfOpen >= m_limits.halfOpenPerAddress;
}

void FrontDoor::onRequested(Visitor *visitor)
{
    const HttpRequest &request = visitor->request();
    qCDebug(logHttp, "%s %s from %ls", request.method.constData(), request.path.constData(),
            qUtf16Printable(visitor->address().toString()));
    if (m_isEndpoint && m_isEndpoint(request.path))
        onUpgradeRequested(visitor);
    else
        visitor->respond(answer(request));
}

HttpResponse FrontDoor::answer(const HttpRequest &request) const
{
    const auto handler = std::find_if(m_handlers.begin(), m_handlers.end(), [&](const auto &each) {
        return each->answers(request.path);
    });
    if (handler == m_handlers.end())
        return notFound();
    if (request.method != "GET" && request.method != "HEAD") {
        HttpResponse response = HttpResponse::text(405, "Only GET and HEAD are answered here.");
        response.headers = { { "Allow", "GET, HEAD" } };
        return response;
    }
    return (*handler)->handle(request);
}

HttpResponse FrontDoor::notFound() const
{
    QByteArray text = "Nothing is here. This is an ObjectSync server; it answers:";
    for (const auto &handler : m_handlers)
        text += "\n  " + handler->example();
    const QByteArrayList endpoints = m_endpointExamples ? m_endpointExamples() : QByteArrayList();
    for (const QByteArray &endpoint : endpoints)
        text += "\n  " + endpoint + "  (WebSocket)";
    return HttpResponse::text(404, text);
}

void FrontDoor::onUpgradeRequested(Visitor *visitor)
{
    if (const auto refusal = refuseUpgrade(visitor->request(), visitor->address())) {
        visitor->respond(*refusal);
        return;
    }
    visitor->awaitUpgrade();
    m_handshaker->handleConnection(visitor->socket()); // reads the head again, from the event loop
}

std::optional<HttpResponse> FrontDoor::refuseUpgrade(const HttpRequest &request,
                                                     const QHostAddress &address) const
{
    if (request.method != "GET") {
        HttpResponse response = HttpResponse::text(405, "This path is for WebSocket connections.");
        response.headers = { { "Allow", "GET" } };
        return response;
    }
    if (!request.wantsWebSocket())
        return upgradeRequired("This path is for WebSocket connections.");
    if (request.header("sec-websocket-version") != "13")
        return upgradeRequired("Only version 13 of the WebSocket protocol is spoken here.");
    const auto key = QByteArray::fromBase64Encoding(request.header("sec-websocket-key"),
                                                    QByteArray::AbortOnBase64DecodingErrors);
    if (!key || key.decoded.size() != 16 || !request.hasHeader("host"))
        return HttpResponse::text(400,
                                  "Bad request: Sec-WebSocket-Key or Host is missing or wrong.");
    if (!m_originRule.admits(request, address.isLoopback())) {
        return HttpResponse::text(403,
                                  "Pages from " + request.header("origin")
                                          + " may not connect: the server does not list them.");
    }
    if (m_connections >= m_limits.connections)
        return HttpResponse::text(503, "The server is full. Try again later.");
    const Origin origin = originOf(request, address);
    const bool isLimited = !origin.address.isLoopback() || m_limits.limitLoopback;
    const Count count = m_perAddress.value(addressKey(origin.address));
    if (isLimited && count.connections >= m_limits.connectionsPerAddress)
        return HttpResponse::text(503, "Too many connections from your address.");
    return {};
}

void FrontDoor::onUpgraded()
{
    const QPointer<FrontDoor> self(this); // an application may delete the server
    while (self && m_handshaker->hasPendingConnections()) {
        QWebSocket *webSocket = m_handshaker->nextPendingConnection();
        const auto found = std::find_if(m_visitors.begin(), m_visitors.end(), [&](Visitor *each) {
            return each->isWaitingForUpgrade()
                   && each->socket()->peerPort() == webSocket->peerPort()
                   && each->address() == webSocket->peerAddress()
                   && each->socket()->localAddress() == webSocket->localAddress();
        });
        if (found == m_visitors.end()) {
            webSocket->abort();
            webSocket->deleteLater();
            continue;
        }
        Visitor *visitor = *found;
        const Origin origin = originOf(visitor->request(), visitor->address());
        const QHostAddress key = addressKey(origin.address);
        ++m_connections;
        ++m_perAddress[key].connections;
        connect(webSocket, &QObject::destroyed, this, [this, key] {
            --m_connections;
            release(key, &Count::connections);
        });
        const HttpRequest request = visitor->request();
        QTcpSocket *tcpSocket = visitor->release();
        tcpSocket->setParent(webSocket); // which would else leave it behind
        Q_EMIT upgraded(
                { this, webSocket, tcpSocket, request, toText(origin.address), origin.trusted });
    }
}

void FrontDoor::onVisitorGone(Visitor *visitor)
{
    m_visitors.erase(std::find(m_visitors.begin(), m_visitors.end(), visitor));
    release(addressKey(visitor->address()), &Count::halfOpen);
    if (m_visitors.empty())
        m_sweeper.stop();
    if (m_isHolding && halfOpen() < m_limits.halfOpen)
        resume();
}

void FrontDoor::release(const QHostAddress &key, int Count::*which)
{
    const auto count = m_perAddress.find(key);
    if (count == m_perAddress.end())
        return;
    --((*count).*which);
    if (count->halfOpen == 0 && count->connections == 0)
        m_perAddress.erase(count);
}

void FrontDoor::hold()
{
    // QTcpServer accepts all that have come before it looks whether it is to pause; with a limit of
    // 0 pending connections it stops at once. The others wait in the system's queue.
    m_isHolding = true;
    setMaxPendingConnections(0);
}

void FrontDoor::resume()
{
    if (!isListening() || halfOpen() >= m_limits.halfOpen)
        return;
    m_isHolding = false;
    setMaxPendingConnections(AcceptAhead);
    resumeAccepting();
}

void FrontDoor::sweep()
{
    // While others have to wait, patience is short: honest requests come within milliseconds.
    const qint64 patience = m_isHolding ? m_limits.headTimeout / 5 : m_limits.headTimeout;
    const qint64 before = m_clock.elapsed() - patience;
    const auto visitors = m_visitors;
    for (Visitor *visitor : visitors) {
        if (visitor->since() > before)
            break;
        visitor->giveUp();
    }
}

} // namespace ObjectSync::Internal
