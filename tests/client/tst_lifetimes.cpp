// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"
#include "lifetimestage.h"

#include <objectsync/client/syncedmodel.h>
#include <objectsync/client/syncreply.h>
#include <objectsync/client/syncsubscription.h>

#include <functional>

using namespace ObjectSync;

/// What slots may delete, while the library is at work. Most of it shows under valgrind or the
/// address sanitizer alone.
class tst_Lifetimes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    // Deleting what deletes what it belongs to
    void subscriptionThatEndsTheSession();
    void objectThatEndsTheSession();
    void releasedObjectThatEndsTheSession();
    void releasedObjectThatIsDeleted();
    void newObjectThatEndsTheSession();
    void requestThatEndsTheSession();
    void objectThatIsMovedWhileItMoves();

    // Calls to what is being deleted
    void callsWhileTheSessionGoes_data();
    void callsWhileTheSessionGoes();

    // Everything at every signal
    void slotDeletes_data();
    void slotDeletes();

private:
    void deleteSessionAt(void (SyncSession::*signal)(const QString &));

    std::unique_ptr<EngineServer> m_server;
    QPointer<EngineClient> m_session;
};

void tst_Lifetimes::init()
{
    QTest::failOnWarning("QObject::connect(ObjectSync::SyncReply, QObject): invalid nullptr "
                         "parameter");
    m_server = std::make_unique<EngineServer>();
    m_server->commit({ Operation::create("lamps/a", { { "brightness", 1 } }) });
    m_session = new EngineClient(*m_server);
    QVERIFY(m_session->goOnline());
    SyncSubscription *const all = m_session->subscribe(QStringLiteral("lamps/"));
    QVERIFY(QTest::qWaitFor([all] { return all->isReady(); }));
}

void tst_Lifetimes::cleanup()
{
    delete m_session;
    m_server.reset();
}

void tst_Lifetimes::deleteSessionAt(void (SyncSession::*signal)(const QString &))
{
    connect(m_session, signal, this, [this] { delete m_session; });
}

void tst_Lifetimes::subscriptionThatEndsTheSession()
{
    deleteSessionAt(&SyncSession::entityLeft);
    delete m_session->findChild<SyncSubscription *>();
    QVERIFY(!m_session);
}

void tst_Lifetimes::objectThatEndsTheSession()
{
    auto *const lamp = m_session->object<Lamp>(QStringLiteral("lamps/a"));
    lamp->setBrightness(5);
    connect(m_session, &SyncSession::entityUpdated, this, [this] { delete m_session; });
    delete lamp; // sends what it has gathered
    QVERIFY(!m_session);
}

void tst_Lifetimes::releasedObjectThatEndsTheSession()
{
    auto *const lamp = m_session->object<Lamp>(QStringLiteral("lamps/a"));
    lamp->setBrightness(5);
    connect(m_session, &SyncSession::entityUpdated, this, [this] { delete m_session; });
    m_session->release(lamp);
    QVERIFY(!m_session);
}

void tst_Lifetimes::releasedObjectThatIsDeleted()
{
    const QPointer<Lamp> lamp = m_session->object<Lamp>(QStringLiteral("lamps/a"));
    lamp->setBrightness(5);
    connect(m_session, &SyncSession::entityUpdated, this, [lamp] { delete lamp.data(); });
    m_session->release(lamp);
    QVERIFY(!lamp);
    QVERIFY(m_session->settle());
    QCOMPARE(m_server->world().value("lamps/a", "brightness"), Value(5));
}

namespace {

class NewLamp : public Lamp
{
    Q_OBJECT

public:
    NewLamp() { setCreateIfMissing(true); }
};

} // namespace

void tst_Lifetimes::newObjectThatEndsTheSession()
{
    connect(m_session, &SyncSession::entityCreated, this, [this] { delete m_session; });
    QVERIFY(!m_session->object<NewLamp>(QStringLiteral("lamps/new")));
    QVERIFY(!m_session);
}

