// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

#include <QtCore/qrandom.h>

#include <set>

using namespace ObjectSync;

namespace {

using Told = Change::Event;
/// All that is shown.
using Shown = std::map<QByteArray, ValueMap>;

const QByteArray Lamp = "lamps/kitchen";

/// What a server and a user may do, in no sensible order.
class Chance
{
public:
    explicit Chance(quint32 seed) : m_random(seed) { }

    int below(int bound) { return m_random.bounded(bound); }
    QByteArray id() { return "e" + QByteArray::number(below(4)); }
    QByteArray name() { return "p" + QByteArray::number(below(3)); }
    ValueMap values()
    {
        ValueMap values;
        for (int left = below(3); left >= 0; --left)
            values.insert(name(), below(3));
        return values;
    }
    Operation operation();
    ChangePtr change(const World &confirmed);

private:
    QRandomGenerator m_random;
};

Operation Chance::operation()
{
    switch (below(8)) {
    case 0:
        return Operation::create(id(), values());
    case 1:
        return Operation::save(id(), values());
    case 2:
        return Operation::unset(id(), { name() });
    case 3:
        return Operation::destroy(id());
    case 4:
        return Operation::apply("increment", id(), name(), 1);
    default:
        return Operation::set(id(), values());
    }
}

ChangePtr Chance::change(const World &confirmed)
{
    const QByteArray id = this->id();
    ValueMap values = this->values();
    if (!confirmed.exists(id))
        return ClientDriver::change(id, below(2) ? Told::Enter : Told::Create, values);
    switch (below(8)) {
    case 0:
        return ClientDriver::change(id, Told::Enter, values);
    case 1:
        return ClientDriver::change(id, below(2) ? Told::Destroy : Told::Leave);
    case 2:
        values.insert(name(), Value());
        break;
    default:
        break;
    }
    return ClientDriver::change(id, Told::Update, values);
}

Shown shownBy(const ClientDriver &driver)
{
    Shown shown;
    for (const QByteArray &id : driver.ids())
        shown[id] = driver.values(id);
    return shown;
}

/// Of an entity that is there before and after.
ValueMap difference(const ValueMap &before, const ValueMap &after)
{
    ValueMap differing;
    for (const auto &[name, value] : after) {
        if (before.value(name) != value)
            differing.insert(name, value);
    }
    for (const auto &[name, value] : before) {
        if (!after.contains(name))
            differing.insert(name, Value());
    }
    return differing;
}

/// Whether each difference is told, once, and nothing else is.
bool tellsTheDifference(const Shown &before, const Shown &after,
                        const std::vector<ViewChange> &changes)
{
    std::map<QByteArray, ValueMap> expected;
    for (const auto &[id, values] : after) {
        const auto was = before.find(id);
        const ValueMap differing = was == before.end() ? values : difference(was->second, values);
        if (was == before.end() || !differing.isEmpty())
            expected[id] = differing;
    }
    for (const auto &[id, values] : before) {
        if (after.count(id) == 0)
            expected[id] = difference(values, {});
    }
    const auto isRight = [&](const ViewChange &change) {
        using Event = ViewChange::Event;
        const bool isNew = change.event == Event::Created || change.event == Event::Entered;
        const bool isGone = change.event == Event::Destroyed || change.event == Event::Left;
        const auto found = expected.extract(change.id);
        return found && found.mapped() == change.properties
               && isNew == (before.count(change.id) == 0)
               && isGone == (after.count(change.id) == 0);
    };
    return std::all_of(changes.begin(), changes.end(), isRight) && expected.empty();
}

} // namespace

/// What is told of entities that are changed here and elsewhere.
class tst_ClientEngineView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void otherPropertiesShowThroughAnEdit();
    void answerTellsWhatTheEditHid();
    void tellsTheDifferenceWhateverHappens();
    void manyPending();

private:
    void doSomething(Chance &chance);

    std::unique_ptr<CborWire> m_wire;
    std::unique_ptr<ClientDriver> d;
    TransactionNumber m_committed = 0;
    TransactionNumber m_answered = 0;
};

void tst_ClientEngineView::initTestCase_data()
{
    QTest::addColumn<bool>("isDecoded");
    QTest::newRow("in the general form") << false;
    QTest::newRow("as a decoder gives it") << true;
}

