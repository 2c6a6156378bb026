// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "seedclient.h"

#include <objectsync/server/memorystorage.h>
#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qtemporarydir.h>

#include <functional>
#include <memory>

/// A server that dies, or closes, and comes back on the same port, with what it has kept.
class SeedServer
{
public:
    /// \a store: "memory", "SQLite", or "none".
    explicit SeedServer(const QByteArray &store)
    {
        using namespace ObjectSync;
        if (store == "memory") {
            m_makeStorage = [memory = MemoryStorage::makeMemory()] {
                return std::make_unique<MemoryStorage>(memory);
            };
        } else if (store == "SQLite") {
            m_makeStorage = [file = m_folder.filePath(QStringLiteral("world.db"))] {
                return std::make_unique<SqliteStorage>(file);
            };
        }
    }

    bool start()
    {
        m_server = std::make_unique<ObjectSync::SyncServer>();
        if (m_makeStorage)
            m_server->setStorage(m_makeStorage());
        if (m_handler)
            m_server->addCommitHandler(m_handler);
        if (!m_server->listen(QHostAddress(QHostAddress::LocalHost), m_port)) {
            QTest::qFail(qPrintable(m_server->errorString()), __FILE__, __LINE__);
            return false;
        }
        m_port = m_server->serverPort();
        m_url = m_server->url();
        return true;
    }

    /// Without a word to anyone.
    void die() { m_server.reset(); }
    bool close()
    {
        const bool isClosed = closes(*m_server);
        m_server.reset();
        return isClosed;
    }

    /// Of the next start().
    void setHandler(const ObjectSync::CommitHandler &handler) { m_handler = handler; }
    QUrl url() const { return m_url; }
    ObjectSync::SyncServer *operator->() const { return m_server.get(); }

private:
    QTemporaryDir m_folder;
    std::function<std::unique_ptr<ObjectSync::Storage>()> m_makeStorage;
    ObjectSync::CommitHandler m_handler;
    quint16 m_port = 0;
    QUrl m_url;
    std::unique_ptr<ObjectSync::SyncServer> m_server;
};

/// For the data function of a test that restarts a server.
inline void addStores()
{
    QTest::addColumn<QByteArray>("store");
    for (const char *store : { "memory", "SQLite" })
        QTest::newRow(store) << QByteArray(store);
}
