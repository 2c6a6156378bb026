// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Transactions that a decoder which knows the world gives as LeafWrites, and messages that name what
// the world holds, against the same ones in the general form.

#include "serverdriver.h"

#include <objectsync/core/codec.h>

#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

using namespace ObjectSync;

namespace {

ServerOptions options(bool isQuick)
{
    ServerOptions options;
    options.encodesAtOnce = isQuick;
    return options;
}

/// A server with a writer, either of whose decoder knows the world, or not.
struct Side
{
    explicit Side(bool isQuick)
        : driver(options(isQuick)), encoder(Encoder::create(Encoding::Cbor)),
          decoder(Decoder::create(Encoding::Cbor, Limits(), Decoder::Sender::Client,
                                  isQuick ? &driver.engine.world() : nullptr)),
          writer(driver.join("writer"))
    {
    }

    /// Whether the decoder gave it as LeafWrites.
    bool write(const Transaction &transaction)
    {
        auto message = decoder->decode(encoder->encode(Commit{ ++tx, transaction }));
        if (!message)
            qFatal("%s", qPrintable(message.error().message));
        const bool isKnown = !std::get<Commit>(*message).writes.isEmpty();
        driver.receive(writer, *std::move(message));
        return isKnown;
    }
    bool write(std::vector<Operation> operations)
    {
        return write(Transaction{ std::move(operations), {} });
    }

    ServerDriver driver;
    std::unique_ptr<Encoder> encoder;
    std::unique_ptr<Decoder> decoder;
    ConnectionId writer;
    TransactionNumber tx = 0;
};

/// Messages with their changes in the order of ids: that between entities means nothing.
std::vector<Message> told(Side &side, ConnectionId connection)
{
    std::vector<Message> all;
    for (const MessagePtr &message : side.driver.take(connection)) {
        all.push_back(*message);
        if (auto *changes = std::get_if<Changes>(&all.back())) {
            std::sort(changes->changes.begin(), changes->changes.end(),
                      [](const ChangePtr &a, const ChangePtr &b) { return a->id < b->id; });
            for (ChangePtr &change : changes->changes) {
                auto sorted = std::make_shared<Change>(*change);
                std::sort(sorted->properties.begin(), sorted->properties.end(),
                          [](const auto &a, const auto &b) { return a.name < b.name; });
                change = sorted;
            }
        }
    }
    return all;
}

/// Does the same on both sides, by chance, and compares.
class Pair
{
public:
    explicit Pair(quint32 seed) : m_random(seed) { }

    void play()
    {
        for (const char *id : { "a/0", "a/1", "b/0" })
            write({ { Operation::save(id, { { "x", 1 }, { "y", 0.5 }, { "z", true } }) } });
        addReader(Filter::byPrefix("a/"));
        addReader(Filter::byPrefix(""));
        addReader(Filter::byIds({ "a/1", "b/1" }));
        addReader(Filter::byPrefix("b/"), true);
        for (int i = 0; i < 60; ++i) {
            turn();
            compare();
        }
    }

    int known() const { return m_known; } ///< transactions that were given as LeafWrites

private:
    qint64 below(qint64 end) { return m_random.bounded(end); }

    void turn()
    {
        each([](Side &side) { side.driver.holdFlush = true; });
        for (qint64 i = below(4); i >= 0; --i)
            write(transaction());
        if (below(10) == 0)
            addReader(Filter::byPrefix(below(2) == 0 ? "a/" : "b/0"));
        const ConnectionId reader = m_readers.at(static_cast<size_t>(below(std::ssize(m_readers))));
        if (below(8) == 0)
            each([reader](Side &side) { side.driver.engine.congested(reader); });
        else if (below(3) == 0)
            each([this](Side &side) {
                for (const ConnectionId each : m_readers)
                    side.driver.engine.drained(each);
            });
        each([](Side &side) {
            side.driver.holdFlush = false;
            side.driver.run();
        });
    }

    Transaction transaction()
    {
        Transaction transaction;
        for (qint64 i = below(4); i >= 0; --i)
            transaction.operations.push_back(operation());
        if (below(10) == 0)
            transaction.expectations.push_back({ .id = id(), .exists = true });
        return transaction;
    }

