// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;

Q_DECLARE_METATYPE(ObjectSync::Message)

namespace {

using Entities = std::vector<std::optional<Result::Entity>>;

ValueMap bytes(qsizetype size)
{
    return { { "data", Value::bytes(QByteArray(size, 'x')) } };
}

ServerOptions smallResults()
{
    ServerOptions options;
    options.sliceSize = 1000;
    options.resultSize = 10'000;
    return options;
}

std::vector<QByteArray> codes(const std::vector<Failure> &failures)
{
    std::vector<QByteArray> codes;
    for (const Failure &failure : failures)
        codes.push_back(failure.error.code);
    return codes;
}

} // namespace

/// What one connection can make the server do, or keep.
class tst_ServerBounds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Fetches
    void largeResultIsRefused();
    void largeResultOfAHandlerIsRefused();
    void resultsWaitForTheirReader();
    void fetchesAreBounded();
    void fetchesWithHandlersAreBounded();
    void waitingResultsAreBounded();
    void fetchedIdsAreBounded();
    void fetchOfTooManyIds();

    // Other requests
    void unansweredSubscriptionsAreBounded_data();
    void unansweredSubscriptionsAreBounded();
    void unansweredSubscribedIdsAreBounded();
    void subscriptionsAreBounded();
    void resumedSubscriptionsAreBounded();
    void cursorIsToldOnce();

    // Walks
    void walkOverOthersEntitiesIsSliced();
    void walkOverToldEntitiesIsSliced();
    void overlappingFiltersOfOneClient();

    // Transactions
    void unansweredTransactionsAreBounded_data();
    void unansweredTransactionsAreBounded();
    void answersOfEarlierConnectionsDoNotCount();
    void repeatedTransactionsDoNotPileUp();
    void answersThatNobodyTakesAreBounded();
};

void tst_ServerBounds::largeResultIsRefused()
{
    ServerDriver server(smallResults());
    const auto a = server.join("a");
    server.commit(a, 1, { Operation::create("x", bytes(2000)) });
    server.take(a);
    server.receive(a, Fetch{ 7, std::vector<QByteArray>(5, "x") });
    server.receive(a, Fetch{ 8, std::vector<QByteArray>(4, "x") });
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 2u);
    const auto &failure = std::get<Failure>(*messages[0]);
    QCOMPARE(failure.error.code, QByteArray(ErrorCode::TooLarge));
    QCOMPARE(failure.request, std::optional<qint64>(7));
    QVERIFY(!failure.fatal);
    QCOMPARE(std::get<Result>(*messages[1]).entities.size(), 4u);
}

