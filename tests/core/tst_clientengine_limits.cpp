// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storefixture.h"

#include <objectsync/core/codec.h>

using namespace ObjectSync;
using namespace StoreTest;

/// What was asked for before the server told its limits, and is above them.
class tst_ClientEngineLimits : public StoreFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { d.reset(); }

    // Transactions
    void unfitIsRefusedAndLaterOnesMoveUp();
    void unfitForAnyReason_data();
    void unfitForAnyReason();
    void unfitThatTheServerHasDecidedIsAnswered();
    void unfitThatWasSentHasAnUnknownOutcome();
    void unfitThatWasSentIsAnsweredInTime();
    void messagesAreNeverLargerThanThought_data();
    void messagesAreNeverLargerThanThought();

    // The store
    void laterOnesMoveUpInTheStoreFirst();
    void markStaysBelowTheUnfit();

    // Requests
    void subscription();
    void fetch();
    void helloBecomesSmaller();

private:
    static Limits narrow();
    TransactionId commitLarge(const char *id);
    void commitLevels(int from, int to);
};

void tst_ClientEngineLimits::init()
{
    d = std::make_unique<ClientDriver>();
    d->online();
    d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "level", 0 } }) });
}

void tst_ClientEngineLimits::commitLevels(int from, int to)
{
    for (int level = from; level <= to; ++level)
        d->commit({ setLevel(level) });
}

Limits tst_ClientEngineLimits::narrow()
{
    Limits limits = ClientDriver::unlimited();
    limits.messageSize = 10000;
    return limits;
}

TransactionId tst_ClientEngineLimits::commitLarge(const char *id)
{
    return d->commit({ Operation::save(id, { { "text", QString(50000, u'x') } }) });
}

void tst_ClientEngineLimits::unfitIsRefusedAndLaterOnesMoveUp()
{
    d->cut();
    commitLevels(1, 1);
    const TransactionId large = commitLarge("large");
    commitLevels(2, 2);
    commitLarge("larger");
    commitLevels(3, 3);
    QVERIFY(d->exists("large"));
    d->forget();
    d->online(narrow());
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QVERIFY(d->takeAnswered().empty()); // oldest first
    d->ack(1);
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 2u);
    QCOMPARE(answers[1].transaction, large);
    QCOMPARE(answers[1].error->code, ErrorCode::TooLarge);
    QVERIFY(!d->exists("large"));
    QVERIFY(d->exists("larger"));
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 2 });
    d->ack(2);
    QVERIFY(!d->exists("larger"));
    const auto commits = d->takeSent<Commit>();
    QCOMPARE(numbersOf(commits), Numbers{ 3 });
    QCOMPARE(commits[0].transaction.operations[0].values, ValueMap({ { "level", 3 } }));
    d->ack(3);
    QCOMPARE(d->engine.pendingCount(), 0);
    QCOMPARE(d->engine.client(), "client-1");
    commitLevels(4, 4);
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 4 });
    QCOMPARE(d->transportsOpened, 2);
}

void tst_ClientEngineLimits::unfitForAnyReason_data()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("message") << Operation::save("a", { { "n", QString(10000, u'x') } })
                             << QByteArray(ErrorCode::TooLarge);
    Value::List list(1200, Value(0.5));
    QTest::newRow("many numbers") << Operation::save("a", { { "n", std::move(list) } })
                                  << QByteArray(ErrorCode::TooLarge);
    QTest::newRow("id") << Operation::save(QByteArray(100, 'a'), {})
                        << QByteArray(ErrorCode::BadId);
    QTest::newRow("name") << Operation::save("a", { { QByteArray(100, 'n'), 1 } })
                          << QByteArray(ErrorCode::BadName);
    const Value deep = Value::List{ Value::List{ Value::List{ 1 } } };
    QTest::newRow("nesting") << Operation::save("a", { { "n", deep } })
                             << QByteArray(ErrorCode::TooLarge);
}

