// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>

#include <QtTest/qtest.h>

#include <limits>
#include <memory>

/// What every Storage must do. Derive a test class from it, say how to open() the storage, and the
/// tests below are run along with the class's own.
class StorageConformance : public QObject
{
    Q_OBJECT

protected:
    /// A storage over what the earlier ones of the same test have kept; they are gone by then.
    virtual std::unique_ptr<ObjectSync::Storage> open() = 0;
    /// Before each test: nothing is kept.
    virtual void reset() = 0;

    using Batches = std::vector<ObjectSync::StorageBatch>;

    void write(const Batches &batches)
    {
        const auto storage = open();
        for (const ObjectSync::StorageBatch &batch : batches)
            QVERIFY(storage->load(batch.world));
        const auto written = storage->write(batches);
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
    }

    ObjectSync::StoredWorld load(const QByteArray &world = {})
    {
        const auto storage = open();
        auto loaded = storage->load(world);
        if (!loaded) {
            QTest::qFail(qPrintable(loaded.error().message), __FILE__, __LINE__);
            return {};
        }
        return *std::move(loaded);
    }

    static ObjectSync::StoredEntity entity(const QByteArray &id, ObjectSync::Revision stamp)
    {
        return { id, stamp, 1, true, { { "on", true, 1 }, { "level", qint64(stamp), stamp } } };
    }

    static ObjectSync::StorageBatch batch(ObjectSync::Revision revision,
                                          std::vector<ObjectSync::StoredEntity> entities = {})
    {
        ObjectSync::StorageBatch made;
        made.epoch = "epoch";
        made.revision = revision;
        made.entities = std::move(entities);
        return made;
    }

    /// One property of each kind of value, and some that invite mistakes.
    static ObjectSync::StoredEntity everyKindOfValue()
    {
        using ObjectSync::Value;
        using ObjectSync::ValueMap;
        const Value::List list{ 1, 2.5, "three", Value::List{}, nullptr };
        const ValueMap map{ { "a", 1 }, { "$int", "no escape" }, { "", ValueMap{} } };
        const double infinity = std::numeric_limits<double>::infinity();
        ObjectSync::StoredEntity all{ "all", 9, 2, true };
        ObjectSync::Revision stamp = 0;
        const std::pair<QByteArray, Value> values[] = {
            { "null", nullptr },
            { "true", true },
            { "false", false },
            { "least", std::numeric_limits<qint64>::min() },
            { "most", std::numeric_limits<qint64>::max() },
            { "double", 0.1 },
            { "whole double", 3.0 },
            { "infinite", -infinity },
            { "date", Value::dateTime(-1) },
            { "text", Value::string("Z\xc3\xbc"
                                    "rich \xf0\x9f\x98\x80") },
            { "empty text", "" },
            { "bytes", Value::bytes(QByteArray("\0\xff\n", 3)) },
            { "empty bytes", Value::bytes("") },
            { "list", list },
            { "map", map },
            { "removed", Value() },
        };
        for (const auto &[name, value] : values)
            all.properties.push_back({ name, value, ++stamp % 9 + 1 });
        return all;
    }

    static std::vector<ObjectSync::StoredProperty> byName(
            std::vector<ObjectSync::StoredProperty> properties)
    {
        std::sort(properties.begin(), properties.end(),
                  [](const auto &a, const auto &b) { return a.name < b.name; });
        return properties;
    }

private Q_SLOTS:
    void init() { reset(); }

    void aWorldThatWasNeverWrittenIsEmpty()
    {
        QVERIFY(load() == ObjectSync::StoredWorld());
        QVERIFY(load("other") == ObjectSync::StoredWorld());
    }

    void whatWasWrittenIsReadBack()
    {
        ObjectSync::StorageBatch first = batch(9, { everyKindOfValue() });
        first.tombstoneFloor = 4;
        first.clients = { { "\nclient", 3, 1700000000000 } };
        write({ first });
        const auto world = load();
        QCOMPARE(world.epoch, QByteArray("epoch"));
        QCOMPARE(world.revision, 9);
        QCOMPARE(world.tombstoneFloor, 4);
        QCOMPARE(world.entities.size(), size_t(1));
        const auto &kept = world.entities.front();
        const auto all = everyKindOfValue();
        QCOMPARE(kept.id, all.id);
        QCOMPARE(kept.stamp, all.stamp);
        QCOMPARE(kept.created, all.created);
        QVERIFY(kept.alive);
        QVERIFY(byName(kept.properties) == byName(all.properties));
        for (const auto &property : kept.properties) {
            if (property.name == "whole double")
                QCOMPARE(property.value.type(), ObjectSync::Value::Type::Double);
        }
        QVERIFY(world.clients == first.clients);
    }

