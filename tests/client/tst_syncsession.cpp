// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qeventloop.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSyncSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statusFollowsTheConnection();
    void urlThatCannotBeUsedIsToldAtOnce();
    void settingsAreFixedOnceInUse();
    void reconnectsByItself();
    void failsForGoodWhenUnauthorized();
    void anotherUrlIsAnotherConnection();
    void writesWhileOfflineAreSentLater();

    void createdIsToldFromEntered();
    void entityEventsTellWhatDiffers();
    void stepsAreToldWithoutConversions();
    void subscriptionTellsWhenItIsReadyOrRefused();
    void entitiesLeaveWithTheSubscription();

    void oneObjectForOneId();
    void objectsOfOneTurnShareASubscription();
    void objectUnderAPrefixNeedsNoSubscription();
    void objectOutlivesThePrefixThatCoveredIt();
    void badIdDoesNotHarmOthers();
    void releasedObjectsAreLetGo();
    void typedObjects();

    void rejectedChangeIsRolledBackAndTold();
    void slotsMayChangeThings();
    void slotsMayDeleteTheSession();
    void slotsMayDeleteObjects();
    void slotsMayRunAnEventLoop();
    void pendingCountIsTold();
};

namespace {

Operation made(const char *id, ValueMap values = { { "on", true } })
{
    return Operation::create(id, std::move(values));
}

class Lamp : public SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(int brightness MEMBER m_brightness NOTIFY brightnessChanged)

public:
    using SyncedObject::SyncedObject;
    int m_brightness = 10;

Q_SIGNALS:
    void brightnessChanged();
};

} // namespace

// Connection

void TestSyncSession::statusFollowsTheConnection()
{
    EngineServer server;
    EngineClient session(server);
    QSignalSpy statuses(&session, &SyncSession::statusChanged);
    QSignalSpy online(&session, &SyncSession::onlineChanged);
    QCOMPARE(session.status(), SyncSession::Status::Closed);
    QVERIFY(!session.clientId().isEmpty());

    QVERIFY(session.goOnline());
    QCOMPARE(statuses.count(), 2);
    QCOMPARE(statuses[0][0].value<SyncSession::Status>(), SyncSession::Status::Connecting);
    QCOMPARE(statuses[1][0].value<SyncSession::Status>(), SyncSession::Status::Online);
    QCOMPARE(online.count(), 1);

    session.close();
    QCOMPARE(session.status(), SyncSession::Status::Closed);
    QCOMPARE(online.count(), 2);
    QVERIFY(session.errorCode().isEmpty());
}

void TestSyncSession::urlThatCannotBeUsedIsToldAtOnce()
{
    SyncSession session;
    QSignalSpy errors(&session, &SyncSession::errorOccurred);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"no URL"_s));
    session.open();
    QCOMPARE(errors.count(), 1);
    QVERIFY(session.errorString().contains(u"no URL"));

    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"cannot be used"_s));
    session.open(QUrl(u"http://localhost/sync?token=secret"_s));
    QCOMPARE(errors.count(), 2);
    QCOMPARE(session.errorCode(), u"unreachable"_s);
    QVERIFY(session.errorString().contains(u"http://localhost/sync"));
    QVERIFY(!session.errorString().contains(u"secret"));
    QCOMPARE(session.status(), SyncSession::Status::Closed);
}

void TestSyncSession::settingsAreFixedOnceInUse()
{
    EngineServer server;
    EngineClient session(server);
    QSignalSpy changed(&session, &SyncSession::reconnectChanged);
    session.setReconnectFirst(7);
    session.setReconnectMost(70);
    session.setClientId(u"me"_s);
    QCOMPARE(session.options().reconnectFirst, 7);
    QCOMPARE(session.options().reconnectMost, 70);
    QCOMPARE(session.clientId(), u"me"_s);
    QCOMPARE(changed.count(), 2);
    QVERIFY(session.addOperationType(incrementOperation()));

    QVERIFY(session.goOnline());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"setReconnectFirst.*too late"_s));
    session.setReconnectFirst(8);
    QCOMPARE(session.reconnectFirst(), 7);
    QCOMPARE(session.addOperationType(incrementOperation()).error().code, "bad-argument");
    session.setToken(u"new"_s);
    QCOMPARE(session.token(), u"new"_s);
}

