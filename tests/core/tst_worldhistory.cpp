// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "worldfixture.h"

using namespace ObjectSync;
using Fixtures::create;
using Fixtures::destroy;
using Fixtures::set;
using Fixtures::WorldFixture;

/// Walking a world in the order of its history, what remains of the dead, and stores.
class tst_WorldHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void walk();
    void walkWhileTheWorldMoves();
    void walkWhileEntitiesAreForgotten();
    void walkOutlivesClear();

    void tombstonesByAge();
    void tombstonesByCount();
    void tombstonesOfProperties();
    void tombstonesOfWhatCameAgain();

    void storedAndRestored();
    void restoredTombstonesExpire();
    void forgetsAndClears();
};

void tst_WorldHistory::walk()
{
    WorldFixture f;
    f.commit({ create("a") });
    f.commit({ create("b") });
    f.commit({ destroy("a") });
    f.commit({ create("c") });
    const auto walked = [&](Revision after) {
        World::Walk walk(f.world, after);
        QByteArrayList ids;
        while (const Entity *entity = walk.next())
            ids.append(entity->id());
        return ids;
    };
    QCOMPARE(walked(0), (QByteArrayList{ "b", "a", "c" }));
    QCOMPARE(walked(2), (QByteArrayList{ "a", "c" }));
    QCOMPARE(walked(4), QByteArrayList{});
    const World::Walk atStart(f.world, 0);
    const World::Walk atEnd(f.world, 4);
    const World::Walk besideIt(f.world, 4);
    QVERIFY(!atStart.atEnd());
    QVERIFY(atEnd.atEnd());
    QVERIFY(besideIt.atEnd());
    // Walks are no entities.
    QCOMPARE(f.changedSince(0), (QByteArrayList{ "b", "a", "c" }));
    QCOMPARE(walked(0), (QByteArrayList{ "b", "a", "c" }));
    World empty;
    QVERIFY(World::Walk(empty, 0).atEnd());
    QCOMPARE(World::Walk(empty, 0).next(), nullptr);
}

void tst_WorldHistory::walkWhileTheWorldMoves()
{
    WorldFixture f;
    f.commit({ create("a") });
    f.commit({ create("b") });
    f.commit({ create("c") });
    World::Walk walk(f.world, 0);
    World::Walk other(f.world, 1);
    QCOMPARE(walk.next()->id(), QByteArray("a"));
    QCOMPARE(other.next()->id(), QByteArray("b"));
    // One that was met is met again, one that is still to come is met once.
    f.commit({ set("a", { { "x", 1 } }) });
    f.commit({ set("b", { { "x", 1 } }) });
    QCOMPARE(walk.next()->id(), QByteArray("c"));
    QCOMPARE(walk.next()->id(), QByteArray("a"));
    QCOMPARE(walk.next()->id(), QByteArray("b"));
    QVERIFY(walk.atEnd());
    QCOMPARE(walk.next(), nullptr);
    // The newest one changes again, after it was met.
    f.commit({ set("b", { { "x", 2 } }) });
    QVERIFY(!walk.atEnd());
    QCOMPARE(walk.next()->id(), QByteArray("b"));
    f.commit({ create("d") });
    f.commit({ destroy("d") });
    QCOMPARE(walk.next()->id(), QByteArray("d"));
    QCOMPARE(walk.next(), nullptr);
    QCOMPARE(other.next()->id(), QByteArray("c"));
    QCOMPARE(other.next()->id(), QByteArray("a"));
    QCOMPARE(other.next()->id(), QByteArray("b"));
    QCOMPARE(other.next()->id(), QByteArray("d"));
    QCOMPARE(other.next(), nullptr);
}

void tst_WorldHistory::walkWhileEntitiesAreForgotten()
{
    WorldFixture f;
    f.commit({ create("a") });
    f.commit({ create("b") });
    f.commit({ create("c") });
    World::Walk walk(f.world, 0);
    QCOMPARE(walk.next()->id(), QByteArray("a"));
    f.world.forget("a");
    f.world.forget("b");
    QCOMPARE(walk.next()->id(), QByteArray("c"));
    f.world.forget("c");
    QCOMPARE(walk.next(), nullptr);
    f.commit({ create("d") });
    QCOMPARE(walk.next()->id(), QByteArray("d"));
}