void tst_Lifetimes::requestThatEndsTheSession()
{
    connect(m_session, &SyncSession::entityCreated, this, [this] { delete m_session; });
    bool isAnswered = false;
    SyncReply *const reply = m_session->save({ { QStringLiteral("id"),
                                                 QStringLiteral("lamps/b") } },
                                             this, [&isAnswered](const SyncReply &) {
                                                 isAnswered = true;
                                             });
    QVERIFY(!reply);
    QVERIFY(!m_session);
    QCoreApplication::processEvents();
    QVERIFY(!isAnswered);
}

void tst_Lifetimes::objectThatIsMovedWhileItMoves()
{
    SyncedObject object;
    object.setSession(m_session);
    object.setEntityId(QStringLiteral("lamps/a"));
    QVERIFY(QTest::qWaitFor([&] { return object.exists(); }));
    connect(&object, &SyncedObject::statusChanged, this, [&](SyncedObject::Status status) {
        if (status == SyncedObject::Status::Null)
            object.setEntityId(QStringLiteral("lamps/c"));
    });
    object.setEntityId(QStringLiteral("lamps/b"));
    QCOMPARE(object.entityId(), QStringLiteral("lamps/c"));
    object.disconnect(this);
    object.setSession(nullptr);
    QCOMPARE(object.status(), SyncedObject::Status::Null);
    m_server->commit({ Operation::create("lamps/c", {}) }); // nobody shows it any more
    QVERIFY(QTest::qWaitFor([&] { return m_session->exists(QStringLiteral("lamps/c")); }));
    QVERIFY(!object.exists());
}

// Calls to what is being deleted

namespace {

using Call = std::function<void(SyncSession &, SyncedObject &)>;

struct NamedCall
{
    const char *name;
    Call call;
};

const QString Id = QStringLiteral("lamps/a");

const std::vector<NamedCall> Calls = {
    { "increment",
      [](SyncSession &, SyncedObject &object) { object.increment(QStringLiteral("brightness")); } },
    { "save", [](SyncSession &, SyncedObject &object) { QVERIFY(!object.save()); } },
    { "destroyEntity",
      [](SyncSession &, SyncedObject &object) { QVERIFY(!object.destroyEntity()); } },
    { "setValue",
      [](SyncSession &, SyncedObject &object) { object.setValue(QStringLiteral("n"), 7); } },
    { "unset",
      [](SyncSession &, SyncedObject &object) { object.unset(QStringLiteral("brightness")); } },
    { "setEntityId",
      [](SyncSession &, SyncedObject &object) { object.setEntityId(QStringLiteral("lamps/b")); } },
    { "delete the object", [](SyncSession &, SyncedObject &object) { delete &object; } },
    { "session.save",
      [](SyncSession &session, SyncedObject &) {
          session.save({ { QStringLiteral("id"), Id } });
      } },
    { "session.fetch",
      [](SyncSession &session, SyncedObject &) {
          session.fetch({ Id })->then(&session, [](const SyncReply &) {});
      } },
    { "session.subscribe",
      [](SyncSession &session, SyncedObject &) {
          QCOMPARE(session.subscribe(QString())->error().code, ErrorCode::NotOpen);
      } },
    { "session.object",
      [](SyncSession &session, SyncedObject &) {
          session.object(QStringLiteral("lamps/c"))->setValue(QStringLiteral("n"), 1);
      } },
    { "session.release",
      [](SyncSession &session, SyncedObject &) {
          session.release(session.object(QStringLiteral("lamps/c")));
      } },
    { "session.open", [](SyncSession &session, SyncedObject &) { session.open(); } },
    { "session.close", [](SyncSession &session, SyncedObject &) { session.close(); } },
    { "session.setUrl",
      [](SyncSession &session, SyncedObject &) {
          session.setUrl(QUrl(QStringLiteral("ws://127.0.0.1:1")));
      } },
    { "session.transport",
      [](SyncSession &session, SyncedObject &) { QVERIFY(!session.transport()); } },
};

} // namespace

void tst_Lifetimes::callsWhileTheSessionGoes_data()
{
    QTest::addColumn<int>("call");
    QTest::addColumn<bool>("fromModel");
    for (size_t call = 0; call < Calls.size(); ++call) {
        QTest::addRow("%s in a model's slot", Calls[call].name) << int(call) << true;
        QTest::addRow("%s in an object's slot", Calls[call].name) << int(call) << false;
    }
}