    Operation operation()
    {
        switch (below(12)) {
        case 0:
            return Operation::destroy(id());
        case 1:
            return Operation::save(id(), { { name(), value() } });
        case 2:
            return Operation::unset(id(), { name() });
        case 3:
            return Operation::set(id(), { { name(), "a text" } });
        default:
            return Operation::set(id(), values());
        }
    }

    ValueMap values()
    {
        ValueMap values{ { name(), value() } };
        if (below(3) == 0)
            values.insert(name(), value());
        return values;
    }

    QByteArray id() { return QByteArray(below(2) == 0 ? "a/" : "b/") + char('0' + below(3)); }
    QByteArray name() { return { 1, static_cast<char>('x' + below(3)) }; }
    Value value()
    {
        const Value all[] = { 0, 1, 1000, -5, 0.1, 0.5, 1.0, true, false, nullptr, qQNaN() };
        return all[below(std::ssize(all))];
    }

    void write(const Transaction &transaction)
    {
        m_known += m_quick.write(transaction);
        if (m_general.write(transaction))
            qFatal("a decoder that knows nothing");
    }

    void addReader(const Filter &filter, bool isLocal = false)
    {
        ConnectionId reader = 0;
        const QByteArray client = "reader " + QByteArray::number(m_readers.size());
        each([&](Side &side) {
            reader = side.driver.connect(isLocal);
            side.driver.receive(reader, Hello{ .client = client });
            side.driver.subscribe(reader, 1, filter);
        });
        m_readers.push_back(reader);
    }

    void compare()
    {
        std::vector<ConnectionId> connections = m_readers;
        connections.push_back(m_quick.writer);
        for (const ConnectionId connection : connections)
            QCOMPARE(told(m_quick, connection), told(m_general, connection));
        const World &quick = m_quick.driver.engine.world();
        const World &general = m_general.driver.engine.world();
        QCOMPARE(quick.revision(), general.revision());
        for (const char *id : { "a/0", "a/1", "a/2", "b/0", "b/1", "b/2" }) {
            QCOMPARE(quick.values(id), general.values(id));
            QCOMPARE(quick.stamp(id), general.stamp(id));
            QCOMPARE(quick.extent(id), general.extent(id));
        }
    }

    template<typename Do>
    void each(const Do &what)
    {
        what(m_quick);
        what(m_general);
    }

    QRandomGenerator m_random;
    Side m_quick{ true };
    Side m_general{ false };
    std::vector<ConnectionId> m_readers;
    int m_known = 0;
};

} // namespace

class tst_ServerWrites : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameAsInGeneral();
    void whatIsKnown_data();
    void whatIsKnown();
    void unchangedIsNotTold();
    void thereAndBack();
    void twiceInATurn();
    void sentAgain();
    void encodedLikeChanges();
    void wholeEntitiesEncodedLikeChanges();
    void snapshotsThatWaitForTheStore();
    void namesThatAreForgottenWhileStoring();
};

void tst_ServerWrites::sameAsInGeneral()
{
    int known = 0;
    for (quint32 seed = 1; seed <= 150; ++seed) {
        Pair pair(seed);
        pair.play();
        if (QTest::currentTestFailed())
            QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        known += pair.known();
    }
    QVERIFY(known > 1000);
}

void tst_ServerWrites::whatIsKnown_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QVariantMap>("values");
    QTest::addColumn<bool>("isKnown");
    const QString x = QStringLiteral("x");
    QTest::newRow("number") << QByteArray("a") << QVariantMap{ { x, 2 } } << true;
    QTest::newRow("several") << QByteArray("a")
                             << QVariantMap{ { x, 2 }, { QStringLiteral("y"), 0.5 } } << true;
    QTest::newRow("null") << QByteArray("a") << QVariantMap{ { x, QVariant::fromValue(nullptr) } }
                          << true;
    QTest::newRow("text") << QByteArray("a") << QVariantMap{ { x, QStringLiteral("on") } } << false;
    QTest::newRow("another entity") << QByteArray("b") << QVariantMap{ { x, 2 } } << false;
    QTest::newRow("another name") << QByteArray("a") << QVariantMap{ { QStringLiteral("w"), 2 } }
                                  << false;
    QTest::newRow("nothing") << QByteArray("a") << QVariantMap() << false;
}