void TestSyncSession::reconnectsByItself()
{
    EngineServer server;
    server.commit({ made("a") });
    EngineClient session(server);
    const auto *subscription = session.subscribe(QString());
    QVERIFY(session.goOnline());
    QTRY_VERIFY(subscription->isReady());
    QSignalSpy errors(&session, &SyncSession::errorOccurred);
    QSignalSpy updates(&session, &SyncSession::entityUpdated);

    server.setReachable(false);
    server.cut();
    QTRY_COMPARE(session.status(), SyncSession::Status::Waiting);
    QCOMPARE(session.errorCode(), u"unreachable"_s);
    server.commit({ Operation::set("a", { { "on", false } }) });
    server.setReachable(true);
    QTRY_VERIFY(session.isOnline());
    QVERIFY(errors.count() >= 1);
    QVERIFY(session.errorCode().isEmpty());
    QTRY_COMPARE(updates.count(), 1);
    QCOMPARE(session.value(u"a"_s, u"on"_s), QVariant(false));
}

void TestSyncSession::failsForGoodWhenUnauthorized()
{
    EngineServer server({ .authenticate = true });
    server.setAuthenticate([](const QByteArray &token) -> Expected<QByteArray> {
        if (token == "right")
            return QByteArray("somebody");
        return Error{ ErrorCode::Unauthorized, u"Wrong token"_s };
    });
    EngineClient session(server);
    session.setToken(u"wrong"_s);
    session.open();
    QTRY_COMPARE(session.status(), SyncSession::Status::Failed);
    QCOMPARE(session.errorCode(), u"unauthorized"_s);
    QCOMPARE(session.errorString(), u"Wrong token"_s);
    session.setToken(u"right"_s);
    QVERIFY(session.goOnline());
}

void TestSyncSession::anotherUrlIsAnotherConnection()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    QSignalSpy statuses(&session, &SyncSession::statusChanged);
    session.setUrl(QUrl(u"ws://elsewhere/sync"_s));
    QCOMPARE(session.status(), SyncSession::Status::Connecting);
    QTRY_VERIFY(session.isOnline());
    QCOMPARE(statuses.count(), 3);
    QCOMPARE(server.count("hello"), 2);
}

void TestSyncSession::writesWhileOfflineAreSentLater()
{
    EngineServer server;
    EngineClient session(server);
    SyncReply *const reply = session.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    QCOMPARE(session.value(u"a"_s, u"n"_s), QVariant(1LL));
    QCOMPARE(session.pendingCount(), 1);
    QVERIFY(session.isPending(u"a"_s));
    QVERIFY(session.goOnline());
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QCOMPARE(server.world().value("a", "n"), Value(1));
    QCOMPARE(session.pendingCount(), 0);
}

// Events

void TestSyncSession::createdIsToldFromEntered()
{
    EngineServer server;
    server.commit({ made("lamps/old") });
    EngineClient session(server);
    QSignalSpy created(&session, &SyncSession::entityCreated);
    QSignalSpy entered(&session, &SyncSession::entityEntered);
    session.subscribe(u"lamps/"_s);
    QVERIFY(session.goOnline());
    QTRY_COMPARE(entered.count(), 1);
    QCOMPARE(entered[0][0].toString(), u"lamps/old"_s);
    QCOMPARE(entered[0][1].toMap(), QVariantMap({ { u"on"_s, true } }));

    server.commit({ made("lamps/new") });
    QTRY_COMPARE(created.count(), 1);
    QCOMPARE(created[0][0].toString(), u"lamps/new"_s);
    session.save({ { u"id"_s, u"lamps/mine"_s } });
    QCOMPARE(created.count(), 2);
    QVERIFY(session.settle());
    QCOMPARE(created.count(), 2);
    QCOMPARE(entered.count(), 1);
    QCOMPARE(session.ids(u"lamps/"_s),
             QStringList({ u"lamps/mine"_s, u"lamps/new"_s, u"lamps/old"_s }));
}