/// It has no session any more: what it is asked for is not done, and nothing else happens.
void tst_Lifetimes::callsWhileTheSessionGoes()
{
    QFETCH(int, call);
    QFETCH(bool, fromModel);
    SyncedModel model;
    model.setSession(m_session);
    auto *const first = new SyncedObject(this);
    auto *const second = new SyncedObject(this);
    for (SyncedObject *object : { first, second }) {
        object->setSession(m_session);
        object->setEntityId(Id);
    }
    QVERIFY(QTest::qWaitFor([&] { return model.isReady() && model.count() == 1; }));
    QPointer<SyncedObject> other = second;
    // In its destructor it is no EngineClient any more.
    const QPointer<SyncSession> going = m_session.data();
    int calls = 0;
    const auto act = [&] {
        if (++calls == 1)
            Calls[static_cast<size_t>(call)].call(*going, *other);
    };
    if (fromModel)
        connect(&model, &SyncedModel::sessionChanged, this, act);
    else
        connect(first, &SyncedObject::existsChanged, this, act);
    delete going;
    QVERIFY(calls > 0);
    QVERIFY(!m_session);
    QVERIFY(!model.session() && model.count() == 0);
    QVERIFY(!first->session() && !first->exists() && !first->isPending());
    QVERIFY(!other || (!other->session() && !other->exists() && !other->isPending()));
    QCoreApplication::sendPostedEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    delete first;
    delete other;
}

// Everything at every signal

namespace {

/// QAbstractItemModel goes on with itself after these: a model cannot be deleted then.
bool isForbidden(LifetimeStage::Actor sender, const QByteArray &signal, LifetimeStage::Actor victim)
{
    return sender == LifetimeStage::Model && victim == LifetimeStage::Model
           && signal.contains("AboutToBe") && signal.startsWith("rows");
}

/// Those that a SyncedModel never emits, nor an object that stays with its session.
bool isUnused(LifetimeStage::Actor sender, const QByteArray &signal)
{
    if (sender == LifetimeStage::Owned)
        return signal == "sessionChanged()" || signal == "entityIdChanged()";
    return sender == LifetimeStage::Model
           && (signal.startsWith("columns") || signal.startsWith("headerDataChanged"));
}

} // namespace

void tst_Lifetimes::slotDeletes_data()
{
    QTest::addColumn<int>("sender");
    QTest::addColumn<QByteArray>("signal");
    QTest::addColumn<int>("victim");
    const int ofObject = QObject::staticMetaObject.methodCount();
    for (int each = 0; each < LifetimeStage::ActorCount; ++each) {
        const auto sender = static_cast<LifetimeStage::Actor>(each);
        const QMetaObject &type = LifetimeStage::type(sender);
        for (int index = ofObject; index < type.methodCount(); ++index) {
            const QMetaMethod method = type.method(index);
            const QByteArray signal = method.methodSignature();
            const bool isClone = method.attributes() & QMetaMethod::Cloned;
            if (method.methodType() != QMetaMethod::Signal || isClone || isUnused(sender, signal))
                continue;
            for (int other = 0; other < LifetimeStage::ActorCount; ++other) {
                const auto victim = static_cast<LifetimeStage::Actor>(other);
                if (isForbidden(sender, signal, victim))
                    continue;
                QTest::addRow("%s %s deletes the %s", LifetimeStage::name(sender),
                              signal.constData(), LifetimeStage::name(victim))
                        << each << signal << other;
            }
        }
    }
}

void tst_Lifetimes::slotDeletes()
{
    QFETCH(int, sender);
    QFETCH(QByteArray, signal);
    QFETCH(int, victim);
    LifetimeStage stage(static_cast<LifetimeStage::Actor>(sender), signal,
                        static_cast<LifetimeStage::Actor>(victim));
    stage.play();
    QVERIFY2(stage.fired() > 0, "it never came");
}

QTEST_MAIN(tst_Lifetimes)
#include "tst_lifetimes.moc"