void tst_WorldHistory::walkOutlivesClear()
{
    WorldFixture f;
    f.commit({ create("a"), create("b") });
    World::Walk walk(f.world, 0);
    QVERIFY(walk.next());
    f.world.clear();
    QVERIFY(walk.atEnd());
    QCOMPARE(walk.next(), nullptr);
    f.commit({ create("c") });
    QCOMPARE(walk.next()->id(), QByteArray("c"));
}

// Tombstones

void tst_WorldHistory::tombstonesByAge()
{
    WorldFixture f;
    f.commit({ create("a"), create("b") });
    f.commit({ destroy("a") });
    f.now = 2000;
    f.commit({ destroy("b") });
    QCOMPARE(f.world.tombstones(), 2);
    QCOMPARE(f.world.tombstoneFloor(), 0);
    QVERIFY(f.world.dropTombstones(1000, 100).empty());
    QCOMPARE(f.world.tombstones(), 2);
    QCOMPARE(f.world.dropTombstones(1001, 100), (std::vector<QByteArray>{ "a" }));
    QCOMPARE(f.world.tombstoneFloor(), 2);
    QCOMPARE(f.world.findAny("a"), nullptr);
    QVERIFY(f.world.findAny("b"));
    QCOMPARE(f.world.dropTombstones(9999, 100), (std::vector<QByteArray>{ "b" }));
    QCOMPARE(f.world.tombstoneFloor(), 3);
    QCOMPARE(f.world.tombstones(), 0);
    QVERIFY(f.world.changedSince(0).empty());
}

void tst_WorldHistory::tombstonesByCount()
{
    WorldFixture f;
    f.commit({ create("a"), create("b"), create("c") });
    f.commit({ destroy("b") });
    f.commit({ destroy("a") });
    f.commit({ destroy("c") });
    QCOMPARE(f.world.dropTombstones(0, 3), std::vector<QByteArray>{});
    QCOMPARE(f.world.dropTombstones(0, 1), (std::vector<QByteArray>{ "b", "a" }));
    QCOMPARE(f.world.tombstoneFloor(), 3);
    QCOMPARE(f.changedSince(0), (QByteArrayList{ "c" }));
}

void tst_WorldHistory::tombstonesOfProperties()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "y", 1 }, { "z", 1 } }) });
    f.commit({ Operation::unset("a", { "x", "y" }) });
    f.commit({ set("a", { { "y", 2 } }) });
    QCOMPARE(f.world.find("a")->leaves().size(), 3u);
    QVERIFY(f.world.dropTombstones(9999, 100).empty());
    // The removed one is gone without a trace, the one that came again stays.
    QCOMPARE(f.world.find("a")->leaves().size(), 2u);
    QCOMPARE(f.world.values("a"), (ValueMap{ { "y", 2 }, { "z", 1 } }));
    QCOMPARE(f.world.tombstoneFloor(), 2);
    QCOMPARE(f.world.tombstones(), 0);
    // Removed, brought back and removed again: the younger tombstone counts.
    f.commit({ Operation::unset("a", { "z" }) });
    f.commit({ set("a", { { "z", 2 } }) });
    f.now = 2000;
    f.commit({ Operation::unset("a", { "z" }) });
    QVERIFY(f.world.dropTombstones(2000, 100).empty());
    QCOMPARE(f.world.tombstoneFloor(), 2);
    QCOMPARE(f.told("a", 5), QByteArray("=z:undefined"));
}