void tst_ServerBounds::largeResultOfAHandlerIsRefused()
{
    ServerOptions options = smallResults();
    options.decideFetches = true;
    ServerDriver server(options);
    const auto a = server.join("a");
    server.take(a);
    server.receive(a, Fetch{ 7, { "x" } });
    server.engine.fetched(server.fetches.at(0).ticket,
                          Entities{ Result::Entity{ "x", 1, bytes(20'000) } });
    server.run();
    const auto failures = server.takeAll<Failure>(a);
    QCOMPARE(codes(failures), std::vector<QByteArray>({ ErrorCode::TooLarge }));
    QCOMPARE(failures[0].request, std::optional<qint64>(7));
}

/// Between large answers the connection can become congested; what was not told then waits.
void tst_ServerBounds::resultsWaitForTheirReader()
{
    ServerDriver server(smallResults());
    const auto a = server.join("a");
    server.commit(a, 1, { Operation::create("x", bytes(2000)) });
    server.take(a);
    server.holdFlush = true;
    for (int request = 1; request <= 3; ++request)
        server.receive(a, Fetch{ request, { "x" } });
    server.engine.flush(server.now);
    server.run();
    QCOMPARE(server.takeAll<Result>(a).size(), 1u);
    server.engine.congested(a);
    server.engine.flush(server.now);
    server.run();
    QVERIFY(server.take(a).empty());
    server.engine.drained(a);
    server.holdFlush = false;
    server.run();
    QCOMPARE(server.takeAll<Result>(a).size(), 2u);
}

void tst_ServerBounds::fetchesAreBounded()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.engine.congested(a);
    for (int request = 1; request <= OutstandingFetches + 2; ++request)
        server.receive(a, Fetch{ request, { "x" } });
    const auto failures = server.takeAll<Failure>(a);
    QCOMPARE(codes(failures),
             std::vector<QByteArray>({ ErrorCode::TooManyPending, ErrorCode::TooManyPending }));
    QCOMPARE(failures[0].request, std::optional<qint64>(OutstandingFetches + 1));
    QVERIFY(!failures[0].fatal);
    server.engine.drained(a);
    server.run();
    QCOMPARE(static_cast<qint64>(server.takeAll<Result>(a).size()), OutstandingFetches);
    server.receive(a, Fetch{ 1, { "x" } });
    QCOMPARE(server.takeAll<Result>(a).size(), 1u);
}

void tst_ServerBounds::fetchesWithHandlersAreBounded()
{
    ServerOptions options;
    options.decideFetches = true;
    ServerDriver server(options);
    const auto a = server.join("a");
    server.take(a);
    for (int request = 1; request <= OutstandingFetches + 1; ++request)
        server.receive(a, Fetch{ request, { "x" } });
    QCOMPARE(static_cast<qint64>(server.fetches.size()), OutstandingFetches);
    QCOMPARE(codes(server.takeAll<Failure>(a)),
             std::vector<QByteArray>({ ErrorCode::TooManyPending }));
    server.engine.fetched(server.fetches[0].ticket, Entities(1));
    server.run();
    QCOMPARE(server.takeAll<Result>(a).size(), 1u);
    server.receive(a, Fetch{ 1000, { "x" } });
    QVERIFY(server.take(a).empty()); // a handler has it
}

void tst_ServerBounds::waitingResultsAreBounded()
{
    ServerOptions options = smallResults();
    options.decideFetches = true;
    ServerDriver server(options);
    const auto a = server.join("a");
    server.take(a);
    server.engine.congested(a);
    for (int request = 1; request <= 5; ++request) {
        server.receive(a, Fetch{ request, { "x" } });
        server.engine.fetched(server.fetches.back().ticket,
                              Entities{ Result::Entity{ "x", 1, bytes(9000) } });
    }
    server.engine.drained(a);
    server.run();
    const auto messages = server.sent[a];
    QCOMPARE(server.takeAll<Result>(a).size(), 4u);
    server.sent[a] = messages;
    QCOMPARE(codes(server.takeAll<Failure>(a)),
             std::vector<QByteArray>({ ErrorCode::TooManyPending }));
}

void tst_ServerBounds::fetchedIdsAreBounded()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.engine.congested(a);
    const std::vector<QByteArray> most(static_cast<size_t>(Limits().subscriptionIds), "x");
    for (int request = 1; request <= 5; ++request)
        server.receive(a, Fetch{ request, most });
    QCOMPARE(codes(server.takeAll<Failure>(a)),
             std::vector<QByteArray>({ ErrorCode::TooManyPending }));
}

void tst_ServerBounds::fetchOfTooManyIds()
{
    ServerDriver server({ .limits = { .subscriptionIds = 2 } });
    const auto a = server.join("a");
    server.take(a);
    server.receive(a, Fetch{ 1, { "x", "y", "z" } });
    QCOMPARE(codes(server.takeAll<Failure>(a)), std::vector<QByteArray>({ ErrorCode::TooLarge }));
    server.receive(a, Fetch{ 2, { "x", "y" } });
    QCOMPARE(server.takeAll<Result>(a).size(), 1u);
}

void tst_ServerBounds::unansweredSubscriptionsAreBounded_data()
{
    QTest::addColumn<Message>("oneMore");
    QTest::newRow("subscribe") << Message(Subscribe{ 1, Filter::byPrefix("x") });
    QTest::newRow("unsubscribe") << Message(Unsubscribe{ 1 });
}

void tst_ServerBounds::unansweredSubscriptionsAreBounded()
{
    QFETCH(Message, oneMore);
    ServerDriver server({ .limits = { .subscriptions = 10 } });
    const auto a = server.join("a");
    server.engine.congested(a);
    for (int i = 0; i < 20; ++i) {
        server.subscribe(a, 1, Filter::byPrefix("x"));
        server.receive(a, Unsubscribe{ 1 });
    }
    QVERIFY(!server.isClosed(a));
    server.receive(a, oneMore);
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::TooManyPending));
}

void tst_ServerBounds::unansweredSubscribedIdsAreBounded()
{
    ServerDriver server({ .limits = { .subscriptionIds = 2 } });
    const auto a = server.join("a");
    server.engine.congested(a);
    for (int i = 0; i < 4; ++i)
        server.subscribe(a, i, Filter::byIds({ "x", "y" }));
    QVERIFY(!server.isClosed(a));
    server.subscribe(a, 4, Filter::byIds({ "x" }));
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::TooManyPending));
}