void tst_ClientEngineLimits::unfitForAnyReason()
{
    QFETCH(Operation, operation);
    QFETCH(QByteArray, code);
    d->cut();
    d->commit({ operation });
    d->forget();
    Limits limits = narrow();
    limits.idSize = limits.nameSize = 50;
    limits.nesting = 2;
    d->online(limits);
    QVERIFY(d->takeSent<Commit>().empty());
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 1u);
    QCOMPARE(answers[0].error->code, code);
    QCOMPARE(d->engine.pendingCount(), 0);
}

void tst_ClientEngineLimits::unfitThatTheServerHasDecidedIsAnswered()
{
    commitLarge("large");
    commitLevels(1, 1);
    d->cut();
    d->hello();
    d->forget();
    d->welcome({ .cursor = d->cursor, .lastTx = 1, .resumed = true, .limits = narrow() });
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 2 });
    d->changes({ ClientDriver::change("large", Told::Create, {}) });
    d->ack(2);
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 2u);
    QVERIFY(!answers[0].error && !answers[1].error);
}

/// It was sent to a server that took it, and is not decided: its number is nobody else's.
void tst_ClientEngineLimits::unfitThatWasSentHasAnUnknownOutcome()
{
    commitLevels(1, 1);
    commitLarge("large");
    commitLevels(2, 2);
    d->cut();
    commitLevels(3, 3);
    d->forget();
    d->online(narrow());
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(d->engine.client(), "client-1");
    d->ack(1);
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 3u);
    QVERIFY(!answers[0].error);
    QCOMPARE(answers[1].error->code, ErrorCode::UnknownOutcome);
    QCOMPARE(answers[2].error->code, ErrorCode::UnknownOutcome);
    QVERIFY(d->takeSent<Commit>().empty());
    QCOMPARE(d->engine.client(), "client-2");
    d->online(narrow());
    const auto commits = d->takeSent<Commit>();
    QCOMPARE(numbersOf(commits), Numbers{ 1 });
    QCOMPARE(commits[0].transaction.operations[0].values, ValueMap({ { "level", 3 } }));
}

void tst_ClientEngineLimits::unfitThatWasSentIsAnsweredInTime()
{
    commitLevels(1, 1);
    commitLarge("large");
    commitLevels(2, 2);
    d->cut();
    d->online(narrow());
    d->forget();
    d->ack(2); // a handler has decided what came on the last connection
    QCOMPARE(d->takeAnswered().size(), 2u);
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 3 });
    QCOMPARE(d->engine.client(), "client-1");
}

void tst_ClientEngineLimits::messagesAreNeverLargerThanThought_data()
{
    QTest::addColumn<Operation>("operation");
    const auto row = [](const char *name, const Value &value) {
        QTest::newRow(name) << Operation::save("a", { { "n", value } });
    };
    row("integers", Value::List(1000, Value(qint64(1) << 40)));
    row("doubles", Value::List(1000, Value(0.1)));
    row("dates", Value::List(1000, Value::dateTime(qint64(1) << 40)));
    row("texts", Value::List(1000, Value(QString(300, u'x'))));
    row("lists", Value::List(1000, Value(Value::List(30, Value(true)))));
    ValueMap map;
    for (int i = 0; i < 1000; ++i)
        map.insert(QByteArray::number(i) + QByteArray(300, 'k'), Value(0.1));
    row("map", map);
    ValueMap values;
    for (int i = 0; i < 1000; ++i)
        values.insert(QByteArray::number(i), Value(0.1));
    QTest::newRow("properties") << Operation::save("a", values);
}

void tst_ClientEngineLimits::messagesAreNeverLargerThanThought()
{
    QFETCH(Operation, operation);
    const auto encoder = Encoder::create(Encoding::Cbor);
    const Message message = Commit{ 1, { { operation } } };
    d = std::make_unique<ClientDriver>();
    Limits limits = ClientDriver::unlimited();
    limits.messageSize = encoder->encode(message).size() - 1;
    d->online(limits);
    const auto result = d->engine.commit({ { operation } }, d->now);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::TooLarge);
}

// The store

