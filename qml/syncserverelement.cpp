// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "syncserverelement_p.h"

#include "scripting_p.h"

#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qpointer.h>
#include <QtQml/qqmlinfo.h>

namespace ObjectSync::Internal {

SyncServerElement::SyncServerElement(QObject *parent)
    : SyncServer(parent), m_address(QStringLiteral("127.0.0.1"))
{
    connect(this, &SyncServer::listeningChanged, this, &SyncServerElement::listeningToggled);
    // What was asked for while it was still closing.
    connect(this, &SyncServer::closed, this, [this] {
        if (m_wantsToListen)
            startListening();
    });
}

void SyncServerElement::setPort(int port)
{
    if (m_port == port)
        return;
    m_port = port;
    Q_EMIT portChanged();
}

void SyncServerElement::setAddress(const QString &address)
{
    if (m_address == address)
        return;
    m_address = address;
    Q_EMIT addressChanged();
}

void SyncServerElement::setDatabase(const QString &file)
{
    if (m_database == file)
        return;
    m_database = file;
    setStorage(file.isEmpty() ? nullptr : std::make_unique<SqliteStorage>(file));
    Q_EMIT databaseChanged();
}

void SyncServerElement::changePath(const QString &path)
{
    const QString before = this->path();
    setPath(path);
    if (this->path() != before)
        Q_EMIT pathChanged();
}

void SyncServerElement::setListening(bool listening)
{
    m_wantsToListen = listening;
    if (!m_isComplete || listening == isListening())
        return;
    if (listening)
        startListening();
    else
        close();
}

SyncSession *SyncServerElement::makeSession()
{
    return new SyncSessionElement(this);
}

SyncSessionElement *SyncServerElement::ownSession()
{
    auto *const own = static_cast<SyncSessionElement *>(session());
    protectFromScripts(own, this);
    return own;
}

void SyncServerElement::componentComplete()
{
    m_isComplete = true;
    if (m_wantsToListen)
        startListening();
}

void SyncServerElement::startListening()
{
    const QHostAddress host(m_address);
    if (host.isNull()) {
        qmlWarning(this) << "Not an address to listen on: " << m_address
                         << "; give one such as 127.0.0.1";
        return;
    }
    if (m_port < 0 || m_port > 65535) {
        qmlWarning(this) << "Not a port: " << m_port << "; give one from 0 to 65535";
        return;
    }
    const QPointer<SyncServerElement> guard = this;
    const bool isListening = listen(host, static_cast<quint16>(m_port));
    if (!guard)
        return;
    if (!isListening)
        qmlWarning(this) << errorString();
    Q_EMIT errorChanged();
}

} // namespace ObjectSync::Internal
