// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/codec.h>

#include <QtTest/qtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <map>

using namespace ObjectSync;

Q_DECLARE_METATYPE(ObjectSync::Transaction)
Q_DECLARE_METATYPE(ObjectSync::Operation)

namespace {

struct Named
{
    const char *name;
    Transaction transaction;
};

Transaction one(Operation operation)
{
    return { { std::move(operation) }, {} };
}

Transaction setting(Value value)
{
    return one(Operation::set("a", { { "x", std::move(value) } }));
}

Transaction expecting(Expectation expectation)
{
    return { {}, { std::move(expectation) } };
}

Value wholeMap()
{
    return ValueMap{ { "a", Value::List{ 1, nullptr, Value::bytes("\xff") } } };
}

/// Transactions that differ from one another, many of them by little.
std::vector<Named> operationSamples()
{
    return {
        { "empty", {} },
        { "create", one(Operation::create("a", { { "x", 1 } })) },
        { "save", one(Operation::save("a", { { "x", 1 } })) },
        { "set", one(Operation::set("a", { { "x", 1 } })) },
        { "set another id", one(Operation::set("b", { { "x", 1 } })) },
        { "set another name", one(Operation::set("a", { { "y", 1 } })) },
        { "set two", one(Operation::set("a", { { "x", 1 }, { "y", 1 } })) },
        { "set one and one",
          { { Operation::set("a", { { "x", 1 } }), Operation::set("a", { { "y", 1 } }) }, {} } },
        { "the other way round",
          { { Operation::set("a", { { "y", 1 } }), Operation::set("a", { { "x", 1 } }) }, {} } },
        { "create without id", one(Operation::create("", { { "x", 1 } })) },
        { "create below a prefix", one(Operation::create("a/", { { "x", 1 } })) },
        { "create empty", one(Operation::create("a", {})) },
        { "unset", one(Operation::unset("a", { "x" })) },
        { "unset two", one(Operation::unset("a", { "x", "y" })) },
        { "unset another two", one(Operation::unset("a", { "xy", "z" })) },
        { "unset two, split elsewhere", one(Operation::unset("a", { "x", "yz" })) },
        { "destroy", one(Operation::destroy("a")) },
        { "apply", one(Operation::apply("increment", "a", "x", 1)) },
        { "apply more", one(Operation::apply("increment", "a", "x", 2)) },
        { "apply another type", one(Operation::apply("decrement", "a", "x", 1)) },
        { "apply elsewhere", one(Operation::apply("increment", "a", "y", 1)) },
    };
}

std::vector<Named> valueSamples()
{
    const qint64 most = std::numeric_limits<qint64>::max();
    return {
        { "null", setting(nullptr) },
        { "false", setting(false) },
        { "true", setting(true) },
        { "zero", setting(0) },
        { "two", setting(2) },
        { "a fraction", setting(0.1) },
        { "NaN", setting(std::numeric_limits<double>::quiet_NaN()) },
        { "infinity", setting(std::numeric_limits<double>::infinity()) },
        { "most", setting(most) },
        { "one less", setting(most - 1) },
        { "2^63", setting(9223372036854775808.0) },
        { "2^53 + 1", setting(qint64{ 9007199254740993 }) },
        { "2^53", setting(9007199254740992.0) },
        // The bits of the one are the number of the other.
        { "an integer", setting(std::bit_cast<qint64>(std::nextafter(1.0, 2.0))) },
        { "a double", setting(std::nextafter(1.0, 2.0)) },
        { "date-time", setting(Value::dateTime(2)) },
        { "text", setting("2") },
        { "bytes", setting(Value::bytes("2")) },
        { "empty text", setting("") },
        { "empty list", setting(Value::List{}) },
        { "empty map", setting(ValueMap{}) },
        { "list", setting(Value::List{ 2 }) },
        { "list in a list", setting(Value::List{ Value::List{ 2 } }) },
        { "two in a list", setting(Value::List{ 2, 2 }) },
        { "nested", setting(wholeMap()) },
    };
}

std::vector<Named> expectationSamples()
{
    return {
        { "expect nothing of it", expecting({ .id = "a" }) },
        { "expect it exists", expecting({ .id = "a", .exists = true }) },
        { "expect it is absent", expecting({ .id = "a", .exists = false }) },
        { "expect another", expecting({ .id = "b", .exists = true }) },
        { "expect revision 0", expecting({ .id = "a", .revision = 0 }) },
        { "expect revision 7", expecting({ .id = "a", .revision = 7 }) },
        { "expect a value", expecting({ .id = "a", .values = { { "x", 1 } } }) },
        { "expect two", { {}, { { .id = "a", .exists = true }, { .id = "b", .exists = true } } } },
    };
}

std::vector<Named> samples()
{
    std::vector<Named> all = operationSamples();
    for (const auto &more : { valueSamples(), expectationSamples() })
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

class tst_Transaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makers();
    void needsId_data();
    void needsId();
    void differentOnesDiffer();
    void equalOnesAreEqual_data();
    void equalOnesAreEqual();
    void sameOnEveryMachine();
    void codecsKeepIt_data();
    void codecsKeepIt();
};

void tst_Transaction::makers()
{
    using Kind = Operation::Kind;
    const ValueMap values{ { "x", 1 } };
    QCOMPARE(Operation::create("a", values), (Operation{ Kind::Create, "a", values }));
    QCOMPARE(Operation::save("a", values), (Operation{ Kind::Save, "a", values }));
    QCOMPARE(Operation::set("a", values), (Operation{ Kind::Set, "a", values }));
    QCOMPARE(Operation::unset("a", { "x" }),
             (Operation{ .kind = Kind::Unset, .id = "a", .names = { "x" } }));
    QCOMPARE(Operation::destroy("a"), (Operation{ .kind = Kind::Destroy, .id = "a" }));
    QCOMPARE(Operation::apply("increment", "a", "x", 1), (Operation{ .kind = Kind::Apply,
                                                                     .id = "a",
                                                                     .type = "increment",
                                                                     .name = "x",
                                                                     .argument = 1 }));
}

void tst_Transaction::needsId_data()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<bool>("needs");
    QTest::newRow("create without") << Operation::create("", {}) << true;
    QTest::newRow("create below") << Operation::create("lamps/", {}) << true;
    QTest::newRow("create") << Operation::create("lamps/a", {}) << false;
    QTest::newRow("save without") << Operation::save("", {}) << true;
    QTest::newRow("save below") << Operation::save("lamps/", {}) << true;
    QTest::newRow("save") << Operation::save("lamps/a", {}) << false;
    QTest::newRow("set") << Operation::set("", {}) << false;
    QTest::newRow("unset") << Operation::unset("lamps/", {}) << false;
    QTest::newRow("destroy") << Operation::destroy("") << false;
    QTest::newRow("apply") << Operation::apply("increment", "", "x", 1) << false;
}