void tst_WorldHistory::tombstonesOfWhatCameAgain()
{
    WorldFixture f;
    f.commit({ create("a"), create("b", { { "x", 1 } }) });
    f.commit({ destroy("a") });
    f.commit({ create("a", { { "x", 1 } }) });
    f.commit({ Operation::unset("b", { "x" }) });
    f.commit({ destroy("b"), create("b", { { "x", 2 } }) });
    QVERIFY(f.world.dropTombstones(9999, 100).empty());
    QCOMPARE(f.world.tombstoneFloor(), 0);
    QCOMPARE(f.world.values("a"), (ValueMap{ { "x", 1 } }));
    QCOMPARE(f.world.values("b"), (ValueMap{ { "x", 2 } }));
    f.commit({ destroy("a") });
    f.now = 2000;
    f.commit({ create("a") });
    f.commit({ destroy("a") });
    QVERIFY(f.world.dropTombstones(2000, 100).empty());
    QVERIFY(f.world.findAny("a"));
    QCOMPARE(f.world.dropTombstones(2001, 100), (std::vector<QByteArray>{ "a" }));
}

// Stores

void tst_WorldHistory::storedAndRestored()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 }, { "y", "text" } }) });
    f.commit({ create("b", { { "x", Value::List{ 1 } } }) });
    f.commit({ create("dead", { { "x", 1 } }) });
    f.commit({ Operation::unset("a", { "x" }) });
    f.commit({ destroy("dead") });
    WorldFixture copy;
    for (const Entity *entity : f.world.changedSince(0))
        copy.world.restore(f.world.stored(*entity), 5000);
    copy.world.setRevision(f.world.revision());
    copy.world.setTombstoneFloor(1);

    QCOMPARE(copy.world.size(), 2);
    QCOMPARE(copy.world.revision(), 5);
    QCOMPARE(copy.world.tombstoneFloor(), 1);
    QCOMPARE(copy.changedSince(0), f.changedSince(0));
    for (const char *id : { "a", "b", "dead" }) {
        QCOMPARE(copy.world.values(id), f.world.values(id));
        QCOMPARE(copy.world.extent(id), f.world.extent(id));
        const Entity &entity = *copy.world.findAny(id);
        QCOMPARE(copy.world.stored(entity), f.world.stored(*f.world.findAny(id)));
        for (Revision after = 0; after < 5; ++after)
            QCOMPARE(copy.told(id, after), f.told(id, after));
    }
    const StoredEntity dead = copy.world.stored(*copy.world.findAny("dead"));
    QCOMPARE(dead, (StoredEntity{ "dead", 5, 3, false, {} }));
}

void tst_WorldHistory::restoredTombstonesExpire()
{
    World world;
    world.restore({ "a", 3, 1, true, { { "x", {}, 2 }, { "y", 1, 3 } } }, 5000);
    world.restore({ "b", 4, 1, false, {} }, 5000);
    QCOMPARE(world.tombstones(), 2);
    QVERIFY(world.dropTombstones(5000, 100).empty());
    QCOMPARE(world.dropTombstones(5001, 100), (std::vector<QByteArray>{ "b" }));
    QCOMPARE(world.find("a")->leaves().size(), 1u);
    QCOMPARE(world.tombstoneFloor(), 4);
}

void tst_WorldHistory::forgetsAndClears()
{
    WorldFixture f;
    f.commit({ create("a", { { "x", 1 } }), create("b"), create("c") });
    f.commit({ destroy("c") });
    f.world.forget("a");
    f.world.forget("nope");
    QCOMPARE(f.world.size(), 1);
    QCOMPARE(f.world.findAny("a"), nullptr);
    QCOMPARE(f.visited({}), (QByteArrayList{ "b" }));
    f.world.forget("c");
    QCOMPARE(f.world.size(), 1);
    QVERIFY(f.world.dropTombstones(9999, 0).empty());
    f.world.clear();
    QCOMPARE(f.world.size(), 0);
    QVERIFY(f.world.changedSince(0).empty());
    QVERIFY(f.visited({}).isEmpty());
    QCOMPARE(f.world.find("b"), nullptr);
    QCOMPARE(f.commit({ create("b", { { "x", 2 } }) }), 3);
    QCOMPARE(f.world.values("b"), (ValueMap{ { "x", 2 } }));
}

QTEST_GUILESS_MAIN(tst_WorldHistory)
#include "tst_worldhistory.moc"
