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

DirectSocket::DirectSocket(QObject *parent) : QTcpSocket(parent)
{
    connect(this, &QAbstractSocket::stateChanged, this, &DirectSocket::onStateChanged);
}

DirectSocket::~DirectSocket()
{
    disconnect(this, nullptr, this, nullptr);
}

void DirectSocket::onStateChanged(SocketState state)
{
    if (state != ConnectedState)
        m_descriptor = -1; // told before Qt closes it, or right after
}

bool DirectSocket::hasDrained()
{
    m_mayBuffer = bytesToWrite() > 0;
    return !m_mayBuffer;
}

#if defined(Q_OS_UNIX) && defined(MSG_NOSIGNAL)
namespace {

constexpr int Flags = MSG_DONTWAIT | MSG_NOSIGNAL;

iovec vectorOf(const QByteArray &chunk)
{
    return { const_cast<char *>(chunk.constData()), static_cast<size_t>(chunk.size()) };
}

qint64 sendAll(int descriptor, std::span<const QByteArray> chunks)
{
    std::array<iovec, DirectSocket::MostAtOnce> vectors;
    const size_t count = std::min(vectors.size(), chunks.size());
    std::transform(chunks.begin(), chunks.begin() + static_cast<std::ptrdiff_t>(count),
                   vectors.begin(), &vectorOf);
    msghdr message = {};
    message.msg_iov = vectors.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
    return ::sendmsg(descriptor, &message, Flags);
}

qint64 send(int descriptor, const char *data, qint64 size)
{
    return ::send(descriptor, data, static_cast<size_t>(size), Flags);
}

} // namespace

bool DirectSocket::setSocketDescriptor(qintptr descriptor, SocketState state, OpenMode mode)
{
    const bool ok = QTcpSocket::setSocketDescriptor(descriptor, state, mode);
    if (ok && state == ConnectedState)
        m_descriptor = static_cast<int>(descriptor);
    return ok;
}

qint64 DirectSocket::sendNow(std::span<const QByteArray> chunks)
{
    Q_ASSERT(state() == ConnectedState && socketDescriptor() == m_descriptor);
    // Mostly there is one; the system has less to do for it if it is told so.
    const qint64 sent = chunks.size() == 1
                                ? send(m_descriptor, chunks[0].constData(), chunks[0].size())
                                : sendAll(m_descriptor, chunks);
    return std::max<qint64>(sent, 0);
}

qint64 DirectSocket::writeData(const char *data, qint64 size)
{
    const qint64 sent = size > 0 && isDirect() ? std::max<qint64>(send(m_descriptor, data, size), 0)
                                               : 0;
    if (sent == size)
        return size;
    m_mayBuffer = true;
    const qint64 buffered = QTcpSocket::writeData(data + sent, size - sent);
    return buffered < 0 ? buffered : sent + buffered;
}
#else
bool DirectSocket::setSocketDescriptor(qintptr descriptor, SocketState state, OpenMode mode)
{
    return QTcpSocket::setSocketDescriptor(descriptor, state, mode);
}

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