void tst_ClientEngineView::init()
{
    QFETCH_GLOBAL(const bool, isDecoded);
    m_wire = isDecoded ? std::make_unique<CborWire>() : nullptr;
    d = std::make_unique<ClientDriver>();
    m_committed = m_answered = 0;
    d->online();
    d->wire = m_wire.get();
    d->subscribe(Filter::byPrefix({}),
                 { ClientDriver::change(Lamp, Told::Enter, { { "on", true }, { "level", 1 } }) });
}

void tst_ClientEngineView::otherPropertiesShowThroughAnEdit()
{
    d->commit({ Operation::set(Lamp, { { "level", 5 } }) });
    d->takeChanges();
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "on", false }, { "level", 7 } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Lamp, ViewChange::Event::Updated, { { "on", false } } } }));
    QCOMPARE(d->value(Lamp, "level"), Value(5));
}

void tst_ClientEngineView::answerTellsWhatTheEditHid()
{
    d->commit({ Operation::set(Lamp, { { "level", 5 }, { "on", false } }) });
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 7 } }) });
    d->takeChanges();
    // Told in one step with the answer: what was hidden, and what is taken back.
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 8 } }) }, true);
    d->receive(Reject{ 1, { "refused", QStringLiteral("No") } });
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "name", "L" } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Lamp,
                                       ViewChange::Event::Updated,
                                       { { "level", 8 }, { "name", "L" }, { "on", true } } } }));
}

void tst_ClientEngineView::doSomething(Chance &chance)
{
    switch (chance.below(4)) {
    case 0: {
        std::vector<Operation> operations;
        for (int left = chance.below(3); left >= 0; --left)
            operations.push_back(chance.operation());
        std::vector<Expectation> expectations;
        if (chance.below(4) == 0)
            expectations.push_back({ .id = chance.id(), .exists = chance.below(2) == 0 });
        d->commit(std::move(operations), std::move(expectations));
        ++m_committed;
        break;
    }
    case 1:
        if (m_answered < m_committed)
            chance.below(2) ? d->ack(++m_answered) : d->reject(++m_answered);
        break;
    default: {
        std::vector<ChangePtr> changes;
        std::set<QByteArray> ids; // a server tells of each once
        for (int left = chance.below(4); left > 0; --left) {
            ChangePtr change = chance.change(d->engine.confirmed());
            if (ids.insert(change->id).second)
                changes.push_back(std::move(change));
        }
        d->changes(std::move(changes), chance.below(3) == 0);
        break;
    }
    }
}

void tst_ClientEngineView::tellsTheDifferenceWhateverHappens()
{
    for (quint32 seed = 1; seed <= 400; ++seed) {
        init();
        Chance chance(seed);
        for (int step = 0; step < 100; ++step) {
            const Shown before = shownBy(*d);
            d->forget();
            doSomething(chance);
            QVERIFY2(tellsTheDifference(before, shownBy(*d), d->takeChanges()),
                     qPrintable(QStringLiteral("seed %1, step %2").arg(seed).arg(step)));
        }
    }
}

/// More than are looked through one by one, and that have come and gone.
void tst_ClientEngineView::manyPending()
{
    constexpr int Transactions = 5000;
    const auto idOf = [](int number) { return "many/" + QByteArray::number(number % 777); };
    int answered = 0;
    for (int number = 0; number < Transactions; ++number) {
        d->commit({ Operation::save(idOf(number), { { "n", number } }) });
        if (number % 3 != 0)
            d->ack(++answered);
    }
    for (; answered < Transactions; ++answered) {
        if (answered % 100 == 0) {
            for (int entity = 0; entity < 777; ++entity) {
                // The last transactions, one for each entity, are pending longest.
                const int newest = entity + (Transactions - 1 - entity) / 777 * 777;
                QCOMPARE(d->engine.hasPending(idOf(entity)), newest >= answered);
            }
        }
        d->ack(answered + 1);
    }
    QCOMPARE(d->engine.pendingCount(), 0);
    QVERIFY(!d->exists(idOf(0)));
}

QTEST_APPLESS_MAIN(tst_ClientEngineView)
#include "tst_clientengine_view.moc"
