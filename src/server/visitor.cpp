// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "visitor_p.h"

#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpsocket.h>

namespace ObjectSync::Internal {

Visitor::Visitor(QTcpSocket *socket, qint64 headSize, qint64 now, QObject *parent)
    : QObject(parent), m_socket(socket), m_address(socket->peerAddress()), m_headSize(headSize),
      m_since(now)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(headSize + 1);
    connect(m_socket, &QTcpSocket::readyRead, this, &Visitor::read);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &Visitor::onWritten);
    connect(m_socket, &QTcpSocket::disconnected, this, &Visitor::finish);
}

Visitor::~Visitor()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void Visitor::start()
{
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        finish();
    else if (m_socket->bytesAvailable() > 0)
        read();
}

void Visitor::read()
{
    if (m_state == State::Responding)
        discard();
    if (m_state != State::Reading)
        return;
    const QByteArray bytes = m_socket->peek(m_headSize + 1);
    const qsizetype end = endOfHead(bytes);
    if (end > m_headSize || (end < 0 && bytes.size() > m_headSize)) {
        m_lingers = true;
        respond(HttpResponse::text(431, "The request is too large: its head may have "
                                                + QByteArray::number(m_headSize) + " bytes."));
        return;
    }
    if (end < 0)
        return;
    auto parsed = HttpRequest::parse(QByteArrayView(bytes).first(end));
    if (auto *refusal = std::get_if<HttpResponse>(&parsed)) {
        m_lingers = true;
        respond(*refusal);
        return;
    }
    m_request = std::get<HttpRequest>(std::move(parsed));
    m_lingers = m_request.announcesBody();
    Q_EMIT requested(this);
}

void Visitor::respond(const HttpResponse &response)
{
    if (m_state != State::Reading)
        return;
    m_state = State::Responding;
    m_socket->setReadBufferSize(64 * 1024);
    m_socket->write(response.toBytes(m_request.method == "HEAD"));
    discard();
    // Not at once: what lies unread in the system's buffer would reset the connection.
    QMetaObject::invokeMethod(this, &Visitor::onWritten, Qt::QueuedConnection);
}

void Visitor::discard()
{
    m_socket->skip(m_socket->bytesAvailable());
}

void Visitor::onWritten()
{
    if (m_state != State::Responding || m_socket->bytesToWrite() > 0)
        return;
    // Closing while the peer still sends would reset the connection and lose the response: such a
    // peer is to close first, before the deadline.
    if (!m_lingers)
        m_socket->disconnectFromHost();
}

void Visitor::giveUp()
{
    if (m_state == State::Gone)
        return;
    auto *tls = qobject_cast<QSslSocket *>(m_socket);
    if (m_state == State::Reading && (!tls || tls->isEncrypted())) {
        m_socket->write(
                HttpResponse::text(408, "The request took too long to arrive.").toBytes(false));
        m_socket->flush();
        m_state = State::Responding;
        m_socket->disconnectFromHost();
    }
    if (m_state != State::Gone)
        m_socket->abort();
    finish();
}

void Visitor::awaitUpgrade()
{
    m_state = State::Upgrading;
}

QTcpSocket *Visitor::release()
{
    QTcpSocket *socket = m_socket;
    socket->disconnect(this);
    socket->setParent(nullptr);
    m_socket = nullptr;
    finish();
    return socket;
}

void Visitor::finish()
{
    if (m_state == State::Gone)
        return;
    m_state = State::Gone;
    Q_EMIT gone(this);
    deleteLater();
}

} // namespace ObjectSync::Internal
