// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"
#include "fakeclientstorage.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsubscription.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

/// A session on the disk.
class KeptClient : public EngineClient
{
public:
    KeptClient(EngineServer &server, FakeDisk &disk) : EngineClient(server)
    {
        ClientOptions options = this->options();
        options.storeAfter = 10;
        setOptions(options);
        setStorage(disk.makeStorage());
    }
    bool isRestored()
    {
        return QTest::qWaitFor([this] { return !isRestoring(); });
    }
};

const Error DiskFull{ ErrorCode::StorageFailed, u"The disk is full; free some space"_s };

} // namespace

/// What a session with a store keeps, shows and sends.
class TestClientStorage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void showsTheLastWorldBeforeAnyNetwork();
    void missingIsKnownToo();
    void goesOnWhereItWas();
    void changesWaitForTheStoreAlone();
    void neverWaitsForTheDisk();
    void whatWasDoneBeforeRestoringIsKept();
    void storageIsASetting();

    void unusableStorage();
    void storageThatCannotBeWritten();
    void slotsMayDeleteTheSession_data();
    void slotsMayDeleteTheSession();

    void staleObjects();
    void staleObjectsOfANewHistory();
    void rejectedLater();
    void conflictsShowBothStates();
    void retryInsists();
    void fullQueue();

private:
    /// A world with a lamp, which a client has seen; it is gone.
    void seeLamp();

    std::unique_ptr<FakeDisk> m_disk;
    std::unique_ptr<EngineServer> m_server;
};

void TestClientStorage::init()
{
    m_disk = std::make_unique<FakeDisk>();
    m_server = std::make_unique<EngineServer>();
    m_server->commit({ Operation::create("lamps/kitchen", { { "level", 1 } }) });
}

void TestClientStorage::cleanup()
{
    QCOMPARE(m_disk->users(), 0);
    m_server.reset();
    m_disk.reset();
}

void TestClientStorage::seeLamp()
{
    KeptClient session(*m_server, *m_disk);
    const auto *subscription = session.subscribe(u"lamps/"_s);
    QVERIFY(session.goOnline());
    QTRY_VERIFY(subscription->isReady());
}

void TestClientStorage::showsTheLastWorldBeforeAnyNetwork()
{
    seeLamp();
    m_server->setReachable(false);
    {
        KeptClient session(*m_server, *m_disk);
        session.subscribe(u"lamps/"_s);
        QVERIFY(session.isRestored());
        session.object(u"lamps/kitchen"_s)->setProperty("level", 5);
        session.save({ { u"id"_s, u"lamps/hall"_s }, { u"level"_s, 2 } });
    }
    KeptClient session(*m_server, *m_disk);
    QSignalSpy counts(&session, &SyncSession::pendingCountChanged);
    QSignalSpy restoring(&session, &SyncSession::restoringChanged);
    QSignalSpy created(&session, &SyncSession::entityCreated);
    QSignalSpy entered(&session, &SyncSession::entityEntered);
    SyncedObject *early = session.object(u"lamps/kitchen"_s);
    QCOMPARE(early->status(), SyncedObject::Status::Loading);
    QVERIFY(session.isRestoring() && !early->isStale());
    QVERIFY(session.isRestored());
    QCOMPARE(restoring.count(), 1);
    QCOMPARE(session.status(), SyncSession::Status::Closed);
    QCOMPARE(session.clientId().toUtf8(), m_disk->state().client);
    QCOMPARE(session.pendingCount(), 2);
    QCOMPARE(counts.count(), 1);
    QCOMPARE(entered.count(), 1);
    QCOMPARE(created.count(), 1);

    SyncedObject *late = session.object(u"lamps/hall"_s);
    for (SyncedObject *lamp : { early, late }) {
        QCOMPARE(lamp->status(), SyncedObject::Status::Ready);
        QVERIFY(lamp->isPending());
        QVERIFY(lamp->isStale());
    }
    QCOMPARE(early->property("level"), QVariant(5));
    QCOMPARE(late->property("level"), QVariant(2));
    QVERIFY(session.storageErrorString().isEmpty());
    const SyncSubscription *lamps = session.subscribe(u"lamps/"_s);
    QTRY_VERIFY(lamps->isReady());

    m_server->setReachable(true);
    QVERIFY(session.goOnline() && session.settle());
    QCOMPARE(m_server->world().value("lamps/kitchen", "level"), Value(5));
    QCOMPARE(m_server->world().value("lamps/hall", "level"), Value(2));
    QTRY_VERIFY(!early->isStale() && !early->isPending());
    QTRY_VERIFY(m_disk->state().pending.empty());
}