void TestSyncSession::entityEventsTellWhatDiffers()
{
    EngineServer server;
    server.commit({ made("a", { { "on", true }, { "n", 1 } }) });
    EngineClient session(server);
    const auto *subscription = session.subscribe(QString());
    QVERIFY(session.goOnline());
    QTRY_VERIFY(subscription->isReady());
    QSignalSpy updated(&session, &SyncSession::entityUpdated);
    QSignalSpy destroyed(&session, &SyncSession::entityDestroyed);

    server.commit({ Operation::set("a", { { "on", true }, { "n", 2 } }) });
    QTRY_COMPARE(updated.count(), 1);
    QCOMPARE(updated[0][1].toMap(), QVariantMap({ { u"n"_s, 2LL } }));
    server.commit({ Operation::unset("a", { "on" }) });
    QTRY_COMPARE(updated.count(), 2);
    QCOMPARE(updated[1][1].toMap(), QVariantMap({ { u"on"_s, QVariant() } }));
    server.commit({ Operation::destroy("a") });
    QTRY_COMPARE(destroyed.count(), 1);
    QVERIFY(!session.exists(u"a"_s));
    QVERIFY(session.isCovered(u"a"_s));
}

void TestSyncSession::stepsAreToldWithoutConversions()
{
    EngineServer server;
    server.commit({ made("a"), made("b") });
    EngineClient session(server);
    const auto *subscription = session.subscribe(QString());
    QVERIFY(session.goOnline());
    QTRY_VERIFY(subscription->isReady());
    // Nobody has heard of these; who comes now hears of what comes then.
    session.transaction(Transaction{ { Operation::set("a", { { "n", 1 } }) } });
    std::vector<std::vector<ViewChange>> steps;
    connect(&session, &SyncSession::viewChanged, this,
            [&steps](const std::vector<ViewChange> &changes) { steps.push_back(changes); });
    session.transaction(Transaction{
            { Operation::set("a", { { "n", 1 }, { "on", false } }), Operation::destroy("b") } });
    const std::vector<ViewChange> step{
        { "a", ViewChange::Event::Updated, { { "on", false } } },
        { "b", ViewChange::Event::Destroyed, { { "on", Value() } } },
    };
    QCOMPARE(steps.size(), 1u);
    QCOMPARE(steps[0], step);
    QTRY_COMPARE(session.pendingCount(), 0);
    QCOMPARE(steps.size(), 1u);

    // The others come first.
    QStringList order;
    connect(&session, &SyncSession::entityUpdated, this, [&order] { order += u"updated"_s; });
    connect(&session, &SyncSession::entityCreated, this, [&order] { order += u"created"_s; });
    connect(&session, &SyncSession::viewChanged, this, [&order] { order += u"view"_s; });
    server.commit({ Operation::set("a", { { "n", 2 } }), made("c") });
    QTRY_COMPARE(order, (QStringList{ u"updated"_s, u"created"_s, u"view"_s }));
    QCOMPARE(steps.size(), 2u);
}

void TestSyncSession::subscriptionTellsWhenItIsReadyOrRefused()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncSubscription *const good = session.subscribe(u"lamps/"_s);
    QSignalSpy ready(good, &SyncSubscription::ready);
    SyncSubscription *const bad = session.subscribe(QStringList{ u"bad\n"_s });
    QSignalSpy failed(bad, &SyncSubscription::failed);
    QCOMPARE(good->prefix(), u"lamps/"_s);
    QCOMPARE(failed.count(), 0);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(bad->error().code, "bad-id");
    QTRY_COMPARE(ready.count(), 1);
    server.cut();
    QTRY_VERIFY(session.isOnline() && server.count("hello") == 2);
    QVERIFY(good->isReady());
    QCOMPARE(ready.count(), 1);
}

