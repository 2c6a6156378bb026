// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Changes by the numbers of a connection: what a decoder keeps of it, and what a client makes of them.

#include "cborwire.h"
#include "clientdriver.h"
#include "numberedtexts_p.h"

#include <QtCore/qrandom.h>

#include <limits>
#include <set>

using namespace ObjectSync;
using Internal::NumberedTexts;

namespace {

using Told = Change::Event;

QByteArray idOf(int number)
{
    return "item/" + QByteArray::number(number);
}

} // namespace

class tst_NumberedChanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textsByAnyNumbers_data();
    void textsByAnyNumbers();
    void manyUpdates();
    void goneAndThereAgainInOneMessage();
    void lastOneGoesInAMessage();
    void unknownIsPassedOver();
    void removedPropertiesLeaveNothing();
    void entitiesOfAnEarlierConnection();
    void namesOfTheWorldMayGo();
    void messageOutlivesItsDecoder();

private:
    static std::unique_ptr<ClientDriver> online(int entities, CborWire &wire);
};

void tst_NumberedChanges::textsByAnyNumbers_data()
{
    QTest::addColumn<quint32>("first");
    QTest::addColumn<quint32>("factor");
    QTest::newRow("one after the other") << 0U << 1U;
    QTest::newRow("the last of many") << 100'000U << 1U;
    QTest::newRow("with small gaps") << 0U << 3U;
    QTest::newRow("so many that pages are just worth it") << 7U << 5U;
    QTest::newRow("with gaps") << 0U << 40U;
    QTest::newRow("far from one another") << 0U << 1'000'003U;
    QTest::newRow("in no order") << 0U << 2'654'435'761U; // odd: no number comes twice
}

void tst_NumberedChanges::textsByAnyNumbers()
{
    QFETCH(const quint32, first);
    QFETCH(const quint32, factor);
    const auto number = [&](quint32 i) { return first + i * factor; };
    NumberedTexts texts;
    std::vector<const QByteArray *> places;
    constexpr quint32 Count = 3000;
    for (quint32 i = 0; i < Count; ++i) {
        QVERIFY(!texts.contains(number(i)));
        QVERIFY(!texts.find(number(i)));
        places.push_back(&texts.insert(number(i), QByteArray::number(i)));
    }
    for (quint32 i = 0; i < Count; ++i) {
        QVERIFY(texts.contains(number(i)));
        QCOMPARE(texts.find(number(i)), places[i]); // it has stayed where it was
        QCOMPARE(*places[i], QByteArray::number(i));
        QVERIFY(!texts.contains(number(i) + (quint64(1) << 32)));
    }
    QVERIFY(!texts.contains(number(Count)));
    QVERIFY(!texts.contains(std::numeric_limits<quint64>::max()));
}

/// A client that knows so many entities, each with x and y.
std::unique_ptr<ClientDriver> tst_NumberedChanges::online(int entities, CborWire &wire)
{
    auto driver = std::make_unique<ClientDriver>();
    driver->online();
    driver->wire = &wire;
    std::vector<ChangePtr> all;
    for (int i = 0; i < entities; ++i)
        all.push_back(ClientDriver::change(idOf(i), Told::Enter, { { "x", i }, { "y", "text" } }));
    driver->subscribe(Filter::byPrefix("item/"), std::move(all));
    return driver;
}

/// More than are looked ahead at, in another order than they were told at first, and some twice.
void tst_NumberedChanges::manyUpdates()
{
    CborWire wire;
    const auto d = online(500, wire);
    QCOMPARE(d->ids().size(), size_t(500));
    QRandomGenerator random(1);
    std::map<QByteArray, int> expected;
    std::vector<ChangePtr> changes;
    for (int i = 0; i < 2000; ++i) {
        const QByteArray id = idOf(random.bounded(500));
        changes.push_back(ClientDriver::change(id, Told::Update, { { "x", 1000 + i } }));
        expected[id] = 1000 + i;
    }
    d->forget();
    d->changes(std::move(changes));
    QCOMPARE(d->takeChanges().size(), expected.size());
    for (const auto &[id, x] : expected) {
        QCOMPARE(d->value(id, "x"), Value(x));
        QCOMPARE(d->value(id, "y"), Value("text"));
    }
}

void tst_NumberedChanges::goneAndThereAgainInOneMessage()
{
    CborWire wire;
    const auto d = online(40, wire);
    std::vector<ChangePtr> changes;
    for (int i = 0; i < 40; ++i) {
        const QByteArray id = idOf(i);
        changes.push_back(ClientDriver::change(id, i % 2 ? Told::Leave : Told::Destroy));
        changes.push_back(ClientDriver::change(id, Told::Update, { { "x", -1 } })); // of nothing
        if (i % 3 == 0)
            continue;
        changes.push_back(ClientDriver::change(id, Told::Create, { { "z", i } }));
        changes.push_back(ClientDriver::change(id, Told::Update, { { "z", 100 + i }, { "x", 1 } }));
    }
    d->changes(std::move(changes));
    for (int i = 0; i < 40; ++i) {
        const ValueMap values = i % 3 == 0 ? ValueMap() : ValueMap{ { "x", 1 }, { "z", 100 + i } };
        QCOMPARE(d->exists(idOf(i)), i % 3 != 0);
        QCOMPARE(d->values(idOf(i)), values);
    }
}

