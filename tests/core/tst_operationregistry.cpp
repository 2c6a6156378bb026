// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "printing.h"

#include <objectsync/core/operationregistry.h>

#include <limits>

using namespace ObjectSync;

namespace {

constexpr qint64 Least = std::numeric_limits<qint64>::min();
constexpr qint64 Most = std::numeric_limits<qint64>::max();
constexpr double Infinity = std::numeric_limits<double>::infinity();

Expected<Value> keep(const Value &old, const Value &)
{
    return old;
}

/// An operation type as an application writes one: keeps the larger number.
OperationType maximum()
{
    return { "max", [](const Value &old, const Value &argument) -> Expected<Value> {
                if (!argument.isNumber())
                    return Error{ ErrorCode::BadArgument, QStringLiteral("Not a number") };
                return old.isNumber() && old.toDouble() > argument.toDouble() ? old : argument;
            } };
}

} // namespace

class tst_OperationRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void increment_data();
    void increment();
    void incrementRefuses_data();
    void incrementRefuses();
    void names_data();
    void names();
    void typeWithoutFunctionIsRefused();
    void standard();
    void ownType();
    void replaces();
    void copiesAreIndependent();
};

void tst_OperationRegistry::increment_data()
{
    QTest::addColumn<Value>("old");
    QTest::addColumn<Value>("argument");
    QTest::addColumn<Value>("result");

    QTest::newRow("int") << Value(1) << Value(2) << Value(3);
    QTest::newRow("down") << Value(1) << Value(-2) << Value(-1);
    QTest::newRow("absent") << Value() << Value(5) << Value(5);
    QTest::newRow("absent and double") << Value() << Value(0.5) << Value(0.5);
    QTest::newRow("nothing") << Value(1) << Value(0) << Value(1);
    QTest::newRow("double") << Value(1.5) << Value(2.25) << Value(3.75);
    QTest::newRow("int and double") << Value(1) << Value(0.5) << Value(1.5);
    QTest::newRow("double and int") << Value(0.5) << Value(1) << Value(1.5);
    QTest::newRow("up to the most") << Value(Most - 1) << Value(1) << Value(Most);
    QTest::newRow("down to the least") << Value(Least + 1) << Value(-1) << Value(Least);
    QTest::newRow("least and most") << Value(Least) << Value(Most) << Value(-1);
    QTest::newRow("exact beyond 2^53")
            << Value(qint64{ 1 } << 53) << Value(1) << Value((qint64{ 1 } << 53) + 1);
    QTest::newRow("to infinity") << Value(std::numeric_limits<double>::max())
                                 << Value(std::numeric_limits<double>::max()) << Value(Infinity);
}

void tst_OperationRegistry::increment()
{
    QFETCH(const Value, old);
    QFETCH(const Value, argument);
    QFETCH(const Value, result);
    const auto sum = incrementOperation().apply(old, argument);
    QVERIFY(sum);
    QCOMPARE(*sum, result);
    QCOMPARE(sum->type(), result.type());
}

void tst_OperationRegistry::incrementRefuses_data()
{
    QTest::addColumn<Value>("old");
    QTest::addColumn<Value>("argument");

    QTest::newRow("above the most") << Value(Most) << Value(1);
    QTest::newRow("below the least") << Value(Least) << Value(-1);
    QTest::newRow("twice the least") << Value(Least) << Value(Least);
    QTest::newRow("text to increment") << Value("1") << Value(1);
    QTest::newRow("null to increment") << Value(nullptr) << Value(1);
    QTest::newRow("bool to increment") << Value(true) << Value(1);
    QTest::newRow("date-time to increment") << Value::dateTime(1) << Value(1);
    QTest::newRow("list to increment") << Value(Value::List{ 1 }) << Value(1);
    QTest::newRow("by text") << Value(1) << Value("1");
    QTest::newRow("by null") << Value(1) << Value(nullptr);
    QTest::newRow("by nothing") << Value(1) << Value();
    QTest::newRow("by true") << Value() << Value(true);
}

void tst_OperationRegistry::incrementRefuses()
{
    QFETCH(const Value, old);
    QFETCH(const Value, argument);
    const auto sum = incrementOperation().apply(old, argument);
    QVERIFY(!sum);
    QCOMPARE(sum.error().code, QByteArray(ErrorCode::BadArgument));
    QVERIFY(!sum.error().message.isEmpty());
}

void tst_OperationRegistry::names_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("allowed");
    for (const char *builtIn : { "create", "save", "set", "unset", "destroy" })
        QTest::newRow(builtIn) << QByteArray(builtIn) << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("too long") << QByteArray(129, 'x') << false;
    QTest::newRow("control character") << QByteArray("a\n") << false;
    QTest::newRow("not UTF-8") << QByteArray("\xff") << false;
    QTest::newRow("own") << QByteArray("max") << true;
    QTest::newRow("like a built-in one") << QByteArray("Set") << true;
    QTest::newRow("longest") << QByteArray(128, 'x') << true;
    QTest::newRow("beyond ascii") << QByteArray("gr\xc3\xb6\xc3\x9f"
                                                "er")
                                  << true;
}

void tst_OperationRegistry::names()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, allowed);
    OperationRegistry registry;
    const auto added = registry.add({ name, keep });
    QCOMPARE(added.hasValue(), allowed);
    QCOMPARE(registry.find(name) != nullptr, allowed);
    if (!allowed)
        QCOMPARE(added.error().code, QByteArray(ErrorCode::BadName));
}

void tst_OperationRegistry::typeWithoutFunctionIsRefused()
{
    OperationRegistry registry;
    const auto added = registry.add({ "max", nullptr });
    QVERIFY(!added);
    QCOMPARE(added.error().code, QByteArray(ErrorCode::BadArgument));
    QCOMPARE(registry.find("max"), nullptr);
}

void tst_OperationRegistry::standard()
{
    const OperationRegistry registry = OperationRegistry::standard();
    QVERIFY(registry.find("increment"));
    QCOMPARE(registry.find("increment")->name, QByteArray("increment"));
    QCOMPARE(*registry.find("increment")->apply(40, 2), Value(42));
    QCOMPARE(registry.find("decrement"), nullptr);
    QCOMPARE(OperationRegistry().find("increment"), nullptr);
}

void tst_OperationRegistry::ownType()
{
    OperationRegistry registry = OperationRegistry::standard();
    QVERIFY(registry.add(maximum()));
    const OperationType *type = registry.find("max");
    QVERIFY(type);
    QCOMPARE(*type->apply({}, 3), Value(3));
    QCOMPARE(*type->apply(3, 2), Value(3));
    QCOMPARE(*type->apply(3, 4.5), Value(4.5));
    QCOMPARE(type->apply(3, "4").error().code, QByteArray(ErrorCode::BadArgument));
    QVERIFY(registry.find("increment"));
}

void tst_OperationRegistry::replaces()
{
    OperationRegistry registry = OperationRegistry::standard();
    QVERIFY(registry.add({ "increment", keep }));
    QCOMPARE(*registry.find("increment")->apply(40, 2), Value(40));
}

void tst_OperationRegistry::copiesAreIndependent()
{
    const OperationRegistry before = OperationRegistry::standard();
    OperationRegistry after = before;
    QVERIFY(after.add(maximum()));
    QVERIFY(after.find("max"));
    QCOMPARE(before.find("max"), nullptr);
}

QTEST_GUILESS_MAIN(tst_OperationRegistry)
#include "tst_operationregistry.moc"
