// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;

namespace {

const Error Bad{ ErrorCode::BadMessage, QStringLiteral("not a message") };

template<typename Action>
qsizetype countOf(const std::vector<ServerActionVariant> &actions)
{
    return std::count_if(actions.begin(), actions.end(),
                         [](const auto &action) { return std::holds_alternative<Action>(action); });
}

} // namespace

/// What may come from the owner of a ServerEngine, and from peers, at moments when it does not fit.
class tst_ServerOwner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contradictingRows_data();
    void contradictingRows();
    void handlersComeAndGo();
    void lateDecisions();

    void bytesThatAreNoMessage();
    void messagesOfServers();
    void secondHello();
    void tooManyEarlyMessages();
    void congestedBeforeWelcome();
    void closedInTheSameTurn();
    void cameAndWentInOneTurn();
    void noLimitOfOperations();
    void sessionInTheSameProcess();
    void otherContentsWhileAHandlerThinks();
    void generatorOfIdsThatRepeatsItself();
};

void tst_ServerOwner::contradictingRows_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<Revision>("stamp");
    QTest::newRow("older than the one before") << QByteArray("two") << Revision(2);
    QTest::newRow("newer than the world") << QByteArray("two") << Revision(9);
    QTest::newRow("twice") << QByteArray("one") << Revision(4);
}

void tst_ServerOwner::contradictingRows()
{
    QFETCH(QByteArray, id);
    QFETCH(Revision, stamp);
    ServerDriver server({ .storage = true });
    StoredWorld stored{ .epoch = "epoch-0", .revision = 8 };
    stored.entities = { { "one", 3, 3, true, {} }, { id, stamp, stamp, true, {} } };
    const auto loaded = server.engine.load(stored, server.now);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, QByteArray(ErrorCode::StorageFailed));
    QCOMPARE(loaded.error().entityId, id);
}

void tst_ServerOwner::handlersComeAndGo()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.engine.setDecideCommits(true);
    server.engine.setDecideFetches(true);
    QVERIFY(server.engine.options().decideCommits && server.engine.options().decideFetches);
    server.commit(a, 1, { lamp("hall", {}) });
    server.receive(a, Fetch{ 1, { "lamps/hall" } });
    QCOMPARE(server.decisions.size(), 1u);
    QCOMPARE(server.fetches.size(), 1u);
    server.engine.setDecideCommits(false);
    server.engine.setDecideFetches(false);
    // What comes later does not overtake what a handler still has.
    server.commit(a, 2, { Operation::set("lamps/hall", { { "on", true } }) });
    server.receive(a, Fetch{ 2, { "lamps/hall" } });
    QCOMPARE(server.takeAll<Result>(a).at(0).request, 2);
    server.decide(0);
    QCOMPARE(server.decisions.size(), 1u);
    QCOMPARE(server.takeAll<Ack>(a).back().tx, 2);
}

void tst_ServerOwner::lateDecisions()
{
    ServerDriver server({ .decideCommits = true, .decideFetches = true });
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("hall", {}) });
    server.receive(a, Fetch{ 1, { "lamps/hall" } });
    server.decide(0);
    server.decide(0); // again
    QCOMPARE(server.engine.world().revision(), 1);
    QCOMPARE(server.takeAll<Ack>(a).size(), 1u);
    server.engine.disconnected(a, server.now);
    for (int i = 0; i < 2; ++i) // nobody waits for it any more
        server.engine.fetched(server.fetches.at(0).ticket,
                              std::vector<std::optional<Result::Entity>>(1));
    server.run();
    QVERIFY(server.take(a).empty());
    QVERIFY(server.engine.isIdle());
}

void tst_ServerOwner::bytesThatAreNoMessage()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.engine.receivedBad(a, Bad, server.now);
    server.run();
    QCOMPARE(server.takeAll<Failure>(a), std::vector{ Failure{ Bad } });
    server.commit(a, 1, { lamp("hall", {}) });
    QCOMPARE(server.takeAll<Ack>(a).size(), 1u);

    const auto stranger = server.connect();
    server.engine.receivedBad(stranger, Bad, server.now);
    server.engine.receivedBad(stranger, Bad, server.now); // it has been told
    server.run();
    QCOMPARE(server.closed[stranger].code, QByteArray(ErrorCode::BadMessage));
    QCOMPARE(server.takeAll<Failure>(stranger).size(), 1u);
    server.engine.receivedBad(stranger, Bad, server.now); // it is gone
    server.run();
    QVERIFY(server.take(stranger).empty());
}

void tst_ServerOwner::messagesOfServers()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    for (const Message &message :
         { Message(Welcome{}), Message(Changes{}), Message(Subscribed{}), Message(Ack{}),
           Message(Reject{}), Message(Result{}), Message(Failure{}), Message(Pong{}) }) {
        server.receive(a, message);
        const auto failures = server.takeAll<Failure>(a);
        QCOMPARE(failures.size(), 1u);
        QCOMPARE(failures[0].error.code, QByteArray(ErrorCode::UnknownType));
        QVERIFY(!failures[0].fatal);
    }
    QVERIFY(!server.isClosed(a));
}

void tst_ServerOwner::secondHello()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.receive(a, Hello{ .client = "b" });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::BadMessage));
}

