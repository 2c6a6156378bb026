// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Told = Change::Event;

const QByteArray Lamp = "lamps/kitchen";

std::vector<TransactionNumber> numbers(const std::vector<Commit> &commits)
{
    std::vector<TransactionNumber> result;
    for (const Commit &commit : commits)
        result.push_back(commit.tx);
    return result;
}

using Numbers = std::vector<TransactionNumber>;

} // namespace

/// What waits, under which number it is sent, and what becomes of it when a connection ends.
class tst_ClientEngineQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void refusedAtTheCall_data();
    void refusedAtTheCall();
    void refusedAtTheCallBlames();
    void queueBounds();
    void answeredNumbersAreTold();
    void longQueueIsAnsweredQuickly_data();
    void longQueueIsAnsweredQuickly();

    void waitsWhileOffline();
    void sentAgainAfterReconnect();
    void answeredAfterReconnectBeforeItWasSentAgain();
    void serverForgotUs();
    void serverForgotUsTwice();
    void serverKnowsMoreThanWasSent();
    void newHistory_data();
    void newHistory();
    void decidedBeforeTheReconnectIsNotShownTwice();
    void undecidedInANewHistoryIsShownAgain();

private:
    void commitLevels(int from, int to);

    std::unique_ptr<ClientDriver> d;
};

void tst_ClientEngineQueue::init()
{
    d = std::make_unique<ClientDriver>();
    d->online();
    d->subscribe(Filter::byPrefix("lamps/"),
                 { ClientDriver::change(Lamp, Told::Enter, { { "level", 0 } }) });
}

void tst_ClientEngineQueue::cleanup()
{
    d.reset();
}

void tst_ClientEngineQueue::commitLevels(int from, int to)
{
    for (int level = from; level <= to; ++level)
        d->commit({ Operation::set(Lamp, { { "level", level } }) });
}

void tst_ClientEngineQueue::refusedAtTheCall_data()
{
    QTest::addColumn<Transaction>("transaction");
    QTest::addColumn<QByteArray>("code"); // empty: accepted
    const auto row = [](const char *name, Transaction transaction, const char *code) {
        QTest::newRow(name) << transaction << QByteArray(code);
    };
    const auto operation = [&](const char *name, Operation content, const char *code) {
        row(name, Transaction{ { std::move(content) } }, code);
    };
    operation("empty id", Operation::set({}, {}), ErrorCode::BadId);
    operation("id ends in /", Operation::destroy("lamps/"), ErrorCode::BadId);
    operation("id with a control character", Operation::create("a\nb", {}), ErrorCode::BadId);
    operation("id too long", Operation::create(QByteArray(300, 'x'), {}), ErrorCode::BadId);
    operation("beginning of an id", Operation::create("lamps/", {}), "");
    operation("no id", Operation::save({}, {}), "");
    operation("empty name", Operation::set("a", { { "", 1 } }), ErrorCode::BadName);
    operation("empty name to unset", Operation::unset("a", { "" }), ErrorCode::BadName);
    operation("name too long", Operation::set("a", { { QByteArray(200, 'x'), 1 } }),
              ErrorCode::BadName);
    operation("undefined value", Operation::set("a", { { "n", Value() } }), ErrorCode::BadValue);
    Value deep = 1;
    for (int i = 0; i < 20; ++i)
        deep = Value::List{ deep };
    operation("nested too deep", Operation::set("a", { { "n", deep } }), ErrorCode::TooLarge);
    operation("too large", Operation::set("a", { { "n", Value::bytes(QByteArray(300000, 'x')) } }),
              ErrorCode::TooLarge);
    operation("unknown operation", Operation::apply("multiply", "a", "n", 2),
              ErrorCode::UnknownOperation);
    operation("undefined argument", Operation::apply("increment", "a", "n", {}), "");
    operation("deep argument", Operation::apply("increment", "a", "n", deep), ErrorCode::TooLarge);
    row("expectation of a bad id", { {}, { { "", true } } }, ErrorCode::BadId);
    row("expectation of a bad name", { {}, { { "a", {}, {}, { { "", 1 } } } } }, ErrorCode::BadName);
    row("expectation of a deep value", { {}, { { "a", {}, {}, { { "n", deep } } } } },
        ErrorCode::TooLarge);
    row("nothing at all", {}, "");
}

