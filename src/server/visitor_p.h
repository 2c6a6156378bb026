// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "httprequest_p.h"

#include <QtCore/qobject.h>
#include <QtNetwork/qhostaddress.h>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace ObjectSync::Internal {

/// A resource: one accepted socket, until its request was answered or it became a WebSocket.
/// Deletes itself in the end, and the socket with it unless release() was called.
class Visitor : public QObject
{
    Q_OBJECT

public:
    /// Takes over \a socket. Times are those of a monotonic clock, in milliseconds.
    Visitor(QTcpSocket *socket, qint64 headSize, qint64 now, QObject *parent);
    ~Visitor() override;

    QTcpSocket *socket() const { return m_socket; }
    const QHostAddress &address() const { return m_address; }
    const HttpRequest &request() const { return m_request; }
    qint64 since() const { return m_since; }
    bool isWaitingForUpgrade() const { return m_state == State::Upgrading; }

    /// Looks whether a whole head has come already; later ones are noticed by signals.
    void start();
    /// Sends the response and ends the connection.
    void respond(const HttpResponse &response);
    /// The deadline has passed: tells the peer if it has not been answered yet, and drops it.
    void giveUp();
    /// The head stays in the socket, for somebody else to read. The socket remains ours until
    /// release().
    void awaitUpgrade();
    /// Lets go of the socket, and ends this.
    QTcpSocket *release();

Q_SIGNALS:
    /// A whole head has come; see request(). Answer with respond() or awaitUpgrade().
    void requested(ObjectSync::Internal::Visitor *visitor);
    /// Emitted once, last.
    void gone(ObjectSync::Internal::Visitor *visitor);

private:
    enum class State { Reading, Upgrading, Responding, Gone };

    void read();
    void discard();
    void onWritten();
    void finish();

    QTcpSocket *m_socket = nullptr;
    HttpRequest m_request;
    QHostAddress m_address;
    qint64 m_headSize = 0;
    qint64 m_since = 0;
    State m_state = State::Reading;
    bool m_lingers = false; ///< more may come from the peer, let it read the response first
};

} // namespace ObjectSync::Internal