void TestSyncSession::entitiesLeaveWithTheSubscription()
{
    EngineServer server;
    server.commit({ made("lamps/a"), made("doors/a") });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    const auto *all = session.subscribe(QString());
    QTRY_VERIFY(all->isReady());
    const auto *lamps = session.subscribe(u"lamps/"_s);
    QTRY_VERIFY(lamps->isReady());
    QSignalSpy left(&session, &SyncSession::entityLeft);
    delete all;
    QTRY_COMPARE(left.count(), 1);
    QCOMPARE(left[0][0].toString(), u"doors/a"_s);
    QVERIFY(session.exists(u"lamps/a"_s));
}

// Objects

void TestSyncSession::oneObjectForOneId()
{
    EngineServer server;
    EngineClient session(server);
    SyncedObject *const object = session.object(u"a"_s);
    QCOMPARE(session.object(u"a"_s), object);
    QCOMPARE(object->parent(), &session);
    QCOMPARE(object->entityId(), u"a"_s);
    QVERIFY(session.object(u"b"_s) != object);
    QCOMPARE(session.object(QString()), nullptr);

    SyncedObject face;
    face.setEntityId(u"a"_s);
    face.setSession(&session);
    QCOMPARE(session.object(u"a"_s), object);

    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"setEntityId"_s));
    object->setEntityId(u"c"_s);
    QCOMPARE(object->entityId(), u"a"_s);
}

void TestSyncSession::objectsOfOneTurnShareASubscription()
{
    EngineServer server;
    server.commit({ made("a"), made("b") });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncedObject *const a = session.object(u"a"_s);
    SyncedObject *const b = session.object(u"b"_s);
    SyncedObject *const c = session.object(u"c"_s);
    QCOMPARE(a->status(), SyncedObject::Status::Loading);
    QTRY_COMPARE(c->status(), SyncedObject::Status::Missing);
    QCOMPARE(a->status(), SyncedObject::Status::Ready);
    QCOMPARE(b->value(u"on"_s), QVariant(true));
    QCOMPARE(server.count("subscribe"), 1);
}

void TestSyncSession::objectUnderAPrefixNeedsNoSubscription()
{
    EngineServer server;
    server.commit({ made("lamps/a") });
    EngineClient session(server);
    const auto *subscription = session.subscribe(u"lamps/"_s);
    QVERIFY(session.goOnline());
    const SyncedObject *const early = session.object(u"lamps/a"_s);
    QTRY_COMPARE(early->status(), SyncedObject::Status::Ready);
    QVERIFY(subscription->isReady());
    const SyncedObject *const late = session.object(u"lamps/b"_s);
    QCOMPARE(late->status(), SyncedObject::Status::Missing);
    QCOMPARE(session.object(u"lamps/a"_s), early);
    QCoreApplication::processEvents();
    QCOMPARE(server.count("subscribe"), 1);
}

void TestSyncSession::objectOutlivesThePrefixThatCoveredIt()
{
    EngineServer server;
    server.commit({ made("lamps/a"), made("lamps/b") });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    const auto *subscription = session.subscribe(u"lamps/"_s);
    SyncedObject *const object = session.object(u"lamps/a"_s);
    QTRY_COMPARE(object->status(), SyncedObject::Status::Ready);
    QSignalSpy exists(object, &SyncedObject::existsChanged);
    QSignalSpy left(&session, &SyncSession::entityLeft);
    delete subscription;
    QTRY_COMPARE(left.count(), 1);
    server.commit({ Operation::set("lamps/a", { { "on", false } }) });
    QTRY_COMPARE(object->value(u"on"_s), QVariant(false));
    QCOMPARE(exists.count(), 0);
}

