// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "worldfixture.h"

using namespace ObjectSync;
using Fixtures::create;
using Fixtures::destroy;
using Fixtures::set;
using Fixtures::WorldFixture;

class tst_World : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds();
    void findsAmongManyProperties();
    void numbers();
    void unusedNamesAreForgotten();
    void visits_data();
    void visits();
    void visitStops();
    void stampsAndLeaves();
    void orderOfStamps();
    void nothingDiffers();
    void changeSince();
    void changeSinceOfWhatDied();
    void changeSinceOfWhatCameAgain();
    void whole();
    void extents();
    void singleSteps();
};

void tst_World::finds()
{
    WorldFixture f;
    QCOMPARE(f.world.find("a"), nullptr);
    QCOMPARE(f.world.size(), 0);
    f.commit({ create("a", { { "x", 1 } }), create("b") });
    QCOMPARE(f.world.size(), 2);
    QVERIFY(f.world.exists("a"));
    QCOMPARE(f.world.find("a")->id(), QByteArray("a"));
    QCOMPARE(f.world.value("a", "x"), Value(1));
    QCOMPARE(f.world.value("a", "y"), Value());
    QCOMPARE(f.world.value("c", "x"), Value());
    QCOMPARE(f.world.values("a"), (ValueMap{ { "x", 1 } }));
    f.commit({ destroy("a") });
    QCOMPARE(f.world.size(), 1);
    QCOMPARE(f.world.find("a"), nullptr);
    QVERIFY(!f.world.findAny("a")->isAlive());
    QVERIFY(!f.world.exists("a"));
    QCOMPARE(f.world.value("a", "x"), Value());
    QCOMPARE(f.world.values("a"), ValueMap());
    QCOMPARE(f.world.stamp("a"), 0);
    QCOMPARE(f.world.stamp("b"), 1);
}

/// They are found in another way than a few.
void tst_World::findsAmongManyProperties()
{
    WorldFixture f;
    ValueMap values;
    for (int i = 0; i < 100; ++i)
        values.insert("p" + QByteArray::number(i), i);
    f.commit({ create("a", values), create("b", { { "q", 1 } }) });
    for (int i = 0; i < 100; ++i)
        QCOMPARE(f.world.value("a", "p" + QByteArray::number(i)), Value(i));
    QCOMPARE(f.world.value("a", "q"), Value()); // another one has it
    QCOMPARE(f.world.value("a", "r"), Value()); // nobody has
    f.commit({ set("a", { { "p7", 70 } }) });
    QCOMPARE(f.world.value("a", "p7"), Value(70));
    QCOMPARE(f.world.value("a", "p8"), Value(8));
    f.commit({ set("a", { { "", 1 } }) }); // checked elsewhere; here it is a name like others
    QCOMPARE(f.world.value("a", ""), Value(1));
}

void tst_World::numbers()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "y", 1 } }) });
    f.commit({ create("b", { { "y", 2 } }) });
    QCOMPARE(f.world.find("a")->number(), 0u);
    QCOMPARE(f.world.find("b")->number(), 1u);
    const NameNumber y = f.world.nameNumber("y");
    QCOMPARE(f.world.name(y), QByteArray("y"));
    QCOMPARE(f.world.find("a")->leaf(y)->value, Value(1));
    QCOMPARE(f.world.find("b")->leaf(y)->value, Value(2));
    QCOMPARE(f.world.find("b")->leaf(f.world.nameNumber("x")), nullptr);
    const NameNumber z = f.world.nameNumber("z");
    QVERIFY(z != y);
    QCOMPARE(f.world.nameNumber("z"), z);
    // A number is never given to another entity.
    f.world.forget("b");
    f.commit({ create("c") });
    QCOMPARE(f.world.find("c")->number(), 2u);
}

void tst_World::unusedNamesAreForgotten()
{
    WorldFixture f;
    f.commit({ create("keeper", { { "kept", 1 }, { "unset", 2 } }) });
    f.commit({ Operation::unset("keeper", { "unset" }) }); // its tombstone has the name
    f.commit({ create("x", { { "once", 1 } }) });
    f.commit({ destroy("x") });
    const NameNumber kept = f.world.nameNumber("kept");
    const NameNumber unset = f.world.nameNumber("unset");
    const NameNumber once = f.world.nameNumber("once");
    f.commit({ create("few", { { "few", 1 } }) });
    QCOMPARE(f.world.nameNumber("once"), once); // as long as there are few of them
    const World::Walk walk(f.world, 0); // has no properties
    for (int i = 0; i < 3000; ++i) {
        const QByteArray name = "name" + QByteArray::number(i);
        f.commit({ create("x", { { name, 1 } }) });
        f.commit({ destroy("x") });
    }
    QCOMPARE(f.world.nameNumber("kept"), kept);
    QCOMPARE(f.world.nameNumber("unset"), unset);
    QCOMPARE(f.world.name(kept), QByteArray("kept"));
    QCOMPARE(f.world.value("keeper", "kept"), Value(1));
    const NameNumber again = f.world.nameNumber("once");
    QVERIFY(again > once); // a number is never given to another name
    QVERIFY(again > 3000);
    QCOMPARE(f.world.name(again), QByteArray("once"));
}