    void rowsAreReplacedWhole()
    {
        ObjectSync::StoredEntity later{ "lamp", 2, 1, true, { { "level", 5, 2 } } };
        write({ batch(1, { entity("lamp", 1) }), batch(2, { later }) });
        const auto world = load();
        QCOMPARE(world.revision, 2);
        QVERIFY(world.entities == std::vector{ later });
    }

    void entitiesComeInTheOrderOfStamps()
    {
        write({ batch(3, { entity("c", 1), entity("a", 3), entity("b", 2) }) });
        write({ batch(4, { entity("c", 4) }) });
        QByteArrayList ids;
        for (const auto &each : load().entities)
            ids.append(each.id);
        QCOMPARE(ids, QByteArrayList({ "b", "a", "c" }));
    }

    void tombstonesAreKeptUntilTheyGo()
    {
        const ObjectSync::StoredEntity dead{ "lamp", 2, 1, false };
        write({ batch(1, { entity("lamp", 1) }), batch(2, { dead }) });
        QVERIFY(load().entities == std::vector{ dead });
        ObjectSync::StorageBatch last = batch(2);
        last.goneEntities = { "lamp", "never there" };
        last.tombstoneFloor = 2;
        write({ last });
        QVERIFY(load().entities.empty());
        QCOMPARE(load().tombstoneFloor, 2);
    }

    void goneRowsAreRemovedBeforeNewOnesAreWritten()
    {
        write({ batch(1, { entity("lamp", 1) }) });
        ObjectSync::StorageBatch both = batch(2, { entity("lamp", 2) });
        both.goneEntities = { "lamp" };
        both.clients = { { "key", 1, 5 } };
        both.goneClients = { "key" };
        write({ both });
        QVERIFY(load().entities == std::vector{ entity("lamp", 2) });
        QCOMPARE(load().clients.size(), size_t(1));
    }

    void answersOfClientsAreKept()
    {
        using ObjectSync::StoredAnswer;
        ObjectSync::StoredClient client{ "anna\nlaptop", 7, 1700000000000 };
        client.answers = {
            StoredAnswer{ 5, 0xffffffffffffffffULL, 41, {}, { "", "lamps/x" } },
            StoredAnswer{ 6, 1, 0,
                          ObjectSync::Error{ "not-found", QStringLiteral("No “lamp”"), "lamp" } },
            StoredAnswer{ 7, 2, 42 },
        };
        ObjectSync::StorageBatch first = batch(42);
        first.clients = { client, { "other", 1, 2 } };
        write({ first });
        auto world = load();
        std::sort(world.clients.begin(), world.clients.end(),
                  [](const auto &a, const auto &b) { return a.key < b.key; });
        QVERIFY(world.clients == first.clients);
        client.answers.clear();
        client.lastTx = 8;
        ObjectSync::StorageBatch second = batch(43);
        second.clients = { client };
        second.goneClients = { "other" };
        write({ second });
        QVERIFY(load().clients == std::vector{ client });
    }

    void worldsAreKeptApart()
    {
        ObjectSync::StorageBatch other = batch(5, { entity("lamp", 5) });
        other.world = "other";
        other.epoch = "other epoch";
        other.clients = { { "key", 1, 2 } };
        write({ batch(1, { entity("lamp", 1) }), other, batch(2, { entity("hall", 2) }) });
        QCOMPARE(load().entities.size(), size_t(2));
        QCOMPARE(load().revision, 2);
        QVERIFY(load().clients.empty());
        QVERIFY(load("other").entities == other.entities);
        QCOMPARE(load("other").epoch, QByteArray("other epoch"));
        ObjectSync::StorageBatch gone = batch(6);
        gone.world = "other";
        gone.goneEntities = { "lamp" };
        write({ gone });
        QVERIFY(load("other").entities.empty());
        QCOMPARE(load("other").epoch, QByteArray("epoch"));
        QCOMPARE(load().entities.size(), size_t(2));
    }

    void aWorldCanBeLoadedAgain()
    {
        const auto storage = open();
        QVERIFY(storage->load({}));
        QVERIFY(storage->write({ batch(1, { entity("lamp", 1) }) }));
        const auto again = storage->load({});
        QVERIFY(again);
        QVERIFY(again->entities == std::vector{ entity("lamp", 1) });
        QVERIFY(storage->write({ batch(2, { entity("hall", 2) }) }));
        QCOMPARE(storage->load({})->entities.size(), size_t(2));
    }

    void anEmptyWriteIsNoError()
    {
        const auto storage = open();
        QVERIFY(storage->load({}));
        QVERIFY(storage->write({}));
        QVERIFY(*storage->load({}) == ObjectSync::StoredWorld());
    }
};
