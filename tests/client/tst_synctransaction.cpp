// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/synctransaction.h>

#include <QtTest/qtest.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSyncTransaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void operationsInOrder();
    void invalidVariantsRemove();
    void expectationsOfOneEntityGoTogether();
    void theFirstBadValueIsKept();
};

void TestSyncTransaction::operationsInOrder()
{
    SyncTransaction transaction;
    QVERIFY(transaction.isEmpty());
    transaction.create(u"ä"_s, { { u"n"_s, 1 } })
            .save(u"b"_s, {})
            .set(u"b"_s, u"x"_s, true)
            .unset(u"b"_s, { u"y"_s })
            .increment(u"b"_s, u"n"_s)
            .apply(u"max"_s, u"b"_s, u"n"_s, 7)
            .destroy(u"ä"_s);
    const std::vector<Operation> expected{
        Operation::create("ä", { { "n", 1 } }),
        Operation::save("b", {}),
        Operation::set("b", { { "x", true } }),
        Operation::unset("b", { "y" }),
        Operation::apply("increment", "b", "n", 1),
        Operation::apply("max", "b", "n", 7),
        Operation::destroy("ä"),
    };
    QCOMPARE(transaction.transaction().operations, expected);
    QVERIFY(!transaction.error());
}

void TestSyncTransaction::invalidVariantsRemove()
{
    SyncTransaction both;
    both.set(u"a"_s, { { u"n"_s, 1 }, { u"gone"_s, QVariant() } });
    const std::vector<Operation> setAndUnset{ Operation::set("a", { { "n", 1 } }),
                                              Operation::unset("a", { "gone" }) };
    QCOMPARE(both.transaction().operations, setAndUnset);

    SyncTransaction one;
    one.set(u"a"_s, u"gone"_s, QVariant());
    QCOMPARE(one.transaction().operations,
             std::vector<Operation>{ Operation::unset("a", { "gone" }) });
}

void TestSyncTransaction::expectationsOfOneEntityGoTogether()
{
    SyncTransaction transaction;
    transaction.expectExists(u"a"_s)
            .expectValue(u"a"_s, u"n"_s, 1)
            .expectRevision(u"a"_s, 12)
            .expectExists(u"b"_s, false);
    const std::vector<Expectation> expected{
        { .id = "a", .exists = true, .revision = 12, .values = { { "n", 1 } } },
        { .id = "b", .exists = false },
    };
    QCOMPARE(transaction.transaction().expectations, expected);
}

void TestSyncTransaction::theFirstBadValueIsKept()
{
    SyncTransaction transaction;
    transaction.increment(u"a"_s, u"n"_s, QVariant());
    transaction.set(u"b"_s, u"n"_s, QVariant::fromValue(this));
    QVERIFY(transaction.error());
    QCOMPARE(transaction.error()->code, "bad-value");
    QCOMPARE(transaction.error()->entityId, "a");
}

QTEST_GUILESS_MAIN(TestSyncTransaction)

#include "tst_synctransaction.moc"