void tst_World::visits_data()
{
    QTest::addColumn<QByteArray>("prefix");
    QTest::addColumn<QByteArrayList>("ids");
    QTest::newRow("all") << QByteArray()
                         << QByteArrayList{ "l",         "lamp",    "lamps/", "lamps/a",
                                            "lamps/a/x", "lamps/b", "lamps0", "z\xc3\xbc" };
    QTest::newRow("namespace") << QByteArray("lamps/")
                               << QByteArrayList{ "lamps/", "lamps/a", "lamps/a/x", "lamps/b" };
    QTest::newRow("itself") << QByteArray("lamps/a") << QByteArrayList{ "lamps/a", "lamps/a/x" };
    QTest::newRow("last") << QByteArray("z") << QByteArrayList{ "z\xc3\xbc" };
    QTest::newRow("none") << QByteArray("m") << QByteArrayList{};
    QTest::newRow("after all") << QByteArray("\xff") << QByteArrayList{};
    QTest::newRow("only a dead one") << QByteArray("lamps/dead") << QByteArrayList{};
}

void tst_World::visits()
{
    QFETCH(const QByteArray, prefix);
    QFETCH(const QByteArrayList, ids);
    WorldFixture f;
    f.commit({ create("lamps/b"), create("lamps0"), create("l"), create("lamps/a/x"),
               create("lamps/dead"), create("z\xc3\xbc"), create("lamps/a"), create("lamp") });
    f.world.create("lamps/", 5);
    f.commit({ destroy("lamps/dead") });
    QCOMPARE(f.visited(prefix), ids);
    for (const int slice : { 1, 2, 3 })
        QCOMPARE(f.visited(prefix, slice), ids);
}

void tst_World::visitStops()
{
    WorldFixture f;
    f.commit({ create("a"), create("b"), create("c") });
    int calls = 0;
    f.world.visit({}, {}, [&](const Entity &) { return ++calls < 2; });
    QCOMPARE(calls, 2);
    // `after` need not exist, nor have the prefix.
    QByteArrayList ids;
    f.world.visit({}, "aa", [&](const Entity &entity) {
        ids.append(entity.id());
        return true;
    });
    QCOMPARE(ids, (QByteArrayList{ "b", "c" }));
}

void tst_World::stampsAndLeaves()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "y", 1 } }) });
    f.commit({ create("b") });
    QCOMPARE(f.commit({ set("a", { { "x", 2 }, { "y", 1 } }) }), 3);
    const Entity *a = f.world.find("a");
    QCOMPARE(a->created(), 1);
    QCOMPARE(a->stamp(), 3);
    QCOMPARE(a->stamp(*a->leaf(f.world.nameNumber("x"))), 3);
    // What was set to what it was has not changed.
    QCOMPARE(a->stamp(*a->leaf(f.world.nameNumber("y"))), 1);
    f.commit({ Operation::unset("a", { "y" }) });
    const Leaf *removed = a->leaf(f.world.nameNumber("y"));
    QVERIFY(removed->value.isUndefined());
    QCOMPARE(a->stamp(*removed), 4);
    QCOMPARE(f.world.values("a"), (ValueMap{ { "x", 2 } }));
    f.commit({ set("a", { { "y", 5 } }) });
    QCOMPARE(a->leaves().size(), 2u);
    QCOMPARE(f.world.values("a"), (ValueMap{ { "x", 2 }, { "y", 5 } }));
}

void tst_World::orderOfStamps()
{
    WorldFixture f;
    f.commit({ create("a") });
    f.commit({ create("b") });
    f.commit({ create("c") });
    QCOMPARE(f.changedSince(0), (QByteArrayList{ "a", "b", "c" }));
    f.commit({ set("a", { { "x", 1 } }) });
    QCOMPARE(f.changedSince(0), (QByteArrayList{ "b", "c", "a" }));
    f.commit({ destroy("b") });
    QCOMPARE(f.changedSince(0), (QByteArrayList{ "c", "a", "b" }));
    QCOMPARE(f.changedSince(3), (QByteArrayList{ "a", "b" }));
    QCOMPARE(f.changedSince(4), (QByteArrayList{ "b" }));
    QCOMPARE(f.changedSince(5), QByteArrayList{});
    QCOMPARE(f.changedSince(99), QByteArrayList{});
    // One revision may change several.
    f.commit({ set("a", { { "x", 2 } }), create("d"), set("c", { { "x", 2 } }) });
    QByteArrayList newest = f.changedSince(5);
    std::sort(newest.begin(), newest.end());
    QCOMPARE(newest, (QByteArrayList{ "a", "c", "d" }));
}

void tst_World::nothingDiffers()
{
    WorldFixture f;
    QCOMPARE(f.commit({ create("a", { { "x", 1 } }) }), 1);
    QCOMPARE(f.commit({ set("a", { { "x", 1.0 } }) }), 1);
    QCOMPARE(f.commit({ create("b"), destroy("b") }), 1);
    QCOMPARE(f.world.findAny("b"), nullptr);
    QCOMPARE(f.world.stamp("a"), 1);
    // Of several entities only those that differ are touched.
    QCOMPARE(f.commit({ set("a", { { "x", 1 } }), create("c") }), 2);
    QCOMPARE(f.world.stamp("a"), 1);
    QCOMPARE(f.changedSince(1), (QByteArrayList{ "c" }));
}

