// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "connection_p.h"
#include "framecache_p.h"
#include "frontdoor_p.h"
#include "lingeringclose_p.h"
#include "rawsocket_p.h"

#include <QtCore/qpointer.h>
#include <QtCore/qvarlengtharray.h>

#include <memory>

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

    // What is looked at for each message comes first, so that it is together in memory.
    State m_state = State::Open;
    bool m_isCongested = false;
    bool m_hasMisbehaved = false;
    std::unique_ptr<Encoder> m_encoder;
    Context m_context;
    RawSocket m_raw; ///< of m_tcpSocket
    QVarLengthArray<QByteArray, 1> m_out; ///< frames; mostly there is one in a turn
    qint64 m_now; ///< of the latest tick: exact enough for deadlines of seconds
    qint64 m_progressed;
    QWebSocket *m_webSocket;
    QPointer<QTcpSocket> m_tcpSocket; ///< goes soon after it has been disconnected
    QPointer<FrontDoor> m_frontDoor; ///< owns what lingers
    std::unique_ptr<LingeringClose> m_lingering;
    std::unique_ptr<Decoder> m_decoder;
    qint64 m_pinged;
    qint64 m_unacknowledged = 0;
    qint64 m_fragmentSince = -1; ///< -1: no message is incomplete
    qint64 m_closeBy = 0;
    qint64 m_tooSlowAbove;
};

} // namespace ObjectSync::Internal
