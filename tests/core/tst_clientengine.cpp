// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Changed = ViewChange::Event;
using Told = Change::Event;

const QByteArray Lamp = "lamps/kitchen";
const QByteArray Hall = "lamps/hall";
const QByteArray Count = "counters/visits";

ViewChange updated(const QByteArray &id, const ValueMap &values)
{
    return { id, Changed::Updated, values };
}

} // namespace

/// What a client shows while transactions are pending, answered and refused.
class tst_ClientEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void showsACommitAtOnce();
    void tellsOnlyWhatDiffers();
    void changedThenGoneInOneStep();
    void localEvents_data();
    void localEvents();
    void noEcho_data();
    void noEcho();
    void rollsBack_data();
    void rollsBack();
    void rollbackShowsWhatOthersDid();
    void pendingHidesWhatOthersDo();
    void chainWithARejectedMiddle();
    void transactionIsAllOrNothingInTheView();
    void leftOutTransactionIsTriedAgain();
    void chainOverDestroyAndCreate();
    void cumulativeAnswers();
    void createWithoutId();
    void countersFromTwoSources();
    void answersHeldWithTheirChanges();
    void expectations_data();
    void expectations();
    void notCoveredByAnySubscription();
    void uncoveredChangesAreIgnored();
    void ids();

private:
    std::unique_ptr<ClientDriver> d;
};

/// Online, with two lamps and a counter.
void tst_ClientEngine::init()
{
    d = std::make_unique<ClientDriver>();
    d->online();
    d->subscribe(Filter::byPrefix("lamps/"),
                 { ClientDriver::change(Hall, Told::Enter, { { "on", false } }),
                   ClientDriver::change(Lamp, Told::Enter, { { "on", true }, { "level", 1 } }) });
    d->subscribe(Filter::byIds({ Count }),
                 { ClientDriver::change(Count, Told::Enter, { { "n", 10 } }) });
}

void tst_ClientEngine::cleanup()
{
    d.reset();
}

void tst_ClientEngine::showsACommitAtOnce()
{
    const TransactionId id = d->commit({ Operation::set(Lamp, { { "level", 5 } }) });
    QCOMPARE(d->value(Lamp, "level"), Value(5));
    QCOMPARE(d->engine.confirmed().value(Lamp, "level"), Value(1));
    QCOMPARE(d->engine.view().stamp(Lamp), d->engine.confirmed().stamp(Lamp));
    for (const QByteArray &lamp : { Lamp, Hall })
        QCOMPARE(d->engine.view().extent(lamp).properties, d->values(lamp).size());
    QVERIFY(d->engine.hasPending(Lamp));
    QVERIFY(!d->engine.hasPending(Hall));
    QCOMPARE(d->engine.pendingCount(), 1);
    QVERIFY(d->engine.pending(id));
    QCOMPARE(d->takeLog(), "view send:commit");
    QCOMPARE(d->takeChanges(), std::vector{ updated(Lamp, { { "level", 5 } }) });
    const auto commits = d->takeSent<Commit>();
    QCOMPARE(commits.size(), 1u);
    QCOMPARE(commits[0].tx, 1);

    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 5 } }) });
    d->ack(1);
    QCOMPARE(d->takeLog(), "answered");
    const auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 1u);
    QCOMPARE(answers[0].transaction, id);
    QVERIFY(!answers[0].error);
    QCOMPARE(answers[0].ids(), std::vector{ Lamp });
    QVERIFY(!d->engine.pending(id));
    QVERIFY(!d->engine.hasPending(Lamp));
    QCOMPARE(d->engine.confirmed().value(Lamp, "level"), Value(5));
}

void tst_ClientEngine::tellsOnlyWhatDiffers()
{
    d->commit({ Operation::set(Lamp, { { "level", 1 }, { "on", false } }) });
    QCOMPARE(d->takeChanges(), std::vector{ updated(Lamp, { { "on", false } }) });
    d->commit({ Operation::set(Lamp, { { "level", 1 } }) });
    d->commit({});
    QVERIFY(d->takeChanges().empty());

    // There and back again within one step is no difference.
    d->changes({ ClientDriver::change(Hall, Told::Update, { { "on", true }, { "name", "H" } }) },
               true);
    d->changes({ ClientDriver::change(Hall, Told::Update, { { "on", false } }) });
    QCOMPARE(d->takeChanges(), std::vector{ updated(Hall, { { "name", "H" } }) });
    d->changes({ ClientDriver::change(Hall, Told::Update, { { "name", Value() } }) });
    QCOMPARE(d->takeChanges(), std::vector{ updated(Hall, { { "name", Value() } }) });
}