void tst_ServerBounds::subscriptionsAreBounded()
{
    ServerDriver server({ .limits = { .subscriptions = 3, .subscriptionIds = 2 } });
    const auto a = server.join("a");
    server.take(a);
    const auto subscribe = [&](SubscriptionNumber sub, const Filter &filter) {
        server.subscribe(a, sub, filter);
        const auto messages = server.take(a);
        const auto *failure = std::get_if<Failure>(messages.at(0).get());
        return failure ? failure->error.code : QByteArray();
    };
    QCOMPARE(subscribe(1, Filter::byPrefix("x")), QByteArray());
    QCOMPARE(subscribe(1, Filter::byPrefix("y")), QByteArray(ErrorCode::BadSubscription));
    QCOMPARE(subscribe(2, Filter::byIds({ "x", "y", "z" })),
             QByteArray(ErrorCode::TooManySubscriptions));
    QCOMPARE(subscribe(2, Filter::byIds({ "x", "y" })), QByteArray());
    QCOMPARE(subscribe(3, Filter::byIds({ "z" })), QByteArray(ErrorCode::TooManySubscriptions));
    QCOMPARE(subscribe(3, Filter::byPrefix("y")), QByteArray());
    QCOMPARE(subscribe(4, Filter::byPrefix("z")), QByteArray(ErrorCode::TooManySubscriptions));
    QVERIFY(!server.isClosed(a));
    server.receive(a, Unsubscribe{ 2 });
    QCOMPARE(subscribe(4, Filter::byIds({ "z" })), QByteArray());
}

/// An earlier server may have allowed more.
void tst_ServerBounds::resumedSubscriptionsAreBounded()
{
    ServerDriver server({ .limits = { .subscriptions = 1 } });
    const auto w = server.join("w");
    server.commit(w, 1, { lamp("one", {}), Operation::create("notes/1", {}) });
    const auto a = server.join("a", Resume{ "epoch-1",
                                            0,
                                            { { 1, Filter::byPrefix("lamps/") },
                                              { 2, Filter::byPrefix("notes/") } } });
    const auto messages = server.take(a);
    QCOMPARE(messages.size(), 3u);
    QVERIFY(std::get<Welcome>(*messages[0]).resumed);
    const auto &failure = std::get<Failure>(*messages[1]);
    QCOMPARE(failure.error.code, QByteArray(ErrorCode::TooManySubscriptions));
    QCOMPARE(failure.sub, std::optional<SubscriptionNumber>(2));
    QCOMPARE(summary(std::get<Changes>(*messages[2])), QByteArray("+lamps/one"));
}

void tst_ServerBounds::cursorIsToldOnce()
{
    ServerDriver server({ .storage = true });
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.commit(w, 1, { lamp("one", {}) });
    server.take(a);
    server.storeAtOnce = false;
    server.commit(w, 2, { lamp("two", {}) });
    for (int i = 0; i < 10; ++i)
        server.receive(a, Ping{ i });
    server.storeAtOnce = true;
    server.confirmStore();
    QCOMPARE(server.takeAll<Changes>(a).size(), 1u);
}

/// Slices end after some work, too, not only after some bytes.
void tst_ServerBounds::walkOverOthersEntitiesIsSliced()
{
    ServerDriver server({ .sliceSize = 1600 });
    const auto w = server.join("w");
    for (int i = 0; i < 250; ++i)
        server.commit(w, i + 1, { lamp(QByteArray::number(i).constData(), {}) });
    server.holdFlush = true;
    const Resume resume{ "epoch-1", 0, { { 1, Filter::byPrefix("others/") } } };
    const auto a = server.join("a", resume);
    for (int flush = 0; flush < 2; ++flush) {
        server.engine.flush(server.now);
        server.run();
        QCOMPARE(server.takeAll<Changes>(a).size(), 0u);
    }
    server.holdFlush = false;
    server.run();
    const auto changes = server.takeAll<Changes>(a);
    QCOMPARE(changes.size(), 1u);
    QVERIFY(!changes[0].more && changes[0].changes.empty());
}

void tst_ServerBounds::walkOverToldEntitiesIsSliced()
{
    ServerDriver server({ .sliceSize = 1600 });
    const auto a = server.join("a");
    for (int i = 0; i < 250; ++i)
        server.commit(a, i + 1, { lamp(QByteArray::number(i).constData(), {}) });
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.take(a);
    server.holdFlush = true;
    server.subscribe(a, 2, Filter::byPrefix({}));
    for (int flush = 0; flush < 2; ++flush) {
        server.engine.flush(server.now);
        server.run();
        QVERIFY(server.take(a).empty());
    }
    server.holdFlush = false;
    server.run();
    QCOMPARE(server.takeAll<Subscribed>(a).size(), 1u);
}

