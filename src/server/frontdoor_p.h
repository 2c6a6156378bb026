// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/server/connectionlimits.h>

#include "httphandler_p.h"
#include "originrule_p.h"
#include "visitor_p.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qhash.h>
#include <QtCore/qtimer.h>
#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qsslconfiguration.h>
#include <QtNetwork/qtcpserver.h>

#include <functional>
#include <memory>

QT_BEGIN_NAMESPACE
class QWebSocket;
class QWebSocketServer;
QT_END_NAMESPACE

namespace ObjectSync::Internal {

class FrontDoor;

/// A value: a WebSocket that came in by the front door.
struct Upgraded
{
    FrontDoor *frontDoor = nullptr;
    QWebSocket *webSocket = nullptr; ///< the receiver owns it
    QTcpSocket *tcpSocket = nullptr; ///< below it; goes when it goes
    HttpRequest request;
    QString address; ///< of the peer, or the one that a reverse proxy names
    bool trusted = false; ///< the peer is on this machine, and is no proxy
};

/// A resource: the listening socket. Reads the head of each request within bounds of size, time
/// and number, answers plain GET requests by its handlers, refuses what makes no sense, and turns
/// upgrade requests for known paths into WebSockets.
class FrontDoor : public QTcpServer
{
    Q_OBJECT

public:
    explicit FrontDoor(const ConnectionLimits &limits, QObject *parent = nullptr);
    ~FrontDoor() override;

    /// Before listening. With a null configuration (the default) connections are plain.
    void setSslConfiguration(const QSslConfiguration &configuration);
    void addHandler(std::unique_ptr<HttpHandler> handler);
    /// Paths for which \a isKnown says true are WebSocket endpoints; \a examples names some.
    void setEndpoints(std::function<bool(const QByteArray &)> isKnown,
                      std::function<QByteArrayList()> examples);
    void setOriginRule(const OriginRule &rule) { m_originRule = rule; }
    /// Accepts no more, and drops those whose request is not answered yet.
    void shut();

    int halfOpen() const { return static_cast<int>(m_visitors.size()); }
    int connections() const { return m_connections; }

Q_SIGNALS:
    void upgraded(const ObjectSync::Internal::Upgraded &upgraded);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    struct Count
    {
        int halfOpen = 0;
        int connections = 0;
    };

    QTcpSocket *makeSocket(qintptr descriptor);
    bool isTooManyFrom(const QHostAddress &address) const;
    void onRequested(Visitor *visitor);
    void onUpgradeRequested(Visitor *visitor);
    void onUpgraded();
    void onVisitorGone(Visitor *visitor);
    HttpResponse answer(const HttpRequest &request) const;
    HttpResponse notFound() const;
    std::optional<HttpResponse> refuseUpgrade(const HttpRequest &request,
                                              const QHostAddress &address) const;
    void hold();
    void resume();
    void sweep();
    void release(const QHostAddress &key, int Count::*which);

    ConnectionLimits m_limits;
    QSslConfiguration m_sslConfiguration;
    OriginRule m_originRule;
    QWebSocketServer *m_handshaker = nullptr;
    std::vector<std::unique_ptr<HttpHandler>> m_handlers;
    std::function<bool(const QByteArray &)> m_isEndpoint;
    std::function<QByteArrayList()> m_endpointExamples;
    std::vector<Visitor *> m_visitors; ///< oldest first
    QHash<QHostAddress, Count> m_perAddress;
    int m_connections = 0;
    bool m_isHolding = false;
    QElapsedTimer m_clock;
    QTimer m_sweeper;
};

/// What connections are counted by: IPv6 addresses by their /64 network, mapped ones as IPv4.
QHostAddress addressKey(const QHostAddress &address);

} // namespace ObjectSync::Internal
