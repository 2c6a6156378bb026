// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "engineserver.h"
#include "fakeclientstorage.h"
#include "lamp.h"

#include <objectsync/client/syncedmodel.h>
#include <objectsync/client/syncreply.h>
#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

/// One object of each class, and a play in which each of their signals comes. What one of the signals
/// deletes is missing from then on, and the rest of the play goes on without it.
class LifetimeStage : public QObject
{
    Q_OBJECT

public:
    enum Actor { Session, Model, Object, Owned, Reply, Subscription, Transport, ActorCount };
    static const char *name(Actor actor)
    {
        static constexpr const char *Names[] = { "session", "model",        "object",   "owned",
                                                 "reply",   "subscription", "transport" };
        return Names[actor];
    }
    static const QMetaObject &type(Actor actor)
    {
        static const QMetaObject *const types[] = {
            &ObjectSync::SyncSession::staticMetaObject,
            &ObjectSync::SyncedModel::staticMetaObject,
            &Lamp::staticMetaObject,
            &Lamp::staticMetaObject,
            &ObjectSync::SyncReply::staticMetaObject,
            &ObjectSync::SyncSubscription::staticMetaObject,
            &ObjectSync::Transport::staticMetaObject,
        };
        return *types[actor];
    }

    /// At each \a signal of \a sender \a victim is deleted.
    LifetimeStage(Actor sender, QByteArray signal, Actor victim)
        : m_sender(sender), m_signal(std::move(signal)), m_victim(victim)
    {
    }
    ~LifetimeStage() override
    {
        for (const QPointer<QObject> &actor : m_actors)
            delete actor;
    }

