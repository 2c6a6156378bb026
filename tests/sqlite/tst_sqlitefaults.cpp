// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The store on a disk that fails, and on a machine whose power is cut: what was confirmed is there,
// what was not is there as a whole or not at all.

#include "faultyvfs.h"

#include <objectsync/sqlite/sqlitestorage.h>

#include <QtTest/qtest.h>

#include <sqlite3.h>

using namespace ObjectSync;

namespace {

using Batches = std::vector<StorageBatch>;

std::unique_ptr<Storage> open()
{
    return std::make_unique<SqliteStorage>(QStringLiteral("file:world.db?vfs=faulty"));
}

/// Random work for a store, and the world that has to be there after it.
class Work
{
public:
    explicit Work(unsigned seed) : m_random(seed) { m_world.epoch = "epoch"; }

    /// The next rows: inserts, changes and deletes of entities and clients.
    StorageBatch next()
    {
        StorageBatch batch;
        batch.epoch = "epoch";
        batch.revision = ++m_revision;
        const auto count = 1 + m_random() % 30;
        for (unsigned i = 0; i < count; ++i)
            addEntity(batch);
        const QByteArray key = "client" + QByteArray::number(qulonglong(m_random() % 3));
        batch.clients.push_back({ key, m_revision, 0, { { m_revision, 7, m_revision } } });
        return batch;
    }

    /// \a batch is confirmed.
    void confirm(const StorageBatch &batch) { fold(m_world, batch); }

    const StoredWorld &world() const { return m_world; }
    StoredWorld worldWith(const StorageBatch &batch) const
    {
        StoredWorld world = m_world;
        fold(world, batch);
        return world;
    }

private:
    void addEntity(StorageBatch &batch)
    {
        const QByteArray id = "e" + QByteArray::number(qulonglong(m_random() % 200));
        const auto hasId = [&id](const StoredEntity &each) { return each.id == id; };
        const auto isGone = std::find(batch.goneEntities.begin(), batch.goneEntities.end(), id)
                            != batch.goneEntities.end();
        if (isGone || std::any_of(batch.entities.begin(), batch.entities.end(), hasId))
            return;
        if (m_random() % 5 == 0) {
            batch.goneEntities.push_back(id);
            return;
        }
        const QByteArray text(static_cast<qsizetype>(m_random() % 900), 'x');
        batch.entities.push_back(
                { id, m_revision, 1, true, { { "text", Value::string(text), m_revision } } });
    }

    static void fold(StoredWorld &world, const StorageBatch &batch)
    {
        world.revision = batch.revision;
        std::erase_if(world.entities, [&](const StoredEntity &each) {
            const auto isSame = [&](const StoredEntity &other) { return other.id == each.id; };
            return std::count(batch.goneEntities.begin(), batch.goneEntities.end(), each.id) > 0
                   || std::any_of(batch.entities.begin(), batch.entities.end(), isSame);
        });
        world.entities.insert(world.entities.end(), batch.entities.begin(), batch.entities.end());
        for (const StoredClient &client : batch.clients) {
            std::erase_if(world.clients,
                          [&](const StoredClient &each) { return each.key == client.key; });
            world.clients.push_back(client);
        }
    }

    std::mt19937 m_random;
    Revision m_revision = 0;
    StoredWorld m_world;
};

/// The same world, whatever the order of rows with one stamp.
bool isSame(StoredWorld a, StoredWorld b)
{
    for (StoredWorld *each : { &a, &b }) {
        std::sort(each->entities.begin(), each->entities.end(),
                  [](const StoredEntity &x, const StoredEntity &y) { return x.id < y.id; });
        std::sort(each->clients.begin(), each->clients.end(),
                  [](const StoredClient &x, const StoredClient &y) { return x.key < y.key; });
    }
    return a == b;
}

QByteArray words(const Error &error)
{
    return error.code + ": " + error.message.toUtf8();
}

} // namespace

class tst_SqliteFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void powerCuts();
    void aCallThatFails_data();
    void aCallThatFails();
    void aFullDisk();
};