void tst_ClientEngineLimits::laterOnesMoveUpInTheStoreFirst()
{
    begin({});
    commitLarge("large");
    commitLevels(1, 1);
    settleStore();
    d->forget();
    d->online(narrow());
    QCOMPARE(d->takeAnswered().size(), 1u);
    QVERIFY(d->takeSent<Commit>().empty());
    QVERIFY(d->writing);
    QVERIFY(d->writing->isRenumbered);
    QCOMPARE(d->writing->answered, 0);
    QCOMPARE(numbersOf(d->writing->pending), Numbers{ 1 });
    d->finishWriting();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    crash();
    QCOMPARE(d->engine.pendingCount(), 1);
    d->online(narrow());
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(d->engine.client(), d->kept.client);
}

/// So after a crash it is known that it was never sent.
void tst_ClientEngineLimits::markStaysBelowTheUnfit()
{
    begin({});
    commitLevels(1, 1);
    commitLarge("large");
    commitLevels(2, 2);
    settleStore();
    d->online(narrow());
    settleStore();
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    QCOMPARE(d->kept.sent, 1);
    const QByteArray client = d->kept.client;
    crash();
    online(narrow());
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 1 });
    d->ack(1);
    settleStore();
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 2u);
    QCOMPARE(answers[1].error->code, ErrorCode::TooLarge);
    QCOMPARE(numbersOf(d->takeSent<Commit>()), Numbers{ 2 });
    QCOMPARE(d->engine.client(), client);
    QCOMPARE(d->kept.sent, 2);
}

// Requests

void tst_ClientEngineLimits::subscription()
{
    d->cut();
    std::vector<QByteArray> ids;
    for (int i = 0; i < 2000; ++i)
        ids.push_back("some/entity/" + QByteArray::number(i));
    const auto large = *d->engine.subscribe(Filter::byIds(ids));
    const auto small = *d->engine.subscribe(Filter::byPrefix("rooms/"));
    d->forget();
    d->online(narrow());
    QCOMPARE(d->failedSubscriptions.size(), 1u);
    QCOMPARE(d->failedSubscriptions[0].sub, large);
    QCOMPARE(d->failedSubscriptions[0].error.code, ErrorCode::TooLarge);
    const auto sent = d->takeSent<Subscribe>();
    QCOMPARE(sent.size(), 1u);
    QCOMPARE(sent[0].sub, small);
    d->cut();
    d->online(narrow());
    QCOMPARE(d->failedSubscriptions.size(), 1u);
}

void tst_ClientEngineLimits::fetch()
{
    d->cut();
    std::vector<QByteArray> ids;
    for (int i = 0; i < 2000; ++i)
        ids.push_back("some/entity/" + QByteArray::number(i));
    const qint64 large = d->engine.fetch(ids, d->now);
    const qint64 small = d->engine.fetch({ "a" }, d->now);
    d->forget();
    d->online(narrow());
    const auto fetched = d->takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QCOMPARE(fetched[0].request, large);
    QCOMPARE(fetched[0].entities.error().code, ErrorCode::TooLarge);
    const auto sent = d->takeSent<Fetch>();
    QCOMPARE(sent.size(), 1u);
    QCOMPARE(sent[0].request, small);
}

void tst_ClientEngineLimits::helloBecomesSmaller()
{
    std::vector<QByteArray> ids;
    for (int i = 0; i < 2000; ++i)
        ids.push_back("some/entity/" + QByteArray::number(i));
    d->subscribe(Filter::byIds(ids));
    const auto encoder = Encoder::create(Encoding::Cbor);
    const auto helloSize = [&] { return encoder->encode(d->hello()).size(); };
    d->cut();
    const auto first = helloSize();
    QVERIFY(first > 10000);
    int tries = 1;
    for (auto size = first; size > 1000; ++tries) {
        QVERIFY(tries < 20);
        d->cut();
        size = helloSize();
    }
    d->welcome({ .cursor = d->cursor, .limits = ClientDriver::unlimited() });
    QCOMPARE(d->engine.status(), ClientStatus::Online);
    d->initial(2, {});
    d->subscribed(1);
    d->subscribed(2);
    d->cut();
    QCOMPARE(helloSize(), first); // it was another reason, or another server
}

QTEST_APPLESS_MAIN(tst_ClientEngineLimits)
#include "tst_clientengine_limits.moc"
