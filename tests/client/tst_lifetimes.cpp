// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"
#include "lamp.h"

#include <objectsync/client/syncreply.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qregularexpression.h>

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

private:
    void deleteSessionAt(void (SyncSession::*signal)(const QString &));

    std::unique_ptr<EngineServer> m_server;
    QPointer<EngineClient> m_session;
};

void tst_Lifetimes::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("null"))); // of connect()
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

QTEST_MAIN(tst_Lifetimes)
#include "tst_lifetimes.moc"
