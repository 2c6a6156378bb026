// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtimer.h>

#include <memory>

QT_BEGIN_NAMESPACE
class QTcpSocket;
class QWebSocket;
QT_END_NAMESPACE

namespace ObjectSync::Internal {

/// A resource: the end of a connection whose peer may still be sending. Closed with bytes unread, a
/// socket is reset by the system, and the peer may lose the close frame that says why. So this
/// keeps the socket, ends its sending direction, and drops what comes until the peer has closed.
/// Of use on Unix; elsewhere it ends at once.
class LingeringClose : public QObject
{
    Q_OBJECT

public:
    /// Before \a socket closes.
    explicit LingeringClose(const QTcpSocket &socket);
    ~LingeringClose() override;

    /// After the socket has closed. Takes \a webSocket, so that it counts as a connection for as
    /// long as this lives: at most \a grace milliseconds.
    void start(QWebSocket *webSocket, int grace);

private:
    void drop();

    int m_descriptor = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_deadline;
};

} // namespace ObjectSync::Internal