    void play();
    int fired() const { return m_fired; }

private Q_SLOTS:
    void fire()
    {
        ++m_fired;
        delete std::exchange(m_actors[m_victim], nullptr); // once
    }

private:
    void enter(Actor actor, QObject *object)
    {
        m_actors[actor] = object;
        if (object && actor == m_sender) {
            const QMetaMethod slot = metaObject()->method(metaObject()->indexOfSlot("fire()"));
            const int signal = object->metaObject()->indexOfSignal(m_signal);
            QVERIFY2(signal >= 0, m_signal);
            connect(object, object->metaObject()->method(signal), this, slot);
        }
    }
    template<typename Type, typename Function>
    void with(Actor actor, Function function)
    {
        if (auto *const object = static_cast<Type *>(m_actors[actor].data()))
            function(*object);
    }
    template<typename Function>
    void withSession(Function function)
    {
        with<ObjectSync::SyncSession>(Session, function);
    }
    template<typename Function>
    void withModel(Function function)
    {
        with<ObjectSync::SyncedModel>(Model, function);
    }
    template<typename Function>
    void withLamp(Function function)
    {
        with<Lamp>(Object, function);
    }
    static void processAll()
    {
        for (int round = 0; round < 10; ++round) {
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }
    /// Until nothing more is to come, as far as can be seen.
    void settle()
    {
        processAll();
        waitFor([](const ObjectSync::SyncSession &it) {
            return it.pendingCount() == 0 || it.status() != ObjectSync::SyncSession::Status::Online;
        });
        processAll();
    }
    /// Only where it can come to that.
    template<typename Predicate>
    void waitFor(Predicate predicate)
    {
        const auto isThere = [&] {
            const auto *session = static_cast<ObjectSync::SyncSession *>(m_actors[Session].data());
            return !session || !m_actors[Transport] || predicate(*session);
        };
        const QDeadlineTimer deadline(5000);
        while (!isThere() && !deadline.hasExpired()) {
            processAll();
            QThread::yieldCurrentThread(); // to the store
        }
    }
    void waitForStatus(ObjectSync::SyncSession::Status status);

    void prepare();
    void connectAll();
    void change();
    void refuse();
    void reconnect();
    void leave();

    const Actor m_sender;
    const QByteArray m_signal;
    const Actor m_victim;
    int m_fired = 0;
    FakeDisk m_disk;
    EngineServer m_server;
    QPointer<QObject> m_actors[ActorCount];
};

inline void LifetimeStage::play()
{
    prepare();
    connectAll();
    change();
    refuse();
    reconnect();
    leave();
}

inline void LifetimeStage::waitForStatus(ObjectSync::SyncSession::Status status)
{
    waitFor([status](const ObjectSync::SyncSession &it) { return it.status() == status; });
}

/// Settings.
inline void LifetimeStage::prepare()
{
    using namespace ObjectSync;
    m_server.commit({ Operation::create("lamps/a", { { "brightness", 1 } }),
                      Operation::create("lamps/z", { { "brightness", 9 } }),
                      Operation::create("rooms/a", {}) });
    enter(Session, new SyncSession);
    enter(Model, new SyncedModel);
    enter(Object, new Lamp);
    withSession([](auto &it) { it.setUrl(QUrl(QStringLiteral("ws://localhost"))); });
    withSession([](auto &it) { it.setToken(QStringLiteral("token")); });
    withSession([](auto &it) { it.setClientId(QStringLiteral("me")); });
    withSession([](auto &it) { it.setReconnectFirst(5); });
    withSession([](auto &it) {
        ClientOptions options = it.options();
        options.random = [] { return 0.02; };
        options.pingInterval = 1;
        it.setOptions(options);
    });
    withSession([this](auto &it) { it.setStorage(m_disk.makeStorage()); });
    withSession([this](auto &it) {
        it.setTransport(m_server.makeTransport());
        enter(Transport, it.transport());
    });
    withModel([](auto &it) {
        it.setRoles({ QStringLiteral("brightness"), QStringLiteral("label") });
    });
    withModel([](auto &it) { it.setOrderBy(QStringLiteral("brightness")); });
    withModel([](auto &it) { it.setDescending(true); });
    withModel([](auto &it) { it.sort(0); });
    withModel([](auto &it) { it.setPrefix(QStringLiteral("lamps/")); });
    withLamp([](auto &it) { it.setCreateIfMissing(true); });
}

/// The first connection.
inline void LifetimeStage::connectAll()
{
    using namespace ObjectSync;
    auto *const session = static_cast<SyncSession *>(m_actors[Session].data());
    if (session)
        withModel([session](auto &it) { it.setSession(session); });
    if (m_actors[Session])
        withLamp([session](auto &it) { it.setSession(session); });
    withLamp([](auto &it) { it.setEntityId(QStringLiteral("lamps/a")); });
    withSession([this](auto &it) {
        enter(Owned, it.template object<Lamp>(QStringLiteral("lamps/owned")));
    });
    with<Lamp>(Owned, [](auto &it) { it.setCreateIfMissing(true); });
    withSession([this](auto &it) { enter(Subscription, it.subscribe(QStringLiteral("rooms/"))); });
    withSession([](auto &it) { it.open(); });
    waitForStatus(SyncSession::Status::Online);
    waitFor([](const auto &it) { return it.latency() >= 0; });
    settle();
}

/// From here and from elsewhere.
inline void LifetimeStage::change()
{
    using namespace ObjectSync;
    withSession([this](auto &it) {
        enter(Reply, it.save({ { QStringLiteral("id"), QStringLiteral("lamps/b") },
                               { QStringLiteral("brightness"), 3 } }));
    });
    settle();
    withLamp([](auto &it) { it.setBrightness(5); });
    withLamp([](auto &it) { it.setValue(QStringLiteral("other"), 5); });
    withLamp([](auto &it) { it.increment(QStringLiteral("brightness")); });
    settle();
    ValueMap all{ { "on", true },
                  { "label", "x" },
                  { "level", 0.5 },
                  { "mode", 2 },
                  { "numbers", Value(Value::List{ 1 }) },
                  { "tags", Value(Value::List{ "t" }) },
                  { "any", 7 },
                  { "brightness", 8 } };
    m_server.commit({ Operation::set("lamps/a", all), Operation::set("lamps/owned", all),
                      Operation::set("lamps/z", { { "brightness", 0 } }) });
    settle();
    for (const QByteArray id : { "lamps/a", "lamps/owned" }) {
        m_server.commit({ Operation::destroy(id) });
        settle();
        m_server.commit({ Operation::create(id, {}) });
        settle();
    }
}

/// By the server, the library and the store.
inline void LifetimeStage::refuse()
{
    using namespace ObjectSync;
    m_server.setDecide([](const ObjectSync::Transaction &) {
        return Decision{ Decision::Kind::Reject, {}, { "refused", QStringLiteral("No") } };
    });
    withLamp([](auto &it) { it.setBrightness(11); });
    with<Lamp>(Owned, [](auto &it) { it.setBrightness(12); });
    settle();
    m_server.setDecide({});
    m_disk.setWriteError(Error{ "storage-failed", QStringLiteral("Full") });
    withSession([](auto &it) { it.save({ { QStringLiteral("id"), QStringLiteral("full") } }); });
    waitFor([](const auto &it) { return !it.storageError().code.isEmpty(); });
    m_disk.setWriteError({});
    withModel([](auto &it) { it.setPrefix(QString(300, u'x')); });
    settle();
    withModel([](auto &it) { it.setPrefix(QStringLiteral("lamps/")); });
    settle();
}

inline void LifetimeStage::reconnect()
{
    using namespace ObjectSync;
    m_server.setReachable(false);
    m_server.cut();
    settle();
    m_server.setReachable(true);
    waitForStatus(SyncSession::Status::Online);
    settle();
}

inline void LifetimeStage::leave()
{
    using namespace ObjectSync;
    delete m_actors[Subscription];
    withSession([this](auto &it) {
        enter(Subscription, it.subscribe(QStringList{ QString(300, u'x') }));
    });
    settle();
    withSession([this](auto &it) {
        if (auto *const owned = static_cast<Lamp *>(m_actors[Owned].data()))
            it.release(owned);
    });
    withLamp([](auto &it) { it.setBrightness(14); });
    withLamp([](auto &it) { it.setEntityId(QStringLiteral("lamps/b")); });
    settle();
    withModel([](auto &it) { it.setSession(nullptr); });
    withModel([this](auto &it) {
        it.setSession(static_cast<SyncSession *>(m_actors[Session].data()));
    });
    settle();
    withSession([](auto &it) { it.close(); });
    delete m_actors[Session];
    processAll();
}
