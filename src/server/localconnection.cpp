// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "localconnection_p.h"

#include "localtransport_p.h"

#include <utility>

namespace ObjectSync::Internal {

LocalConnection::LocalConnection(ConnectionId id, ConnectionEvents &events,
                                 LocalTransport *transport)
    : Connection(id, events), m_transport(transport)
{
}

LocalConnection::~LocalConnection()
{
    if (m_isOpen && m_transport)
        m_transport->end(this, { ErrorCode::ShuttingDown, QStringLiteral("The server is gone.") });
}

void LocalConnection::send(const MessagePtr &message)
{
    if (m_isOpen)
        m_out.push_back(message);
}

void LocalConnection::flush()
{
    if (m_transport && !m_out.empty())
        m_transport->deliver(this, std::exchange(m_out, {}));
}

void LocalConnection::close(const Error &error)
{
    if (!std::exchange(m_isOpen, false))
        return;
    flush();
    if (m_transport)
        m_transport->end(this, error);
    deleteLater();
}

void LocalConnection::tick(qint64)
{
    if (m_isOpen)
        events().signOfLife(id()); // what is in the same process is alive
}

void LocalConnection::receive(const MessagePtr &message)
{
    m_in.push_back(message);
    if (!std::exchange(m_isDelivering, true))
        QMetaObject::invokeMethod(this, &LocalConnection::deliver, Qt::QueuedConnection);
}

void LocalConnection::peerClosed()
{
    m_hasPeerClosed = true;
    if (!std::exchange(m_isDelivering, true))
        QMetaObject::invokeMethod(this, &LocalConnection::deliver, Qt::QueuedConnection);
}

void LocalConnection::deliver()
{
    m_isDelivering = false;
    const QPointer<LocalConnection> self(this); // an application may delete the server
    const auto messages = std::exchange(m_in, {});
    for (const MessagePtr &message : messages) {
        if (self && m_isOpen)
            events().messageReceived(id(), *message);
    }
    if (self && m_hasPeerClosed && std::exchange(m_isOpen, false)) {
        deleteLater();
        events().ended(id());
    }
}

} // namespace ObjectSync::Internal
