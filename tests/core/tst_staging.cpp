// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "stagingfixture.h"

using namespace ObjectSync;
using Fixtures::lampValues;
using Fixtures::StagingFixture;

Q_DECLARE_METATYPE(ObjectSync::Operation)
Q_DECLARE_METATYPE(ObjectSync::Expectation)

class tst_Staging : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingStaged();
    void operation_data();
    void operation();
    void refused_data();
    void refused();
    void operationsFollowOneAnother();
    void allOrNone();
    void allOrNoneKeepsEarlierTransactions();
    void expectations_data();
    void expectations();
    void expectationsSeeTheState();
    void isChange_data();
    void isChange();
    void recreating();
    void recreatingWhatWasMadeHere();
    void idsFromTheServerAreLeftOut();
    void stagingOverStaging();
    void clearForgets();
};

void tst_Staging::nothingStaged()
{
    const StagingFixture f;
    QVERIFY(f.staging.entities().empty());
    QVERIFY(f.staging.exists("lamp"));
    QVERIFY(!f.staging.exists("nope"));
    QCOMPARE(f.staging.value("lamp", "watts"), Value(7));
    QCOMPARE(f.staging.value("lamp", "nope"), Value());
    QCOMPARE(f.staging.values("lamp"), lampValues);
    QCOMPARE(f.staging.values("nope"), ValueMap());
    QCOMPARE(f.staging.stamp("lamp"), 3);
    QCOMPARE(f.staging.extent("lamp"), StagingFixture::extentOf(lampValues));
}

void tst_Staging::operation_data()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<bool>("exists");
    QTest::addColumn<ValueMap>("values");

    const auto row = [](const char *name, const Operation &operation, bool exists,
                        const ValueMap &values) {
        QTest::newRow(name) << operation << operation.id << exists << values;
    };
    row("create", Operation::create("new", { { "x", 1 } }), true, { { "x", 1 } });
    row("create empty", Operation::create("new", {}), true, {});
    row("save new", Operation::save("new", { { "x", 1 } }), true, { { "x", 1 } });
    row("save", Operation::save("lamp", { { "x", 1 }, { "on", false } }), true,
        { { "on", false }, { "watts", 7 }, { "x", 1 } });
    row("set", Operation::set("lamp", { { "x", 1 }, { "on", false } }), true,
        { { "on", false }, { "watts", 7 }, { "x", 1 } });
    row("set nothing", Operation::set("lamp", {}), true, lampValues);
    row("set to null", Operation::set("lamp", { { "on", nullptr } }), true,
        { { "on", nullptr }, { "watts", 7 } });
    row("set to undefined", Operation::set("lamp", { { "on", Value() } }), true, { { "watts", 7 } });
    row("create with undefined", Operation::create("new", { { "x", Value() } }), true, {});
    row("unset", Operation::unset("lamp", { "on" }), true, { { "watts", 7 } });
    row("unset all", Operation::unset("lamp", { "on", "watts" }), true, {});
    row("unset the absent", Operation::unset("lamp", { "nope" }), true, lampValues);
    row("destroy", Operation::destroy("lamp"), false, {});
    row("increment", Operation::apply("increment", "lamp", "watts", 5), true,
        { { "on", true }, { "watts", 12 } });
    row("increment the absent", Operation::apply("increment", "lamp", "uses", 1), true,
        { { "on", true }, { "uses", 1 }, { "watts", 7 } });
}

void tst_Staging::operation()
{
    QFETCH(const Operation, operation);
    QFETCH(const QByteArray, id);
    QFETCH(const bool, exists);
    QFETCH(const ValueMap, values);
    StagingFixture f;
    QVERIFY(f.apply({ operation }));
    QCOMPARE(f.staging.exists(id), exists);
    QCOMPARE(f.staging.values(id), values);
    QCOMPARE(f.staging.extent(id), StagingFixture::extentOf(values));
    for (const char *name : { "on", "watts", "x", "uses", "nope" })
        QCOMPARE(f.staging.value(id, name), values.value(name));
    // In thought only, and of this entity only.
    QCOMPARE(f.world.values("lamp"), lampValues);
    QVERIFY(!f.world.exists("new"));
    QCOMPARE(f.staging.entities().size(), 1u);
}

