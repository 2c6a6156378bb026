// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "toolprocess.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>
#include <objectsync/server/memorystorage.h>
#include <objectsync/server/syncserver.h>
#include <objectsync/sqlite/sqliteclientstorage.h>

#include <QtCore/qfile.h>
#include <QtCore/qtemporarydir.h>
#include <QtSql/qsqldatabase.h>
#include <QtSql/qsqlquery.h>
#include <QtTest/qsignalspy.h>

using namespace ObjectSync;

namespace {

/// A session with the store \a file that reconnects quickly.
class OfflineClient : public SyncSession
{
public:
    explicit OfflineClient(const QUrl &url, const QString &file, qint64 sizeLimit = 0)
    {
        setReconnectFirst(20);
        setReconnectMost(50);
        auto storage = std::make_unique<SqliteClientStorage>(file);
        storage->setSizeLimit(sizeLimit);
        setStorage(std::move(storage));
        subscribe(QString());
        open(url);
    }
    bool isRestored()
    {
        return QTest::qWaitFor([this] { return !isRestoring(); });
    }
    bool settle()
    {
        return QTest::qWaitFor([this] { return isOnline() && pendingCount() == 0; }, 20000);
    }
};

} // namespace

class TestOffline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void editsOfEarlierSessionsArriveOnce();
    void answersOfEarlierSessionsCome();
    void killedAtAnyPoint();
    void secondProcessWorksWithoutTheStore();
    void unreadableFile_data();
    void unreadableFile();
    void fullDisk();

private:
    void startServer();
    void stopServer();
    QString file() const { return m_folder->filePath(QStringLiteral("client.db")); }
    QStringList logOf(int run) const { return m_order.filter(QStringLiteral("log/%1/").arg(run)); }

    /// Of the world, in the order of the revisions.
    QStringList storedLog(int run) const
    {
        QStringList log;
        for (const StoredEntity &entity : MemoryStorage::contents(m_memory, {}).entities) {
            const QString id = QString::fromUtf8(entity.id);
            if (entity.alive && id.startsWith(u"log/%1/"_s.arg(run)))
                log.append(id);
        }
        return log;
    }

    std::optional<QTemporaryDir> m_folder;
    std::shared_ptr<MemoryStorage::Memory> m_memory;
    std::unique_ptr<SyncServer> m_server;
    QUrl m_url;
    QStringList m_order; ///< the last entity of each transaction that reached the server's rules
};

void TestOffline::init()
{
    m_folder.emplace();
    m_memory = MemoryStorage::makeMemory();
    m_url.clear();
    m_order.clear();
    startServer();
    stopServer(); // there is an address, and nobody at it
}

void TestOffline::cleanup()
{
    m_server.reset();
}

/// With what it had, at the address that it had.
void TestOffline::startServer()
{
    m_server = std::make_unique<SyncServer>();
    m_server->setStorage(std::make_unique<MemoryStorage>(m_memory));
    m_server->addCommitHandler([this](CommitRequest &request) {
        m_order.append(QString::fromUtf8(request.operations().back().id));
        request.accept();
    });
    const auto port = static_cast<quint16>(std::max(m_url.port(), 0));
    QVERIFY2(m_server->listen(QHostAddress(QHostAddress::LocalHost), port),
             qPrintable(m_server->errorString()));
    m_url = m_server->url();
}

void TestOffline::stopServer()
{
    m_server.reset();
}