void tst_ServerWrites::whatIsKnown()
{
    QFETCH(const QByteArray, id);
    QFETCH(const QVariantMap, values);
    Side side(true);
    QVERIFY(!side.write({ Operation::create("a", { { "x", 1 }, { "y", 1 } }) }));
    const auto set = Operation::set(id, *ValueMap::fromVariantMap(values));
    QTEST(side.write({ set }), "isKnown");
    QVERIFY(!side.write({ { set }, { { .id = id, .exists = true } } }));
}

void tst_ServerWrites::unchangedIsNotTold()
{
    Side side(true);
    side.write({ Operation::create("a", { { "x", 1 }, { "y", 1 } }) });
    const ConnectionId reader = side.driver.join("reader");
    side.driver.subscribe(reader, 1, Filter::byPrefix(""));
    side.driver.take(reader);
    QVERIFY(side.write({ Operation::set("a", { { "x", 1.0 }, { "y", 1 } }) }));
    QVERIFY(side.driver.takeAll<Changes>(reader).empty());
    QCOMPARE(side.driver.takeAll<Ack>(side.writer).back().cursor, 1);
    QVERIFY(side.write({ Operation::set("a", { { "x", 1 }, { "y", 2 } }) }));
    const auto changes = side.driver.takeAll<Changes>(reader);
    QCOMPARE(changes.size(), 1u);
    QCOMPARE(changes[0].changes.at(0)->properties.size(), 1);
    QCOMPARE(changes[0].changes.at(0)->properties[0].name, QByteArray("y"));
}

/// A transaction that ends where it began changes nothing, though it is one of known writes.
void tst_ServerWrites::thereAndBack()
{
    Side side(true);
    side.write({ Operation::create("a", { { "x", 1 } }), Operation::create("b", { { "x", 1 } }) });
    QVERIFY(side.write({ Operation::set("a", { { "x", 2 } }), Operation::set("b", { { "x", 1 } }),
                         Operation::set("a", { { "x", 1 } }) }));
    QCOMPARE(side.driver.engine.world().revision(), 1);
    QVERIFY(!side.write(
            { Operation::set("a", { { "x", 2 } }), Operation::set("a", { { "x", 1 } }) }));
    QCOMPARE(side.driver.engine.world().revision(), 1);
}

void tst_ServerWrites::twiceInATurn()
{
    Side side(true);
    side.write({ Operation::create("a", { { "x", 1 } }), Operation::create("b", { { "x", 1 } }) });
    const ConnectionId reader = side.driver.join("reader");
    side.driver.subscribe(reader, 1, Filter::byPrefix(""));
    side.driver.take(reader);
    side.driver.holdFlush = true;
    for (const int x : { 2, 3 })
        QVERIFY(side.write({ Operation::set("a", { { "x", x } }) }));
    side.driver.holdFlush = false;
    side.driver.run();
    const auto changes = side.driver.takeAll<Changes>(reader);
    QCOMPARE(changes.size(), 1u);
    QCOMPARE(summary(changes[0]), QByteArray("=a"));
    QCOMPARE(changes[0].changes[0]->properties[0].value, Value(3));
}

/// The same number again has the same fingerprint, in whatever form it comes.
void tst_ServerWrites::sentAgain()
{
    Side side(true);
    side.write({ Operation::create("a", { { "x", 1 } }) });
    const Transaction transaction{ { Operation::set("a", { { "x", 2.5 } }) }, {} };
    QVERIFY(side.write(transaction));
    side.driver.receive(side.writer, Commit{ side.tx, transaction });
    QVERIFY(!side.driver.isClosed(side.writer));
    side.driver.receive(side.writer, Commit{ side.tx, { { Operation::set("a", { { "x", 3 } }) } } });
    QVERIFY(side.driver.isClosed(side.writer));
}

/// Readers cannot tell the forms apart.
void tst_ServerWrites::encodedLikeChanges()
{
    World world;
    LeafUpdates updates(world, 0);
    for (const char *id : { "a", "b" }) {
        Entity &entity = world.create(id, 1);
        world.set(entity, "x", 0.1, 1);
        world.set(entity, "y", true, 1);
        updates.add(entity, 3);
    }
    const Changes quick{ .cursor = 2, .updates = std::make_shared<LeafUpdates>(updates) };
    const Changes general{ .cursor = 2, .changes = updates.toChanges() };
    QCOMPARE(quick, general);
    for (const Encoding encoding : { Encoding::Cbor, Encoding::Json }) {
        const auto encoder = Encoder::create(encoding);
        const auto other = Encoder::create(encoding);
        for (int time = 0; time < 2; ++time) { // the first defines numbers
            QCOMPARE(encoder->isShareable(quick), other->isShareable(general));
            QCOMPARE(encoder->encode(quick), other->encode(general));
        }
    }
}

