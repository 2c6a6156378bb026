// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/sqlite/sqlitestorage.h>

#include <objectsync/core/rowcodec.h>

#include "packedrows_p.h"
#include "sqlitedatabase_p.h"

#include <map>
#include <optional>

namespace ObjectSync {

using namespace Internal;

namespace {

// A part that is loaded ends with whichever of these it reaches.
constexpr size_t EntitiesInPart = 2000;
constexpr qsizetype BytesInPart = 1024 * 1024;

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
    Expected<void> loadEntities(qint64 number, StoredWorld &part, const TakePart &take);
    Expected<PackedRows> readEntities(qint64 number);
    Expected<StoredEntity> unpack(const PackedRow &row);
    Expected<void> loadClients(qint64 number, StoredWorld &part);
    Expected<void> writeAll(const std::vector<StorageBatch> &batches);
    Expected<void> write(const StorageBatch &batch);
    Expected<void> write(qint64 number, const StoredEntity &entity);
    Expected<qint64> writeMeta(const StorageBatch &batch);
    Error damaged(const QString &what, const Error &reason) const;

    struct Statements
    {
        SqliteStatement insertWorld;
        SqliteStatement updateWorld;
        SqliteStatement writeEntity;
        SqliteStatement removeEntity;
        SqliteStatement writeClient;
        SqliteStatement removeClient;
    };

    SqliteDatabase database;
    RowCodec codec;
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
    StoredWorld whole;
    auto loaded = loadInParts(world, [&](StoredWorld part) -> Expected<void> {
        if (whole.entities.empty() && whole.clients.empty()) {
            whole = std::move(part);
            return {};
        }
        std::move(part.entities.begin(), part.entities.end(), std::back_inserter(whole.entities));
        std::move(part.clients.begin(), part.clients.end(), std::back_inserter(whole.clients));
        return {};
    });
    if (!loaded)
        return loaded.error();
    return whole;
}

Expected<void> SqliteStorage::loadInParts(const QByteArray &world, const TakePart &take)
{
    if (auto opened = d->open(); !opened)
        return opened;
    StoredWorld part;
    const auto number = d->loadMeta(world, part);
    if (!number)
        return number.error();
    if (number->has_value()) {
        d->numbers[world] = **number;
        if (auto loaded = d->loadEntities(**number, part, take); !loaded)
            return loaded;
        if (auto loaded = d->loadClients(**number, part); !loaded)
            return loaded;
    }
    return take(std::move(part));
}

Expected<std::optional<qint64>> SqliteStorage::Private::loadMeta(const QByteArray &name,
                                                                 StoredWorld &world)
{
    std::optional<qint64> number;
    auto loaded = database.readAll(
            "SELECT number, epoch, revision, tombstone_floor FROM world WHERE name = ?",
            [&](const SqliteStatement &row) -> Expected<void> {
                number = row.integer(0);
                world.epoch = row.bytes(1);
                world.revision = row.integer(2);
                world.tombstoneFloor = row.integer(3);
                return {};
            },
            name);
    if (!loaded)
        return loaded.error();
    return number;
}

/// Leaves the last entities in \a part.
Expected<void> SqliteStorage::Private::loadEntities(qint64 number, StoredWorld &part,
                                                    const TakePart &take)
{
    const auto rows = readEntities(number);
    if (!rows)
        return rows.error();
    const StoredWorld empty = part;
    qsizetype bytes = 0;
    for (size_t i = 0; i < rows->size(); ++i) {
        if (part.entities.size() == EntitiesInPart || bytes > BytesInPart) {
            if (auto taken = take(std::exchange(part, empty)); !taken)
                return taken;
            part.entities.reserve(EntitiesInPart);
            bytes = 0;
        }
        const PackedRow row = rows->at(i);
        auto entity = unpack(row);
        if (!entity)
            return entity.error();
        part.entities.push_back(*std::move(entity));
        bytes += row.properties.size();
    }
    return {};
}

/// Sorted here: SQLite would do it in a temporary file.
Expected<PackedRows> SqliteStorage::Private::readEntities(qint64 number)
{
    PackedRows rows;
    auto read = database.readAll(
            "SELECT id, stamp, created, dead, properties FROM entity WHERE world = ? ORDER BY id",
            [&](const SqliteStatement &row) -> Expected<void> {
                rows.add({ row.integer(1), row.integer(2), row.integer(3) == 0, row.view(0),
                           row.view(4) });
                return {};
            },
            number);
    if (!read)
        return read.error();
    rows.sort();
    return rows;
}

Expected<StoredEntity> SqliteStorage::Private::unpack(const PackedRow &row)
{
    StoredEntity entity{ row.id.toByteArray(), row.stamp, row.created, row.alive };
    if (!row.alive)
        return entity;
    if (auto unpacked = codec.unpackProperties(row.properties, entity); !unpacked) {
        return damaged(QStringLiteral("the entity \"%1\"").arg(QString::fromUtf8(entity.id)),
                       unpacked.error());
    }
    return entity;
}

Expected<void> SqliteStorage::Private::loadClients(qint64 number, StoredWorld &part)
{
    return database.readAll(
            "SELECT key, last_tx, last_seen, answers FROM client WHERE world = ?",
            [&](const SqliteStatement &row) -> Expected<void> {
                StoredClient client{ row.bytes(0), row.integer(1), row.integer(2) };
                auto answers = codec.unpackAnswers(row.view(3));
                if (!answers)
                    return damaged(QStringLiteral("the record of a client"), answers.error());
                client.answers = *std::move(answers);
                part.clients.push_back(std::move(client));
                return {};
            },
            number);
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
    for (const auto *known : { &numbers, &newNumbers }) {
        const auto found = known->find(batch.world);
        if (found == known->end())
            continue;
        auto updated = database.execute(statements->updateWorld, batch.epoch, batch.revision,
                                        batch.tombstoneFloor, found->second);
        return updated ? Expected<qint64>(found->second) : updated.error();
    }
    auto inserted = database.execute(statements->insertWorld, batch.epoch, batch.revision,
                                     batch.tombstoneFloor, batch.world);
    if (!inserted)
        return inserted.error();
    return newNumbers[batch.world] = database.lastInsertId();
}

Expected<void> SqliteStorage::Private::write(const StorageBatch &batch)
{
    const auto number = writeMeta(batch);
    if (!number)
        return number.error();
    for (const QByteArray &id : batch.goneEntities) {
        if (auto done = database.execute(statements->removeEntity, *number, id); !done)
            return done;
    }
    for (const StoredEntity &entity : batch.entities) {
        if (auto done = write(*number, entity); !done)
            return done;
    }
    for (const QByteArray &key : batch.goneClients) {
        if (auto done = database.execute(statements->removeClient, *number, key); !done)
            return done;
    }
    for (const StoredClient &client : batch.clients) {
        auto done = database.execute(statements->writeClient, *number, client.key, client.lastTx,
                                     client.lastSeen, codec.packAnswers(client.answers));
        if (!done)
            return done;
    }
    return {};
}

Expected<void> SqliteStorage::Private::write(qint64 number, const StoredEntity &entity)
{
    constexpr bool Dead = true;
    if (!entity.alive) {
        return database.execute(statements->writeEntity, number, entity.id, entity.stamp,
                                entity.created, Dead, nullptr);
    }
    return database.execute(statements->writeEntity, number, entity.id, entity.stamp,
                            entity.created, !Dead, codec.packProperties(entity));
}

} // namespace ObjectSync