void TestClientStorage::missingIsKnownToo()
{
    seeLamp();
    KeptClient session(*m_server, *m_disk);
    SyncedObject *absent = session.object(u"lamps/absent"_s);
    SyncedObject *other = session.object(u"notes/1"_s);
    QVERIFY(session.isRestored());
    QCOMPARE(absent->status(), SyncedObject::Status::Missing);
    QVERIFY(absent->isStale());
    QCOMPARE(other->status(), SyncedObject::Status::Loading);
    absent->setCreateIfMissing(true);
    QVERIFY(absent->exists());
}

void TestClientStorage::goesOnWhereItWas()
{
    seeLamp();
    QByteArray client;
    for (int run = 1; run <= 3; ++run) {
        KeptClient session(*m_server, *m_disk);
        session.subscribe(u"lamps/"_s);
        session.increment(u"lamps/kitchen"_s, u"level"_s);
        QVERIFY(session.goOnline() && session.settle());
        QCOMPARE(m_server->world().value("lamps/kitchen", "level"), Value(run + 1));
        if (run > 1)
            QCOMPARE(session.clientId().toUtf8(), client);
        client = session.clientId().toUtf8();
    }
    QCOMPARE(m_disk->state().answered, 3);
    QCOMPARE(m_disk->state().entities.front().values.value("level"), Value(4));
    // All of it was resumed: the lamps were told once.
    QCOMPARE(m_server->count("subscribe"), 1);
}

void TestClientStorage::changesWaitForTheStoreAlone()
{
    KeptClient session(*m_server, *m_disk);
    QVERIFY(session.goOnline());
    m_disk->setHeld(true);
    session.save({ { u"id"_s, u"a"_s } });
    QVERIFY(session.exists(u"a"_s));
    SyncReply *fetched = session.fetch({ u"a"_s });
    QVERIFY(finishes(fetched)); // the network is there
    QCOMPARE(fetched->value().toList(), QVariantList{ QVariant::fromValue(nullptr) });
    QCOMPARE(m_server->count("commit"), 0);
    m_disk->setHeld(false);
    QVERIFY(session.settle());
    QVERIFY(m_server->world().exists("a"));
}

void TestClientStorage::neverWaitsForTheDisk()
{
    seeLamp();
    m_disk->setHeld(true);
    KeptClient session(*m_server, *m_disk);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    session.save({ { u"id"_s, u"a"_s } });
    session.open();
    QCOMPARE(session.status(), SyncSession::Status::Connecting);
    QVERIFY(session.exists(u"a"_s));
    QCOMPARE(session.pendingCount(), 1);
    lamp->setProperty("level", 7);
    QCoreApplication::processEvents();
    QCOMPARE(lamp->status(), SyncedObject::Status::Loading);
    m_disk->setHeld(false);
    QTRY_COMPARE(lamp->status(), SyncedObject::Status::Ready);
    QCOMPARE(lamp->property("level"), QVariant(7));
    QTRY_VERIFY(session.isOnline());
    QVERIFY(session.settle());
    QCOMPARE(m_server->world().value("lamps/kitchen", "level"), Value(7));
}

