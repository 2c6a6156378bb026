// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedclient.h"

#include <objectsync/server/memorystorage.h>
#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qmutex.h>
#include <QtCore/qtemporarydir.h>
#include <QtCore/qtimer.h>

#include <functional>
#include <map>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

/// A store as an application might write one: all that it takes, in 30 lines.
class OwnStorage : public Storage
{
public:
    struct Shelf
    {
        QMutex mutex;
        StoredWorld header;
        std::map<QByteArray, StoredEntity> entities;
        std::map<QByteArray, StoredClient> clients;
    };
    explicit OwnStorage(std::shared_ptr<Shelf> shelf) : m_shelf(std::move(shelf)) { }

    Expected<StoredWorld> load(const QByteArray &) override
    {
        const QMutexLocker locker(&m_shelf->mutex);
        StoredWorld world = m_shelf->header;
        for (const auto &[id, entity] : m_shelf->entities)
            world.entities.push_back(entity);
        for (const auto &[key, client] : m_shelf->clients)
            world.clients.push_back(client);
        std::sort(world.entities.begin(), world.entities.end(),
                  [](const auto &a, const auto &b) { return a.stamp < b.stamp; });
        return world;
    }

    Expected<void> write(const std::vector<StorageBatch> &batches) override
    {
        const QMutexLocker locker(&m_shelf->mutex);
        for (const StorageBatch &batch : batches) {
            m_shelf->header = { batch.epoch, batch.revision, batch.tombstoneFloor, {}, {} };
            for (const QByteArray &id : batch.goneEntities)
                m_shelf->entities.erase(id);
            for (const StoredEntity &entity : batch.entities)
                m_shelf->entities[entity.id] = entity;
            for (const StoredClient &client : batch.clients)
                m_shelf->clients[client.key] = client;
            for (const QByteArray &key : batch.goneClients)
                m_shelf->clients.erase(key);
        }
        return {};
    }

private:
    std::shared_ptr<Shelf> m_shelf;
};

/// A database that answers some time later, and knows nothing of this library.
class Database : public QObject
{
public:
    using Done = std::function<void(bool)>;
    void put(const QByteArray &id, const QVariantMap &row, const Done &done)
    {
        later([this, id, row, done] {
            if (!isBroken)
                rows[id] = row;
            done(!isBroken);
        });
    }
    void remove(const QByteArray &id, const Done &done)
    {
        later([this, id, done] { done(!isBroken && rows.erase(id) == 1); });
    }
    void get(const QByteArray &id, const std::function<void(std::optional<QVariantMap>)> &done)
    {
        later([this, id, done] {
            const auto row = rows.find(id);
            done(row == rows.end() ? std::nullopt : std::optional(row->second));
        });
    }
    std::map<QByteArray, QVariantMap> rows;
    bool isBroken = false;

private:
    void later(const std::function<void()> &work) { QTimer::singleShot(0, this, work); }
};

/// Lets the handlers of a server, which keeps nothing itself, work on the database.
void connectDatabase(SyncServer &server, Database &database)
{
    server.addCommitHandler(&database, [&database](CommitRequest &request) {
        const Operation &operation = request.operations().front();
        const auto answer = [request](bool done) mutable {
            if (done)
                request.accept();
            else
                request.reject("database", u"The database does not want it."_s);
        };
        if (operation.kind == Operation::Kind::Destroy)
            return database.remove(operation.id, answer);
        QVariantMap row = request.state().values(operation.id).toVariantMap();
        row.insert(operation.values.toVariantMap());
        database.put(operation.id, row, answer);
    });
    server.addFetchHandler(&database, [&database](FetchRequest &request) {
        database.get(request.ids().front(), [request](const auto &row) mutable {
            if (row)
                request.answer({ *ValueMap::fromVariantMap(*row) });
            else
                request.answer({ std::nullopt });
        });
    });
}

} // namespace

class TestSeedStorage : public QObject
{
    Q_OBJECT

    using Maker = std::function<std::unique_ptr<Storage>()>;
    QTemporaryDir m_folder;

    Maker makerFor(const QByteArray &store)
    {
        if (store == "memory") {
            return [memory = MemoryStorage::makeMemory()] {
                return std::make_unique<MemoryStorage>(memory);
            };
        }
        if (store == "SQLite") {
            return [file = m_folder.filePath(u"world.db"_s)] {
                return std::make_unique<SqliteStorage>(file);
            };
        }
        return [shelf = std::make_shared<OwnStorage::Shelf>()] {
            return std::make_unique<OwnStorage>(shelf);
        };
    }

private Q_SLOTS:
    void B8_anyStore_data();
    void B8_anyStore();
    void B8_noStore();
    void B8_ownHandlersAreTheDatabase();
};

void TestSeedStorage::B8_anyStore_data()
{
    QTest::addColumn<QByteArray>("store");
    for (const char *store : { "memory", "SQLite", "own" })
        QTest::newRow(store) << QByteArray(store);
}

