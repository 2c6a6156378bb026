// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A server and clients with stores in files, as processes, which are killed at random moments, round
// by round. What was answered is there in the end, everything once and in order, and a client that
// watched all the time sees what the server has.

#include <daemonprocess.h>

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qtemporarydir.h>

#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>

using namespace ObjectSync;

namespace {

int fromEnvironment(const char *name, int otherwise)
{
    bool isSet = false;
    const int value = qEnvironmentVariableIntValue(name, &isSet);
    return isSet ? value : otherwise;
}

/// A client that comes again with the same store, each time with another number.
class Writer
{
public:
    Writer(const QUrl &url, const QString &store, int first)
        : m_url(url), m_store(store), m_run(first)
    {
    }

    void start()
    {
        m_process = std::make_unique<ToolProcess>(QStringLiteral(OFFLINE_CLIENT),
                                                  QStringList{ m_url.toString(), m_store,
                                                               QString::number(m_run) });
    }
    void kill()
    {
        m_process->signal(SIGKILL);
        m_process->waitForEnd();
        collect();
        m_run += 2;
    }
    bool isBusy() const { return m_process->output().contains("made 2\n"); }

    std::set<QString> answered; ///< ids that have to be there
    QByteArray complaints; ///< what should not have been printed

private:
    /// The last line may be cut off.
    void collect()
    {
        QList<QByteArray> lines = m_process->output().split('\n');
        lines.removeLast();
        for (const QByteArray &line : std::as_const(lines)) {
            if (line.startsWith("answered "))
                answered.insert(u"log/%1/"_s.arg(m_run) + QString::fromUtf8(line.mid(9)));
            else if (!line.startsWith("made "))
                complaints += line + '\n';
        }
        if (m_process->errors().contains("store"))
            complaints += m_process->errors();
    }

    QUrl m_url;
    QString m_store;
    int m_run;
    std::unique_ptr<ToolProcess> m_process;
};

} // namespace

class TestCrash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedAtAnyPoint();

private:
    static void verifyWorld(const SyncSession &world, const std::set<QString> &answered);
};

void TestCrash::killedAtAnyPoint()
{
    const int rounds = fromEnvironment("OBJECTSYNC_CRASH_ROUNDS", 20);
    const auto seed = static_cast<unsigned>(fromEnvironment("OBJECTSYNC_CRASH_SEED", 1));
    std::mt19937 random(seed);
    const QTemporaryDir folder;
    DaemonProcess server({ u"--database"_s, folder.filePath(u"world.db"_s) });
    QVERIFY(server.start());
    SyncSession watcher;
    watcher.setReconnectFirst(20);
    watcher.setReconnectMost(50);
    watcher.subscribe(QString());
    watcher.open(server.url());
    std::array writers{ Writer(server.url(), folder.filePath(u"a.db"_s), 0),
                        Writer(server.url(), folder.filePath(u"b.db"_s), 1) };
    for (Writer &writer : writers)
        writer.start();
    for (int round = 0; round < rounds; ++round) {
        for (const Writer &writer : writers)
            QTRY_VERIFY_WITH_TIMEOUT(writer.isBusy(), 30000);
        QElapsedTimer clock;
        clock.start();
        const qint64 moment = random() % 60;
        QVERIFY(QTest::qWaitFor([&] { return clock.elapsed() >= moment; }));
        const auto victim = random() % 3;
        if (victim == 2) {
            server.kill();
            QVERIFY(server.start());
        } else {
            writers[victim].kill();
            writers[victim].start();
        }
    }
    std::set<QString> answered;
    for (Writer &writer : writers) {
        writer.kill();
        QCOMPARE(writer.complaints, QByteArray());
        answered.merge(writer.answered);
    }
    QVERIFY(answered.size() > static_cast<size_t>(rounds));

    // Once more, from the file alone.
    server.kill();
    QVERIFY(server.start());
    QTRY_VERIFY(watcher.isOnline());
    SyncSession fresh;
    SyncSubscription *all = fresh.subscribe(QString());
    fresh.open(server.url());
    QTRY_VERIFY(all->isReady());
    verifyWorld(fresh, answered);
    QTRY_COMPARE(watcher.ids(), fresh.ids());
    const QStringList ids = fresh.ids();
    for (const QString &id : ids)
        QCOMPARE(watcher.values(id), fresh.values(id));
    QCOMPARE(server.stop(), 0);
}

void TestCrash::verifyWorld(const SyncSession &world, const std::set<QString> &answered)
{
    for (const QString &id : answered)
        QVERIFY2(world.exists(id), qPrintable(id));
    // Each transaction counted once, and none of a run came without those before it.
    std::map<QString, std::set<int>> runs;
    const QStringList log = world.ids(u"log/"_s);
    for (const QString &id : log)
        runs[id.section(u'/', 1, 1)].insert(id.section(u'/', 2, 2).toInt());
    for (const auto &[run, numbers] : runs) {
        QCOMPARE(*numbers.begin(), 1);
        QCOMPARE(*numbers.rbegin(), static_cast<int>(numbers.size()));
    }
    QCOMPARE(world.value(u"counter"_s, u"n"_s).toLongLong(), log.size());
}

QTEST_GUILESS_MAIN(TestCrash)
#include "tst_crash.moc"
