// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverdriver.h"

#include <QtTest/qtest.h>

#include <numeric>

using namespace ObjectSync;

namespace {

constexpr size_t Entities = 200;
constexpr int Readers = 6;

/// A world that takes several slices, and readers who have asked for it and were told nothing yet.
struct Crowd
{
    explicit Crowd(bool storage) : server({ .storage = storage, .sliceSize = 1000 })
    {
        writer = server.join("w");
        std::vector<Operation> operations;
        for (size_t i = 0; i < Entities; ++i)
            operations.push_back(
                    Operation::create("e" + QByteArray::number(1000 + i), { { "n", 0 } }));
        server.commit(writer, 1, operations);
        for (int i = 0; i < Readers; ++i)
            readers.push_back(server.join("r" + QByteArray::number(i)));
        server.holdFlush = true;
        for (const ConnectionId reader : readers) {
            server.take(reader);
            server.subscribe(reader, 1, Filter::byPrefix("e"));
        }
    }

    /// Entities that readers were told of in one flush, by reader.
    std::vector<size_t> flush()
    {
        server.flushWanted = false;
        server.engine.flush(server.now);
        server.run();
        std::vector<size_t> told;
        for (const ConnectionId reader : readers) {
            size_t count = 0;
            for (const Changes &changes : server.takeAll<Changes>(reader))
                count += changes.changes.size();
            told.push_back(count);
        }
        return told;
    }

    ServerDriver server;
    ConnectionId writer = 0;
    std::vector<ConnectionId> readers;
};

qsizetype servedOf(const std::vector<size_t> &told)
{
    return Readers - std::count(told.begin(), told.end(), size_t(0));
}

} // namespace

/// Many clients who come at once, and clients with many subscriptions.
class tst_ServerCrowd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slicesGoOutOneAfterTheOther()
    {
        Crowd crowd(false);
        std::vector<size_t> all(Readers);
        size_t slice = 0;
        for (int round = 0; crowd.server.flushWanted; ++round) {
            QVERIFY(round < 1000);
            const std::vector<size_t> told = crowd.flush();
            const size_t sum = std::accumulate(told.begin(), told.end(), size_t(0));
            slice = std::max(slice, round == 0 ? sum : 0);
            QVERIFY(sum <= 2 * slice); // the rests of some, and another one
            for (size_t i = 0; i < told.size(); ++i)
                all[i] += told[i];
            if (round == Readers - 1)
                QCOMPARE(servedOf(all), Readers); // each had a turn before any had another
        }
        QCOMPARE(all, std::vector<size_t>(Readers, Entities));
    }

    /// Somebody behind all others who asks for something in every turn takes nobody's.
    void whoAsksAllTheTimeTakesNoTurns()
    {
        Crowd crowd(false);
        const ConnectionId asking = crowd.server.join("z");
        std::vector<size_t> all(Readers);
        for (int round = 0; round < 2 * Readers; ++round) {
            crowd.server.receive(asking, Fetch{ round + 1, { "e1000" } });
            const std::vector<size_t> told = crowd.flush();
            for (size_t i = 0; i < told.size(); ++i)
                all[i] += told[i];
        }
        QCOMPARE(servedOf(all), Readers);
    }

    void liveReadersDoNotWait()
    {
        Crowd crowd(false);
        crowd.flush();
        crowd.server.commit(crowd.writer, 2, { Operation::set("e1000", { { "n", 1 } }) });
        crowd.server.take(crowd.writer);
        crowd.server.engine.flush(crowd.server.now);
        crowd.server.run();
        QCOMPARE(crowd.server.takeAll<Ack>(crowd.writer).size(), 1u);
        const auto first = crowd.server.takeAll<Changes>(crowd.readers.front());
        QCOMPARE(summary(first.at(0)), QByteArray("=e1000")); // it has been told of that one
    }

    /// The next flush has to wait for the store; so more go out in this one.
    void moreSlicesGoOutWithAStore()
    {
        Crowd crowd(true);
        crowd.server.commit(crowd.writer, 2, { Operation::set("e1199", { { "n", 1 } }) });
        QCOMPARE(servedOf(crowd.flush()), Readers);
    }

    /// What a reader gave up while it waited for its turn is not told to it.
    void whoWaitsIsToldOfNothingElse()
    {
        Crowd crowd(false);
        const ConnectionId reader = crowd.readers.back();
        crowd.server.receive(reader, Unsubscribe{ 1 });
        crowd.server.subscribe(reader, 2, Filter::byIds({ "e1003" }));
        crowd.server.holdFlush = false;
        crowd.server.run();
        crowd.server.take(reader);
        crowd.server.commit(crowd.writer, 2,
                            { Operation::set("e1002", { { "n", 1 } }),
                              Operation::set("e1003", { { "n", 1 } }) });
        QCOMPARE(summary(crowd.server.takeAll<Changes>(reader).at(0)), QByteArray("=e1003"));
    }

    void manySubscriptionsAreFoundAsFewAre()
    {
        ServerDriver server;
        const auto w = server.join("w");
        const auto a = server.join("a");
        constexpr int Most = 12; // above what is asked one by one
        const auto prefix = [](int i) { return 'p' + QByteArray::number(i) + '/'; };
        QByteArray expected;
        std::vector<Operation> operations;
        for (int i = 0; i < Most; ++i) {
            operations.push_back(Operation::create(prefix(10 + i) + 'x', {}));
            server.subscribe(a, i,
                             i % 3 == 2 ? Filter::byIds({ prefix(10 + i) + 'x' })
                                        : Filter::byPrefix(prefix(10 + i)));
        }
        for (const int gone : { 1, 2, 11 })
            server.receive(a, Unsubscribe{ gone });
        server.take(a);
        server.engine.congested(a);
        server.commit(w, 1, operations);
        server.engine.drained(a);
        server.run();
        for (const int i : { 0, 3, 4, 5, 6, 7, 8, 9, 10 })
            expected += " +" + prefix(10 + i) + 'x';
        QCOMPARE(summary(server.takeAll<Changes>(a).at(0)), expected.trimmed());

        // Down to none, and up again.
        for (const int rest : { 0, 3, 4, 5, 6, 7, 8, 9, 10 })
            server.receive(a, Unsubscribe{ rest });
        server.subscribe(a, 20, Filter::byPrefix(prefix(11)));
        server.subscribe(a, 21, Filter::byPrefix({}));
        const auto told = server.takeAll<Changes>(a);
        QCOMPARE(summary(told.at(0)), QByteArray(">p11/x"));
        QCOMPARE(told.at(1).changes.size(), size_t(Most - 1)); // it knows one of them
    }
};

QTEST_APPLESS_MAIN(tst_ServerCrowd)
#include "tst_servercrowd.moc"
