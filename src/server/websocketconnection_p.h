// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "connection_p.h"
#include "framecache_p.h"
#include "frontdoor_p.h"
#include "lingeringclose_p.h"
#include "rawsocket_p.h"

#include <QtCore/qpointer.h>

#include <memory>
#include <vector>

namespace ObjectSync::Internal {

/// The encoding that a WebSocket subprotocol stands for; none where it is not one of ours.
std::optional<Encoding> encodingOf(const QString &subprotocol);

/// A resource: the server's end of a WebSocket. Owns it.
class WebSocketConnection : public Connection
{
    Q_OBJECT

public:
    /// What all connections of a server have in common; must outlive them.
    struct Context
    {
        const Limits &limits;
        const ConnectionLimits &connectionLimits;
        FrameCache &frames;
        const World &world;
    };

    WebSocketConnection(ConnectionId id, ConnectionEvents &events, const Upgraded &upgraded,
                        Encoding encoding, const Context &context, qint64 now);
    ~WebSocketConnection() override;

    void send(const MessagePtr &message) override;
    void flush() override;
    void close(const Error &error) override;
    void tick(qint64 now) override;

private:
    enum class State { Open, Closing, Ended };

    void onBytes(Encoding encoding, const QByteArray &bytes);
    void onFrame(bool isLast);
    void onActivity();
    void onAboutToClose();
    void onWritten();
    void onDisconnected();
    void checkBacklog(qint64 unsent);
    bool reads();
    void misbehave(const QString &message);

    Context m_context;
    QWebSocket *m_webSocket;
    QPointer<QTcpSocket> m_tcpSocket; ///< goes soon after it has been disconnected
    RawSocket m_raw; ///< the same
    QPointer<FrontDoor> m_frontDoor; ///< owns what lingers
    std::unique_ptr<LingeringClose> m_lingering;
    std::unique_ptr<Encoder> m_encoder;
    std::unique_ptr<Decoder> m_decoder;
    std::vector<QByteArray> m_out;
    qint64 m_now; ///< of the latest tick: exact enough for deadlines of seconds
    qint64 m_pinged;
    qint64 m_progressed;
    qint64 m_unacknowledged = 0;
    qint64 m_fragmentSince = -1; ///< -1: no message is incomplete
    qint64 m_closeBy = 0;
    qint64 m_tooSlowAbove;
    State m_state = State::Open;
    bool m_isCongested = false;
    bool m_hasMisbehaved = false;
};

} // namespace ObjectSync::Internal