/// Each round cuts the power at another call of the same work, starts again, and goes on with what
/// the store has.
void tst_SqliteFaults::powerCuts()
{
    std::mt19937 random(1);
    int cuts = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        FaultyVfs vfs;
        Work work(seed);
        StoredWorld expected;
        vfs.cutPowerAt(static_cast<int>(random() % 250));
        std::optional<StorageBatch> unconfirmed;
        auto storage = open();
        if (storage->load({})) {
            for (int i = 0; i < 25 && !unconfirmed; ++i) {
                const StorageBatch batch = work.next();
                if (storage->write({ batch }))
                    work.confirm(batch);
                else
                    unconfirmed = batch;
            }
        }
        storage.reset();
        cuts += vfs.isPowerOff();
        vfs.restorePower(random);

        storage = open();
        const auto loaded = storage->load({});
        QVERIFY2(loaded, loaded ? "" : words(loaded.error()).constData());
        const bool isConfirmed = isSame(*loaded, work.world())
                                 || (work.world().revision == 0 && *loaded == StoredWorld());
        const bool isWhole = unconfirmed && isSame(*loaded, work.worldWith(*unconfirmed));
        QVERIFY2(isConfirmed || isWhole, qPrintable(QStringLiteral("seed %1").arg(seed)));
        // A server would not know either, and writes it again.
        if (unconfirmed) {
            QVERIFY(storage->write({ *unconfirmed }));
            QVERIFY(isSame(*storage->load({}), work.worldWith(*unconfirmed)));
        }
    }
    QVERIFY2(cuts > 200, qPrintable(QString::number(cuts)));
}

void tst_SqliteFaults::aCallThatFails_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("advice");
    QTest::newRow("full") << SQLITE_FULL << QStringLiteral("free some space");
    QTest::newRow("write") << SQLITE_IOERR_WRITE << QStringLiteral("check the disk");
    QTest::newRow("sync") << SQLITE_IOERR_FSYNC << QStringLiteral("check the disk");
}

/// Whichever call it is: the error says what to do, and the same batch once more is written.
void tst_SqliteFaults::aCallThatFails()
{
    QFETCH(int, code);
    QFETCH(QString, advice);
    int failures = 0;
    bool reachedEnd = false;
    for (int call = 0; !reachedEnd; ++call) {
        FaultyVfs vfs;
        Work work(5);
        vfs.failAt(call, code);
        auto storage = open();
        const auto check = [&](const Error &error) {
            ++failures;
            QVERIFY2(error.message.contains(advice), words(error).constData());
            QVERIFY2(error.message.contains(QLatin1String("world.db")), words(error).constData());
        };
        if (const auto loaded = storage->load({}); !loaded) {
            check(loaded.error());
            QVERIFY(storage->load({}));
        }
        for (int i = 0; i < 12; ++i) {
            const StorageBatch batch = work.next();
            if (const auto written = storage->write({ batch }); !written) {
                check(written.error());
                QVERIFY(isSame(*storage->load({}), work.world())
                        || (work.world().revision == 0 && *storage->load({}) == StoredWorld()));
                const auto again = storage->write({ batch });
                QVERIFY2(again, again ? "" : words(again.error()).constData());
            }
            work.confirm(batch);
        }
        storage.reset();
        reachedEnd = vfs.calls() <= call;
        vfs.failAt(-1, 0);
        const auto loaded = open()->load({});
        QVERIFY2(loaded, loaded ? "" : words(loaded.error()).constData());
        QVERIFY2(isSame(*loaded, work.world()), qPrintable(QStringLiteral("call %1").arg(call)));
    }
    QVERIFY2(failures > 30, qPrintable(QString::number(failures)));
}

/// It stays full for a while. What was there can be read all the time.
void tst_SqliteFaults::aFullDisk()
{
    FaultyVfs vfs;
    Work work(9);
    auto storage = open();
    QVERIFY(storage->load({}));
    for (int round = 0; round < 40; ++round) {
        const StorageBatch batch = work.next();
        if (round % 4 == 3) {
            vfs.failAt(vfs.calls() + round / 4 % 3, SQLITE_FULL, 1000000);
            for (int i = 0; i < 3; ++i) {
                const auto written = storage->write({ batch });
                QVERIFY(!written);
                QVERIFY(written.error().message.contains(QLatin1String("full")));
                QVERIFY(isSame(*storage->load({}), work.world()));
            }
            vfs.failAt(-1, 0);
        }
        const auto written = storage->write({ batch });
        QVERIFY2(written, written ? "" : words(written.error()).constData());
        work.confirm(batch);
    }
    storage.reset();
    QVERIFY(isSame(*open()->load({}), work.world()));
}

QTEST_GUILESS_MAIN(tst_SqliteFaults)
#include "tst_sqlitefaults.moc"
