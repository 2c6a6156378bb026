// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

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

/// How much a client has under way at once, and how fast it sends.
class tst_ClientEnginePacing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void window();
    void pacing();
    void pacingIsNeverTooFast_data();
    void pacingIsNeverTooFast();
    void largerThanTheBurst();

private:
    void commitLevels(int from, int to);

    std::unique_ptr<ClientDriver> d;
};

void tst_ClientEnginePacing::init()
{
    d = std::make_unique<ClientDriver>();
}

void tst_ClientEnginePacing::cleanup()
{
    d.reset();
}

void tst_ClientEnginePacing::commitLevels(int from, int to)
{
    for (int level = from; level <= to; ++level)
        d->commit({ Operation::save(Lamp, { { "level", level } }) });
}

void tst_ClientEnginePacing::window()
{
    Limits limits = ClientDriver::unlimited();
    limits.pendingTransactions = 3;
    commitLevels(1, 5);
    d->online(limits);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 1, 2, 3 }));
    d->ack(1);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 4 }));
    d->reject(3);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 5 }));
    commitLevels(6, 9);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 6 }));
}

void tst_ClientEnginePacing::pacing()
{
    Limits limits;
    limits.operationsPerSecond = 10;
    limits.operationsBurst = 4;
    d->online(limits);
    commitLevels(1, 8);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 1, 2, 3, 4 }));
    d->advance(10000); // nothing is forgotten before it is answered
    QVERIFY(d->takeSent<Commit>().empty());
    d->ack(4);
    QVERIFY(d->takeSent<Commit>().empty());
    d->advance(99);
    QVERIFY(d->takeSent<Commit>().empty());
    d->advance(1);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 5 }));
    d->advance(300);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 6, 7, 8 }));
    QCOMPARE(d->takeLog().count("close"), 0);

    // A new connection is no new burst.
    d->cut();
    d->online(limits);
    QVERIFY(d->takeSent<Commit>().empty());
    d->advance(400);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 5, 6, 7, 8 }));
}

void tst_ClientEnginePacing::pacingIsNeverTooFast_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 20; ++seed)
        QTest::addRow("%d", seed) << seed;
}

/// A network that holds messages back and lets them go at once, in both directions.
void tst_ClientEnginePacing::pacingIsNeverTooFast()
{
    QFETCH(int, seed);
    auto state = static_cast<quint32>(seed);
    const auto random = [&state](quint32 below) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % below;
    };
    Limits limits;
    limits.operationsPerSecond = 20;
    limits.operationsBurst = 10;
    d->online(limits);
    commitLevels(1, 300);
    double tokens = 10; // the server's
    qint64 last = d->now;
    TransactionNumber arrived = 0;
    Numbers underWay;
    while (d->engine.pendingCount() > 0) {
        d->advance(1 + random(700));
        for (const Commit &commit : d->takeSent<Commit>())
            underWay.push_back(commit.tx);
        if (random(3) != 0 || underWay.empty())
            continue;
        tokens = std::min(10.0, tokens + 20.0 * static_cast<double>(d->now - last) / 1000);
        last = d->now;
        tokens -= static_cast<double>(underWay.size());
        QVERIFY2(tokens >= 0, "the server would answer `slow-down`");
        arrived = underWay.back();
        underWay.clear();
        d->ack(arrived);
    }
    QCOMPARE(arrived, 300);
    QVERIFY2(d->now - 1'000'000 < 300 * 1000, "it got stuck");
}

void tst_ClientEnginePacing::largerThanTheBurst()
{
    Limits limits;
    limits.operationsPerSecond = 10;
    limits.operationsBurst = 2;
    d->online(limits);
    commitLevels(1, 1);
    std::vector<Operation> many(5, Operation::save(Lamp, { { "level", 9 } }));
    d->commit(many);
    commitLevels(2, 2);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 1 }));
    d->ack(1);
    d->advance(100);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 2 }));
    d->ack(2);
    d->advance(399);
    QVERIFY(d->takeSent<Commit>().empty());
    d->advance(1);
    QCOMPARE(numbers(d->takeSent<Commit>()), (Numbers{ 3 }));
}

QTEST_APPLESS_MAIN(tst_ClientEnginePacing)
#include "tst_clientengine_pacing.moc"
