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
    explicit DirectSocket(QObject *parent = nullptr);
    ~DirectSocket() override;

    bool setSocketDescriptor(qintptr descriptor, SocketState state = ConnectedState,
                             OpenMode mode = ReadWrite) override;

    /// sendNow() takes no more chunks than this.
    static constexpr size_t MostAtOnce = 16;

    /// Whether it is connected and nothing is buffered. Asked for every frame that goes out, and so
    /// known without a look at what a QTcpSocket keeps elsewhere in memory.
    bool isDirect() { return m_descriptor >= 0 && (!m_mayBuffer || hasDrained()); }

    /// It must be direct. Gives how much went out; 0 where nothing did, for whatever reason:
    /// the next write will notice it, too.
    qint64 sendNow(std::span<const QByteArray> chunks);

protected:
    qint64 writeData(const char *data, qint64 size) override;

private:
    void onStateChanged(SocketState state);
    bool hasDrained();

    int m_descriptor = -1; ///< while it is connected: afterwards the number may be another's
    bool m_mayBuffer = false; ///< something has been buffered
};

} // namespace ObjectSync::Internal
