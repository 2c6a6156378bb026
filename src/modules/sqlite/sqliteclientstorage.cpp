// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/sqlite/sqliteclientstorage.h>

#include "sqlitedatabase_p.h"
#include "sqliterow_p.h"

namespace ObjectSync {

using namespace Internal;

namespace {

const SqliteLayout Layout{
    .applicationId = 0x4f625363, // "ObSc"
    .version = 1,
    .tables = {
        "CREATE TABLE client (one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL, "
        "epoch BLOB NOT NULL, cursor INTEGER NOT NULL, answered INTEGER NOT NULL, "
        "settled INTEGER NOT NULL, sent INTEGER NOT NULL)",
        "CREATE TABLE subscription (number INTEGER PRIMARY KEY, filter BLOB NOT NULL, "
        "ready INTEGER NOT NULL, fresh INTEGER NOT NULL)",
        "CREATE TABLE entity (id BLOB PRIMARY KEY, properties BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE pending (number INTEGER PRIMARY KEY, content BLOB NOT NULL)",
    },
};

} // namespace

class SqliteClientStorage::Private
{
public:
    explicit Private(const QString &file) : database(file, Layout) { }

    Expected<void> open();
    Expected<void> prepare();
    Expected<void> loadClient(ClientState &state);
    Expected<void> loadSubscriptions(ClientState &state);
    Expected<void> loadEntities(ClientState &state);
    Expected<void> loadPending(ClientState &state);
    Expected<void> writeAll(const ClientStorageBatch &batch);
    Expected<void> writeSubscriptions(const std::vector<StoredSubscription> &subscriptions);
    Expected<void> writeEntities(const ClientStorageBatch &batch);
    Expected<void> writePending(const ClientStorageBatch &batch);
    Error damaged(const QString &what, const Error &reason) const;

    struct Statements
    {
        SqliteStatement writeClient;
        SqliteStatement writeSubscription;
        SqliteStatement writeEntity;
        SqliteStatement removeEntity;
        SqliteStatement writePending;
        SqliteStatement removePending;
    };

