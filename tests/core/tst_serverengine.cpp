// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;

namespace {

ServerOptions withHandlers()
{
    ServerOptions options;
    options.decideCommits = true;
    return options;
}

} // namespace

class tst_ServerEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Joining
    void helloIsAnswered();
    void firstMessageMustBeHello();
    void wrongProtocolIsRefused();
    void helloDeadline();
    void silenceIsEnded();
    void newerConnectionReplacesOlder();
    void lateConnectionReplacesNobody();
    void authenticatorDecides();
    void clientsComeAndGo();

    // Committing
    void commitIsAppliedAndAnswered();
    void refusedCommitLeavesNoTrace();
    void noChangeTellsNobody();
    void sameNumberSameAnswer();
    void answersComeInOrderAfterReconnect();
    void answeredInAnotherHistory();
    void sameNumberOtherContents();
    void numberWhoseAnswerIsForgotten();
    void gapInNumbers();
    void acksAreJoined();
    void serverChoosesIds();
    void faultyCommitIsRefusedInTurn();
    void rateIsLimited();
    void handlerMayAnswerLater();
    void handlerMayChangeOrStaySilent();
    void answersKeepTheirOrder();
};

void tst_ServerEngine::helloIsAnswered()
{
    ServerDriver server;
    const auto a = server.join("a");
    const auto welcomes = server.takeAll<Welcome>(a);
    QCOMPARE(welcomes.size(), 1u);
    QCOMPARE(welcomes[0].epoch, QByteArray("epoch-1"));
    QCOMPARE(welcomes[0].lastTx, 0);
    QVERIFY(!welcomes[0].resumed);
}

void tst_ServerEngine::firstMessageMustBeHello()
{
    ServerDriver server;
    const auto a = server.connect();
    server.receive(a, Fetch{ 1, { "x" } });
    QVERIFY(server.isClosed(a));
    const auto failures = server.takeAll<Failure>(a);
    QCOMPARE(failures.size(), 1u);
    QCOMPARE(failures[0].error.code, QByteArray(ErrorCode::NoHello));
    QVERIFY(failures[0].fatal);
}

void tst_ServerEngine::wrongProtocolIsRefused()
{
    ServerDriver server;
    const auto a = server.connect();
    server.receive(a, Hello{ .protocol = 2, .client = "a" });
    QVERIFY(server.isClosed(a));
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::UnsupportedProtocol));
}

void tst_ServerEngine::helloDeadline()
{
    ServerDriver server;
    const auto a = server.connect();
    server.pass(4000);
    QVERIFY(!server.isClosed(a));
    server.pass(1000);
    QVERIFY(server.isClosed(a));
}

void tst_ServerEngine::silenceIsEnded()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.pass(44'999);
    QVERIFY(!server.isClosed(a));
    server.engine.heard(a, server.now);
    server.pass(44'999);
    QVERIFY(!server.isClosed(a));
    server.pass(1);
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::Silent));
    QCOMPARE(server.gone.size(), 1u);
}

void tst_ServerEngine::newerConnectionReplacesOlder()
{
    ServerDriver server;
    const auto a = server.join("a");
    const auto b = server.join("b");
    const auto again = server.join("a");
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::Replaced));
    QVERIFY(!server.isClosed(b));
    server.commit(again, 1, { lamp("x", {}) });
    QCOMPARE(server.takeAll<Ack>(again).size(), 1u);
    // What the older one still sends counts for nothing.
    server.commit(a, 2, { lamp("y", {}) });
    QVERIFY(!server.engine.world().find("lamps/y"));
}

void tst_ServerEngine::lateConnectionReplacesNobody()
{
    ServerDriver server;
    const auto given = server.connect();
    const auto kept = server.join("a");
    // What the client said on a connection that it has given up arrives only now.
    server.receive(given, Hello{ .client = "a" });
    QCOMPARE(server.closed[given].code, QByteArray(ErrorCode::Replaced));
    QVERIFY(!server.isClosed(kept));
    server.commit(kept, 1, { lamp("x", {}) });
    QCOMPARE(server.takeAll<Ack>(kept).size(), 1u);
}