void tst_ClientEngine::changedThenGoneInOneStep()
{
    d->changes({ ClientDriver::change(Hall, Told::Update, { { "on", true }, { "new", 1 } }),
                 ClientDriver::change(Lamp, Told::Update, { { "on", false }, { "new", 1 } }) },
               true);
    d->changes({ ClientDriver::change(Hall, Told::Destroy),
                 ClientDriver::change(Lamp, Told::Enter, { { "on", true }, { "level", 2 } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Hall, Changed::Destroyed, { { "on", Value() } } },
                           updated(Lamp, { { "level", 2 } }) }));
}

void tst_ClientEngine::localEvents_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<int>("event");
    using Kind = Operation::Kind;
    QTest::newRow("create") << int(Kind::Create) << QByteArray("lamps/new")
                            << int(Changed::Created);
    QTest::newRow("save") << int(Kind::Save) << QByteArray("lamps/new") << int(Changed::Created);
    QTest::newRow("save of what is there") << int(Kind::Save) << Hall << int(Changed::Updated);
    QTest::newRow("set") << int(Kind::Set) << Hall << int(Changed::Updated);
    QTest::newRow("destroy") << int(Kind::Destroy) << Hall << int(Changed::Destroyed);
}

void tst_ClientEngine::localEvents()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, id);
    QFETCH(int, event);
    const ValueMap values{ { "on", true } };
    d->commit({ Operation{ Operation::Kind(kind), id, values } });
    const auto changes = d->takeChanges();
    QCOMPARE(changes.size(), 1u);
    QCOMPARE(int(changes[0].event), event);
    if (changes[0].event == Changed::Destroyed)
        QCOMPARE(changes[0].properties, ValueMap({ { "on", Value() } }));
    else
        QCOMPARE(changes[0].properties, values);
}

void tst_ClientEngine::noEcho_data()
{
    QTest::addColumn<std::vector<Operation>>("operations");
    QTest::addColumn<std::vector<ChangePtr>>("changes");
    using Operations = std::vector<Operation>;
    using ChangeList = std::vector<ChangePtr>;
    const auto change = [](const QByteArray &id, Told event, const ValueMap &values = {}) {
        return ClientDriver::change(id, event, values);
    };

    QTest::newRow("set") << Operations{ Operation::set(Lamp, { { "level", 5 } }) }
                         << ChangeList{ change(Lamp, Told::Update, { { "level", 5 } }) };
    QTest::newRow("equal number of another type")
            << Operations{ Operation::set(Lamp, { { "level", 5 } }) }
            << ChangeList{ change(Lamp, Told::Update, { { "level", 5.0 } }) };
    QTest::newRow("equal value: nothing is told")
            << Operations{ Operation::set(Lamp, { { "level", 1 } }) } << ChangeList{};
    QTest::newRow("unset") << Operations{ Operation::unset(Lamp, { "level" }) }
                           << ChangeList{ change(Lamp, Told::Update, { { "level", Value() } }) };
    QTest::newRow("create") << Operations{ Operation::create("lamps/new", { { "on", true } }) }
                            << ChangeList{ change("lamps/new", Told::Create, { { "on", true } }) };
    QTest::newRow("save") << Operations{ Operation::save("lamps/new", { { "on", true } }) }
                          << ChangeList{ change("lamps/new", Told::Create, { { "on", true } }) };
    QTest::newRow("destroy") << Operations{ Operation::destroy(Lamp) }
                             << ChangeList{ change(Lamp, Told::Destroy) };
    QTest::newRow("destroy and create")
            << Operations{ Operation::destroy(Lamp), Operation::create(Lamp, { { "new", 1 } }) }
            << ChangeList{ change(Lamp, Told::Create, { { "new", 1 } }) };
    QTest::newRow("create and destroy")
            << Operations{ Operation::create("lamps/new", {}), Operation::destroy("lamps/new") }
            << ChangeList{};
    QTest::newRow("two entities") << Operations{
        Operation::set(Lamp, { { "level", 2 } }), Operation::destroy(Hall)
    } << ChangeList{ change(Lamp, Told::Update, { { "level", 2 } }), change(Hall, Told::Destroy) };
}

void tst_ClientEngine::noEcho()
{
    QFETCH(std::vector<Operation>, operations);
    QFETCH(std::vector<ChangePtr>, changes);
    d->commit(operations);
    d->forget();
    d->changes(changes);
    d->ack(1);
    QCOMPARE(d->takeLog(), "answered");
}

