// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "lingeringclose_p.h"

#include <QtNetwork/qtcpsocket.h>
#include <QtWebSockets/qwebsocket.h>

#ifdef Q_OS_UNIX
#  include <cerrno>
#  include <fcntl.h>
#  include <sys/socket.h>
#  include <unistd.h>
#endif

#include <array>

namespace ObjectSync::Internal {

namespace {

#ifdef Q_OS_UNIX
constexpr int ReadsAtOnce = 16; // then others have their turn

int duplicate(qintptr descriptor)
{
    return ::fcntl(static_cast<int>(descriptor), F_DUPFD_CLOEXEC, 0);
}

void endSending(int descriptor)
{
    ::shutdown(descriptor, SHUT_WR);
}

/// Whether more may come.
bool dropWhatCame(int descriptor)
{
    std::array<char, 64 * 1024> buffer;
    for (int i = 0; i < ReadsAtOnce; ++i) {
        const auto size = ::recv(descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size == 0 || (size < 0 && errno != EINTR))
            return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
    return true;
}

void closeDescriptor(int descriptor)
{
    ::close(descriptor);
}
#else
int duplicate(qintptr)
{
    return -1;
}

void endSending(int) { }

bool dropWhatCame(int)
{
    return false;
}

void closeDescriptor(int) { }
#endif

} // namespace

LingeringClose::LingeringClose(const QTcpSocket &socket)
    : m_descriptor(duplicate(socket.socketDescriptor()))
{
}

LingeringClose::~LingeringClose()
{
    m_notifier.reset();
    if (m_descriptor >= 0)
        closeDescriptor(m_descriptor);
}

void LingeringClose::start(QWebSocket *webSocket, int grace)
{
    webSocket->setParent(this);
    if (m_descriptor < 0) {
        deleteLater();
        return;
    }
    endSending(m_descriptor);
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &LingeringClose::drop);
    connect(&m_deadline, &QTimer::timeout, this, &QObject::deleteLater);
    m_deadline.setSingleShot(true);
    m_deadline.start(grace);
}

void LingeringClose::drop()
{
    if (dropWhatCame(m_descriptor))
        return;
    m_notifier->setEnabled(false);
    deleteLater();
}

} // namespace ObjectSync::Internal
