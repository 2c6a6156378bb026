// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "connection_p.h"

#include <objectsync/client/transport.h>

#include <QtCore/qpointer.h>

#include <functional>
#include <vector>

namespace ObjectSync::Internal {

class LocalConnection;

/// A resource: connects a session to a server in the same process and thread. Messages are handed
/// over, not copied into bytes, and arrive from the event loop.
class LocalTransport : public Transport
{
    Q_OBJECT

public:
    /// \a enter is called by open(); it calls attach(), at once or when the server is ready.
    explicit LocalTransport(std::function<void(LocalTransport *)> enter);
    ~LocalTransport() override;

    void open(const QUrl &url) override;
    void send(const Message &message) override;
    void close() override;

    bool isWaiting() const; ///< open, and nobody has called attach() yet
    void attach(LocalConnection *connection);
    // For the other end: takes effect from the event loop.
    void deliver(LocalConnection *from, std::vector<MessagePtr> messages);
    void end(LocalConnection *from, const Error &error);

private:
    std::function<void(LocalTransport *)> m_enter;
    QPointer<LocalConnection> m_connection;
    quint64 m_attempt = 0; ///< what was posted for an earlier one is void
    bool m_isOpen = false;
};

} // namespace ObjectSync::Internal