void tst_ClientEngineQueue::refusedAtTheCall()
{
    QFETCH(Transaction, transaction);
    QFETCH(QByteArray, code);
    const auto result = d->engine.commit(transaction, d->now);
    d->run();
    QCOMPARE(result ? QByteArray() : result.error().code, code);
    QCOMPARE(d->engine.pendingCount(), code.isEmpty() ? 1 : 0);
    if (!result) {
        QVERIFY(!result.error().message.isEmpty());
        QVERIFY(d->takeLog().isEmpty());
    } else {
        QCOMPARE(d->takeSent<Commit>()[0].transaction, transaction);
    }
}

void tst_ClientEngineQueue::refusedAtTheCallBlames()
{
    const auto blamed = [this](const Operation &bad) {
        const auto result = d->engine.commit({ { Operation::save("good", {}), bad,
                                                 Operation::save("good", {}) } },
                                             d->now);
        return result ? QByteArray("nobody") : result.error().entityId;
    };
    Value deep = 1;
    for (int i = 0; i < 20; ++i)
        deep = Value::List{ deep };
    QCOMPARE(blamed(Operation::set("bad", { { "n", deep } })), "bad");
    QCOMPARE(blamed(Operation::set("bad", { { "", 1 } })), "bad");
    QCOMPARE(blamed(Operation::unset("bad", { "" })), "bad");
    QCOMPARE(blamed(Operation::apply("increment", "bad", "n", deep)), "bad");
    QCOMPARE(blamed(Operation::apply("multiply", "bad", "n", 2)), "bad");
    QCOMPARE(blamed(Operation::save(QByteArray(300, 'x'), {})), "");
}

void tst_ClientEngineQueue::queueBounds()
{
    ClientOptions options;
    options.queueOperations = 3;
    options.queueBytes = 1000;
    d = std::make_unique<ClientDriver>(options);
    const auto code = [&](Transaction transaction) {
        const auto result = d->engine.commit(std::move(transaction), d->now);
        d->run();
        return result ? QByteArray() : result.error().code;
    };
    const Operation save = Operation::save("a", { { "n", 1 } });
    QCOMPARE(code({ { save, save, save, save } }), ErrorCode::TooManyPending);
    QCOMPARE(code({ { save, save } }), "");
    QCOMPARE(code({}), "");
    QCOMPARE(code({}), ErrorCode::TooManyPending);
    QCOMPARE(d->engine.pendingCount(), 2);
    d->online();
    d->ack(1);
    QCOMPARE(code({ { Operation::save("b", { { "n", Value::bytes(QByteArray(900, 'x')) } }) } }),
             ErrorCode::TooManyPending);
    QCOMPARE(code({ { Operation::save("b", { { "n", Value::bytes(QByteArray(700, 'x')) } }) } }),
             "");
}

void tst_ClientEngineQueue::answeredNumbersAreTold()
{
    const auto commitOne = [&] {
        d->commit({ Operation::set(Lamp, { { "level", 1 } }) });
        return d->takeSent<Commit>().at(0);
    };
    QCOMPARE(commitOne().answered, 0);
    QCOMPARE(commitOne().answered, 0);
    d->ack(2);
    QCOMPARE(commitOne().answered, 2);
    QCOMPARE(commitOne().answered, 0); // has been said
    d->ack(3);
    d->cut();
    QCOMPARE(d->hello().answered, 3);
}

void tst_ClientEngineQueue::longQueueIsAnsweredQuickly_data()
{
    QTest::addColumn<bool>("oneEntity");
    QTest::newRow("each another entity") << false;
    QTest::newRow("all the same entity") << true;
}

/// Not a benchmark: a queue whose cost grows with its square in earnest would not end in time.
void tst_ClientEngineQueue::longQueueIsAnsweredQuickly()
{
    QFETCH(bool, oneEntity);
    ClientEngine engine({ .client = "c",
                          .queueBytes = 1 << 30,
                          .random = [] { return 0.5; },
                          .makeClientId = [] { return QByteArray("x"); } });
    const auto idOf = [&](int i) { return "e" + QByteArray::number(oneEntity ? 0 : i); };
    constexpr int Most = 10000;
    for (int i = 1; i <= Most; ++i)
        QVERIFY(engine.commit({ { Operation::save(idOf(i), { { "n", i } }) } }, 0));
    QVERIFY(engine.subscribe(Filter::byPrefix({})));
    engine.open(0);
    engine.transportOpened(0);
    engine.received(Welcome{ .epoch = "e", .limits = ClientDriver::unlimited() }, 0);
    engine.received(Subscribed{ 1, 0 }, 0);
    std::vector<ChangePtr> changes;
    for (int i = 1; i <= Most; ++i) {
        if (oneEntity)
            changes.clear();
        const bool isNew = i == 1 || !oneEntity;
        changes.push_back(
                ClientDriver::change(idOf(i), isNew ? Told::Create : Told::Update, { { "n", i } }));
        if (i % 64 != 0 && i != Most && i != 1)
            continue;
        engine.received(Changes{ .cursor = i, .changes = std::exchange(changes, {}) }, 0);
        engine.received(Ack{ i, i }, 0);
        engine.takeActions();
    }
    QCOMPARE(engine.pendingCount(), 0);
    QCOMPARE(engine.view().value(idOf(Most), "n"), Value(Most));
}

