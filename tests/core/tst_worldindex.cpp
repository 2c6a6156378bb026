// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Worlds of many entities, held against plain containers: finding, the order of ids, and stamps.

#include "worldfixture.h"

#include <map>
#include <random>
#include <set>

using namespace ObjectSync;
using Fixtures::WorldFixture;

namespace {

using Model = std::set<QByteArray>;

QByteArrayList idsOf(const Model &model, const QByteArray &prefix)
{
    QByteArrayList ids;
    for (const QByteArray &id : model) {
        if (id.startsWith(prefix))
            ids.append(id);
    }
    return ids;
}

} // namespace

class tst_WorldIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesAndGoes_data();
    void comesAndGoes();
    void stampsOfProperties();
};

void tst_WorldIndex::comesAndGoes_data()
{
    QTest::addColumn<int>("ids");
    QTest::addColumn<bool>("inOrder");
    QTest::newRow("few") << 20 << false;
    QTest::newRow("many") << 3000 << false;
    QTest::newRow("many, in order") << 3000 << true;
}

void tst_WorldIndex::comesAndGoes()
{
    QFETCH(const int, ids);
    QFETCH(const bool, inOrder);
    WorldFixture f;
    Model model;
    std::mt19937 random(1);
    const auto range = 2 * static_cast<unsigned long>(ids);
    const auto any = [&] { return static_cast<unsigned>(random() % range); };
    const auto check = [&](const QByteArray &prefix) {
        QCOMPARE(f.visited(prefix), idsOf(model, prefix));
        QCOMPARE(f.visited(prefix, 7), idsOf(model, prefix));
    };
    const auto id = [](unsigned number) {
        return QByteArray(number % 2 ? "odd/" : "even/")
               + QByteArray::number(number).rightJustified(6, '0');
    };
    for (int i = 0; i < ids; ++i) {
        const QByteArray made = id(inOrder ? static_cast<unsigned>(i) : any());
        f.world.create(made, i + 1);
        model.insert(made);
    }
    check("");
    check("odd/");
    for (int step = 0; step < 4 * ids; ++step) {
        const QByteArray chosen = id(any());
        // First there are ever fewer, then more again.
        if (random() % 4 > (step < 2 * ids ? 0u : 2u)) {
            f.world.forget(chosen);
            model.erase(chosen);
        } else {
            f.world.create(chosen, ids + step + 1);
            model.insert(chosen);
        }
        QCOMPARE(f.world.exists(chosen), model.count(chosen) > 0);
        QCOMPARE(f.world.size(), static_cast<qsizetype>(model.size()));
    }
    check("");
    check("even/");
    for (unsigned number = 0; number < range; ++number) {
        const Entity *entity = f.world.findAny(id(number));
        QCOMPARE(entity != nullptr, model.count(id(number)) > 0);
        if (entity)
            QCOMPARE(entity->id(), id(number));
    }
    for (const QByteArray &each : idsOf(model, ""))
        f.world.forget(each);
    model.clear();
    check("");
    f.world.create("again", 100000);
    QCOMPARE(f.visited(""), QByteArrayList{ "again" });
}

void tst_WorldIndex::stampsOfProperties()
{
    World world;
    std::mt19937 random(1);
    std::map<QByteArray, Revision> stamps;
    Entity &entity = world.create("a", 1);
    for (Revision revision = 1; revision < 500; ++revision) {
        const QByteArray name = "p" + QByteArray::number(random() % 40);
        if (random() % 3 == 0) {
            world.set(entity, name, Value(), revision);
            stamps.erase(name);
        } else {
            world.set(entity, name, revision, revision);
            stamps[name] = revision;
        }
        QCOMPARE(entity.leaves().size(), stamps.size());
        for (const auto &[property, stamp] : stamps) {
            const Leaf *leaf = entity.leaf(world.nameNumber(property));
            QVERIFY(leaf);
            QCOMPARE(entity.stamp(*leaf), stamp);
            QCOMPARE(leaf->value, Value(stamp));
        }
    }
}

QTEST_GUILESS_MAIN(tst_WorldIndex)
#include "tst_worldindex.moc"