    SqliteDatabase database;
    std::optional<Statements> statements; ///< before the database in destruction
};

SqliteClientStorage::SqliteClientStorage(const QString &file) : d(std::make_unique<Private>(file))
{
}

SqliteClientStorage::~SqliteClientStorage() = default;

QString SqliteClientStorage::file() const
{
    return d->database.file();
}

void SqliteClientStorage::setSizeLimit(qint64 bytes)
{
    d->database.setSizeLimit(bytes);
}

Expected<void> SqliteClientStorage::Private::open()
{
    if (auto opened = database.open(); !opened)
        return opened;
    return statements ? Expected<void>() : prepare();
}

Expected<void> SqliteClientStorage::Private::prepare()
{
    auto made = database.prepareAll<Statements>({
            { &Statements::writeClient,
              "INSERT OR REPLACE INTO client VALUES (1, ?, ?, ?, ?, ?, ?)" },
            { &Statements::writeSubscription, "INSERT INTO subscription VALUES (?, ?, ?, ?)" },
            { &Statements::writeEntity, "INSERT OR REPLACE INTO entity VALUES (?, ?)" },
            { &Statements::removeEntity, "DELETE FROM entity WHERE id = ?" },
            { &Statements::writePending, "INSERT INTO pending VALUES (?, ?)" },
            { &Statements::removePending, "DELETE FROM pending WHERE number <= ?" },
    });
    if (!made)
        return made.error();
    statements = *std::move(made);
    return {};
}

Error SqliteClientStorage::Private::damaged(const QString &what, const Error &reason) const
{
    return database.explain(QStringLiteral("%1 cannot be read (%2); restore a backup, or move the "
                                           "file away to begin with a new one")
                                    .arg(what, reason.message));
}

// Reading

Expected<ClientState> SqliteClientStorage::load()
{
    if (auto opened = d->open(); !opened)
        return opened.error();
    ClientState state;
    for (auto part : { &Private::loadClient, &Private::loadSubscriptions, &Private::loadEntities,
                       &Private::loadPending }) {
        if (auto loaded = (*d.*part)(state); !loaded)
            return loaded.error();
    }
    return state;
}

Expected<void> SqliteClientStorage::Private::loadClient(ClientState &state)
{
    return database.readAll("SELECT id, epoch, cursor, answered, settled, sent FROM client",
                            [&](const SqliteStatement &row) -> Expected<void> {
                                state.client = row.bytes(0);
                                state.epoch = row.bytes(1);
                                state.cursor = row.integer(2);
                                state.answered = row.integer(3);
                                state.settled = row.integer(4);
                                state.sent = row.integer(5);
                                return {};
                            });
}

Expected<void> SqliteClientStorage::Private::loadSubscriptions(ClientState &state)
{
    return database.readAll("SELECT filter, ready, fresh FROM subscription ORDER BY number",
                            [&](const SqliteStatement &row) -> Expected<void> {
                                auto filter = unpackFilter(row.bytes(0));
                                if (!filter)
                                    return damaged(QStringLiteral("a subscription"), filter.error());
                                state.subscriptions.push_back({ *std::move(filter),
                                                                row.integer(1) != 0,
                                                                row.integer(2) != 0 });
                                return {};
                            });
}

Expected<void> SqliteClientStorage::Private::loadEntities(ClientState &state)
{
    return database.readAll("SELECT id, properties FROM entity ORDER BY id",
                            [&](const SqliteStatement &row) -> Expected<void> {
                                const QByteArray id = row.bytes(0);
                                auto values = unpackValues(row.bytes(1));
                                if (!values) {
                                    return damaged(QStringLiteral("the entity \"%1\"")
                                                           .arg(QString::fromUtf8(id)),
                                                   values.error());
                                }
                                state.entities.push_back({ id, *std::move(values) });
                                return {};
                            });
}

Expected<void> SqliteClientStorage::Private::loadPending(ClientState &state)
{
    return database.readAll("SELECT number, content FROM pending ORDER BY number",
                            [&](const SqliteStatement &row) -> Expected<void> {
                                const TransactionNumber number = row.integer(0);
                                auto content = unpackTransaction(row.bytes(1));
                                if (!content) {
                                    return damaged(QStringLiteral("the transaction %1").arg(number),
                                                   content.error());
                                }
                                state.pending.push_back({ number, *std::move(content) });
                                return {};
                            });
}

// Writing

Expected<void> SqliteClientStorage::write(const ClientStorageBatch &batch)
{
    if (auto opened = d->open(); !opened)
        return opened;
    return d->database.transaction([&] { return d->writeAll(batch); });
}

Expected<void> SqliteClientStorage::Private::writeAll(const ClientStorageBatch &batch)
{
    auto written = database.execute(statements->writeClient, batch.client, batch.epoch,
                                    batch.cursor, batch.answered, batch.settled, batch.sent);
    if (written && batch.subscriptions)
        written = writeSubscriptions(*batch.subscriptions);
    if (written)
        written = writeEntities(batch);
    return written ? writePending(batch) : written;
}

Expected<void> SqliteClientStorage::Private::writeSubscriptions(
        const std::vector<StoredSubscription> &subscriptions)
{
    auto written = database.execute("DELETE FROM subscription");
    qint64 number = 0;
    for (const StoredSubscription &each : subscriptions) {
        if (!written)
            break;
        written = database.execute(statements->writeSubscription, ++number, packFilter(each.filter),
                                   each.isReady, each.isFresh);
    }
    return written;
}

Expected<void> SqliteClientStorage::Private::writeEntities(const ClientStorageBatch &batch)
{
    for (const QByteArray &id : batch.goneEntities) {
        if (auto done = database.execute(statements->removeEntity, id); !done)
            return done;
    }
    for (const StoredReplica &entity : batch.entities) {
        auto done = database.execute(statements->writeEntity, entity.id, packValues(entity.values));
        if (!done)
            return done;
    }
    return {};
}

Expected<void> SqliteClientStorage::Private::writePending(const ClientStorageBatch &batch)
{
    auto written = batch.isRenumbered ? database.execute("DELETE FROM pending")
                                      : database.execute(statements->removePending, batch.answered);
    for (const StoredTransaction &each : batch.pending) {
        if (!written)
            break;
        written = database.execute(statements->writePending, each.number,
                                   packTransaction(each.transaction));
    }
    return written;
}

} // namespace ObjectSync