void TestOffline::editsOfEarlierSessionsArriveOnce()
{
    QStringList expected;
    for (int run = 1; run <= 3; ++run) {
        OfflineClient session(m_url, file());
        QVERIFY(session.isRestored());
        QCOMPARE(session.pendingCount(), 4 * (run - 1));
        QCOMPARE(session.value(u"counter"_s, u"n"_s).toInt(), 3 * (run - 1));
        for (int i = 1; i <= 3; ++i) {
            session.transaction([&](SyncTransaction &transaction) {
                expected.append(u"log/%1/%2"_s.arg(run).arg(i));
                transaction.save(u"counter"_s, {});
                transaction.increment(u"counter"_s, u"n"_s);
                transaction.create(expected.last(), {});
            });
        }
        session.save({ { u"id"_s, u"last"_s }, { u"run"_s, run } });
        expected.append(u"last"_s);
        QCOMPARE(session.pendingCount(), 4 * run);
        QVERIFY(!session.isOnline());
    }
    startServer();
    OfflineClient session(m_url, file());
    QVERIFY(session.settle());
    QCOMPARE(m_order, expected);
    SyncSession *world = m_server->session();
    world->subscribe(QString());
    QTRY_COMPARE(world->value(u"counter"_s, u"n"_s).toInt(), 9);
    QCOMPARE(world->value(u"last"_s, u"run"_s).toInt(), 3);
    QTRY_COMPARE(world->ids().size(), 11);
}

/// The server has decided, and stopped before the client heard of it.
void TestOffline::answersOfEarlierSessionsCome()
{
    startServer();
    {
        OfflineClient session(m_url, file());
        session.save({ { u"id"_s, u"counter"_s }, { u"n"_s, 0 } });
        QVERIFY(session.settle());
        connect(&session, &SyncSession::pendingCountChanged, this, [this](int count) {
            if (count == 5) // sent by now, or a moment later, or never
                stopServer();
        });
        for (int i = 0; i < 5; ++i)
            session.increment(u"counter"_s, u"n"_s);
        QTRY_VERIFY(!session.isOnline());
        QCOMPARE(session.value(u"counter"_s, u"n"_s).toInt(), 5);
    }
    startServer();
    OfflineClient session(m_url, file());
    QVERIFY(session.isRestored());
    QCOMPARE(session.value(u"counter"_s, u"n"_s).toInt(), 5);
    QVERIFY(session.settle());
    QCOMPARE(session.value(u"counter"_s, u"n"_s).toInt(), 5);
}

/// Real processes, killed in the middle of what they do; the server comes and goes, too.
void TestOffline::killedAtAnyPoint()
{
    const int runs = 12;
    int serverRuns = 0;
    for (int run = 0; run < runs; ++run) {
        if (run % 4 == 0)
            startServer();
        if (run % 4 == 3)
            stopServer();
        ToolProcess client(QStringLiteral(OFFLINE_CLIENT),
                           { m_url.toString(), file(), QString::number(run) });
        const bool isUp = m_server != nullptr;
        serverRuns += isUp ? 1 : 0;
        // Online: in the middle of sending. Offline, or too early: in the middle of storing.
        if (isUp && run % 4 != 2)
            QTRY_VERIFY_WITH_TIMEOUT(logOf(run).size() >= 5 * run + 1, 30000);
        else
            QVERIFY(client.waitForOutput("made " + QByteArray::number(3 * run + 1) + '\n'));
        client.signal(SIGKILL);
        QCOMPARE(client.waitForEnd(), -1);
        QVERIFY2(!client.errors().contains("store"), client.errors().constData());
    }
    startServer();
    OfflineClient session(m_url, file());
    QVERIFY(session.settle());

    SyncSession *world = m_server->session();
    world->subscribe(QString());
    QTRY_COMPARE(world->values(u"counter"_s), session.values(u"counter"_s));
    int sum = 0;
    for (int run = 0; run < runs; ++run) {
        // In order, without gaps: a crash costs the newest ones at most. Each once.
        const QStringList log = storedLog(run);
        for (qsizetype i = 0; i < log.size(); ++i)
            QCOMPARE(log[i], u"log/%1/%2"_s.arg(run).arg(i + 1));
        sum += static_cast<int>(log.size());
    }
    QVERIFY(serverRuns > 0 && sum > 100);
    QCOMPARE(session.value(u"counter"_s, u"n"_s).toInt(), sum);
    QCOMPARE(session.ids(u"log/"_s).size(), sum);
}

