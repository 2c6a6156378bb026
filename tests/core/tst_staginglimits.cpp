// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "stagingfixture.h"

using namespace ObjectSync;
using Fixtures::StagingFixture;

/// How large an entity may become, and what operation types may make of it.
class tst_StagingLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void propertyLimit();
    void sizeLimit();
    void tooLargeMayShrink();
    void resultsOfOperationsAreChecked();
    void ownOperationMayRemove();
    void extents();
};

void tst_StagingLimits::propertyLimit()
{
    StagingFixture f;
    f.limits.properties = 3;
    QVERIFY(f.apply({ Operation::set("lamp", { { "a", 1 } }) }));
    QCOMPARE(f.codeOf({ Operation::set("lamp", { { "b", 1 } }) }), QByteArray(ErrorCode::TooLarge));
    QVERIFY(!f.staging.values("lamp").contains("b"));
    // Overwriting is no growth; what was removed makes room.
    QVERIFY(f.apply({ Operation::set("lamp", { { "a", 2 } }) }));
    QVERIFY(f.apply({ Operation::unset("lamp", { "a" }), Operation::set("lamp", { { "b", 1 } }) }));
    QCOMPARE(f.codeOf({ Operation::apply("increment", "lamp", "c", 1) }),
             QByteArray(ErrorCode::TooLarge));
    const auto created = f.apply(
            { Operation::create("new", { { "a", 1 }, { "b", 1 }, { "c", 1 }, { "d", 1 } }) });
    QVERIFY(!created);
    QCOMPARE(created.error().code, QByteArray(ErrorCode::TooLarge));
    QCOMPARE(created.error().entityId, QByteArray("new"));
}

void tst_StagingLimits::sizeLimit()
{
    StagingFixture f;
    // One property: its name, 8 bytes for the value, and the text.
    f.limits.entitySize = 1 + 8 + 20;
    QVERIFY(f.apply({ Operation::set("box", { { "t", QString(20, QLatin1Char('x')) } }) }));
    QCOMPARE(f.codeOf({ Operation::set("box", { { "t", QString(21, QLatin1Char('x')) } }) }),
             QByteArray(ErrorCode::TooLarge));
    QCOMPARE(f.codeOf({ Operation::set("box", { { "u", 1 } }) }), QByteArray(ErrorCode::TooLarge));
    QVERIFY(f.apply({ Operation::set("box", { { "t", QString(11, QLatin1Char('x')) } }),
                      Operation::set("box", { { "u", 1 } }) }));
}

void tst_StagingLimits::tooLargeMayShrink()
{
    // Limits may have been lowered since the entity was made: it must be possible to mend it.
    StagingFixture f;
    f.limits.properties = 1;
    f.limits.entitySize = 5;
    QVERIFY(f.apply({ Operation::unset("lamp", { "on" }) }));
    QVERIFY(f.apply({ Operation::set("lamp", { { "watts", 8 } }) }));
    QCOMPARE(f.codeOf({ Operation::set("lamp", { { "watts", "many" } }) }),
             QByteArray(ErrorCode::TooLarge));
    QVERIFY(f.apply({ Operation::destroy("lamp") }));
}

void tst_StagingLimits::resultsOfOperationsAreChecked()
{
    StagingFixture f;
    const auto nest = [](const Value &old, const Value &) -> Expected<Value> {
        return Value(Value::List{ old.isUndefined() ? Value(nullptr) : old });
    };
    const auto hollow = [](const Value &, const Value &) -> Expected<Value> {
        return Value(Value::List{ Value() });
    };
    QVERIFY(f.operations.add({ "nest", nest }));
    QVERIFY(f.operations.add({ "hollow", hollow }));
    for (qint64 i = 0; i < f.limits.nesting; ++i)
        QVERIFY(f.apply({ Operation::apply("nest", "box", "x", nullptr) }));
    const auto tooDeep = f.apply({ Operation::apply("nest", "box", "x", nullptr) });
    QVERIFY(!tooDeep);
    QCOMPARE(tooDeep.error().code, QByteArray(ErrorCode::TooLarge));
    QCOMPARE(tooDeep.error().entityId, QByteArray("box"));
    const auto bad = f.apply({ Operation::apply("hollow", "box", "x", nullptr) });
    QVERIFY(!bad);
    QCOMPARE(bad.error().code, QByteArray(ErrorCode::BadValue));
    QCOMPARE(bad.error().entityId, QByteArray("box"));
}

void tst_StagingLimits::ownOperationMayRemove()
{
    StagingFixture f;
    QVERIFY(f.operations.add(
            { "drop", [](const Value &, const Value &) -> Expected<Value> { return Value(); } }));
    QVERIFY(f.apply({ Operation::apply("drop", "lamp", "on", nullptr) }));
    QCOMPARE(f.staging.values("lamp"), (ValueMap{ { "watts", 7 } }));
    QVERIFY(f.isChange("lamp"));
    QVERIFY(f.apply({ Operation::apply("drop", "box", "on", nullptr) }));
    QVERIFY(!f.isChange("box"));
}

void tst_StagingLimits::extents()
{
    EntityExtent extent;
    extent.add("abc", 1);
    QCOMPARE(extent, (EntityExtent{ 1, 3 + 8 }));
    extent.add("d", "xy");
    QCOMPARE(extent, (EntityExtent{ 2, 3 + 8 + 1 + 10 }));
    extent.add("e", Value());
    extent.remove("f", Value());
    QCOMPARE(extent, (EntityExtent{ 2, 3 + 8 + 1 + 10 }));
    extent.remove("abc", 1);
    QCOMPARE(extent, (EntityExtent{ 1, 1 + 10 }));
}

QTEST_GUILESS_MAIN(tst_StagingLimits)
#include "tst_staginglimits.moc"