void tst_ClientEngine::rollsBack_data()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<ViewChange>("expected");
    QTest::newRow("set") << Operation::set(Lamp, { { "level", 5 } })
                         << updated(Lamp, { { "level", 1 } });
    QTest::newRow("set of a new property")
            << Operation::set(Lamp, { { "note", "x" } }) << updated(Lamp, { { "note", Value() } });
    QTest::newRow("unset") << Operation::unset(Lamp, { "on" }) << updated(Lamp, { { "on", true } });
    QTest::newRow("create") << Operation::create("lamps/new", { { "on", true } })
                            << ViewChange{ "lamps/new", Changed::Left, { { "on", Value() } } };
    QTest::newRow("destroy") << Operation::destroy(Hall)
                             << ViewChange{ Hall, Changed::Entered, { { "on", false } } };
    QTest::newRow("increment") << Operation::apply("increment", Count, "n", 3)
                               << updated(Count, { { "n", 10 } });
}

void tst_ClientEngine::rollsBack()
{
    QFETCH(Operation, operation);
    QFETCH(ViewChange, expected);
    const TransactionId id = d->commit({ operation });
    d->forget();
    d->reject(1, "not-today");
    QCOMPARE(d->takeLog(), "view answered");
    QCOMPARE(d->takeChanges(), std::vector{ expected });
    const auto answers = d->takeAnswered();
    QCOMPARE(answers[0].transaction, id);
    QCOMPARE(answers[0].error->code, "not-today");
    QCOMPARE(d->engine.pendingCount(), 0);
}

void tst_ClientEngine::rollbackShowsWhatOthersDid()
{
    d->commit({ Operation::set(Lamp, { { "level", 5 } }) });
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 7 }, { "on", false } }) });
    d->forget();
    d->reject(1);
    QCOMPARE(d->takeChanges(), std::vector{ updated(Lamp, { { "level", 7 } }) });
}

void tst_ClientEngine::pendingHidesWhatOthersDo()
{
    d->commit({ Operation::set(Lamp, { { "level", 5 } }) });
    d->forget();
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 7 }, { "on", false } }) });
    QCOMPARE(d->takeChanges(), std::vector{ updated(Lamp, { { "on", false } }) });
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 5 } }) });
    d->ack(1);
    QVERIFY(d->takeChanges().empty());

    // A pending `save` brings back what others destroy, a pending `set` does not.
    d->commit({ Operation::save(Lamp, { { "level", 6 } }) });
    d->commit({ Operation::set(Hall, { { "on", true } }) });
    d->forget();
    d->changes({ ClientDriver::change(Lamp, Told::Destroy),
                 ClientDriver::change(Hall, Told::Destroy) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ updated(Lamp, { { "on", Value() } }),
                           ViewChange{ Hall, Changed::Destroyed, { { "on", Value() } } } }));
}

void tst_ClientEngine::chainWithARejectedMiddle()
{
    d->commit({ Operation::set(Lamp, { { "level", 2 } }) });
    d->commit({ Operation::set(Lamp, { { "level", 3 }, { "note", "three" } }) });
    d->commit({ Operation::set(Lamp, { { "on", false } }) });
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 2 }, { "on", false } }) });
    d->forget();
    d->reject(2);
    QCOMPARE(d->takeLog(), "view answered answered");
    QCOMPARE(d->values(Lamp), ValueMap({ { "level", 2 }, { "on", false } }));
    const auto answers = d->takeAnswered();
    QVERIFY(!answers[0].error);
    QVERIFY(answers[1].error);
    QCOMPARE(d->engine.pendingCount(), 1);
    d->ack(3);
    QCOMPARE(d->takeLog(), "answered");
}

void tst_ClientEngine::transactionIsAllOrNothingInTheView()
{
    // Its second half cannot be done any more: the first half goes, too.
    d->commit(
            { Operation::set(Lamp, { { "level", 9 } }), Operation::set(Hall, { { "on", true } }) });
    d->forget();
    d->changes({ ClientDriver::change(Hall, Told::Destroy) });
    QCOMPARE(d->value(Lamp, "level"), Value(1));
    QCOMPARE(d->takeChanges().size(), 2u);
    QVERIFY(d->engine.hasPending(Lamp));
    // It comes back, and so does the transaction.
    d->changes({ ClientDriver::change(Hall, Told::Create, { { "on", false } }) });
    QCOMPARE(d->value(Lamp, "level"), Value(9));
    QCOMPARE(d->value(Hall, "on"), Value(true));
    // What is coupled to it by a third entity follows.
    d->commit({ Operation::set(Lamp, { { "level", 10 } }),
                Operation::apply("increment", Count, "n", 1) });
    QCOMPARE(d->value(Count, "n"), Value(11));
    d->reject(1);
    QCOMPARE(d->value(Hall, "on"), Value(false));
    QCOMPARE(d->value(Lamp, "level"), Value(10));
}