void tst_ServerEngine::authenticatorDecides()
{
    ServerDriver server({ .authenticate = true });
    const auto a = server.connect();
    server.receive(a, Hello{ .client = "a", .token = "secret" });
    QCOMPARE(server.authentications.size(), 1u);
    QCOMPARE(server.authentications[0].token, QByteArray("secret"));
    server.commit(a, 1, { lamp("early", {}) });
    QVERIFY(server.take(a).empty());
    server.engine.authenticated(a, QByteArray("ada"), server.now);
    server.run();
    QCOMPARE(server.arrived.size(), 1u);
    QCOMPARE(server.arrived[0].principal, QByteArray("ada"));
    QVERIFY(server.engine.world().find("lamps/early"));

    const auto b = server.connect();
    server.receive(b, Hello{ .client = "a", .token = "wrong" });
    server.engine.authenticated(b, Error{ ErrorCode::Unauthorized, {} }, server.now);
    server.run();
    QCOMPARE(server.closed[b].code, QByteArray(ErrorCode::Unauthorized));
    QVERIFY(!server.isClosed(a)); // nobody fences whom he is not
}

void tst_ServerEngine::clientsComeAndGo()
{
    ServerDriver server;
    const auto a = server.join("a");
    QCOMPARE(server.engine.clients().size(), 1u);
    QCOMPARE(server.arrived[0].client, QByteArray("a"));
    server.engine.disconnected(a, server.now);
    server.run();
    QCOMPARE(server.gone.size(), 1u);
    QVERIFY(server.engine.clients().empty());
    QVERIFY(server.closed.empty());
}

void tst_ServerEngine::commitIsAppliedAndAnswered()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.commit(a, 1,
                  { lamp("hall", { { "on", true } }),
                    Operation::set("lamps/hall", { { "level", 7 } }) });
    QCOMPARE(server.takeAll<Ack>(a), std::vector<Ack>({ Ack{ 1, 1 } }));
    QCOMPARE(server.engine.world().values("lamps/hall"),
             ValueMap({ { "level", 7 }, { "on", true } }));
    QCOMPARE(server.engine.world().revision(), 1);
}

void tst_ServerEngine::refusedCommitLeavesNoTrace()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.commit(a, 1, { lamp("hall", {}), Operation::set("lamps/none", { { "on", true } }) });
    const auto rejects = server.takeAll<Reject>(a);
    QCOMPARE(rejects.size(), 1u);
    QCOMPARE(rejects[0].error.code, QByteArray(ErrorCode::NotFound));
    QCOMPARE(rejects[0].error.entityId, QByteArray("lamps/none"));
    QVERIFY(!server.engine.world().findAny("lamps/hall"));
    QCOMPARE(server.engine.world().revision(), 0);
}

void tst_ServerEngine::noChangeTellsNobody()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("hall", { { "on", true } }) });
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.take(a);
    server.commit(a, 2, { Operation::set("lamps/hall", { { "on", true } }) });
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 1u);
    QCOMPARE(*messages[0], Message(Ack{ 2, 1 }));
}

void tst_ServerEngine::sameNumberSameAnswer()
{
    ServerDriver server;
    const auto a = server.join("a");
    const Operation more = Operation::apply("increment", "lamps/hall", "uses", 1);
    server.commit(a, 1, { lamp("hall", {}) });
    server.commit(a, 2, { more });
    server.commit(a, 3, { Operation::destroy("lamps/none") });
    server.engine.disconnected(a, server.now);
    const auto again = server.join("a");
    // What it may have missed it is told again, in order.
    auto messages = server.take(again);
    QCOMPARE(messages.size(), 3u);
    QCOMPARE(std::get<Welcome>(*messages[0]).lastTx, 3);
    QCOMPARE(std::get<Ack>(*messages[1]).tx, 2);
    QCOMPARE(std::get<Reject>(*messages[2]).error.code, QByteArray(ErrorCode::NotFound));
    server.commit(again, 3, { Operation::destroy("lamps/none") });
    server.commit(again, 4, { more });
    messages = server.take(again);
    QCOMPARE(messages.size(), 2u);
    QCOMPARE(std::get<Reject>(*messages[0]).tx, 3);
    QCOMPARE(std::get<Ack>(*messages[1]).tx, 4);
    QCOMPARE(server.engine.world().value("lamps/hall", "uses"), Value(2));
}

