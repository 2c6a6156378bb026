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

namespace {

#if defined(Q_OS_UNIX) && defined(MSG_NOSIGNAL)
/// How much went out; 0 where nothing did, for whatever reason: the socket will notice it, too.
qint64 sendDirectly(const QTcpSocket &socket, const std::vector<QByteArray> &chunks)
{
    if (socket.bytesToWrite() > 0 || qobject_cast<const QSslSocket *>(&socket))
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
    const auto sent = ::sendmsg(static_cast<int>(socket.socketDescriptor()), &message,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    return std::max<qint64>(sent, 0);
}
#else
qint64 sendDirectly(const QTcpSocket &, const std::vector<QByteArray> &)
{
    return 0;
}
#endif

} // namespace

void writeAll(QTcpSocket &socket, const std::vector<QByteArray> &chunks)
{
    qint64 sent = sendDirectly(socket, chunks);
    bool isBuffered = false;
    for (const QByteArray &chunk : chunks) {
        if (sent >= chunk.size()) {
            sent -= chunk.size();
            continue;
        }
        if (sent > 0)
            socket.write(chunk.constData() + sent, chunk.size() - sent);
        else
            socket.write(chunk);
        sent = 0;
        isBuffered = true;
    }
    if (isBuffered)
        socket.flush();
}

qint64 unsentBytes(const QTcpSocket &socket)
{
    const auto *tls = qobject_cast<const QSslSocket *>(&socket);
    return socket.bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0);
}

qint64 unacknowledgedBytes(const QTcpSocket &socket)
{
#ifdef Q_OS_LINUX
    int bytes = 0;
    const auto descriptor = static_cast<int>(socket.socketDescriptor());
    return ::ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
#else
    Q_UNUSED(socket)
    return 0;
#endif
}

} // namespace ObjectSync::Internal
