// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <span>

QT_BEGIN_NAMESPACE
class QSslSocket;
class QTcpSocket;
QT_END_NAMESPACE

namespace ObjectSync::Internal {

class DirectSocket;

/// What QTcpSocket has no functions for. The socket must outlive this.
class RawSocket
{
public:
    explicit RawSocket(QTcpSocket &socket);

    struct Written
    {
        qint64 unsentBefore = 0; ///< see unsentBytes()
        qint64 unsent = 0; ///< and afterwards
    };
    /// Sends bytes in order, and keeps in the socket's buffer what does not go out at once. Where
    /// the system allows it and nothing is buffered, this is one system call without a copy.
    Written writeAll(std::span<const QByteArray> chunks);
    /// What is in the socket's buffers.
    qint64 unsentBytes() const;
    /// What is in the system's buffer because the peer has not confirmed it; 0 where the system
    /// does not tell.
    qint64 unacknowledgedBytes() const;

private:
    qint64 writeDirectly(std::span<const QByteArray> chunks);
    qint64 buffer(std::span<const QByteArray> chunks, qint64 sent);

    QTcpSocket &m_socket;
    DirectSocket *const m_direct; ///< the same; null where it is another kind
    const QSslSocket *const m_tls; ///< the same; null where it is not encrypted
};

} // namespace ObjectSync::Internal