void tst_ServerBounds::overlappingFiltersOfOneClient()
{
    ServerDriver server;
    const auto w = server.join("w");
    const auto a = server.join("a");
    server.subscribe(a, 1, Filter::byPrefix("lamps/"));
    server.subscribe(a, 2, Filter::byPrefix("lamps/"));
    server.subscribe(a, 3, Filter::byIds({ "lamps/one" }));
    server.receive(a, Unsubscribe{ 1 });
    server.receive(a, Unsubscribe{ 3 });
    server.take(a);
    server.engine.congested(a);
    server.commit(w, 1, { lamp("one", {}), lamp("two", {}), Operation::create("other", {}) });
    server.engine.drained(a);
    server.run();
    QCOMPARE(summary(server.takeAll<Changes>(a).at(0)), QByteArray("+lamps/one +lamps/two"));
    server.receive(a, Unsubscribe{ 2 });
    server.engine.congested(a);
    server.commit(w, 2, { lamp("three", {}) });
    server.engine.drained(a);
    server.run();
    QCOMPARE(summary(server.takeAll<Changes>(a).at(0)), QByteArray());
}

void tst_ServerBounds::unansweredTransactionsAreBounded_data()
{
    QTest::addColumn<bool>("congested");
    QTest::newRow("congested") << true;
    QTest::newRow("storing") << false;
}

void tst_ServerBounds::unansweredTransactionsAreBounded()
{
    QFETCH(bool, congested);
    ServerDriver server({ .limits = { .pendingTransactions = 10 }, .storage = true });
    const auto a = server.join("a");
    const auto w = server.join("w");
    if (congested)
        server.engine.congested(a);
    server.storeAtOnce = congested;
    server.commit(w, 1, { lamp("one", {}) });
    for (int tx = 1; tx <= 10; ++tx)
        server.commit(a, tx, { Operation::set("nope", {}) });
    QVERIFY(!server.isClosed(a));
    server.commit(a, 11, { Operation::set("nope", {}) });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::TooManyPending));
}

void tst_ServerBounds::answersOfEarlierConnectionsDoNotCount()
{
    ServerDriver server({ .limits = { .pendingTransactions = 10 } });
    const auto first = server.join("a");
    for (int tx = 1; tx <= 10; ++tx)
        server.commit(first, tx, { Operation::set("nope", {}) });
    server.engine.disconnected(first, server.now);
    const auto a = server.connect();
    const Resume resume{ "epoch-1", 0, { { 1, Filter::byPrefix({}) } } };
    server.holdFlush = true;
    server.receive(a, Hello{ .client = "a", .resume = resume });
    for (int tx = 11; tx <= 20; ++tx)
        server.commit(a, tx, { Operation::set("nope", {}) });
    server.holdFlush = false;
    server.run();
    QVERIFY(!server.isClosed(a));
    QCOMPARE(server.takeAll<Reject>(a).size(), 20u); // none is lost
}

void tst_ServerBounds::repeatedTransactionsDoNotPileUp()
{
    ServerDriver server;
    const auto a = server.join("a");
    server.take(a);
    server.engine.congested(a);
    for (int i = 0; i < 100; ++i)
        server.commit(a, 1, { Operation::set("nope", {}) });
    server.engine.drained(a);
    server.run();
    QCOMPARE(server.takeAll<Reject>(a).size(), 1u);
}

/// A client that comes again and again, and goes before it has taken an answer.
void tst_ServerBounds::answersThatNobodyTakesAreBounded()
{
    ServerDriver server({ .limits = { .pendingTransactions = 10 }, .storage = true });
    TransactionNumber tx = 0;
    for (int round = 0; round < 4; ++round) {
        const auto a = server.connect();
        server.engine.congested(a);
        server.receive(a, Hello{ .client = "a" });
        for (int i = 0; i < 10; ++i)
            server.commit(a, ++tx, { Operation::set("nope", {}) });
        QVERIFY(!server.isClosed(a));
        server.engine.disconnected(a, server.now);
    }
    const StoredClient &client = server.storedBatches.back().clients.at(0);
    QCOMPARE(client.lastTx, 40);
    QCOMPARE(client.answers.size(), 20u);
    const auto a = server.join("a");
    QCOMPARE(server.takeAll<Reject>(a).at(0).tx, 21);
    server.commit(a, 20, { Operation::set("nope", {}) });
    QCOMPARE(server.closed[a].code, QByteArray(ErrorCode::BadNumber));
}

QTEST_APPLESS_MAIN(tst_ServerBounds)
#include "tst_serverbounds.moc"
