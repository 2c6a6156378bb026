// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>

#include <QtCore/qobject.h>

namespace ObjectSync::Internal {

/// What a connection tells its owner, from the event loop. Nothing is told after close().
class ConnectionEvents
{
public:
    virtual void messageReceived(ConnectionId connection, Message message) = 0;
    virtual void badMessageReceived(ConnectionId connection, const Error &error) = 0;
    virtual void signOfLife(ConnectionId connection) = 0;
    virtual void congested(ConnectionId connection) = 0;
    virtual void drained(ConnectionId connection) = 0;
    /// It should be closed, for this reason.
    virtual void misbehaved(ConnectionId connection, const Error &error) = 0;
    /// It ended without close(); the connection deletes itself.
    virtual void ended(ConnectionId connection) = 0;

protected:
    ~ConnectionEvents() = default;
};

/// A resource: the server's end of one connection. Deletes itself when it has ended.
class Connection : public QObject
{
    Q_OBJECT

public:
    Connection(ConnectionId id, ConnectionEvents &events) : m_id(id), m_events(events) { }

    ConnectionId id() const { return m_id; }
    /// Queues a message; it goes out with the next flush().
    virtual void send(const MessagePtr &message) = 0;
    virtual void flush() = 0;
    /// Sends what was queued and says goodbye. It may take a while until the object goes.
    virtual void close(const Error &error) = 0;
    /// Called now and then. \a now: a monotonic clock, milliseconds.
    virtual void tick(qint64 now) = 0;

    /// Of use to the owner: it has something to flush.
    bool isDirty = false;

protected:
    ConnectionEvents &events() const { return m_events; }

private:
    const ConnectionId m_id;
    ConnectionEvents &m_events;
};

} // namespace ObjectSync::Internal