void tst_ServerWrites::wholeEntitiesEncodedLikeChanges()
{
    Side side(true);
    side.write({ Operation::create("b", { { "text", "a text" }, { "x", 1 }, { "gone", true } }),
                 Operation::create("empty", {}), Operation::create("a", { { "x", 2.5 } }) });
    side.write({ Operation::unset("b", { "gone" }) });
    const World &world = side.driver.engine.world();
    const auto wholes = std::make_shared<WholeEntities>(world);
    for (const char *id : { "a", "b", "empty" })
        wholes->add(*world.find(id));
    const Changes quick{ .cursor = 2, .sub = 1, .wholes = wholes };
    const Changes general{ .cursor = 2, .sub = 1, .changes = wholes->toChanges() };
    QCOMPARE(quick.count(), 3U);
    QCOMPARE(quick, general);
    QCOMPARE(general.changes[1]->properties.size(), 2);
    const Changes onlyA{ .cursor = 2, .sub = 1, .changes = { world.whole(*world.find("a")) } };
    Changes mixed = quick;
    mixed.changes = onlyA.changes;
    using Told = std::vector<Changes>; // to one reader: what it knows need not be defined again
    for (const Told &told : { Told{ quick, quick }, Told{ onlyA, quick }, Told{ mixed, quick } }) {
        for (const Encoding encoding : { Encoding::Cbor, Encoding::Json }) {
            const auto encoder = Encoder::create(encoding);
            const auto other = Encoder::create(encoding);
            for (const Changes &changes : told)
                QCOMPARE(encoder->encode(changes), other->encode(changes.inGeneralForm()));
        }
    }
}

/// What a reader is told was so when it was sealed, however much has changed since.
void tst_ServerWrites::snapshotsThatWaitForTheStore()
{
    ServerOptions stored = options(true);
    stored.storage = true;
    ServerDriver driver(stored);
    const ConnectionId writer = driver.join("writer");
    const ConnectionId reader = driver.join("reader");
    driver.storeAtOnce = false;
    driver.holdFlush = true;
    driver.commit(writer, 1, { Operation::create("a", { { "x", 1 } }) });
    driver.subscribe(reader, 1, Filter::byPrefix(""));
    driver.holdFlush = false;
    driver.run();
    driver.take(reader);
    QCOMPARE(driver.batches.size(), 1U);
    driver.commit(writer, 2, { Operation::set("a", { { "x", 2 } }) });
    driver.commit(writer, 3, { Operation::destroy("a") });
    driver.confirmStore();
    const auto told = driver.takeAll<Changes>(reader);
    QCOMPARE(told.size(), 1U);
    QCOMPARE(summary(told[0]), QByteArray(">a"));
    QCOMPARE(told[0].changes[0]->properties.size(), 1);
    QCOMPARE(told[0].changes[0]->properties[0].value, Value(1));
}

void tst_ServerWrites::namesThatAreForgottenWhileStoring()
{
    World world;
    Entity &entity = world.create("a", 1);
    world.set(entity, "x", 1, 1);
    world.set(entity, "y", 2, 1);
    LeafUpdates updates(world, 0);
    updates.add(entity, 3);
    updates.keepNames();
    // The properties go; so many others come and go that unused names are dropped.
    world.set(entity, "x", {}, 2);
    world.set(entity, "y", {}, 2);
    world.create("others", 2);
    for (int i = 0; i < 3000; ++i) {
        Entity &others = *world.findForWriting("others");
        world.set(others, "name " + QByteArray::number(i), i, 2);
        world.set(others, "name " + QByteArray::number(i), {}, 2);
    }
    world.forget("others");
    QVERIFY(!world.findName("x"));
    const std::vector<ChangePtr> &changes = updates.toChanges();
    QCOMPARE(changes.size(), 1u);
    QCOMPARE(changes[0]->properties[0].name, QByteArray("x"));
    QCOMPARE(changes[0]->properties[1].name, QByteArray("y"));
}

QTEST_APPLESS_MAIN(tst_ServerWrites)
#include "tst_serverwrites.moc"