// Numbers over connections

void tst_ClientEngineQueue::waitsWhileOffline()
{
    d->cut();
    d->forget();
    commitLevels(1, 2);
    QCOMPARE(d->takeLog(), "view view");
    QCOMPARE(d->value(Lamp, "level"), Value(2));
    QCOMPARE(d->engine.pendingCount(), 2);
    d->online();
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 1, 2 }));

    d->engine.close();
    d->run();
    commitLevels(3, 3);
    QCOMPARE(d->value(Lamp, "level"), Value(3));
    d->online();
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 1, 2, 3 }));
    QVERIFY(d->takeAnswered().empty());
}

void tst_ClientEngineQueue::sentAgainAfterReconnect()
{
    const QByteArray client = d->engine.client();
    commitLevels(1, 4);
    d->ack(1);
    d->forget();
    d->cut();
    const Hello hello = d->hello();
    QCOMPARE(hello.client, client);
    QCOMPARE(hello.answered, 1);
    d->welcome({ .cursor = d->cursor, .lastTx = 3, .resumed = true, .limits = d->unlimited() });
    const auto commits = d->takeSent<Commit>();
    // What it has decided it answers by itself.
    QCOMPARE(numbers(commits), (Numbers{ 4 }));
    QCOMPARE(commits[0].transaction.operations[0].values, ValueMap({ { "level", 4 } }));
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 3 } }) });
    d->ack(2);
    d->reject(3);
    d->ack(4);
    QCOMPARE(d->takeAnswered().size(), 3u);
    QCOMPARE(d->engine.pendingCount(), 0);
}

void tst_ClientEngineQueue::answeredAfterReconnectBeforeItWasSentAgain()
{
    Limits narrow = ClientDriver::unlimited();
    commitLevels(1, 3);
    d->cut();
    narrow.pendingTransactions = 1;
    d->online(narrow);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 1 }));
    // A handler has decided what came on the last connection.
    d->ack(2);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 3 }));
    QCOMPARE(d->takeAnswered().size(), 2u);
}

void tst_ClientEngineQueue::serverForgotUs()
{
    commitLevels(1, 1);
    d->ack(1);
    commitLevels(2, 3);
    d->cut();
    commitLevels(4, 4);
    d->hello();
    d->forget();
    d->welcome({ .cursor = d->cursor, .lastTx = 0, .resumed = true, .limits = d->unlimited() });
    // What had been sent may have been done; the rest goes on under another name.
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 2u);
    for (const auto &answer : answers)
        QCOMPARE(answer.error->code, ErrorCode::UnknownOutcome);
    QCOMPARE(d->takeLog(), "close answered answered open");
    QCOMPARE(d->engine.status(), ClientStatus::Connecting);
    QCOMPARE(d->value(Lamp, "level"), Value(4));
    const Hello hello = d->hello();
    QCOMPARE(hello.client, d->engine.client());
    QCOMPARE(hello.client, "client-2");
    QCOMPARE(hello.answered, 0);
    d->welcome({ .cursor = d->cursor, .resumed = true, .limits = d->unlimited() });
    const auto commits = d->takeSent<Commit>();
    QCOMPARE(numbers(commits), (Numbers{ 1 }));
    QCOMPARE(commits[0].transaction.operations[0].values, ValueMap({ { "level", 4 } }));
}

void tst_ClientEngineQueue::serverForgotUsTwice()
{
    const auto confused = [&] { d->welcome({ .cursor = d->cursor, .lastTx = 99 }); };
    d->cut();
    d->hello();
    confused();
    QCOMPARE(d->engine.status(), ClientStatus::Connecting);
    d->hello();
    confused();
    // Not again and again without a pause.
    QCOMPARE(d->engine.status(), ClientStatus::Waiting);
    d->online();
    QCOMPARE(d->engine.status(), ClientStatus::Online);
}

void tst_ClientEngineQueue::serverKnowsMoreThanWasSent()
{
    commitLevels(1, 2);
    d->cut();
    commitLevels(3, 3);
    d->hello();
    d->welcome({ .cursor = d->cursor, .lastTx = 3, .resumed = true });
    QCOMPARE(d->takeAnswered().size(), 2u);
    QCOMPARE(d->engine.client(), "client-2");
    QCOMPARE(d->engine.pendingCount(), 1);
}