void tst_ClientEngine::leftOutTransactionIsTriedAgain()
{
    d->commit({ Operation::set("lamps/none", { { "on", true } }) });
    QVERIFY(d->takeChanges().empty());
    QVERIFY(!d->exists("lamps/none"));
    d->changes({ ClientDriver::change("lamps/none", Told::Create, { { "on", false } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ "lamps/none", Changed::Created, { { "on", true } } } }));
    d->reject(1);
    QCOMPARE(d->value("lamps/none", "on"), Value(false));
}

void tst_ClientEngine::chainOverDestroyAndCreate()
{
    d->commit({ Operation::destroy(Lamp) });
    d->commit({ Operation::create(Lamp, { { "level", 3 } }) });
    d->commit({ Operation::set(Lamp, { { "note", "again" } }) });
    d->forget();
    const ValueMap last{ { "level", 3 }, { "note", "again" } };
    QCOMPARE(d->values(Lamp), last);
    d->changes({ ClientDriver::change(Lamp, Told::Destroy) });
    d->ack(1);
    QCOMPARE(d->values(Lamp), last);
    d->changes({ ClientDriver::change(Lamp, Told::Create, { { "level", 3 } }) });
    d->ack(2);
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "note", "again" } }) });
    d->ack(3);
    QCOMPARE(d->values(Lamp), last);
    QVERIFY(d->takeChanges().empty());
}

void tst_ClientEngine::cumulativeAnswers()
{
    std::vector<TransactionId> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(d->commit({ Operation::set(Lamp, { { "level", 10 + i } }) }));
    d->changes({ ClientDriver::change(Lamp, Told::Update, { { "level", 13 } }) });
    d->forget();
    d->ack(3);
    auto answers = d->takeAnswered();
    QCOMPARE(answers.size(), 3u);
    for (size_t i = 0; i < 3; ++i)
        QCOMPARE(answers[i].transaction, ids[i]);
    d->ack(3); // duplicates say nothing new
    d->ack(1);
    d->reject(2);
    QVERIFY(d->takeAnswered().empty());
    QCOMPARE(d->engine.pendingCount(), 2);
    d->reject(5);
    answers = d->takeAnswered();
    QCOMPARE(answers.size(), 2u);
    QVERIFY(!answers[0].error);
    QVERIFY(answers[1].error);
    QCOMPARE(d->value(Lamp, "level"), Value(13));
}

void tst_ClientEngine::createWithoutId()
{
    d->commit({ Operation::create("lamps/", { { "on", true } }),
                Operation::set(Lamp, { { "level", 2 } }), Operation::create({}, {}) });
    QCOMPARE(d->takeChanges(), std::vector{ updated(Lamp, { { "level", 2 } }) });
    d->changes({ ClientDriver::change("lamps/a1", Told::Create, { { "on", true } }),
                 ClientDriver::change(Lamp, Told::Update, { { "level", 2 } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ "lamps/a1", Changed::Created, { { "on", true } } } }));
    d->ack(1, { "lamps/a1", {}, "b2" });
    QCOMPARE(d->takeAnswered()[0].ids(), (std::vector<QByteArray>{ "lamps/a1", Lamp, "b2" }));
    QVERIFY(d->takeChanges().empty());

    // A server that names fewer ids than there are operations is put up with.
    d->commit({ Operation::set(Lamp, {}), Operation::create("lamps/", {}) });
    d->ack(2, {});
    QCOMPARE(d->takeAnswered()[0].ids(), (std::vector<QByteArray>{ Lamp, {} }));
}

void tst_ClientEngine::countersFromTwoSources() // T10
{
    d->commit({ Operation::apply("increment", Count, "n", 1) });
    d->commit({ Operation::apply("increment", Count, "n", 2) });
    QCOMPARE(d->value(Count, "n"), Value(13));
    // Another client adds 100: ours stay on top.
    d->changes({ ClientDriver::change(Count, Told::Update, { { "n", 110 } }) });
    QCOMPARE(d->value(Count, "n"), Value(113));
    d->changes({ ClientDriver::change(Count, Told::Update, { { "n", 111 } }) });
    d->ack(1);
    QCOMPARE(d->value(Count, "n"), Value(113));
    d->reject(2);
    QCOMPARE(d->value(Count, "n"), Value(111));
}

