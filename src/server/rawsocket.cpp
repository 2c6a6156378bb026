// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "rawsocket_p.h"

#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpsocket.h>

#include <algorithm>
#include <array>

#ifdef Q_OS_UNIX
#  include <sys/socket.h>
#  include <sys/uio.h>
#endif
#ifdef Q_OS_LINUX
#  include <linux/sockios.h>
#  include <sys/ioctl.h>
#endif

namespace ObjectSync::Internal {

RawSocket::RawSocket(QTcpSocket &socket)
    : m_socket(socket), m_tls(qobject_cast<const QSslSocket *>(&socket))
{
}

#if defined(Q_OS_UNIX) && defined(MSG_NOSIGNAL)
/// How much went out; 0 where nothing did, for whatever reason: the socket will notice it, too.
qint64 RawSocket::sendDirectly(const std::vector<QByteArray> &chunks)
{
    if (m_tls || m_socket.bytesToWrite() > 0)
        return 0;
    std::array<iovec, 16> vectors;
    const size_t count = std::min(vectors.size(), chunks.size());
    for (size_t i = 0; i < count; ++i) {
        vectors[i].iov_base = const_cast<char *>(chunks[i].constData());
        vectors[i].iov_len = static_cast<size_t>(chunks[i].size());
    }
    msghdr message = {};
    message.msg_iov = vectors.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
    const auto sent = ::sendmsg(static_cast<int>(m_socket.socketDescriptor()), &message,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    return std::max<qint64>(sent, 0);
}
#else
qint64 RawSocket::sendDirectly(const std::vector<QByteArray> &)
{
    return 0;
}
#endif

void RawSocket::writeAll(const std::vector<QByteArray> &chunks)
{
    qint64 sent = sendDirectly(chunks);
    bool isBuffered = false;
    for (const QByteArray &chunk : chunks) {
        if (sent >= chunk.size()) {
            sent -= chunk.size();
            continue;
        }
        if (sent > 0)
            m_socket.write(chunk.constData() + sent, chunk.size() - sent);
        else
            m_socket.write(chunk);
        sent = 0;
        isBuffered = true;
    }
    if (isBuffered)
        m_socket.flush();
}

qint64 RawSocket::unsentBytes() const
{
    return m_socket.bytesToWrite() + (m_tls ? m_tls->encryptedBytesToWrite() : 0);
}

qint64 RawSocket::unacknowledgedBytes() const
{
#ifdef Q_OS_LINUX
    int bytes = 0;
    const auto descriptor = static_cast<int>(m_socket.socketDescriptor());
    return ::ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
#else
    return 0;
#endif
}

} // namespace ObjectSync::Internal