void tst_ServerEngine::answersComeInOrderAfterReconnect()
{
    ServerDriver server(withHandlers());
    const auto a = server.join("a");
    server.commit(a, 1, { Operation::destroy("lamps/none") });
    server.decide(0);
    server.commit(a, 2, { lamp("hall", {}) });
    server.engine.disconnected(a, server.now);
    const auto again = server.join("a");
    server.take(again);
    // Its acknowledgement stands for all before it: the refusal must have come first.
    server.decide(1);
    QVERIFY(server.takeAll<Reject>(again).empty());
    const auto third = server.join("a");
    const auto messages = server.take(third);
    QCOMPARE(messages.size(), 3u);
    QCOMPARE(std::get<Reject>(*messages[1]).tx, 1);
    QCOMPARE(std::get<Ack>(*messages[2]).tx, 2);
}

void tst_ServerEngine::answeredInAnotherHistory()
{
    ServerDriver server;
    const auto a = server.connect();
    server.receive(a, Hello{ .client = "a", .answered = 5 });
    QCOMPARE(server.takeAll<Welcome>(a)[0].lastTx, 0);
    server.commit(a, 1, { lamp("hall", {}) });
    QCOMPARE(server.takeAll<Ack>(a).size(), 1u);
}

void tst_ServerEngine::sameNumberOtherContents()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("hall", {}) });
    server.commit(a, 1, { lamp("attic", {}) });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::BadNumber));
    QVERIFY(!server.engine.world().find("lamps/attic"));
}

void tst_ServerEngine::numberWhoseAnswerIsForgotten()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 1, { lamp("hall", {}) });
    server.receive(a, Commit{ 2, { { lamp("attic", {}) } }, 1 });
    server.commit(a, 1, { lamp("hall", {}) }); // the client has said that it knows the answer
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::BadNumber));
}

void tst_ServerEngine::gapInNumbers()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.commit(a, 2, { lamp("hall", {}) });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::BadNumber));
    QCOMPARE(server.engine.world().revision(), 0);
}

void tst_ServerEngine::acksAreJoined()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.holdFlush = true;
    server.commit(a, 1, { lamp("hall", {}) });
    server.commit(a, 2, { lamp("attic", {}) });
    server.commit(a, 3, { lamp("attic", {}) }); // exists
    server.commit(a, 4, { lamp("cellar", {}) });
    server.holdFlush = false;
    server.run();
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 3u);
    QCOMPARE(std::get<Ack>(*messages[0]).tx, 2);
    QCOMPARE(std::get<Reject>(*messages[1]).tx, 3);
    QCOMPARE(std::get<Ack>(*messages[2]).tx, 4);
}

void tst_ServerEngine::serverChoosesIds()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.commit(a, 1,
                  { Operation::create({}, { { "on", true } }), lamp("hall", {}),
                    Operation::save("lamps/", { { "on", false } }) });
    const auto acks = server.takeAll<Ack>(a);
    QCOMPARE(acks[0].ids, std::vector<QByteArray>({ "made-1", "", "lamps/made-2" }));
    QCOMPARE(server.engine.world().value("lamps/made-2", "on"), Value(false));
    // A resent one gets the same ids, and makes nothing.
    server.engine.disconnected(a, server.now);
    const auto again = server.join("a");
    server.take(again);
    server.commit(again, 1,
                  { Operation::create({}, { { "on", true } }), lamp("hall", {}),
                    Operation::save("lamps/", { { "on", false } }) });
    QCOMPARE(server.takeAll<Ack>(again)[0].ids, acks[0].ids);
    QCOMPARE(server.engine.world().size(), 3);
}