void tst_Staging::refused_data()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<QByteArray>("code");
    const QByteArray notFound = ErrorCode::NotFound;
    QTest::newRow("create what is there")
            << Operation::create("lamp", {}) << QByteArray(ErrorCode::Exists);
    QTest::newRow("set") << Operation::set("nope", { { "x", 1 } }) << notFound;
    QTest::newRow("unset") << Operation::unset("nope", { "x" }) << notFound;
    QTest::newRow("destroy") << Operation::destroy("nope") << notFound;
    QTest::newRow("increment") << Operation::apply("increment", "nope", "x", 1) << notFound;
    QTest::newRow("unknown operation") << Operation::apply("nope", "lamp", "watts", 1)
                                       << QByteArray(ErrorCode::UnknownOperation);
    QTest::newRow("wrong argument") << Operation::apply("increment", "lamp", "watts", "1")
                                    << QByteArray(ErrorCode::BadArgument);
    QTest::newRow("wrong property")
            << Operation::apply("increment", "lamp", "on", 1) << QByteArray(ErrorCode::BadArgument);
}

void tst_Staging::refused()
{
    QFETCH(const Operation, operation);
    QFETCH(const QByteArray, code);
    StagingFixture f;
    const auto applied = f.apply({ operation });
    QVERIFY(!applied);
    QCOMPARE(applied.error().code, code);
    QCOMPARE(applied.error().entityId, operation.id);
    QVERIFY(!applied.error().message.isEmpty());
    QVERIFY(f.staging.entities().empty());
}

void tst_Staging::operationsFollowOneAnother()
{
    StagingFixture f;
    QVERIFY(f.apply({ Operation::create("new", { { "x", 1 } }),
                      Operation::set("new", { { "y", 2 } }),
                      Operation::apply("increment", "new", "x", 10),
                      Operation::apply("increment", "new", "x", 10),
                      Operation::unset("new", { "y" }), Operation::destroy("lamp") }));
    QCOMPARE(f.staging.values("new"), (ValueMap{ { "x", 21 } }));
    QVERIFY(!f.staging.exists("lamp"));
    QCOMPARE(f.codeOf({ Operation::set("lamp", {}) }), QByteArray(ErrorCode::NotFound));
    QCOMPARE(f.codeOf({ Operation::create("new", {}) }), QByteArray(ErrorCode::Exists));
}

void tst_Staging::allOrNone()
{
    StagingFixture f;
    const auto applied = f.apply({ Operation::create("new", { { "x", 1 } }),
                                   Operation::set("lamp", { { "on", false } }),
                                   Operation::destroy("box"), Operation::unset("lamp", { "watts" }),
                                   Operation::set("nope", {}) });
    QVERIFY(!applied);
    QCOMPARE(applied.error().entityId, QByteArray("nope"));
    QVERIFY(f.staging.entities().empty());
    QCOMPARE(f.staging.values("lamp"), lampValues);
    QVERIFY(f.staging.exists("box"));
    QVERIFY(!f.staging.exists("new"));
}

void tst_Staging::allOrNoneKeepsEarlierTransactions()
{
    StagingFixture f;
    QVERIFY(f.apply({ Operation::create("new", { { "x", 1 } }),
                      Operation::set("lamp", { { "on", false } }) }));
    const auto before = f.staging.entities();
    QVERIFY(!f.apply({ Operation::set("new", { { "x", 2 } }), Operation::destroy("lamp"),
                       Operation::create("lamp", { { "z", 1 } }), Operation::destroy("box"),
                       Operation::apply("increment", "new", "x", "by text") }));
    QCOMPARE(f.staging.entities(), before);
    QCOMPARE(f.staging.values("lamp"), (ValueMap{ { "on", false }, { "watts", 7 } }));
    // One that is refused for what it expects leaves nothing either.
    QVERIFY(!f.staging.apply(
            { { Operation::destroy("new") }, { { .id = "box", .exists = false } } }));
    QCOMPARE(f.staging.entities(), before);
    QVERIFY(f.apply({ Operation::set("new", { { "x", 3 } }) }));
    QCOMPARE(f.staging.values("new"), (ValueMap{ { "x", 3 } }));
}

