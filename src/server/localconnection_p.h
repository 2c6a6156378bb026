// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "connection_p.h"

#include <QtCore/qpointer.h>

#include <vector>

namespace ObjectSync::Internal {

class LocalTransport;

/// A resource: the server's end of a session in the same process.
class LocalConnection : public Connection
{
    Q_OBJECT

public:
    LocalConnection(ConnectionId id, ConnectionEvents &events, LocalTransport *transport);
    ~LocalConnection() override;

    void send(const MessagePtr &message) override;
    void flush() override;
    void close(const Error &error) override;
    void tick(qint64 now) override;

    // For the other end: takes effect from the event loop.
    void receive(const MessagePtr &message);
    void peerClosed();

private:
    void deliver();

    QPointer<LocalTransport> m_transport;
    std::vector<MessagePtr> m_in;
    std::vector<MessagePtr> m_out;
    bool m_isOpen = true;
    bool m_hasPeerClosed = false;
    bool m_isDelivering = false; ///< deliver() is on its way
};

} // namespace ObjectSync::Internal
