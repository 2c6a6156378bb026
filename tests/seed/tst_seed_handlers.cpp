// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedclient.h"

#include <QtCore/qtimer.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(ObjectSync::Operation)

namespace {

/// What a user does to the entity "a" { n: 1 } or to "new", and what others are told of it.
void addKinds()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<QString>("event");
    QTest::newRow("create") << Operation::create("new", { { "n", 5 } }) << u"created new n=5"_s;
    QTest::newRow("update") << Operation::set("a", { { "n", 5 } }) << u"updated a n=5"_s;
    QTest::newRow("destroy") << Operation::destroy("a") << u"destroyed a"_s;
}

} // namespace

class TestSeedHandlers : public QObject
{
    Q_OBJECT

    std::unique_ptr<SyncServer> m_server;
    std::unique_ptr<SeedClient> m_anna;
    std::unique_ptr<SeedClient> m_bert;

    /// Anna asks; what Bert, who watches, is told until then.
    QStringList told()
    {
        if (!m_anna->fence({ m_bert.get() }))
            QTest::qFail("Bert was not told", __FILE__, __LINE__);
        return m_bert->takeEvents();
    }

    SyncReply *commit(const Operation &operation)
    {
        return m_anna->transaction(Transaction{ { operation }, {} });
    }

    /// The handler is not asked about fences.
    void handle(const CommitHandler &handler)
    {
        m_server->addCommitHandler([handler](CommitRequest &request) {
            if (request.operations().front().id == "fence")
                request.accept();
            else
                handler(request);
        });
    }

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<SyncServer>();
        QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
        m_anna = std::make_unique<SeedClient>(m_server->url());
        m_bert = std::make_unique<SeedClient>(m_server->url());
        QVERIFY(m_anna->watch() && m_bert->watch());
        m_anna->save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
        QVERIFY(m_anna->fence({ m_anna.get(), m_bert.get() }));
        m_anna->takeEvents();
        m_bert->takeEvents();
    }
    void cleanup()
    {
        m_anna.reset();
        m_bert.reset();
        m_server.reset();
    }

    void B7_handlersAnswerLater_data() { addKinds(); }
    void B7_handlersAnswerLater();
    void B7_handlersAnswerFromATimer();
    void B7_othersGoOnMeanwhile();
    void B7_handlersAreToldWhoAsks_data() { addKinds(); }
    void B7_handlersAreToldWhoAsks();
    void B7_handlersKnowThePrincipal();
    void B7_handlersMayRefuse_data() { addKinds(); }
    void B7_handlersMayRefuse();
    void B7_handlersMayChangeTheObject_data() { addKinds(); }
    void B7_handlersMayChangeTheObject();
    void B7_handlersMayAcceptSilently_data() { addKinds(); }
    void B7_handlersMayAcceptSilently();
    void B7_handlersOfFetch_data();
    void B7_handlersOfFetch();
    void B7_noAnswerIsARefusal();
};

void TestSeedHandlers::B7_handlersAnswerLater()
{
    QFETCH(const Operation, operation);
    QFETCH(const QString, event);
    std::optional<CommitRequest> held;
    handle([&](CommitRequest &request) { held = request; });
    SyncReply *reply = commit(operation);
    reply->setAutoDelete(false);
    SOON(held);
    QCOMPARE(held->operations(), std::vector{ operation });
    // The handler sees the world without it; Anna sees her change, Bert does not.
    QCOMPARE(held->state().values("a"), (ValueMap{ { "n", 1 } }));
    QVERIFY(!held->state().exists("new"));
    QCOMPARE(m_anna->takeEvents(), QStringList{ event });
    QVERIFY(finishes(m_bert->fetch({ u"a"_s })));
    QVERIFY(m_bert->events.isEmpty());
    QVERIFY(!reply->isFinished());
    held->accept();
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QCOMPARE(told(), QStringList{ event });
    QVERIFY(m_anna->takeEvents().isEmpty());
    // Further answers have no effect.
    held->reject("late", u"Too late."_s);
    QVERIFY(told().isEmpty());
}