void tst_Staging::expectations_data()
{
    QTest::addColumn<Expectation>("expectation");
    QTest::addColumn<bool>("met");
    const auto row = [](const char *name, const Expectation &expectation, bool met) {
        QTest::newRow(name) << expectation << met;
    };
    row("nothing", { .id = "nope" }, true);
    row("exists", { .id = "lamp", .exists = true }, true);
    row("exists, but does not", { .id = "nope", .exists = true }, false);
    row("absent", { .id = "nope", .exists = false }, true);
    row("absent, but is there", { .id = "lamp", .exists = false }, false);
    row("revision", { .id = "lamp", .revision = 3 }, true);
    row("older revision", { .id = "lamp", .revision = 2 }, false);
    row("newer revision", { .id = "lamp", .revision = 4 }, false);
    row("revision of the absent", { .id = "nope", .revision = 0 }, true);
    row("value", { .id = "lamp", .values = { { "on", true } } }, true);
    row("equal number", { .id = "lamp", .values = { { "watts", 7.0 } } }, true);
    row("all values", { .id = "lamp", .values = lampValues }, true);
    row("other value", { .id = "lamp", .values = { { "on", false } } }, false);
    row("one of two", { .id = "lamp", .values = { { "on", true }, { "watts", 8 } } }, false);
    row("value of an absent property", { .id = "lamp", .values = { { "x", nullptr } } }, false);
    row("no such property", { .id = "lamp", .values = { { "x", Value() } } }, true);
    row("value of an absent entity", { .id = "nope", .values = { { "on", true } } }, false);
    row("everything", { .id = "lamp", .exists = true, .revision = 3, .values = lampValues }, true);
    row("all but one", { .id = "lamp", .exists = true, .revision = 2, .values = lampValues }, false);
}

void tst_Staging::expectations()
{
    QFETCH(const Expectation, expectation);
    QFETCH(const bool, met);
    StagingFixture f;
    const auto applied = f.staging.apply(
            { { Operation::set("box", { { "x", 1 } }) }, { expectation } });
    QCOMPARE(applied.hasValue(), met);
    QCOMPARE(f.staging.value("box", "x"), met ? Value(1) : Value());
    if (!met) {
        QCOMPARE(applied.error().code, QByteArray(ErrorCode::ExpectationFailed));
        QCOMPARE(applied.error().entityId, expectation.id);
        QVERIFY(!applied.error().message.isEmpty());
    }
}

void tst_Staging::expectationsSeeTheState()
{
    StagingFixture f;
    // Those of one transaction: the state before its first operation.
    QVERIFY(f.staging.apply({ { Operation::set("lamp", { { "watts", 8 } }) },
                              { { .id = "lamp", .values = { { "watts", 7 } } } } }));
    // Those of the next: with the first one applied.
    QVERIFY(!f.staging.apply({ {}, { { .id = "lamp", .values = { { "watts", 7 } } } } }));
    QVERIFY(f.staging.apply({ {}, { { .id = "lamp", .values = { { "watts", 8 } } } } }));
}

void tst_Staging::isChange_data()
{
    QTest::addColumn<QList<Operation>>("operations");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<bool>("change");
    const auto row = [](const char *name, const QList<Operation> &operations, bool change) {
        QTest::newRow(name) << operations << operations.front().id << change;
    };
    row("create", { Operation::create("new", {}) }, true);
    row("destroy", { Operation::destroy("box") }, true);
    row("set", { Operation::set("lamp", { { "watts", 8 } }) }, true);
    row("set new", { Operation::set("box", { { "x", nullptr } }) }, true);
    row("set what is there", { Operation::set("lamp", lampValues) }, false);
    row("set an equal number", { Operation::set("lamp", { { "watts", 7.0 } }) }, false);
    row("save what is there", { Operation::save("lamp", lampValues) }, false);
    row("set nothing", { Operation::set("lamp", {}) }, false);
    row("unset", { Operation::unset("lamp", { "on" }) }, true);
    row("unset the absent", { Operation::unset("lamp", { "x" }) }, false);
    row("increment by 0", { Operation::apply("increment", "lamp", "watts", 0) }, false);
    row("there and back",
        { Operation::apply("increment", "lamp", "watts", 1),
          Operation::apply("increment", "lamp", "watts", -1) },
        false);
    row("set and unset",
        { Operation::set("box", { { "x", 1 } }), Operation::unset("box", { "x" }) }, false);
    row("create and destroy",
        { Operation::create("new", { { "x", 1 } }), Operation::destroy("new") }, false);
    row("destroy and create", { Operation::destroy("lamp"), Operation::create("lamp", {}) }, true);
    row("destroy and create alike",
        { Operation::destroy("lamp"), Operation::create("lamp", lampValues) }, false);
    row("twice",
        { Operation::destroy("lamp"), Operation::create("lamp", {}), Operation::destroy("lamp") },
        true);
}