void tst_ClientEngineQueue::newHistory_data()
{
    QTest::addColumn<TransactionNumber>("lastTx");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<Numbers>("sent");
    QTest::addColumn<int>("unknown");
    const auto row = [](const char *name, TransactionNumber lastTx, const QByteArray &client,
                        const Numbers &sent, int unknown) {
        QTest::newRow(name) << lastTx << client << sent << unknown;
    };
    // Three have been answered, of four more two have been sent.
    row("knows nothing", 0, "client-2", { 1, 2, 3, 4 }, 0);
    row("has lost an answered one", 2, "client-2", { 1, 2, 3, 4 }, 0);
    row("has all answered ones", 3, "client-1", { 4, 5, 6, 7 }, 0);
    row("has an unanswered one", 4, "client-1", { 5, 6, 7 }, 0);
    row("has all that was sent", 5, "client-1", { 6, 7 }, 0);
    row("has more than was sent", 6, "client-2", { 1, 2 }, 2);
}

// A number means one transaction for as long as the client has its id: yet another backup may know
// it as that.
void tst_ClientEngineQueue::newHistory()
{
    QFETCH(TransactionNumber, lastTx);
    QFETCH(QByteArray, client);
    QFETCH(Numbers, sent);
    QFETCH(int, unknown);
    commitLevels(1, 3);
    d->ack(3);
    d->takeAnswered();
    commitLevels(4, 5);
    d->cut();
    commitLevels(6, 7);
    d->hello();
    d->forget();
    d->welcome({ .epoch = "epoch-2", .cursor = 3, .lastTx = lastTx, .limits = d->unlimited() });
    if (client == "client-2") {
        QCOMPARE(d->engine.status(), ClientStatus::Connecting);
        QCOMPARE(static_cast<int>(d->takeAnswered().size()), unknown);
        d->hello();
        d->welcome({ .epoch = "epoch-2", .cursor = 3, .limits = d->unlimited() });
    }
    QCOMPARE(d->engine.status(), ClientStatus::Online);
    QCOMPARE(d->engine.client(), client);
    const auto commits = d->takeSent<Commit>();
    QCOMPARE(numbers(commits), sent);
    for (size_t i = 0; i < sent.size(); ++i) {
        const int level = 8 - static_cast<int>(sent.size() - i);
        QCOMPARE(commits[i].transaction.operations[0].values, ValueMap({ { "level", level } }));
    }
    QCOMPARE(d->value(Lamp, "level"), Value(7));
    d->ack(sent.back());
    QCOMPARE(static_cast<int>(d->takeAnswered().size()), 4 - unknown);
}

void tst_ClientEngineQueue::decidedBeforeTheReconnectIsNotShownTwice()
{
    const auto first = d->commit({ Operation::apply("increment", Lamp, "level", 1) });
    const auto second = d->commit({ Operation::apply("increment", Lamp, "level", 10) });
    d->cut();
    d->hello();
    d->forget();
    d->welcome({ .cursor = d->cursor, .lastTx = 1, .resumed = true, .limits = d->unlimited() });
    // The delta has the first one.
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 1 } }) });
    QCOMPARE(d->value(Lamp, "level"), Value(11));
    QVERIFY(d->takeChanges().empty());
    QVERIFY(d->engine.hasPending(Lamp));
    QVERIFY(d->engine.isSettled(first));
    QVERIFY(!d->engine.isSettled(second));
    d->ack(1);
    QVERIFY(!d->engine.isSettled(first));
    QVERIFY(d->takeChanges().empty());
    QCOMPARE(d->takeAnswered().size(), 1u);
}

void tst_ClientEngineQueue::undecidedInANewHistoryIsShownAgain()
{
    commitLevels(5, 5);
    d->cut();
    d->hello();
    d->welcome({ .cursor = d->cursor, .lastTx = 1, .resumed = true, .limits = d->unlimited() });
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 5 } }) });
    d->cut();
    // A backup of the time before the transaction has been restored.
    d->hello();
    d->welcome({ .epoch = "epoch-2", .cursor = 2, .lastTx = 0, .limits = d->unlimited() });
    d->initial(1, { ClientDriver::change(Lamp, Told::Enter, { { "level", 0 } }) }, true);
    QCOMPARE(d->value(Lamp, "level"), Value(5));
    d->subscribed(1);
    d->reject(1);
    QCOMPARE(d->value(Lamp, "level"), Value(0));
}

QTEST_APPLESS_MAIN(tst_ClientEngineQueue)
#include "tst_clientengine_queue.moc"
