// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Durable writes: what a store makes of bare SQLite. Each transaction changes one property of one
// entity; a group of them is one SQLite transaction, in a file on disk in WAL mode with
// synchronous=FULL. In turn, round by round:
//
// - the store: a SqliteStorage is given the batches that a server gives it for such groups, which
//   were recorded before. It packs the rows and writes them;
// - bare SQLite writes the very same rows (entities, the record of the client, the world's), packed
//   beforehand. The promise is about these two;
// - for comparison, the whole way: a session in the server's process commits the transactions one by
//   one and waits for the answers. That is the work of a session, a server's engine and a second
//   thread for every single transaction, none of which bare SQLite has. With one group in flight
//   each waits for the answers to the one before; with two, one gathers while the other is written,
//   as with several clients.

#include "baresqlite.h"
#include "options.h"
#include "report.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/server/syncserver.h>
#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qfile.h>
#include <QtCore/qtemporarydir.h>

#include <array>
#include <atomic>
#include <functional>

using namespace ObjectSync;

namespace {

constexpr int Entities = 10000;
constexpr int Step = 7919; // of the entities that are changed one after another: spread widely

struct GroupSize
{
    int transactions;
    int groups; ///< in one round
};
constexpr std::array GroupSizes = { GroupSize{ 1, 100 }, GroupSize{ 10, 60 }, GroupSize{ 100, 30 },
                                    GroupSize{ 1000, 8 } };

/// A SqliteStorage that counts, and keeps what it was given where that is asked for.
class WatchedStorage : public Storage
{
public:
    struct Log
    {
        std::atomic<int> writes = 0;
        std::atomic<bool> keep = false;
        std::function<void()> begun; ///< called in the storage's thread before each write
        std::vector<StorageBatch> batches; ///< read while nothing is written
    };

    WatchedStorage(const QString &file, Log &log) : m_storage(file), m_log(log) { }
    Expected<StoredWorld> load(const QByteArray &world) override { return m_storage.load(world); }
    Expected<void> write(const std::vector<StorageBatch> &batches) override
    {
        ++m_log.writes;
        m_log.begun();
        if (m_log.keep)
            m_log.batches.insert(m_log.batches.end(), batches.begin(), batches.end());
        return m_storage.write(batches);
    }

private:
    SqliteStorage m_storage;
    Log &m_log;
};

QByteArray idOf(int index)
{
    return "item/" + QByteArray::number(index);
}

/// A server with its session, as an application has them.
class Ours
{
public:
    explicit Ours(const QString &file)
    {
        Limits limits;
        limits.pendingTransactions = 4 * GroupSizes.back().transactions;
        m_server.setLimits(limits);
        m_log.begun = [this] {
            QMetaObject::invokeMethod(
                    &m_loop, [this] { writeBegun(); }, Qt::QueuedConnection);
        };
        m_server.setStorage(std::make_unique<WatchedStorage>(file, m_log));
        if (!m_server.start())
            qFatal("%ls", qUtf16Printable(m_server.errorString()));
        m_session = m_server.session();
        QObject::connect(m_session, &SyncSession::rejected, m_session,
                         [](TransactionId, const Error &error) {
                             qFatal("refused: %ls", qUtf16Printable(error.message));
                         });
    }

    ~Ours()
    {
        QObject::connect(&m_server, &SyncServer::closed, &m_loop, &QEventLoop::quit);
        m_server.close();
        m_loop.exec();
    }

    void fill()
    {
        for (int from = 0; from < Entities; from += 1000) {
            Transaction transaction;
            for (int i = from; i < from + 1000; ++i) {
                transaction.operations.push_back(
                        Operation::create(idOf(i),
                                          { { "x", i * 0.5 },
                                            { "y", i * 0.25 },
                                            { "name",
                                              Value::string("item " + QByteArray::number(i)) },
                                            { "kind", i % 10 },
                                            { "open", i % 2 == 0 } }));
            }
            m_session->transaction(transaction)->then(&m_loop, [this](const SyncReply &) {
                m_loop.quit();
            });
            m_loop.exec();
        }
    }

    /// Seconds for so many groups of that size, each written in one SQLite transaction.
    double write(const GroupSize &size, int underWay)
    {
        m_size = size.transactions;
        m_toBegin = m_toEnd = size.groups;
        m_underWay = underWay;
        m_log.writes = 0;
        QElapsedTimer timer;
        timer.start();
        beginGroup();
        m_loop.exec();
        const double seconds = static_cast<double>(timer.nsecsElapsed()) * 1e-9;
        if (m_log.writes != size.groups) {
            std::fprintf(stderr, "bench_durable: %d groups of %d were written in %d transactions\n",
                         size.groups, size.transactions, m_log.writes.load());
            std::exit(1);
        }
        return seconds;
    }

    /// The rows of some groups of that size.
    std::vector<StorageBatch> record(const GroupSize &size)
    {
        m_log.keep = true;
        write(size, 1);
        m_log.keep = false;
        return std::exchange(m_log.batches, {});
    }

private:
    /// With two under way, one begins to gather whenever one begins to be written; else they could
    /// be gathered, and written, together.
    void writeBegun()
    {
        if (m_underWay == 2)
            beginGroup();
    }