void TestSyncSession::badIdDoesNotHarmOthers()
{
    EngineServer server;
    server.commit({ made("a") });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncedObject *const good = session.object(u"a"_s);
    SyncedObject *const bad = session.object(u"bad\n"_s);
    QSignalSpy rejected(bad, &SyncedObject::rejected);
    QTRY_COMPARE(bad->status(), SyncedObject::Status::Error);
    QCOMPARE(rejected.count(), 1);
    QTRY_COMPARE(good->status(), SyncedObject::Status::Ready);
}

void TestSyncSession::releasedObjectsAreLetGo()
{
    EngineServer server;
    server.commit({ made("a"), made("b") });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    QPointer<SyncedObject> a = session.object(u"a"_s);
    QPointer<SyncedObject> b = session.object(u"b"_s);
    QTRY_COMPARE(b->status(), SyncedObject::Status::Ready);
    session.release(a);
    SyncedObject *const again = session.object(u"a"_s);
    QVERIFY(again != a);
    QTRY_VERIFY(!a);
    session.release(again);
    delete b;
    QTRY_COMPARE(server.count("unsubscribe"), 2);
    QTRY_VERIFY(!session.exists(u"a"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"release"_s));
    session.release(nullptr);
}

void TestSyncSession::typedObjects()
{
    EngineServer server;
    server.commit({ made("a", { { "brightness", 70 } }) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    Lamp *const lamp = session.object<Lamp>(u"a"_s);
    QCOMPARE(session.object<Lamp>(u"a"_s), lamp);
    QCOMPARE(session.object(u"a"_s), lamp);
    QTRY_COMPARE(lamp->m_brightness, 70);

    const SyncedObject *const plain = session.object(u"b"_s);
    const Lamp *const other = session.object<Lamp>(u"b"_s);
    QVERIFY(static_cast<const SyncedObject *>(other) != plain);
    QCOMPARE(session.object(u"b"_s), plain);
    QCOMPARE(session.object<Lamp>(u"b"_s), other);
}

// What slots may do

void TestSyncSession::rejectedChangeIsRolledBackAndTold()
{
    EngineServer server;
    server.commit({ made("a") });
    server.setDecide([](const Transaction &) {
        return Decision{ .kind = Decision::Kind::Reject, .error = { "forbidden", u"No"_s } };
    });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncedObject *const object = session.object(u"a"_s);
    QTRY_COMPARE(object->status(), SyncedObject::Status::Ready);
    QStringList order;
    connect(object, &SyncedObject::valueChanged, this,
            [&](const QString &name, const QVariant &value) { order << name + value.toString(); });
    connect(object, &SyncedObject::rejected, this,
            [&](const Error &error) { order << u"object "_s + QString::fromUtf8(error.code); });
    connect(&session, &SyncSession::rejected, this, [&] { order << u"session"_s; });

    SyncReply *const reply = session.transaction(
            [](SyncTransaction &transaction) { transaction.set(u"a"_s, u"on"_s, false); });
    connect(reply, &SyncReply::finished, this, [&] { order << u"reply"_s; });
    QVERIFY(object->isPending());
    QVERIFY(session.settle());
    QTRY_COMPARE(order, QStringList({ u"onfalse"_s, u"ontrue"_s, u"object forbidden"_s,
                                      u"session"_s, u"reply"_s }));
    QVERIFY(!object->isPending());
}

void TestSyncSession::slotsMayChangeThings()
{
    EngineServer server;
    server.commit({ made("a", { { "n", 0 } }) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncedObject *const a = session.object(u"a"_s);
    QTRY_COMPARE(a->status(), SyncedObject::Status::Ready);
    QList<qlonglong> first;
    QList<qlonglong> second;
    connect(a, &SyncedObject::valueChanged, this, [&](const QString &, const QVariant &value) {
        first << value.toLongLong();
        if (value.toLongLong() < 5) {
            a->setValue(u"n"_s, value.toLongLong() + 1);
            QCOMPARE(a->value(u"n"_s).toLongLong(), value.toLongLong() + 1);
        }
    });
    connect(a, &SyncedObject::valueChanged, this,
            [&](const QString &, const QVariant &value) { second << value.toLongLong(); });
    server.commit({ Operation::set("a", { { "n", 1 } }) });
    QTRY_COMPARE(second.size(), 5);
    QCOMPARE(first, QList<qlonglong>({ 1, 2, 3, 4, 5 }));
    QCOMPARE(second, first);
    QVERIFY(session.settle());
    QCOMPARE(server.world().value("a", "n"), Value(5));
    QCOMPARE(second.size(), 5);
}

void TestSyncSession::slotsMayDeleteTheSession()
{
    EngineServer server;
    server.commit({ made("a"), made("b") });
    auto session = std::make_unique<EngineClient>(server);
    session->subscribe(QString());
    session->object(u"a"_s);
    SyncedObject face;
    face.setEntityId(u"b"_s);
    face.setSession(session.get());
    QVERIFY(session->goOnline());
    connect(session.get(), &SyncSession::entityEntered, this, [&] { session.reset(); });
    QTRY_VERIFY(!session);
    QCOMPARE(face.session(), nullptr);
    QCOMPARE(face.status(), SyncedObject::Status::Null);
    face.setValue(u"on"_s, false);
    QTRY_COMPARE(server.count("hello"), 1);
}

void TestSyncSession::slotsMayDeleteObjects()
{
    EngineServer server;
    server.commit({ made("a", { { "m", 1 }, { "n", 1 } }) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    QPointer<SyncedObject> object = session.object(u"a"_s);
    auto other = std::make_unique<SyncedObject>();
    other->setEntityId(u"a"_s);
    other->setSession(&session);
    QTRY_COMPARE(other->status(), SyncedObject::Status::Ready);
    int calls = 0;
    connect(object, &SyncedObject::valueChanged, this, [&] {
        ++calls;
        other.reset();
        delete object.data();
    });
    server.commit({ Operation::set("a", { { "m", 2 }, { "n", 2 } }) });
    QTRY_VERIFY(!object);
    QVERIFY(!other);
    QCOMPARE(calls, 1);
    QTRY_COMPARE(session.exists(u"a"_s), false);
}

void TestSyncSession::slotsMayRunAnEventLoop()
{
    EngineServer server;
    server.commit({ made("a", { { "n", 0 } }) });
    EngineClient session(server);
    QVERIFY(session.goOnline());
    SyncedObject *const a = session.object(u"a"_s);
    QTRY_COMPARE(a->status(), SyncedObject::Status::Ready);
    QEventLoop dialog;
    bool isNested = false;
    connect(a, &SyncedObject::valueChanged, this, [&](const QString &, const QVariant &value) {
        if (value.toInt() == 2)
            dialog.quit();
        if (std::exchange(isNested, true))
            return;
        server.commit({ Operation::set("a", { { "n", 2 } }) });
        dialog.exec();
    });
    server.commit({ Operation::set("a", { { "n", 1 } }) });
    QTRY_COMPARE(a->value(u"n"_s), QVariant(2LL));
    QTRY_VERIFY(!dialog.isRunning());
}

void TestSyncSession::pendingCountIsTold()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    QSignalSpy counts(&session, &SyncSession::pendingCountChanged);
    session.save({ { u"id"_s, u"a"_s } });
    session.save({ { u"id"_s, u"b"_s } });
    QCOMPARE(counts.count(), 2);
    QTRY_COMPARE(session.pendingCount(), 0);
    QTRY_COMPARE(counts.last()[0].toInt(), 0);
}

QTEST_GUILESS_MAIN(TestSyncSession)

#include "tst_syncsession.moc"