void TestClientStorage::whatWasDoneBeforeRestoringIsKept()
{
    seeLamp();
    {
        KeptClient session(*m_server, *m_disk);
        session.save({ { u"id"_s, u"a"_s } });
        QVERIFY(session.isRestoring());
    }
    QCOMPARE(m_disk->state().pending.size(), size_t(1));
    QCOMPARE(m_disk->state().entities.size(), size_t(1));
}

void TestClientStorage::storageIsASetting()
{
    seeLamp();
    EngineClient session(*m_server);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    session.save({ { u"id"_s, u"a"_s } });
    session.setStorage(m_disk->makeStorage()); // in time: it has not been opened
    QTRY_VERIFY(!session.isRestoring());
    QCOMPARE(lamp->property("level"), QVariant(1));
    QVERIFY(session.goOnline() && session.settle());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"setStorage.*too late"_s));
    session.setStorage(nullptr);
    QTRY_COMPARE(m_disk->state().answered, 1);
    EngineClient other(*m_server);
    other.setStorage(m_disk->makeStorage());
    other.object(u"lamps/kitchen"_s);
    other.setStorage(nullptr);
    QVERIFY(!other.isRestoring());
    QVERIFY(other.goOnline());
}

// Stores that fail

void TestClientStorage::unusableStorage()
{
    seeLamp();
    const ClientState before = m_disk->state();
    m_disk->setLoadError(Error{ ErrorCode::StorageFailed, u"It is damaged; name another file"_s });
    KeptClient session(*m_server, *m_disk);
    QSignalSpy failed(&session, &SyncSession::storageFailed);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"It is damaged"_s));
    QVERIFY(session.isRestored());
    QCOMPARE(failed.count(), 1);
    QCOMPARE(session.storageErrorString(), u"It is damaged; name another file"_s);
    QCOMPARE(session.storageError().code, ErrorCode::StorageFailed);
    QVERIFY(session.clientId().toUtf8() != before.client);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    QVERIFY(session.goOnline());
    QTRY_COMPARE(lamp->status(), SyncedObject::Status::Ready);
    lamp->setProperty("level", 9);
    QVERIFY(session.settle());
    QVERIFY(m_disk->state() == before);
    QCOMPARE(m_disk->users(), 0);
}

void TestClientStorage::storageThatCannotBeWritten()
{
    seeLamp();
    KeptClient session(*m_server, *m_disk);
    QSignalSpy failed(&session, &SyncSession::storageFailed);
    QVERIFY(session.goOnline());
    const int writes = m_disk->writes();
    m_disk->setWriteError(DiskFull);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"The disk is full"_s));
    session.save({ { u"id"_s, u"a"_s } });
    QVERIFY(session.settle());
    QCOMPARE(failed.count(), 1);
    QCOMPARE(session.storageErrorString(), DiskFull.message);
    QVERIFY(m_server->world().exists("a"));
    QCOMPARE(m_disk->writes(), writes);
    // It tries again by itself.
    m_disk->setWriteError({});
    QTRY_VERIFY(session.storageErrorString().isEmpty());
    QTRY_COMPARE(m_disk->state().answered, 1);
    QCOMPARE(failed.count(), 1);
}

void TestClientStorage::slotsMayDeleteTheSession_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<bool>("fails");
    QTest::newRow("restoringChanged") << 0 << false;
    QTest::newRow("clientIdChanged") << 1 << false;
    QTest::newRow("entityEntered") << 2 << false;
    QTest::newRow("storageErrorChanged") << 3 << true;
    QTest::newRow("storageFailed") << 4 << true;
}

void TestClientStorage::slotsMayDeleteTheSession()
{
    QFETCH(int, signal);
    QFETCH(bool, fails);
    seeLamp();
    if (fails) {
        m_disk->setLoadError(DiskFull);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"The disk is full"_s));
    }
    QPointer<KeptClient> session = new KeptClient(*m_server, *m_disk);
    const auto perish = [session] { delete session; };
    const auto on = [&](int number, auto member) {
        if (number == signal)
            connect(session, member, this, perish);
    };
    on(0, &SyncSession::restoringChanged);
    on(1, &SyncSession::clientIdChanged);
    on(2, &SyncSession::entityEntered);
    on(3, &SyncSession::storageErrorChanged);
    on(4, &SyncSession::storageFailed);
    QTRY_VERIFY(!session);
}