    void beginGroup()
    {
        if (m_toBegin-- <= 0)
            return;
        SyncReply *last = nullptr;
        for (int i = 0; i < m_size; ++i) {
            m_next = (m_next + Step) % Entities;
            last = m_session->transaction(Transaction{
                    { Operation::set(idOf(m_next), { { "x", ++m_value + 0.5 } }) }, {} });
        }
        last->then(&m_loop, [this](const SyncReply &) {
            if (--m_toEnd == 0)
                m_loop.quit();
            else if (m_underWay == 1)
                beginGroup();
        });
    }

    WatchedStorage::Log m_log;
    SyncServer m_server;
    SyncSession *m_session = nullptr;
    QEventLoop m_loop;
    int m_size = 0;
    int m_toBegin = 0;
    int m_toEnd = 0;
    int m_underWay = 0;
    int m_next = 0;
    double m_value = 1e6;
};

/// The store alone.
class Store
{
public:
    explicit Store(const QString &file) : m_storage(file)
    {
        if (const auto loaded = m_storage.load({}); !loaded)
            qFatal("%ls", qUtf16Printable(loaded.error().message));
    }

    /// Seconds for these batches, each in a transaction of its own.
    double write(const std::vector<std::vector<StorageBatch>> &groups)
    {
        QElapsedTimer timer;
        timer.start();
        for (const std::vector<StorageBatch> &group : groups) {
            if (const auto written = m_storage.write(group); !written)
                qFatal("%ls", qUtf16Printable(written.error().message));
        }
        return static_cast<double>(timer.nsecsElapsed()) * 1e-9;
    }

private:
    SqliteStorage m_storage;
};

/// Transactions a second, of each round.
struct Figures
{
    std::vector<double> store;
    std::vector<double> bare;
    std::vector<double> one; ///< the whole way, groups in flight
    std::vector<double> two;
};

void print(const char *name, const std::vector<double> &figures, const Spread &bare)
{
    const Spread spread(figures);
    std::fprintf(stderr, "       %-33s %10.0f tx/s (%.0f to %.0f), %.3g of bare SQLite\n", name,
                 spread.median, spread.least, spread.most, spread.median / bare.median);
}

void print(const GroupSize &size, const Figures &figures, const Bench::Options &options)
{
    const Spread bare(figures.bare);
    std::fprintf(stderr, "groups of %d\n", size.transactions);
    print("bare SQLite", figures.bare, bare);
    print("the store", figures.store, bare);
    print("the whole way, one in flight", figures.one, bare);
    print("the whole way, two in flight", figures.two, bare);
    const QByteArray groups = "groups" + QByteArray::number(size.transactions);
    options.keep({ "bench_durable", groups.constData(), "sqlite", "bare SQLite" }, bare);
    options.keep({ "bench_durable", groups.constData(), "objectsync", "the store" },
                 Spread(figures.store));
    const QByteArray name = "durable: transactions a second in groups of "
                            + QByteArray::number(size.transactions)
                            + ", the store against bare SQLite";
    reportAtLeast(name.constData(), Spread(figures.store).median, bare.median, 0.85, 0.7);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    // Many short rounds: the time that a disk takes comes and goes.
    Bench::Options options(Bench::Options::Kind::Alone, 15);
    options.parse(QCoreApplication::arguments());
    const int rounds = options.rounds();
    // Not in the folder for temporary files, which may be in memory.
    const QTemporaryDir folder(QCoreApplication::applicationDirPath()
                               + QStringLiteral("/bench_durable-XXXXXX"));
    if (!folder.isValid())
        qFatal("%ls", qUtf16Printable(folder.errorString()));
    const QString file = folder.filePath(QStringLiteral("ours.db"));
    const QString storeFile = folder.filePath(QStringLiteral("store.db"));
    const QString bareFile = folder.filePath(QStringLiteral("bare.db"));
    Ours(file).fill();
    for (const QString &copy : { storeFile, bareFile }) {
        if (!QFile::copy(file, copy))
            qFatal("the database could not be copied");
    }
    Ours ours(file);
    Store store(storeFile);
    BareSqlite bare(bareFile);

    for (const GroupSize &size : GroupSizes) {
        const std::vector<StorageBatch> batches = ours.record(size);
        std::vector<std::vector<StorageBatch>> groups;
        for (const StorageBatch &batch : batches)
            groups.push_back({ batch });
        const std::vector<BareSqlite::Rows> rows = BareSqlite::pack(batches);
        store.write(groups);
        bare.write(rows);
        const double transactions = double(size.transactions) * size.groups;
        Figures figures;
        for (int round = 0; round < rounds; ++round) {
            figures.store.push_back(transactions / store.write(groups));
            figures.bare.push_back(transactions / bare.write(rows));
            figures.one.push_back(transactions / ours.write(size, 1));
            figures.two.push_back(transactions / ours.write(size, 2));
        }
        print(size, figures, options);
    }
    return 0;
}