void TestSeedHandlers::B7_handlersAnswerFromATimer()
{
    QStringList order;
    handle([&](CommitRequest &request) {
        QTimer::singleShot(0, this, [&order, request]() mutable {
            order.append(QString::fromUtf8(request.operations().front().id));
            request.accept();
        });
    });
    for (const auto &id : { u"x"_s, u"y"_s, u"z"_s })
        m_anna->save({ { u"id"_s, id } });
    QCOMPARE(told(), (QStringList{ u"created x"_s, u"created y"_s, u"created z"_s }));
    QCOMPARE(order, (QStringList{ u"x"_s, u"y"_s, u"z"_s }));
}

void TestSeedHandlers::B7_othersGoOnMeanwhile()
{
    std::optional<CommitRequest> held;
    handle([&](CommitRequest &request) {
        if (request.operations().front().id == "slow")
            held = request;
        else
            request.accept();
    });
    m_anna->save({ { u"id"_s, u"slow"_s } });
    m_anna->save({ { u"id"_s, u"behind"_s } });
    SOON(held);
    m_bert->save({ { u"id"_s, u"other"_s } });
    QVERIFY(m_bert->settle());
    QCOMPARE(m_bert->takeEvents(), QStringList{ u"created other"_s });
    QCOMPARE(m_anna->pendingCount(), 2);
    held->accept();
    QCOMPARE(told(), (QStringList{ u"created slow"_s, u"created behind"_s }));
}

void TestSeedHandlers::B7_handlersAreToldWhoAsks()
{
    QFETCH(const Operation, operation);
    std::vector<Peer> asked;
    handle([&](CommitRequest &request) {
        asked.push_back(request.peer());
        request.accept();
    });
    QVERIFY(finishes(commit(operation)));
    m_bert->save({ { u"id"_s, u"other"_s } });
    QVERIFY(m_bert->settle());
    QCOMPARE(asked.size(), 2u);
    QCOMPARE(asked[0].client, m_anna->clientId().toUtf8());
    QCOMPARE(asked[1].client, m_bert->clientId().toUtf8());
    QCOMPARE(asked[0].address, u"127.0.0.1"_s);
    QCOMPARE(m_server->clients(), asked);
}

void TestSeedHandlers::B7_handlersKnowThePrincipal()
{
    SyncServer server;
    server.setAuthenticator([](AuthenticationRequest &request) {
        if (request.token() == "secret of eve")
            request.accept("eve");
        else
            request.reject(u"Who are you?"_s);
    });
    QByteArray principal;
    server.addCommitHandler([&](CommitRequest &request) {
        principal = request.peer().principal;
        request.accept();
    });
    QVERIFY(server.listen());
    SeedClient eve(server.url());
    eve.setToken(u"secret of eve"_s);
    QVERIFY(eve.goOnline());
    QVERIFY(finishes(eve.save({ { u"id"_s, u"x"_s } })));
    QCOMPARE(principal, QByteArray("eve"));
    SeedClient nobody(server.url());
    nobody.open();
    SOON_EQUAL(nobody.status(), SyncSession::Status::Failed);
    QCOMPARE(nobody.errorCode(), u"unauthorized"_s);
}

void TestSeedHandlers::B7_handlersMayRefuse()
{
    QFETCH(const Operation, operation);
    handle([](CommitRequest &request) {
        request.reject("closed-today", u"Come back tomorrow."_s, request.operations().front().id);
    });
    QSignalSpy rejected(m_anna.get(), &SyncSession::rejected);
    SyncReply *reply = commit(operation);
    QVERIFY(finishes(reply));
    const QString id = QString::fromUtf8(operation.id);
    QCOMPARE(*reply->error(), (Error{ "closed-today", u"Come back tomorrow."_s, operation.id }));
    QCOMPARE(rejected.count(), 1);
    // Anna's view is what it was, Bert was told nothing.
    QCOMPARE(m_anna->values(u"a"_s), (QVariantMap{ { u"n"_s, 1 } }));
    QCOMPARE(m_anna->exists(id), id == u"a");
    QVERIFY(told().isEmpty());
    QCOMPARE(m_bert->values(u"a"_s), (QVariantMap{ { u"n"_s, 1 } }));
}

