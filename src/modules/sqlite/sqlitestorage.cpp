// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/sqlite/sqlitestorage.h>

#include "sqlitedatabase_p.h"
#include "sqliterow_p.h"

#include <QtCore/qvariant.h>
#include <QtSql/qsqlerror.h>

#include <algorithm>
#include <map>

namespace ObjectSync {

using namespace Internal;

namespace {

// The rows are only ever read all at once, so there is no index but the keys.
const SqliteLayout Layout{
    .applicationId = 0x4f625379, // "ObSy"
    .version = 1,
    .tables = {
        "CREATE TABLE world (number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, "
        "epoch BLOB NOT NULL, revision INTEGER NOT NULL, tombstone_floor INTEGER NOT NULL)",
        "CREATE TABLE entity (world INTEGER NOT NULL REFERENCES world, id BLOB NOT NULL, "
        "stamp INTEGER NOT NULL, created INTEGER NOT NULL, dead INTEGER NOT NULL, properties BLOB, "
        "PRIMARY KEY (world, id)) WITHOUT ROWID",
        "CREATE TABLE client (world INTEGER NOT NULL REFERENCES world, key BLOB NOT NULL, "
        "last_tx INTEGER NOT NULL, last_seen INTEGER NOT NULL, answers BLOB NOT NULL, "
        "PRIMARY KEY (world, key)) WITHOUT ROWID",
    },
};

} // namespace

class SqliteStorage::Private
{
public:
    explicit Private(const QString &file) : database(file, Layout) { }

    Expected<void> open();
    Expected<void> prepare();
    Expected<std::optional<qint64>> loadMeta(const QByteArray &name, StoredWorld &world);
    Expected<void> loadEntities(qint64 number, StoredWorld &world);
    Expected<void> loadClients(qint64 number, StoredWorld &world);
    Expected<void> writeAll(const std::vector<StorageBatch> &batches);
    Expected<void> write(const StorageBatch &batch);
    Expected<qint64> writeMeta(const StorageBatch &batch);
    Error damaged(const QString &what, const Error &reason) const;

    struct Statements
    {
        QSqlQuery insertWorld;
        QSqlQuery updateWorld;
        QSqlQuery writeEntity;
        QSqlQuery removeEntity;
        QSqlQuery writeClient;
        QSqlQuery removeClient;
    };

