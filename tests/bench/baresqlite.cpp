// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "baresqlite.h"

#include <objectsync/core/codec.h>

#include <QtCore/qelapsedtimer.h>

#include <sqlite3.h>

using namespace ObjectSync;

namespace {

/// As SqliteStorage packs them: of the same size, at least.
QByteArray packProperties(const StoredEntity &entity)
{
    Value::List kept;
    for (const StoredProperty &property : entity.properties) {
        kept.push_back(Value::string(property.name));
        kept.push_back(entity.stamp - property.stamp);
        kept.push_back(property.value);
    }
    return toCbor(Value::List{ std::move(kept) });
}

QByteArray packAnswers(const std::vector<StoredAnswer> &answers)
{
    Value::List list;
    for (const StoredAnswer &answer : answers) {
        list.push_back(Value::List{ answer.tx, static_cast<qint64>(answer.fingerprint),
                                    answer.cursor, Value::List{} });
    }
    return toCbor(std::move(list));
}

void bind(sqlite3_stmt *statement, int position, const QByteArray &bytes)
{
    sqlite3_bind_blob64(statement, position, bytes.constData(),
                        static_cast<sqlite3_uint64>(bytes.size()), SQLITE_STATIC);
}

void bind(sqlite3_stmt *statement, int position, qint64 number)
{
    sqlite3_bind_int64(statement, position, number);
}

template<typename... Values>
void bindAll(sqlite3_stmt *statement, const Values &...values)
{
    int position = 0;
    (bind(statement, ++position, values), ...);
}

} // namespace

std::vector<BareSqlite::Rows> BareSqlite::pack(const std::vector<StorageBatch> &batches)
{
    std::vector<Rows> all;
    for (const StorageBatch &batch : batches) {
        Rows rows{ batch.epoch, batch.revision, batch.tombstoneFloor, {}, {} };
        for (const StoredEntity &entity : batch.entities) {
            rows.entities.push_back(
                    { entity.id, entity.stamp, entity.created, packProperties(entity) });
        }
        for (const StoredClient &client : batch.clients) {
            rows.clients.push_back(
                    { client.key, client.lastTx, client.lastSeen, packAnswers(client.answers) });
        }
        all.push_back(std::move(rows));
    }
    return all;
}

BareSqlite::BareSqlite(const QString &file) : m_database(nullptr, &sqlite3_close)
{
    sqlite3 *database = nullptr;
    const int result = sqlite3_open(file.toUtf8().constData(), &database);
    m_database.reset(database);
    check(result == SQLITE_OK);
    execute("PRAGMA locking_mode = EXCLUSIVE");
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = FULL");
    execute("PRAGMA cache_size = -32768");
    execute("PRAGMA journal_size_limit = 67108864");
}

void BareSqlite::check(bool ok)
{
    if (!ok)
        qFatal("SQLite: %s", sqlite3_errmsg(m_database.get()));
}

void BareSqlite::execute(const char *sql)
{
    check(sqlite3_exec(m_database.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

BareSqlite::Statement BareSqlite::prepare(const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    check(sqlite3_prepare_v2(m_database.get(), sql, -1, &statement, nullptr) == SQLITE_OK);
    return { statement, &sqlite3_finalize };
}

void BareSqlite::step(sqlite3_stmt *statement)
{
    check(sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
}

double BareSqlite::write(const std::vector<Rows> &groups)
{
    const Statement begin = prepare("BEGIN IMMEDIATE");
    const Statement commit = prepare("COMMIT");
    const Statement world = prepare("UPDATE world SET epoch = ?, revision = ?, tombstone_floor = ? "
                                    "WHERE number = 1");
    const Statement entity = prepare("INSERT OR REPLACE INTO entity VALUES (1, ?, ?, ?, 0, ?)");
    const Statement client = prepare("INSERT OR REPLACE INTO client VALUES (1, ?, ?, ?, ?)");
    QElapsedTimer timer;
    timer.start();
    for (const Rows &rows : groups) {
        step(begin.get());
        bindAll(world.get(), rows.epoch, rows.revision, rows.tombstoneFloor);
        step(world.get());
        for (const Rows::Entity &row : rows.entities) {
            bindAll(entity.get(), row.id, row.stamp, row.created, row.properties);
            step(entity.get());
        }
        for (const Rows::Client &row : rows.clients) {
            bindAll(client.get(), row.key, row.lastTx, row.lastSeen, row.answers);
            step(client.get());
        }
        step(commit.get());
    }
    return static_cast<double>(timer.nsecsElapsed()) * 1e-9;
}

double BareSqlite::readEntities(qint64 *entities)
{
    QElapsedTimer timer;
    timer.start();
    const Statement query = prepare("SELECT id, stamp, created, dead, properties FROM entity");
    qint64 count = 0;
    qint64 bytes = 0;
    while (sqlite3_step(query.get()) == SQLITE_ROW) {
        ++count;
        bytes += QByteArray(static_cast<const char *>(sqlite3_column_blob(query.get(), 0)),
                            sqlite3_column_bytes(query.get(), 0))
                         .size();
        bytes += QByteArray(static_cast<const char *>(sqlite3_column_blob(query.get(), 4)),
                            sqlite3_column_bytes(query.get(), 4))
                         .size();
        bytes += sqlite3_column_int64(query.get(), 1) + sqlite3_column_int64(query.get(), 2);
    }
    check(bytes > 0);
    if (entities)
        *entities = count;
    return static_cast<double>(timer.nsecsElapsed()) * 1e-9;
}