void TestSeedStorage::B8_anyStore()
{
    QFETCH(const QByteArray, store);
    const Maker makeStorage = makerFor(store);
    for (int run = 1; run <= 3; ++run) {
        SyncServer server;
        server.setStorage(makeStorage());
        QVERIFY2(server.listen(), qPrintable(server.errorString()));
        SeedClient anna(server.url());
        QVERIFY(anna.watch());
        // All of the runs before is there, and nothing that was destroyed.
        QStringList expected;
        for (int i = 1; i < run; ++i)
            expected.append(u"kept/%1"_s.arg(i));
        QCOMPARE(anna.ids(), expected);
        QCOMPARE(anna.value(u"kept/1"_s, u"runs"_s), run == 1 ? QVariant() : QVariant(run - 1));

        const QString kept = u"kept/%1"_s.arg(run);
        const QString gone = u"gone/%1"_s.arg(run);
        anna.save({ { u"id"_s, kept }, { u"text"_s, u"ü"_s }, { u"removed"_s, 1 } });
        anna.save({ { u"id"_s, gone } });
        anna.object(kept)->unset(u"removed"_s);
        anna.destroy(gone);
        SyncReply *last = anna.increment(u"kept/1"_s, u"runs"_s);
        QVERIFY(finishes(last));
        QVERIFY(!last->error());
        QCOMPARE(anna.values(kept).value(u"text"_s), QVariant(u"ü"_s));
        QVERIFY(!anna.values(kept).contains(u"removed"_s));
        // Acknowledged is kept: this server does not close in good order.
    }
}

void TestSeedStorage::B8_noStore()
{
    SyncServer server;
    QVERIFY(server.listen());
    SeedClient anna(server.url());
    SeedClient bert(server.url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.takeEvents(), QStringList{ u"created a n=1"_s });
    SyncReply *reply = bert.fetch({ u"a"_s });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value().toList().value(0).toMap().value(u"n"_s), QVariant(1));
    // It goes with the server.
    const quint16 port = server.serverPort();
    QVERIFY(closes(server));
    QVERIFY2(server.listen(QHostAddress::LocalHost, port), qPrintable(server.errorString()));
    SOON(anna.isOnline() && bert.isOnline());
    SOON(!anna.exists(u"a"_s) && !bert.exists(u"a"_s));
}

void TestSeedStorage::B8_ownHandlersAreTheDatabase()
{
    Database database;
    database.rows["lamps/old"] = { { u"watts"_s, 60 } };
    const auto fetched = [](SyncSession &session, const QString &id) {
        SyncReply *reply = session.fetch({ id });
        return finishes(reply) ? reply->value().toList().value(0).toMap() : QVariantMap();
    };
    {
        SyncServer server;
        connectDatabase(server, database);
        QVERIFY(server.listen());
        SeedClient anna(server.url());
        SeedClient bert(server.url());
        QVERIFY(anna.goOnline() && bert.watch(u"lamps/"_s));
        QCOMPARE(fetched(anna, u"lamps/old"_s),
                 (QVariantMap{ { u"id"_s, u"lamps/old"_s }, { u"watts"_s, 60 } }));
        SyncReply *saved = anna.save({ { u"id"_s, u"lamps/"_s }, { u"watts"_s, 7 } });
        QVERIFY(finishes(saved));
        const QString id = saved->ids().value(0);
        QCOMPARE(database.rows[id.toUtf8()], (QVariantMap{ { u"watts"_s, 7 } }));
        QVERIFY(finishes(anna.save({ { u"id"_s, id }, { u"on"_s, true } })));
        QCOMPARE(database.rows[id.toUtf8()], (QVariantMap{ { u"on"_s, true }, { u"watts"_s, 7 } }));
        SOON_EQUAL(bert.values(id), (QVariantMap{ { u"on"_s, true }, { u"watts"_s, 7 } }));

        database.isBroken = true;
        SyncReply *refused = anna.save({ { u"id"_s, id }, { u"on"_s, false } });
        QVERIFY(finishes(refused));
        QCOMPARE(refused->errorCode(), u"database"_s);
        database.isBroken = false;
        QVERIFY(finishes(anna.destroy(id)));
        SOON(!bert.exists(id));
        QVERIFY(!database.rows.contains(id.toUtf8()));
        QVERIFY(finishes(anna.save({ { u"id"_s, u"lamps/new"_s }, { u"watts"_s, 5 } })));
    }
    // Another server, the same database.
    SyncServer server;
    connectDatabase(server, database);
    QVERIFY(server.listen());
    SeedClient carl(server.url());
    QVERIFY(carl.goOnline());
    QCOMPARE(fetched(carl, u"lamps/new"_s).value(u"watts"_s), QVariant(5));
    QCOMPARE(fetched(carl, u"lamps/old"_s).value(u"watts"_s), QVariant(60));
    QVERIFY(fetched(carl, u"lamps/nope"_s).isEmpty());
}

QTEST_GUILESS_MAIN(TestSeedStorage)
#include "tst_seed_storage.moc"