// Staleness

void TestClientStorage::staleObjects()
{
    seeLamp();
    KeptClient session(*m_server, *m_disk);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    SyncedObject other;
    other.setEntityId(u"lamps/kitchen"_s);
    QSignalSpy changes(lamp, &SyncedObject::staleChanged);
    QVERIFY(session.isRestored());
    QCOMPARE(changes.count(), 1);
    other.setSession(&session);
    QVERIFY(lamp->isStale() && other.isStale());
    QVERIFY(session.goOnline());
    QTRY_VERIFY(!lamp->isStale() && !other.isStale());
    QCOMPARE(changes.count(), 2);
    m_server->setReachable(false);
    m_server->cut();
    QTRY_VERIFY(lamp->isStale());
    m_server->commit({ Operation::set("lamps/kitchen", { { "level", 4 } }) });
    m_server->setReachable(true);
    QTRY_VERIFY(!lamp->isStale());
    QCOMPARE(lamp->property("level"), QVariant(4));
    other.setSession(nullptr);
    QVERIFY(!other.isStale());
}

void TestClientStorage::staleObjectsOfANewHistory()
{
    seeLamp();
    ServerOptions options;
    options.epoch = "epoch-2";
    EngineServer other(options);
    other.commit({ Operation::create("lamps/kitchen", { { "level", 1 } }) });
    KeptClient session(other, *m_disk);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    QVERIFY(session.isRestored());
    QSignalSpy values(lamp, &SyncedObject::valueChanged);
    QVERIFY(lamp->isStale());
    QVERIFY(session.goOnline());
    QTRY_VERIFY(!lamp->isStale());
    QCOMPARE(values.count(), 0); // it was told anew, and is the same
}

// Conflicts

void TestClientStorage::rejectedLater()
{
    seeLamp();
    {
        KeptClient session(*m_server, *m_disk);
        session.subscribe(u"lamps/"_s);
        QVERIFY(session.isRestored());
        session.object(u"lamps/kitchen"_s)->setProperty("level", 5);
    }
    m_server->setDecide([](const Transaction &) {
        return Decision{ Decision::Kind::Reject,
                         {},
                         { "locked", u"Nobody may"_s, "lamps/kitchen" } };
    });
    KeptClient session(*m_server, *m_disk);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    QVERIFY(session.isRestored());
    QCOMPARE(lamp->property("level"), QVariant(5));
    QVERIFY(lamp->isPending());
    QSignalSpy sessionRejected(&session, &SyncSession::rejected);
    QSignalSpy objectRejected(lamp, &SyncedObject::rejected);
    QVERIFY(session.goOnline() && session.settle());
    QCOMPARE(sessionRejected.count(), 1);
    QCOMPARE(objectRejected.count(), 1);
    QCOMPARE(lamp->property("level"), QVariant(1));
    QVERIFY(!lamp->isPending());
    const auto conflict = sessionRejected[0][2].value<SyncConflict>();
    QCOMPARE(conflict.ids(), QStringList{ u"lamps/kitchen"_s });
}