void tst_ServerEngine::faultyCommitIsRefusedInTurn()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    Commit faulty{ 1, { { lamp("hall", {}) } } };
    faulty.fault = Error{ ErrorCode::BadName, QStringLiteral("too long") };
    server.receive(a, faulty);
    server.commit(a, 2, { lamp("attic", {}) });
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 2u);
    QCOMPARE(std::get<Reject>(*messages[0]).error, *faulty.fault);
    QCOMPARE(std::get<Ack>(*messages[1]).tx, 2);
    QVERIFY(!server.engine.world().find("lamps/hall"));
}

void tst_ServerEngine::rateIsLimited()
{
    ServerDriver server({ .limits = { .operationsPerSecond = 10, .operationsBurst = 2 } });
    server.trusted = false;
    const auto a = server.join("a");
    for (int tx = 1; tx <= 3; ++tx)
        server.commit(a, tx, { Operation::create({}, {}) });
    QCOMPARE(server.takeAll<Reject>(a)[0].error.code, QByteArray(ErrorCode::SlowDown));
    server.now += 100;
    server.commit(a, 4, { Operation::create({}, {}) });
    QCOMPARE(server.takeAll<Ack>(a).size(), 1u);
    QCOMPARE(server.engine.world().size(), 3);
}

void tst_ServerEngine::handlerMayAnswerLater()
{
    ServerDriver server({ .decideCommits = true });
    const auto a = server.join("a");
    const auto b = server.join("b");
    server.take(a);
    server.take(b);
    server.commit(a, 1, { lamp("a1", {}) });
    server.commit(a, 2, { lamp("a2", {}) });
    server.commit(b, 1, { lamp("b1", {}) });
    QCOMPARE(server.decisions.size(), 2u); // a2 waits for a1
    QCOMPARE(server.decisions[0].peer.client, QByteArray("a"));
    server.engine.decided(server.decisions[1].ticket,
                          { .transaction = server.decisions[1].transaction }, server.now);
    server.run();
    QCOMPARE(server.takeAll<Ack>(b).size(), 1u);
    QVERIFY(server.take(a).empty());
    // The client goes, and resends while the handler still thinks: it is not asked again.
    server.engine.disconnected(a, server.now);
    const auto again = server.join("a");
    server.take(again);
    server.commit(again, 1, { lamp("a1", {}) });
    QCOMPARE(server.decisions.size(), 2u);
    server.engine.decided(server.decisions[0].ticket,
                          { Decision::Kind::Reject, {}, { "no-lamps", QStringLiteral("No") } },
                          server.now);
    server.run();
    QCOMPARE(server.takeAll<Reject>(again)[0].error.code, QByteArray("no-lamps"));
    QCOMPARE(server.decisions.size(), 3u); // now a2
    QCOMPARE(server.decisions[2].transaction.operations[0].id, QByteArray("lamps/a2"));
}

void tst_ServerEngine::handlerMayChangeOrStaySilent()
{
    ServerDriver server({ .decideCommits = true });
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.take(a);
    server.commit(a, 1, { lamp("hall", { { "level", 500 } }) });
    server.engine.decided(server.decisions[0].ticket,
                          { .transaction = { { lamp("hall", { { "level", 100 } }) } } },
                          server.now);
    server.run();
    QCOMPARE(server.engine.world().value("lamps/hall", "level"), Value(100));
    server.take(a);
    server.commit(a, 2, { lamp("attic", {}) });
    server.engine.decided(server.decisions[1].ticket, { Decision::Kind::AcceptSilently },
                          server.now);
    server.run();
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 1u);
    QCOMPARE(*messages[0], Message(Ack{ 2, 1 }));
    QVERIFY(!server.engine.world().find("lamps/attic"));
}

void tst_ServerEngine::answersKeepTheirOrder()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix({}));
    server.take(a);
    server.commit(a, 1, { lamp("hall", {}) });
    // One step for the client: it must not see its own change twice in between.
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 3u);
    QCOMPARE(std::get<Changes>(*messages[0]).cursor, 1);
    QVERIFY(std::get<Changes>(*messages[0]).more);
    QCOMPARE(std::get<Ack>(*messages[1]).cursor, 1);
    QCOMPARE(*messages[2], Message(Changes{ .cursor = 1 }));
}

QTEST_APPLESS_MAIN(tst_ServerEngine)
#include "tst_serverengine.moc"
