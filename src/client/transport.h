// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/message.h>

#include <QtCore/qobject.h>
#include <QtCore/qurl.h>

namespace ObjectSync {

/// A resource and an extension point: carries messages between a session and a server, one
/// connection at a time. WebSocketTransport is the usual one; a server gives another to sessions in
/// its own process; a test may script one.
///
/// A transport starts out closed. open() begins a connection, which ends with closed() or close();
/// after either it may be opened again. Lives in the thread of its session and is not thread-safe.
///
/// Implementations emit no signal from inside of open(), send() or close(), but from the event
/// loop; and none after close(), until the next opened() or closed() that belongs to a later
/// open(). They carry all messages, in order, or close.
class OBJECTSYNC_CLIENT_EXPORT Transport : public QObject
{
    Q_OBJECT

public:
    explicit Transport(QObject *parent = nullptr);
    ~Transport() override;

    /// Begins a connection. Answered, some time, by opened() or closed().
    virtual void open(const QUrl &url) = 0;
    /// Sends one message. Only between opened() and closed(); else it is dropped.
    virtual void send(const ObjectSync::Message &message) = 0;
    /// Ends the connection, or the attempt to make one, without waiting for the peer. What was sent
    /// before goes out if it can. closed() is not emitted. Without effect on a closed transport.
    virtual void close() = 0;

Q_SIGNALS:
    /// The connection is there: the session speaks first.
    void opened();
    /// The peer sent \a message, which is never null.
    void received(const ObjectSync::MessagePtr &message);
    /// The connection has ended, or could not be made, and not by close(). The code of \a reason is
    /// one of ErrorCode, `unreachable` where none fits better.
    void closed(const ObjectSync::Error &reason);
};

} // namespace ObjectSync
