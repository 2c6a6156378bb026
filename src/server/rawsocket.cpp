// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "rawsocket_p.h"

#include "directsocket_p.h"

#include <QtNetwork/qsslsocket.h>

#include <algorithm>
#include <numeric>

#ifdef Q_OS_LINUX
#  include <linux/sockios.h>
#  include <sys/ioctl.h>
#endif

namespace ObjectSync::Internal {

RawSocket::RawSocket(QTcpSocket &socket)
    : m_socket(socket), m_direct(qobject_cast<DirectSocket *>(&socket)),
      m_tls(qobject_cast<const QSslSocket *>(&socket))
{
}

namespace {

qint64 sizeOf(std::span<const QByteArray> chunks)
{
    return std::accumulate(chunks.begin(), chunks.end(), qint64(0),
                           [](qint64 size, const QByteArray &chunk) { return size + chunk.size(); });
}

} // namespace

RawSocket::Written RawSocket::writeAll(std::span<const QByteArray> chunks)
{
    if (m_direct && m_direct->isDirect())
        return { 0, writeDirectly(chunks) };
    const qint64 before = unsentBytes();
    return { before, buffer(chunks, 0) };
}

/// Gives what is unsent then.
qint64 RawSocket::writeDirectly(std::span<const QByteArray> chunks)
{
    while (!chunks.empty()) {
        const auto group = chunks.first(std::min(chunks.size(), DirectSocket::MostAtOnce));
        const qint64 sent = m_direct->sendNow(group);
        if (sent < sizeOf(group))
            return buffer(chunks, sent);
        chunks = chunks.subspan(group.size());
    }
    return 0;
}

/// All but the first \a sent bytes. Gives what is unsent then.
qint64 RawSocket::buffer(std::span<const QByteArray> chunks, qint64 sent)
{
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
    }
    m_socket.flush();
    return unsentBytes();
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
