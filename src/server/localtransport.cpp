// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "localtransport_p.h"

#include "localconnection_p.h"

namespace ObjectSync::Internal {

LocalTransport::LocalTransport(std::function<void(LocalTransport *)> enter)
    : m_enter(std::move(enter))
{
}

LocalTransport::~LocalTransport()
{
    LocalTransport::close();
}

void LocalTransport::open(const QUrl &)
{
    close();
    m_isOpen = true;
    m_enter(this);
}

bool LocalTransport::isWaiting() const
{
    return m_isOpen && !m_connection;
}

void LocalTransport::attach(LocalConnection *connection)
{
    m_connection = connection;
    const auto tellOpened = [this, attempt = m_attempt] {
        if (attempt == m_attempt)
            Q_EMIT opened();
    };
    QMetaObject::invokeMethod(this, tellOpened, Qt::QueuedConnection);
}

void LocalTransport::send(const Message &message)
{
    if (m_connection)
        m_connection->receive(std::make_shared<const Message>(message));
}

void LocalTransport::close()
{
    ++m_attempt;
    m_isOpen = false;
    if (m_connection)
        m_connection->peerClosed();
    m_connection.clear();
}

void LocalTransport::deliver(LocalConnection *from, std::vector<MessagePtr> messages)
{
    if (m_connection != from)
        return;
    const auto tellReceived = [this, attempt = m_attempt, messages = std::move(messages)] {
        for (const MessagePtr &message : messages) {
            if (attempt != m_attempt)
                return;
            Q_EMIT received(message);
        }
    };
    QMetaObject::invokeMethod(this, tellReceived, Qt::QueuedConnection);
}

void LocalTransport::end(LocalConnection *from, const Error &error)
{
    if (m_connection != from)
        return;
    m_connection.clear();
    const auto tellClosed = [this, attempt = m_attempt, error] {
        if (attempt != m_attempt)
            return;
        ++m_attempt;
        m_isOpen = false;
        Q_EMIT closed(error);
    };
    QMetaObject::invokeMethod(this, tellClosed, Qt::QueuedConnection);
}

} // namespace ObjectSync::Internal
