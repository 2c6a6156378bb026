// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Durable writes: a session in the server's process changes one property of one entity in each
// transaction, in groups, against bare SQLite, which writes the very same rows: those that the
// server's storage was given for such groups, packed beforehand. Both have a file of their own on
// disk, in WAL mode with synchronous=FULL, and make each group one SQLite transaction.
//
// In turn, round by round: the server with one group in flight (each waits for the answers to the
// one before), the server with two (one gathers while the other is written, as with several
// clients), and bare SQLite.

#include "baresqlite.h"
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
constexpr int Rounds = 15; // many short ones: the time that a disk takes comes and goes
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

struct Figures
{
    std::vector<double> one;
    std::vector<double> two;
    std::vector<double> bare;
};

QByteArray reportName(const GroupSize &size, const char *underWay)
{
    return "durable: transactions a second in groups of " + QByteArray::number(size.transactions)
           + ", " + underWay + ", against bare SQLite";
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    // Not in the folder for temporary files, which may be in memory.
    const QTemporaryDir folder(QCoreApplication::applicationDirPath()
                               + QStringLiteral("/bench_durable-XXXXXX"));
    if (!folder.isValid())
        qFatal("%ls", qUtf16Printable(folder.errorString()));
    const QString file = folder.filePath(QStringLiteral("ours.db"));
    const QString bareFile = folder.filePath(QStringLiteral("bare.db"));
    Ours(file).fill();
    if (!QFile::copy(file, bareFile))
        qFatal("the database could not be copied");
    Ours ours(file);
    BareSqlite bare(bareFile);

    std::fprintf(stderr, "%6s %38s %38s %38s\n", "group", "one in flight, tx/s (least to most)",
                 "two in flight, tx/s (least to most)", "bare SQLite, tx/s (least to most)");
    for (const GroupSize &size : GroupSizes) {
        const std::vector<BareSqlite::Rows> rows = BareSqlite::pack(ours.record(size));
        bare.write(rows);
        const double transactions = double(size.transactions) * size.groups;
        Figures figures;
        for (int round = 0; round < Rounds; ++round) {
            figures.one.push_back(transactions / ours.write(size, 1));
            figures.bare.push_back(transactions / bare.write(rows));
            figures.two.push_back(transactions / ours.write(size, 2));
        }
        const Spread one(figures.one);
        const Spread two(figures.two);
        const Spread reference(figures.bare);
        std::fprintf(stderr, "%6d", size.transactions);
        for (const Spread *spread : { &one, &two, &reference })
            std::fprintf(stderr, " %14.0f (%.0f to %.0f)", spread->median, spread->least,
                         spread->most);
        std::fprintf(stderr, "\n");
        reportAtLeast(reportName(size, "one in flight").constData(), one.median, reference.median,
                      0.85, 0.7);
        reportAtLeast(reportName(size, "two in flight").constData(), two.median, reference.median,
                      0.85, 0.7);
    }
    return 0;
}