void tst_Staging::isChange()
{
    QFETCH(const QList<Operation>, operations);
    QFETCH(const QByteArray, id);
    QFETCH(const bool, change);
    StagingFixture f;
    QVERIFY(f.apply({ operations.begin(), operations.end() }));
    QCOMPARE(f.isChange(id), change);
    // The world agrees: it takes a revision exactly where something changed.
    QCOMPARE(f.world.apply(f.staging, 10, 0), change);
    QCOMPARE(f.world.revision(), change ? 10 : 4);
}

void tst_Staging::recreating()
{
    StagingFixture f;
    QVERIFY(f.apply({ Operation::destroy("lamp"), Operation::create("lamp", { { "x", 1 } }),
                      Operation::apply("increment", "lamp", "watts", 1) }));
    // Nothing shines through from the earlier life.
    QCOMPARE(f.staging.values("lamp"), (ValueMap{ { "watts", 1 }, { "x", 1 } }));
    QCOMPARE(f.staging.value("lamp", "on"), Value());
    const StagedEntity &staged = *f.staging.staged("lamp");
    QVERIFY(staged.existed && staged.exists && staged.replaced);
    QCOMPARE(f.staging.extent("lamp"), StagingFixture::extentOf({ { "watts", 1 }, { "x", 1 } }));
    QCOMPARE(f.codeOf({ Operation::create("lamp", {}) }), QByteArray(ErrorCode::Exists));
}

void tst_Staging::recreatingWhatWasMadeHere()
{
    StagingFixture f;
    QVERIFY(f.apply({ Operation::create("new", { { "x", 1 } }), Operation::destroy("new"),
                      Operation::create("new", { { "y", 1 } }) }));
    QCOMPARE(f.staging.values("new"), (ValueMap{ { "y", 1 } }));
    const StagedEntity &staged = *f.staging.staged("new");
    QVERIFY(!staged.existed && staged.exists && !staged.replaced);
}

void tst_Staging::idsFromTheServerAreLeftOut()
{
    StagingFixture f;
    QVERIFY(f.apply(
            { Operation::create("", { { "x", 1 } }), Operation::save("lamps/", { { "x", 1 } }) }));
    QVERIFY(f.staging.entities().empty());
    QCOMPARE(f.codeOf({ Operation::set("", {}) }), QByteArray(ErrorCode::NotFound));
}

void tst_Staging::stagingOverStaging()
{
    StagingFixture f;
    QVERIFY(f.apply({ Operation::set("lamp", { { "watts", 8 } }), Operation::destroy("box"),
                      Operation::create("new", { { "x", 1 } }) }));
    Staging above(f.staging, f.operations, f.limits);
    QCOMPARE(above.values("lamp"), (ValueMap{ { "on", true }, { "watts", 8 } }));
    QVERIFY(!above.exists("box"));
    QVERIFY(above.apply({ { Operation::apply("increment", "lamp", "watts", 1),
                            Operation::create("box", { { "y", 1 } }), Operation::destroy("new") },
                          {} }));
    QCOMPARE(above.values("lamp"), (ValueMap{ { "on", true }, { "watts", 9 } }));
    QCOMPARE(above.values("box"), (ValueMap{ { "y", 1 } }));
    QVERIFY(!above.exists("new"));
    QCOMPARE(above.extent("lamp"), StagingFixture::extentOf({ { "on", true }, { "watts", 9 } }));
    QCOMPARE(above.stamp("lamp"), 3);
    // The one below is as it was.
    QCOMPARE(f.staging.value("lamp", "watts"), Value(8));
    QVERIFY(!f.staging.exists("box"));
    QVERIFY(f.staging.exists("new"));
    // What differs is told by the one below, not by the world.
    QVERIFY(above.apply({ { Operation::set("lamp", { { "watts", 8 } }) }, {} }));
    QVERIFY(!above.isChange(*above.staged("lamp")));
}

void tst_Staging::clearForgets()
{
    StagingFixture f;
    QVERIFY(f.apply({ Operation::destroy("lamp"), Operation::create("new", {}) }));
    f.staging.clear();
    QVERIFY(f.staging.entities().empty());
    QCOMPARE(f.staging.values("lamp"), lampValues);
    QVERIFY(!f.staging.exists("new"));
}

QTEST_GUILESS_MAIN(tst_Staging)
#include "tst_staging.moc"