/// A replica that is empty keeps no memory for entities; others follow in the same message.
void tst_NumberedChanges::lastOneGoesInAMessage()
{
    CborWire wire;
    const auto d = online(1, wire);
    const QByteArray id = idOf(0);
    d->changes({ ClientDriver::change(id, Told::Destroy),
                 ClientDriver::change(id, Told::Update, { { "x", 5 } }),
                 ClientDriver::change(idOf(1), Told::Enter, { { "x", 6 } }),
                 ClientDriver::change(idOf(1), Told::Update, { { "x", 7 } }),
                 ClientDriver::change(id, Told::Enter, { { "x", 8 } }) });
    QCOMPARE(d->value(id, "x"), Value(8));
    QCOMPARE(d->value(idOf(1), "x"), Value(7));
}

void tst_NumberedChanges::unknownIsPassedOver()
{
    CborWire wire;
    const auto d = online(3, wire);
    d->forget();
    d->changes({ ClientDriver::change("item/elsewhere", Told::Update, { { "x", 1 } }),
                 ClientDriver::change("other/one", Told::Enter, { { "x", 1 } }),
                 ClientDriver::change("item/none", Told::Leave) });
    QVERIFY(d->takeChanges().empty());
    QCOMPARE(d->ids().size(), size_t(3));
}

void tst_NumberedChanges::removedPropertiesLeaveNothing()
{
    CborWire wire;
    const auto d = online(1, wire);
    const QByteArray id = idOf(0);
    const EntityExtent before = d->engine.confirmed().extent(id);
    for (int round = 0; round < 50; ++round) {
        d->changes({ ClientDriver::change(id, Told::Update, { { "x", Value() } }) });
        QCOMPARE(d->engine.confirmed().find(id)->leaves().size(), size_t(1));
        d->changes({ ClientDriver::change(id, Told::Update, { { "x", 0 } }) });
        d->changes({ ClientDriver::change(id, Told::Update, { { "y", "longer text" } }) });
        d->changes({ ClientDriver::change(id, Told::Update, { { "y", "text" } }) });
    }
    QCOMPARE(d->engine.confirmed().find(id)->leaves().size(), size_t(2));
    QVERIFY(d->engine.confirmed().extent(id) == before);
}

/// They are found by their ids once, and by the numbers from then on.
void tst_NumberedChanges::entitiesOfAnEarlierConnection()
{
    CborWire first;
    const auto d = online(10, first);
    CborWire second;
    d->wire = &second;
    for (int x = 100; x < 103; ++x) {
        std::vector<ChangePtr> changes;
        for (int i = 9; i >= 0; --i)
            changes.push_back(ClientDriver::change(idOf(i), Told::Update, { { "x", x + i } }));
        d->changes(std::move(changes));
        for (int i = 0; i < 10; ++i)
            QCOMPARE(d->value(idOf(i), "x"), Value(x + i));
    }
    QCOMPARE(d->ids().size(), size_t(10));
}

/// Names that nothing has any more are forgotten now and then, in the middle of a message, too.
void tst_NumberedChanges::namesOfTheWorldMayGo()
{
    CborWire wire;
    const auto d = online(2, wire);
    std::vector<ChangePtr> changes;
    for (int round = 0; round < 3000; ++round) {
        const QByteArray id = idOf(round % 2);
        const QByteArray name = "name" + QByteArray::number(round);
        changes.push_back(ClientDriver::change(id, Told::Update, { { name, round } }));
        if (round % 7 == 0) {
            changes.push_back(ClientDriver::change(id, Told::Leave));
            changes.push_back(ClientDriver::change(id, Told::Enter, { { "x", round } }));
            changes.push_back(ClientDriver::change(id, Told::Update, { { name, -round } }));
        }
    }
    d->changes(std::move(changes));
    // From the last time that it came anew.
    QCOMPARE(d->values(idOf(1)), (ValueMap{ { "name2989", -2989 },
                                            { "name2991", 2991 },
                                            { "name2993", 2993 },
                                            { "name2995", 2995 },
                                            { "name2997", 2997 },
                                            { "name2999", 2999 },
                                            { "x", 2989 } }));
}

void tst_NumberedChanges::messageOutlivesItsDecoder()
{
    auto wire = std::make_unique<CborWire>();
    const std::vector<ChangePtr> sent = {
        ClientDriver::change(idOf(1), Told::Enter, { { "x", "a text" }, { "y", 2 } }),
        ClientDriver::change(idOf(1), Told::Update, { { "x", 3 }, { "y", Value() } }),
        ClientDriver::change(idOf(2), Told::Destroy),
    };
    const Message message = wire->pass(Changes{ .cursor = 1, .changes = sent });
    wire.reset();
    QVERIFY(std::get<Changes>(message) == (Changes{ .cursor = 1, .changes = sent }));
    QCOMPARE(std::get<Changes>(message).count(), size_t(3));
    // It can be sent on.
    QVERIFY(CborWire().pass(message) == message);
    const auto json = Encoder::create(Encoding::Json)->encode(message);
    QVERIFY(Decoder::create(Encoding::Json, {})->decode(json).value() == message);
}

QTEST_APPLESS_MAIN(tst_NumberedChanges)
#include "tst_numberedchanges.moc"
