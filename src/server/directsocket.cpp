// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "directsocket_p.h"

#include <algorithm>
#include <array>

#ifdef Q_OS_UNIX
#  include <sys/socket.h>
#  include <sys/uio.h>
#endif

namespace ObjectSync::Internal {

#if defined(Q_OS_UNIX) && defined(MSG_NOSIGNAL)
namespace {

qint64 send(qintptr descriptor, std::span<iovec> vectors)
{
    msghdr message = {};
    message.msg_iov = vectors.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(vectors.size());
    const auto sent = ::sendmsg(static_cast<int>(descriptor), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return std::max<qint64>(sent, 0);
}

iovec vectorOf(const char *data, qint64 size)
{
    return { const_cast<char *>(data), static_cast<size_t>(size) };
}

} // namespace

qint64 DirectSocket::sendNow(std::span<const QByteArray> chunks)
{
    std::array<iovec, MostAtOnce> vectors;
    const size_t count = std::min(vectors.size(), chunks.size());
    for (size_t i = 0; i < count; ++i)
        vectors[i] = vectorOf(chunks[i].constData(), chunks[i].size());
    return send(socketDescriptor(), std::span(vectors).first(count));
}

qint64 DirectSocket::writeData(const char *data, qint64 size)
{
    qint64 sent = 0;
    if (size > 0 && bytesToWrite() == 0 && state() == ConnectedState) {
        iovec vector = vectorOf(data, size);
        sent = send(socketDescriptor(), { &vector, 1 });
    }
    if (sent == size)
        return size;
    const qint64 buffered = QTcpSocket::writeData(data + sent, size - sent);
    return buffered < 0 ? buffered : sent + buffered;
}
#else
qint64 DirectSocket::sendNow(std::span<const QByteArray>)
{
    return 0;
}

qint64 DirectSocket::writeData(const char *data, qint64 size)
{
    return QTcpSocket::writeData(data, size);
}
#endif

} // namespace ObjectSync::Internal