    SqliteDatabase database;
    std::optional<Statements> statements; ///< before the database in destruction
    std::map<QByteArray, qint64> numbers; ///< of worlds that have a row
    std::map<QByteArray, qint64> newNumbers; ///< of the transaction in progress
};

SqliteStorage::SqliteStorage(const QString &file) : d(std::make_unique<Private>(file)) { }

SqliteStorage::~SqliteStorage() = default;

QString SqliteStorage::file() const
{
    return d->database.file();
}

Expected<void> SqliteStorage::Private::open()
{
    if (auto opened = database.open(); !opened)
        return opened;
    return statements ? Expected<void>() : prepare();
}

Expected<void> SqliteStorage::Private::prepare()
{
    auto made = database.prepareAll<Statements>({
            { &Statements::insertWorld,
              "INSERT INTO world (epoch, revision, tombstone_floor, name) VALUES (?, ?, ?, ?)" },
            { &Statements::updateWorld,
              "UPDATE world SET epoch = ?, revision = ?, tombstone_floor = ? WHERE number = ?" },
            { &Statements::writeEntity, "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?, ?)" },
            { &Statements::removeEntity, "DELETE FROM entity WHERE world = ? AND id = ?" },
            { &Statements::writeClient, "INSERT OR REPLACE INTO client VALUES (?, ?, ?, ?, ?)" },
            { &Statements::removeClient, "DELETE FROM client WHERE world = ? AND key = ?" },
    });
    if (!made)
        return made.error();
    statements = *std::move(made);
    return {};
}

Error SqliteStorage::Private::damaged(const QString &what, const Error &reason) const
{
    return database.explain(
            QStringLiteral("%1 cannot be read (%2); restore a backup").arg(what, reason.message));
}

// Reading

Expected<StoredWorld> SqliteStorage::load(const QByteArray &world)
{
    if (auto opened = d->open(); !opened)
        return opened.error();
    StoredWorld stored;
    const auto number = d->loadMeta(world, stored);
    if (!number)
        return number.error();
    if (!number->has_value())
        return stored;
    if (auto loaded = d->loadEntities(**number, stored); !loaded)
        return loaded.error();
    if (auto loaded = d->loadClients(**number, stored); !loaded)
        return loaded.error();
    d->numbers[world] = **number;
    return stored;
}

Expected<std::optional<qint64>> SqliteStorage::Private::loadMeta(const QByteArray &name,
                                                                 StoredWorld &world)
{
    std::optional<qint64> number;
    auto loaded = database.readAll(
            "SELECT number, epoch, revision, tombstone_floor FROM world WHERE name = ?",
            { notNull(name) }, [&](const QSqlQuery &row) -> Expected<void> {
                number = row.value(0).toLongLong();
                world.epoch = row.value(1).toByteArray();
                world.revision = row.value(2).toLongLong();
                world.tombstoneFloor = row.value(3).toLongLong();
                return {};
            });
    if (!loaded)
        return loaded.error();
    return number;
}

Expected<void> SqliteStorage::Private::loadEntities(qint64 number, StoredWorld &world)
{
    auto loaded = database.readAll(
            "SELECT id, stamp, created, dead, properties FROM entity WHERE world = ?", { number },
            [&](const QSqlQuery &row) -> Expected<void> {
                StoredEntity entity{ row.value(0).toByteArray(), row.value(1).toLongLong(),
                                     row.value(2).toLongLong(), row.value(3).toInt() == 0 };
                if (entity.alive) {
                    auto unpacked = unpackProperties(row.value(4).toByteArray(), entity);
                    if (!unpacked) {
                        return damaged(QStringLiteral("the entity \"%1\"")
                                               .arg(QString::fromUtf8(entity.id)),
                                       unpacked.error());
                    }
                }
                world.entities.push_back(std::move(entity));
                return {};
            });
    std::sort(world.entities.begin(), world.entities.end(),
              [](const StoredEntity &a, const StoredEntity &b) {
                  return a.stamp != b.stamp ? a.stamp < b.stamp : a.id < b.id;
              });
    return loaded;
}

Expected<void> SqliteStorage::Private::loadClients(qint64 number, StoredWorld &world)
{
    return database.readAll("SELECT key, last_tx, last_seen, answers FROM client WHERE world = ?",
                            { number }, [&](const QSqlQuery &row) -> Expected<void> {
                                StoredClient client{ row.value(0).toByteArray(),
                                                     row.value(1).toLongLong(),
                                                     row.value(2).toLongLong() };
                                auto answers = unpackAnswers(row.value(3).toByteArray());
                                if (!answers) {
                                    return damaged(QStringLiteral("the record of a client"),
                                                   answers.error());
                                }
                                client.answers = *std::move(answers);
                                world.clients.push_back(std::move(client));
                                return {};
                            });
}

// Writing

Expected<void> SqliteStorage::write(const std::vector<StorageBatch> &batches)
{
    if (auto opened = d->open(); !opened)
        return opened;
    auto written = d->database.transaction([&] { return d->writeAll(batches); });
    if (written)
        d->numbers.merge(d->newNumbers);
    d->newNumbers.clear();
    return written;
}

Expected<void> SqliteStorage::Private::writeAll(const std::vector<StorageBatch> &batches)
{
    for (const StorageBatch &batch : batches) {
        if (auto written = write(batch); !written)
            return written;
    }
    return {};
}

Expected<qint64> SqliteStorage::Private::writeMeta(const StorageBatch &batch)
{
    const QByteArray name = notNull(batch.world);
    std::optional<qint64> number;
    for (const auto *known : { &numbers, &newNumbers }) {
        if (const auto found = known->find(name); found != known->end())
            number = found->second;
    }
    QSqlQuery &query = number ? statements->updateWorld : statements->insertWorld;
    auto written = database.execute(query, { batch.epoch, batch.revision, batch.tombstoneFloor,
                                             number ? QVariant(*number) : QVariant(name) });
    if (!written)
        return written.error();
    if (!number) {
        number = query.lastInsertId().toLongLong();
        newNumbers[name] = *number;
    }
    return *number;
}

Expected<void> SqliteStorage::Private::write(const StorageBatch &batch)
{
    const auto number = writeMeta(batch);
    if (!number)
        return number.error();
    for (const QByteArray &id : batch.goneEntities) {
        if (auto done = database.execute(statements->removeEntity, { *number, id }); !done)
            return done;
    }
    for (const StoredEntity &entity : batch.entities) {
        const QVariant properties = entity.alive ? QVariant(packProperties(entity)) : QVariant();
        auto done = database.execute(statements->writeEntity,
                                     { *number, entity.id, entity.stamp, entity.created,
                                       entity.alive ? 0 : 1, properties });
        if (!done)
            return done;
    }
    for (const QByteArray &key : batch.goneClients) {
        if (auto done = database.execute(statements->removeClient, { *number, key }); !done)
            return done;
    }
    for (const StoredClient &client : batch.clients) {
        auto done = database.execute(statements->writeClient,
                                     { *number, client.key, client.lastTx, client.lastSeen,
                                       packAnswers(client.answers) });
        if (!done)
            return done;
    }
    return {};
}

} // namespace ObjectSync