void TestSeedHandlers::B7_handlersMayChangeTheObject()
{
    QFETCH(const Operation, operation);
    handle([](CommitRequest &request) {
        Transaction changed = request.transaction();
        Operation &first = changed.operations.front();
        if (first.kind == Operation::Kind::Destroy)
            first = Operation::set(first.id, { { "n", 7 } });
        else
            first.values.insert("n", 7);
        changed.operations.push_back(
                Operation::create("log", { { "of", Value::string(first.id) } }));
        request.accept(changed);
    });
    const QString id = QString::fromUtf8(operation.id);
    QVERIFY(finishes(commit(operation)));
    QStringList events = told();
    events.sort();
    QCOMPARE(events, (QStringList{ u"created log of=\"%1\""_s.arg(id),
                                   id == u"a" ? u"updated a n=7"_s : u"created new n=7"_s }));
    for (const SyncSession *session : { m_anna.get(), m_bert.get() }) {
        QCOMPARE(session->value(id, u"n"_s), QVariant(7));
        QCOMPARE(session->value(u"log"_s, u"of"_s), QVariant(id));
    }
}

void TestSeedHandlers::B7_handlersMayAcceptSilently()
{
    QFETCH(const Operation, operation);
    int asked = 0;
    handle([&](CommitRequest &request) {
        ++asked;
        request.acceptSilently();
    });
    SyncReply *reply = commit(operation);
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QCOMPARE(asked, 1);
    QVERIFY(told().isEmpty());
    // The world is as it was, and so is what Anna sees.
    for (const SyncSession *session : { m_anna.get(), m_bert.get() }) {
        QCOMPARE(session->values(u"a"_s), (QVariantMap{ { u"n"_s, 1 } }));
        QVERIFY(!session->exists(u"new"_s));
    }
}

void TestSeedHandlers::B7_handlersOfFetch_data()
{
    QTest::addColumn<bool>("later");
    QTest::newRow("at once") << false;
    QTest::newRow("later") << true;
}

void TestSeedHandlers::B7_handlersOfFetch()
{
    QFETCH(const bool, later);
    QByteArray asker;
    m_server->addFetchHandler([&](FetchRequest &request) {
        auto decide = [&asker, request]() mutable {
            asker = request.peer().client;
            if (request.ids().front() == "secret")
                request.reject("no-access", u"Not for you."_s, "secret");
            else if (request.ids().front() == "elsewhere")
                request.answer({ ValueMap{ { "n", 42 } }, std::nullopt });
            else
                request.pass();
        };
        if (later)
            QTimer::singleShot(0, this, decide);
        else
            decide();
    });
    SyncReply *reply = m_bert->fetch({ u"elsewhere"_s, u"a"_s });
    QVERIFY(finishes(reply));
    QCOMPARE(asker, m_bert->clientId().toUtf8());
    QCOMPARE(reply->value().toList(),
             (QVariantList{ QVariantMap{ { u"id"_s, u"elsewhere"_s }, { u"n"_s, 42 } },
                            QVariant::fromValue(nullptr) }));
    reply = m_bert->fetch({ u"secret"_s });
    QVERIFY(finishes(reply));
    QCOMPARE(*reply->error(), (Error{ "no-access", u"Not for you."_s, "secret" }));
    reply = m_bert->fetch({ u"a"_s });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value().toList().value(0).toMap().value(u"n"_s), QVariant(1));
}

void TestSeedHandlers::B7_noAnswerIsARefusal()
{
    handle([](CommitRequest &) {});
    SyncReply *reply = commit(Operation::destroy("a"));
    QVERIFY(finishes(reply));
    QCOMPARE(reply->errorCode(), u"no-answer"_s);
    QVERIFY(told().isEmpty());
}

QTEST_GUILESS_MAIN(TestSeedHandlers)
#include "tst_seed_handlers.moc"