void tst_Transaction::needsId()
{
    QFETCH(const Operation, operation);
    QFETCH(const bool, needs);
    QCOMPARE(operation.needsId(), needs);
}

void tst_Transaction::differentOnesDiffer()
{
    std::map<quint64, const char *> seen;
    for (const auto &[name, transaction] : samples()) {
        const auto [place, isNew] = seen.emplace(fingerprint(transaction), name);
        QVERIFY2(isNew, qPrintable(QString::fromLatin1("\"%1\" has the fingerprint of \"%2\"")
                                           .arg(QLatin1String(name), QLatin1String(place->second))));
    }
}

void tst_Transaction::equalOnesAreEqual_data()
{
    QTest::addColumn<Transaction>("a");
    QTest::addColumn<Transaction>("b");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double otherNaN = std::bit_cast<double>(std::bit_cast<quint64>(nan) | 0x1234);
    QTest::newRow("int and double") << setting(2) << setting(2.0);
    QTest::newRow("2^53") << setting(qint64{ 1 } << 53) << setting(9007199254740992.0);
    QTest::newRow("-2^63") << setting(std::numeric_limits<qint64>::min())
                           << setting(-9223372036854775808.0);
    QTest::newRow("zeros") << setting(0.0) << setting(-0.0);
    QTest::newRow("zero and -0.0") << setting(0) << setting(-0.0);
    QTest::newRow("NaNs") << setting(nan) << setting(otherNaN);
    QTest::newRow("NaNs of either sign") << setting(nan) << setting(-nan);
    QTest::newRow("order of insertion") << one(Operation::set("a", { { "x", 1 }, { "y", 2 } }))
                                        << one(Operation::set("a", { { "y", 2 }, { "x", 1 } }));
    QTest::newRow("within a list") << setting(Value::List{ 1 }) << setting(Value::List{ 1.0 });
}

void tst_Transaction::equalOnesAreEqual()
{
    QFETCH(const Transaction, a);
    QFETCH(const Transaction, b);
    QVERIFY(a == b);
    QCOMPARE(fingerprint(a), fingerprint(b));
}

void tst_Transaction::sameOnEveryMachine()
{
    // Fingerprints are stored: another result would refuse what clients send again after an update.
    const Transaction transaction{ { Operation::create("lamps/kitchen",
                                                       { { "on", true }, { "brightness", 7 } }),
                                     Operation::apply("increment", "lamps/kitchen", "uses", 0.5) },
                                   { { .id = "lamps/kitchen", .exists = false } } };
    QCOMPARE(fingerprint(transaction), Q_UINT64_C(1196919636873666231));
}

void tst_Transaction::codecsKeepIt_data()
{
    QTest::addColumn<Transaction>("transaction");
    for (const auto &[name, transaction] : samples()) {
        // A commit without operations is not a message.
        if (!transaction.operations.empty())
            QTest::newRow(name) << transaction;
    }
    for (const auto &[name, transaction] : expectationSamples())
        QTest::newRow(name) << Transaction{ { Operation::destroy("a") }, transaction.expectations };
}

void tst_Transaction::codecsKeepIt()
{
    QFETCH(const Transaction, transaction);
    for (const Encoding encoding : { Encoding::Cbor, Encoding::Json }) {
        const QByteArray bytes = Encoder::create(encoding)->encode(Commit{ 1, transaction });
        const auto message = Decoder::create(encoding, Limits())->decode(bytes);
        QVERIFY2(message, message ? "" : qPrintable(message.error().message));
        const Transaction &decoded = std::get<Commit>(*message).transaction;
        QCOMPARE(decoded, transaction);
        QCOMPARE(fingerprint(decoded), fingerprint(transaction));
    }
}

QTEST_GUILESS_MAIN(tst_Transaction)
#include "tst_transaction.moc"