/// Where changes and the answer to the transaction behind them come in one step, a counter is never
/// shown with its own increment twice.
void tst_ClientEngine::answersHeldWithTheirChanges()
{
    d->commit({ Operation::apply("increment", Count, "n", 1) });
    d->commit({ Operation::apply("increment", Count, "n", 2) });
    d->forget();
    d->changes({ ClientDriver::change(Count, Told::Update, { { "n", 11 } }) }, true);
    d->ack(1);
    d->reject(2);
    QVERIFY(d->takeLog().isEmpty());
    QCOMPARE(d->value(Count, "n"), Value(13));
    d->changes({});
    QCOMPARE(d->takeLog(), "view answered answered");
    QCOMPARE(d->takeChanges(), std::vector{ updated(Count, { { "n", 11 } }) });
}

void tst_ClientEngine::expectations_data()
{
    QTest::addColumn<Expectation>("expectation");
    QTest::addColumn<bool>("shown");
    QTest::newRow("value holds") << Expectation{ Hall, {}, {}, { { "on", false } } } << true;
    QTest::newRow("value does not hold")
            << Expectation{ Hall, {}, {}, { { "on", true } } } << false;
    QTest::newRow("absent") << Expectation{ "lamps/none", false } << true;
    QTest::newRow("exists") << Expectation{ "lamps/none", true } << false;
    QTest::newRow("revisions are the server's affair") << Expectation{ Hall, true, 4711 } << true;
}

void tst_ClientEngine::expectations()
{
    QFETCH(Expectation, expectation);
    QFETCH(bool, shown);
    d->commit({ Operation::set(Lamp, { { "level", 5 } }) }, { expectation });
    QCOMPARE(d->value(Lamp, "level"), Value(shown ? 5 : 1));
    const auto commits = d->takeSent<Commit>();
    QCOMPARE(commits.size(), 1u);
    QCOMPARE(commits[0].transaction.expectations, std::vector{ expectation });
    QVERIFY(d->engine.hasPending(expectation.id));
}

void tst_ClientEngine::notCoveredByAnySubscription()
{
    d->commit({ Operation::save("notes/1", { { "text", "x" } }) });
    QVERIFY(d->exists("notes/1"));
    d->forget();
    d->ack(1);
    QCOMPARE(d->takeLog(), "view answered");
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ "notes/1", Changed::Left, { { "text", Value() } } } }));
    QVERIFY(!d->engine.isCovered("notes/1"));
    QVERIFY(d->engine.isCovered("lamps/none"));
    QVERIFY(d->engine.isCovered(Count));
}

void tst_ClientEngine::uncoveredChangesAreIgnored()
{
    d->changes({ ClientDriver::change("lamps/none", Told::Update, { { "on", true } }),
                 ClientDriver::change("lamps/none", Told::Destroy),
                 ClientDriver::change("lamps/none", Told::Leave),
                 ClientDriver::change("notes/1", Told::Create, { { "text", "x" } }),
                 ClientDriver::change("notes/2", Told::Enter) });
    QVERIFY(d->takeLog().isEmpty());
    QCOMPARE(d->engine.cursor(), d->cursor);
    d->changes({ ClientDriver::change(Hall, Told::Leave) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Hall, Changed::Left, { { "on", Value() } } } }));
}

void tst_ClientEngine::ids()
{
    d->commit({ Operation::create("lamps/attic", {}), Operation::create("lamps/z", {}) });
    d->commit({ Operation::destroy(Hall) });
    QCOMPARE(d->value(Hall, "on"), Value());
    QCOMPARE(d->values(Hall), ValueMap());
    using Ids = std::vector<QByteArray>;
    QCOMPARE(d->engine.ids(Filter::byPrefix("lamps/")), (Ids{ "lamps/attic", Lamp, "lamps/z" }));
    QCOMPARE(d->engine.ids(Filter::byIds({ "lamps/z", Hall, Count, Count })),
             (Ids{ Count, "lamps/z" }));
    QCOMPARE(d->engine.ids(Filter::byPrefix({})).size(), 4u);
}

QTEST_APPLESS_MAIN(tst_ClientEngine)
#include "tst_clientengine.moc"