void TestOffline::secondProcessWorksWithoutTheStore()
{
    startServer();
    ToolProcess first(QStringLiteral(OFFLINE_CLIENT), { m_url.toString(), file(), u"0"_s });
    QTRY_VERIFY_WITH_TIMEOUT(!logOf(0).isEmpty(), 30000);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"without its store.*in use"_s));
    OfflineClient second(m_url, file());
    QSignalSpy failed(&second, &SyncSession::storageFailed);
    second.save({ { u"id"_s, u"second"_s } });
    QVERIFY(second.settle());
    QCOMPARE(failed.count(), 1);
    QVERIFY(second.storageErrorString().contains(u"in use"));
    QVERIFY(m_order.contains(u"second"_s));
    const qsizetype before = logOf(0).size();
    QTRY_VERIFY(logOf(0).size() > before + 10); // the first one was not disturbed
    first.signal(SIGKILL);
    QCOMPARE(first.waitForEnd(), -1);
}

void TestOffline::unreadableFile_data()
{
    QTest::addColumn<bool>("isNewer");
    QTest::addColumn<QString>("words");
    QTest::newRow("damaged") << false << u"restore a backup"_s;
    QTest::newRow("newer") << true << u"newer version"_s;
}

void TestOffline::unreadableFile()
{
    QFETCH(bool, isNewer);
    QFETCH(QString, words);
    {
        OfflineClient session(m_url, file());
        for (int i = 0; i < 2000; ++i)
            session.save({ { u"id"_s, u"a/%1"_s.arg(i) } });
    }
    if (isNewer) {
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"test"_s);
            database.setDatabaseName(file());
            QVERIFY(database.open());
            QVERIFY(QSqlQuery(database).exec(u"PRAGMA user_version = 99"_s));
        }
        QSqlDatabase::removeDatabase(u"test"_s);
    }
    QFile plain(file());
    QVERIFY(plain.open(QIODevice::ReadWrite));
    if (!isNewer) {
        QVERIFY(plain.size() > 12 * 4096);
        plain.seek(qint64(8) * 4096);
        plain.write(QByteArray(4 * 4096, '\xa5'));
        plain.seek(0);
    }
    const QByteArray before = plain.readAll();
    plain.close();

    startServer();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(words));
    {
        OfflineClient session(m_url, file());
        session.save({ { u"id"_s, u"b"_s } });
        QVERIFY(session.settle());
        QVERIFY2(session.storageErrorString().contains(words),
                 qPrintable(session.storageErrorString()));
        QVERIFY(session.storageErrorString().contains(u"client.db"));
        QCOMPARE(m_order, QStringList{ u"b"_s });
    }
    QVERIFY(plain.open(QIODevice::ReadOnly));
    QVERIFY(plain.readAll() == before);
}

void TestOffline::fullDisk()
{
    const QString text(100000, u'x');
    startServer();
    {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"without its store.*free some"_s));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"could not be stored"_s));
        OfflineClient session(m_url, file(), 200000);
        session.save({ { u"id"_s, u"small"_s } });
        QVERIFY(session.settle());
        QSignalSpy failed(&session, &SyncSession::storageFailed);
        session.save({ { u"id"_s, u"big/1"_s }, { u"text"_s, text } });
        session.save({ { u"id"_s, u"big/2"_s }, { u"text"_s, text } });
        session.save({ { u"id"_s, u"big/3"_s }, { u"text"_s, text } });
        QVERIFY(session.settle());
        QTRY_VERIFY(failed.count() > 0);
        QCOMPARE(m_order, (QStringList{ u"small"_s, u"big/1"_s, u"big/2"_s, u"big/3"_s }));
    }
    // What it had was kept; what it had not is in the world.
    m_order.clear();
    OfflineClient session(m_url, file());
    QVERIFY(session.isRestored());
    QVERIFY(session.storageErrorString().isEmpty());
    session.save({ { u"id"_s, u"later"_s } });
    QVERIFY(session.settle());
    QCOMPARE(m_order, QStringList{ u"later"_s });
    QCOMPARE(session.value(u"big/3"_s, u"text"_s).toString(), text);
}

QTEST_GUILESS_MAIN(TestOffline)
#include "tst_offline.moc"
