// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>
#include <QtNetwork/qtcpsocket.h>

#include <span>

namespace ObjectSync::Internal {

/// A QTcpSocket that hands what is written to the system at once, and buffers only what the system
/// does not take: its buffer, once used, keeps 32 KiB for as long as the connection lasts, and one
/// handshake would be enough for that. Where the system has no such call, an ordinary QTcpSocket.
class DirectSocket : public QTcpSocket
{
    Q_OBJECT

public:
    using QTcpSocket::QTcpSocket;

    /// sendNow() takes no more chunks than this.
    static constexpr size_t MostAtOnce = 16;

    /// Nothing must be buffered. Gives how much went out; 0 where nothing did, for whatever reason:
    /// the next write will notice it, too.
    qint64 sendNow(std::span<const QByteArray> chunks);

protected:
    qint64 writeData(const char *data, qint64 size) override;
};

} // namespace ObjectSync::Internal