void TestClientStorage::conflictsShowBothStates()
{
    EngineClient session(*m_server);
    session.subscribe(u"lamps/"_s);
    QVERIFY(session.goOnline());
    QTRY_VERIFY(session.exists(u"lamps/kitchen"_s));
    m_server->setHeld(true);
    m_server->commit({ Operation::set("lamps/kitchen", { { "level", 3 }, { "on", true } }),
                       Operation::create("lamps/hall", { { "level", 2 } }) });
    QSignalSpy rejected(&session, &SyncSession::rejected);
    session.transaction([](SyncTransaction &transaction) {
        transaction.expectValue(u"lamps/kitchen"_s, u"level"_s, 1);
        transaction.expectExists(u"lamps/attic"_s, false);
        transaction.set(u"lamps/kitchen"_s, u"level"_s, 7);
        transaction.create(u"lamps/new"_s, { { u"level"_s, 1 } });
        transaction.destroy(u"lamps/hall"_s);
    });
    m_server->setHeld(false);
    QVERIFY(session.settle());
    QCOMPARE(rejected.count(), 1);
    QCOMPARE(rejected[0][1].value<Error>().code, ErrorCode::ExpectationFailed);
    const auto conflict = rejected[0][2].value<SyncConflict>();
    QCOMPARE(conflict.ids(), (QStringList{ u"lamps/attic"_s, u"lamps/hall"_s, u"lamps/kitchen"_s,
                                           u"lamps/new"_s }));
    const auto map = [](QVariantMap values) { return QVariant(std::move(values)); };
    QCOMPARE(conflict.mine(),
             (QVariantMap{ { u"lamps/kitchen"_s, map({ { u"level"_s, 7 }, { u"on"_s, true } }) },
                           { u"lamps/new"_s, map({ { u"level"_s, 1 } }) } }));
    QCOMPARE(conflict.theirs(),
             (QVariantMap{ { u"lamps/hall"_s, map({ { u"level"_s, 2 } }) },
                           { u"lamps/kitchen"_s, map({ { u"level"_s, 3 }, { u"on"_s, true } }) } }));
    QCOMPARE(conflict.transaction().operations.size(), size_t(3));
}

void TestClientStorage::retryInsists()
{
    EngineClient session(*m_server);
    session.subscribe(u"lamps/"_s);
    QVERIFY(session.goOnline());
    SyncReply *again = nullptr;
    connect(&session, &SyncSession::rejected, this,
            [&](TransactionId, const Error &, const SyncConflict &conflict) {
                again = session.retry(conflict);
            });
    SyncReply *first = session.transaction([](SyncTransaction &transaction) {
        transaction.expectValue(u"lamps/kitchen"_s, u"level"_s, 6);
        transaction.set(u"lamps/kitchen"_s, u"level"_s, 7);
    });
    QVERIFY(finishes(first));
    QCOMPARE(first->errorCode(), u"expectation-failed"_s);
    QVERIFY(again);
    QVERIFY(finishes(again));
    QVERIFY(!again->error());
    QCOMPARE(m_server->world().value("lamps/kitchen", "level"), Value(7));
}

void TestClientStorage::fullQueue()
{
    seeLamp();
    m_server->setReachable(false);
    KeptClient session(*m_server, *m_disk);
    ClientOptions options = session.options();
    options.queueOperations = 2;
    session.setOptions(options);
    SyncedObject *lamp = session.object(u"lamps/kitchen"_s);
    QVERIFY(session.isRestored());
    lamp->setProperty("level", 2);
    lamp->setProperty("level", 3);
    QSignalSpy rejected(lamp, &SyncedObject::rejected);
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"lamps/kitchen.*is not changed.*no more are kept"_s));
    lamp->setProperty("level", 4);
    QCOMPARE(lamp->property("level"), QVariant(3));
    QCOMPARE(rejected.count(), 1);
    QCOMPARE(rejected[0][0].value<Error>().code, ErrorCode::TooManyPending);
    SyncReply *reply = session.save({ { u"id"_s, u"a"_s } });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->errorCode(), u"too-many-pending"_s);
    QVERIFY(!session.exists(u"a"_s));
    m_server->setReachable(true);
    QVERIFY(session.goOnline() && session.settle());
    lamp->setProperty("level", 4);
    QVERIFY(session.settle());
    QCOMPARE(m_server->world().value("lamps/kitchen", "level"), Value(4));
}

QTEST_GUILESS_MAIN(TestClientStorage)
#include "tst_clientstorage.moc"
