// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "daemon.h"

#include <objectsync/presence/presence.h>
#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qdebug.h>
#include <QtCore/qdir.h>
#include <QtCore/qfileinfo.h>

namespace ObjectSync::Daemon {

using namespace Qt::StringLiterals;

Daemon::Daemon(const Settings &settings) : m_settings(settings)
{
    connect(&m_server, &SyncServer::closed, this, &Daemon::stopped);
    connect(&m_server, &SyncServer::storageError, this,
            [](const Error &error) { qWarning("objectsyncd: %s", qPrintable(error.message)); });
    connect(&m_server, &SyncServer::storageRecovered, this,
            [] { qWarning("objectsyncd: the database can be written again"); });
}

Expected<void> Daemon::prepareStorage()
{
    if (m_settings.database.isEmpty())
        return {};
    const QString folder = QFileInfo(m_settings.database).path();
    if (m_settings.databaseIsDefault && !QDir().mkpath(folder)) {
        return Error{ ErrorCode::StorageFailed,
                      u"The folder %1 cannot be made; name another file with --database"_s.arg(
                              folder) };
    }
    m_server.setStorage(std::make_unique<SqliteStorage>(m_settings.database));
    m_server.setStartsNewEpoch(m_settings.newEpoch);
    return {};
}

Expected<void> Daemon::start()
{
    m_server.setPath(m_settings.path);
    m_server.setAllowedOrigins(m_settings.allowedOrigins);
    if (m_settings.rate) {
        Limits limits = m_server.limits();
        limits.operationsPerSecond = *m_settings.rate;
        limits.operationsBurst = std::max(limits.operationsBurst, *m_settings.rate * 2);
        m_server.setLimits(limits);
    }
    if (auto prepared = prepareStorage(); !prepared)
        return prepared;
    for (const QString &world : std::as_const(m_settings.worlds)) {
        if (auto added = m_server.addWorld(world); !added)
            return added;
    }
    for (const QString &prefix : std::as_const(m_settings.ephemeral))
        new Presence(&m_server, prefix);
    if (!m_server.listen(m_settings.address, m_settings.port))
        return m_server.error();
    return {};
}

QString Daemon::url() const
{
    // A client cannot connect to "any address"; one on this machine can to loopback.
    return m_server.url().toString();
}

void Daemon::stop()
{
    m_server.close();
}

} // namespace ObjectSync::Daemon
