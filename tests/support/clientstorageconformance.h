// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>

#include <QtTest/qtest.h>

#include <limits>
#include <memory>

/// What every ClientStorage must do. Derive a test class from it, say how to open() the storage, and
/// the tests below are run along with the class's own.
class ClientStorageConformance : public QObject
{
    Q_OBJECT

protected:
    /// A storage over what the earlier ones of the same test have kept; they are gone by then.
    virtual std::unique_ptr<ObjectSync::ClientStorage> open() = 0;
    /// Before each test: nothing is kept.
    virtual void reset() = 0;

    void write(const std::vector<ObjectSync::ClientStorageBatch> &batches)
    {
        const auto storage = open();
        QVERIFY(storage->load());
        for (const ObjectSync::ClientStorageBatch &batch : batches) {
            const auto written = storage->write(batch);
            QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        }
    }

    ObjectSync::ClientState load()
    {
        const auto storage = open();
        auto loaded = storage->load();
        if (!loaded) {
            QTest::qFail(qPrintable(loaded.error().message), __FILE__, __LINE__);
            return {};
        }
        return *std::move(loaded);
    }

    static ObjectSync::ClientStorageBatch batch()
    {
        ObjectSync::ClientStorageBatch made;
        made.client = "client-1";
        made.epoch = "epoch";
        made.cursor = 7;
        return made;
    }

    static ObjectSync::ValueMap everyKindOfValue()
    {
        using ObjectSync::Value;
        using ObjectSync::ValueMap;
        return { { "null", nullptr },
                 { "true", true },
                 { "least", std::numeric_limits<qint64>::min() },
                 { "most", std::numeric_limits<qint64>::max() },
                 { "double", 0.1 },
                 { "infinite", -std::numeric_limits<double>::infinity() },
                 { "date", Value::dateTime(-1) },
                 { "text", Value::string("Z\xc3\xbcrich \xf0\x9f\x98\x80") },
                 { "empty text", "" },
                 { "bytes", Value::bytes(QByteArray("\0\xff\n", 3)) },
                 { "list", Value::List{ 1, 2.5, "three", Value::List{}, nullptr } },
                 { "map", ValueMap{ { "a", 1 }, { "$int", "no escape" }, { "", ValueMap{} } } } };
    }

    /// One of each operation, and expectations.
    static ObjectSync::Transaction everyOperation()
    {
        using ObjectSync::Operation;
        return { { Operation::create("a", everyKindOfValue()), Operation::create({}, {}),
                   Operation::create("lamps/", { { "on", true } }), Operation::save("b", {}),
                   Operation::set("a", { { "n", 1 } }), Operation::unset("a", { "n", "m" }),
                   Operation::apply("increment", "a", "n", 2),
                   Operation::apply("increment", "a", "n", {}), Operation::destroy("a") },
                 { { "a", true, {}, {} }, { "b", {}, 5, { { "n", 1 } } } } };
    }

private Q_SLOTS:
    void init() { reset(); }

    void whatWasNeverWrittenIsEmpty() { QVERIFY(load() == ObjectSync::ClientState()); }

    void whatWasWrittenIsReadBack()
    {
        ObjectSync::ClientStorageBatch all = batch();
        all.answered = 4;
        all.settled = 5;
        all.sent = 6;
        all.subscriptions = { { ObjectSync::Filter::byPrefix("lamps/"), true, true },
                              { ObjectSync::Filter::byPrefix(""), true, false },
                              { ObjectSync::Filter::byIds({ "a", "b" }), false, false } };
        all.entities = { { "all", everyKindOfValue() }, { "none", {} } };
        all.pending = { { 5, everyOperation() }, { 6, {} } };
        write({ all });
        ObjectSync::ClientState expected;
        expected.apply(all);
        const ObjectSync::ClientState state = load();
        QVERIFY(state == expected);
        // Equal numbers may differ in kind.
        QCOMPARE(state.entities[0].values.value("double").type(), ObjectSync::Value::Type::Double);
    }

    void batchesAddUp()
    {
        std::vector<ObjectSync::ClientStorageBatch> batches(4, batch());
        batches[0].subscriptions = { { ObjectSync::Filter::byPrefix("a"), false, false } };
        batches[0].entities = { { "a", { { "n", 1 } } }, { "b", { { "n", 1 } } } };
        batches[0].pending = { { 1, { { ObjectSync::Operation::destroy("a") } } }, { 2, {} } };
        batches[1].cursor = 8;
        batches[1].answered = 1;
        batches[1].entities = { { "a", { { "m", 2 } } } };
        batches[1].goneEntities = { "b", "never there" };
        batches[1].pending = { { 3, {} } };
        batches[2] = batches[1];
        batches[2].pending.clear();
        batches[2].goneEntities = { "a" };
        batches[2].entities = { { "a", {} } };
        batches[2].subscriptions.emplace();
        batches[3].answered = 3;
        ObjectSync::ClientState expected;
        for (const ObjectSync::ClientStorageBatch &each : batches) {
            write({ each });
            expected.apply(each);
            QVERIFY(load() == expected);
        }
        reset();
        write(batches);
        QVERIFY(load() == expected);
    }

    void numbersMayChange()
    {
        ObjectSync::ClientStorageBatch first = batch();
        first.answered = first.settled = 4;
        first.sent = 6;
        first.pending = { { 5, everyOperation() }, { 6, {} } };
        ObjectSync::ClientStorageBatch second = batch();
        second.client = "client-2";
        second.isRenumbered = true;
        second.pending = { { 1, {} }, { 2, everyOperation() } };
        write({ first, second });
        ObjectSync::ClientState expected;
        expected.apply(second);
        QVERIFY(load() == expected);
    }

    void manyOfAll()
    {
        ObjectSync::ClientStorageBatch many = batch();
        for (int i = 0; i < 10000; ++i) {
            const QByteArray id = "lamps/" + QByteArray::number(i);
            many.entities.push_back({ id, { { "on", true }, { "level", i } } });
            many.pending.push_back({ i + 1, { { ObjectSync::Operation::destroy(id) } } });
        }
        write({ many });
        ObjectSync::ClientState expected;
        expected.apply(many);
        QBENCHMARK_ONCE
        {
            QVERIFY(load() == expected);
        }
    }
};
