// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>

#include <QtCore/qstring.h>

#include <memory>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite's own functions on a file of SqliteStorage, with the settings that it has: what its tables
/// cost without anything of ours. Ends the program where something fails.
class BareSqlite
{
public:
    /// What one batch writes, ready for SQLite.
    struct Rows
    {
        struct Entity
        {
            QByteArray id;
            qint64 stamp = 0;
            qint64 created = 0;
            QByteArray properties;
        };
        struct Client
        {
            QByteArray key;
            qint64 lastTx = 0;
            qint64 lastSeen = 0;
            QByteArray answers;
        };
        QByteArray epoch;
        qint64 revision = 0;
        qint64 tombstoneFloor = 0;
        std::vector<Entity> entities;
        std::vector<Client> clients;
    };
    static std::vector<Rows> pack(const std::vector<ObjectSync::StorageBatch> &batches);

    explicit BareSqlite(const QString &file);

    /// Writes each of them in a transaction of its own; the seconds it took.
    double write(const std::vector<Rows> &groups);
    /// Reads all columns of all entities; the seconds it took.
    double readEntities(qint64 *entities = nullptr);

private:
    using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)>;

    void check(bool ok);
    void execute(const char *sql);
    Statement prepare(const char *sql);
    void step(sqlite3_stmt *statement);

    std::unique_ptr<sqlite3, int (*)(sqlite3 *)> m_database;
};