void tst_World::changeSince()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "y", 1 } }) });
    f.commit({ set("a", { { "x", 2 } }) });
    f.commit({ Operation::unset("a", { "y" }), set("a", { { "z", "new" } }) });
    QCOMPARE(f.told("a", 0), QByteArray("+x:2 z:\"new\""));
    QCOMPARE(f.told("a", 1), QByteArray("=x:2 y:undefined z:\"new\""));
    QCOMPARE(f.told("a", 2), QByteArray("=y:undefined z:\"new\""));
    QCOMPARE(f.told("a", 3), QByteArray("="));
    const ChangePtr change = f.world.changeSince(*f.world.find("a"), 1);
    QCOMPARE(change->id, QByteArray("a"));
    QCOMPARE(change->number, f.world.find("a")->number());
    for (const auto &property : change->properties)
        QCOMPARE(f.world.name(property.nameNumber), property.name);
}

void tst_World::changeSinceOfWhatDied()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 } }) });
    f.commit({ destroy("a") });
    QCOMPARE(f.told("a", 0), QByteArray("-"));
    QCOMPARE(f.told("a", 1), QByteArray("-"));
    QVERIFY(f.world.findAny("a")->leaves().empty());
}

void tst_World::changeSinceOfWhatCameAgain()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 } }) });
    f.commit({ create("b", { { "x", 1 } }) });
    f.commit({ destroy("a") });
    f.commit({ create("a", { { "y", 2 } }) });
    QCOMPARE(f.world.find("a")->created(), 4);
    QCOMPARE(f.told("a", 2), QByteArray("+y:2"));
    QCOMPARE(f.told("a", 3), QByteArray("+y:2"));
    QCOMPARE(f.told("a", 4), QByteArray("="));
    // The same within one transaction.
    f.commit({ destroy("b"), create("b", { { "z", 3 } }) });
    QCOMPARE(f.told("b", 4), QByteArray("+z:3"));
    QCOMPARE(f.world.values("b"), (ValueMap{ { "z", 3 } }));
    QCOMPARE(f.world.size(), 2);
}

void tst_World::whole()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "y", 2 } }) });
    f.commit({ Operation::unset("a", { "x" }) });
    const ChangePtr change = f.world.whole(*f.world.find("a"));
    QCOMPARE(change->event, Change::Event::Enter);
    QCOMPARE(change->id, QByteArray("a"));
    QCOMPARE(change->properties.size(), 1u);
    QCOMPARE(change->properties[0].name, QByteArray("y"));
    QCOMPARE(change->properties[0].value, Value(2));
}

void tst_World::extents()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "text", "abc" } }) });
    QCOMPARE(f.world.extent("a"), (EntityExtent{ 2, 1 + 8 + 4 + 11 }));
    f.commit({ set("a", { { "text", "" } }) });
    QCOMPARE(f.world.extent("a"), (EntityExtent{ 2, 1 + 8 + 4 + 8 }));
    f.commit({ Operation::unset("a", { "x" }) });
    QCOMPARE(f.world.extent("a"), (EntityExtent{ 1, 4 + 8 }));
    f.commit({ set("a", { { "x", 1 } }) });
    QCOMPARE(f.world.extent("a"), (EntityExtent{ 2, 1 + 8 + 4 + 8 }));
    f.commit({ destroy("a"), create("a", { { "y", 1 } }) });
    QCOMPARE(f.world.extent("a"), (EntityExtent{ 1, 1 + 8 }));
    f.commit({ destroy("a") });
    QCOMPARE(f.world.extent("a"), EntityExtent());
    QCOMPARE(f.world.extent("nope"), EntityExtent());
}

void tst_World::singleSteps()
{
    World world;
    Entity &a = world.create("a", 5);
    world.set(a, "x", 1, 6);
    world.set(a, "y", 2, 6);
    QCOMPARE(world.revision(), 6);
    QCOMPARE(world.stamp("a"), 6);
    QCOMPARE(a.created(), 5);
    world.set(a, "x", Value(), 7);
    QCOMPARE(world.values("a"), (ValueMap{ { "y", 2 } }));
    // Without a trace: replicas need no tombstones.
    QCOMPARE(a.leaves().size(), 1u);
    QCOMPARE(world.tombstones(), 0);
    QCOMPARE(world.extent("a"), (EntityExtent{ 1, 1 + 8 }));
    world.set(a, "never", Value(), 7);
    QCOMPARE(a.leaves().size(), 1u);
    QCOMPARE(world.findForWriting("a"), &a);
    QCOMPARE(&world.create("a", 8), &a);
    QCOMPARE(world.values("a"), ValueMap());
    QCOMPARE(world.size(), 1);
}

QTEST_GUILESS_MAIN(tst_World)
#include "tst_world.moc"