void tst_ServerOwner::tooManyEarlyMessages()
{
    ServerDriver server({ .authenticate = true });
    const auto a = server.join("a");
    int sent = 0;
    for (; !server.isClosed(a) && sent < 1000; ++sent)
        server.receive(a, Ping{ sent });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::NoHello));
    QVERIFY(sent > 10 && sent < 1000);
    server.engine.authenticated(a, QByteArray("ada"), server.now); // too late
    server.run();
    QVERIFY(server.arrived.empty());
}

void tst_ServerOwner::congestedBeforeWelcome()
{
    ServerDriver server;
    const auto a = server.connect();
    server.engine.congested(a);
    server.receive(a, Hello{ .client = "a" });
    QVERIFY(server.take(a).empty());
    server.engine.drained(a);
    server.run();
    QCOMPARE(server.takeAll<Welcome>(a).size(), 1u);
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.commit(a, 1, { lamp("hall", {}) });
    QCOMPARE(summary(server.takeAll<Changes>(a).at(0)), QByteArray("+lamps/hall"));
}

/// The owner has not taken the actions yet when more comes for the connection.
void tst_ServerOwner::closedInTheSameTurn()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.engine.close(a, Bad, server.now);
    server.engine.close(a, Bad, server.now);
    server.engine.received(a, Commit{ 1, { { lamp("hall", {}) } } }, server.now);
    server.engine.timeout(server.now);
    server.engine.congested(a);
    server.engine.drained(a);
    const auto actions = server.engine.takeActions();
    QCOMPARE(countOf<ServerAction::Send>(actions), 1);
    QCOMPARE(countOf<ServerAction::Close>(actions), 1);
    QCOMPARE(countOf<ServerAction::ClientDisconnected>(actions), 1);
    QCOMPARE(server.engine.world().revision(), 0);
    // And now that it is gone:
    server.engine.close(a, Bad, server.now);
    server.engine.heard(a, server.now);
    server.engine.disconnected(a, server.now);
    server.engine.received(a, Hello{ .client = "a" }, server.now);
    QVERIFY(server.engine.takeActions().empty());
}

void tst_ServerOwner::cameAndWentInOneTurn()
{
    ServerDriver server;
    for (ConnectionId connection = 1; connection <= 2; ++connection) {
        server.engine.connected({ .connection = connection }, server.now);
        server.engine.received(connection, Hello{ .client = "a" }, server.now);
        server.engine.disconnected(connection, server.now);
    }
    server.run();
    QVERIFY(server.sent.empty() && server.closed.empty());
    QVERIFY(server.engine.clients().empty());
}

void tst_ServerOwner::noLimitOfOperations()
{
    ServerDriver server({ .limits = { .operationsPerSecond = 0, .operationsBurst = 1 } });
    server.trusted = false;
    const auto a = server.join("a");
    for (int tx = 1; tx <= 50; ++tx)
        server.commit(a, tx, { Operation::create({}, {}), Operation::create({}, {}) });
    QCOMPARE(server.engine.world().size(), 100);
}

/// It is let in as nobody, is not limited, and may be silent.
void tst_ServerOwner::sessionInTheSameProcess()
{
    ServerDriver server(
            { .limits = { .operationsPerSecond = 1, .operationsBurst = 1 }, .authenticate = true });
    server.trusted = false;
    const auto a = server.connect(true);
    server.receive(a, Hello{ .client = "a" });
    QVERIFY(server.authentications.empty());
    QCOMPARE(server.takeAll<Welcome>(a).at(0).limits.operationsPerSecond, 0);
    for (int tx = 1; tx <= 5; ++tx)
        server.commit(a, tx, { Operation::create({}, {}) });
    QCOMPARE(server.engine.world().size(), 5);
    server.pass(10 * 60 * 1000);
    QVERIFY(!server.isClosed(a));
}

void tst_ServerOwner::otherContentsWhileAHandlerThinks()
{
    ServerDriver server({ .decideCommits = true });
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("hall", {}) });
    server.commit(a, 1, { lamp("hall", {}) }); // the answer will come
    QVERIFY(!server.isClosed(a));
    server.commit(a, 1, { lamp("attic", {}) });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::BadNumber));
    QCOMPARE(server.decisions.size(), 1u);
    server.decide(0);
    QVERIFY(server.engine.world().exists("lamps/hall")); // that was right
}

void tst_ServerOwner::generatorOfIdsThatRepeatsItself()
{
    int calls = 0;
    bool works = true;
    ServerOptions options;
    options.makeId = [&] { return works && ++calls % 3 == 0 ? QByteArray::number(calls) : "same"; };
    ServerDriver server(options);
    const auto a = server.join("a");
    server.take(a);
    for (int tx = 1; tx <= 3; ++tx)
        server.commit(a, tx, { Operation::create("lamps/", {}) });
    QCOMPARE(server.takeAll<Ack>(a).size(), 3u);
    QCOMPARE(server.engine.world().size(), 3);
    works = false;
    server.commit(a, 4, { Operation::create("lamps/", {}) });
    QCOMPARE(server.takeAll<Reject>(a).at(0).error.code, QByteArray(ErrorCode::Exists));
}

QTEST_APPLESS_MAIN(tst_ServerOwner)
#include "tst_serverowner.moc"
