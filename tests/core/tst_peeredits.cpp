// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "joinedengines.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Changed = ViewChange::Event;
using Client = JoinedEngines::Client;
using Kind = Decision::Kind;

const QByteArray Lamp = "lamps/kitchen";

Operation create(const ValueMap &values)
{
    return Operation::create(Lamp, values);
}

Operation set(const ValueMap &values)
{
    return Operation::set(Lamp, values);
}

Operation increment(int by)
{
    return Operation::apply("increment", Lamp, "level", by);
}

ViewChange updated(const ValueMap &values)
{
    return { Lamp, Changed::Updated, values };
}

/// The code of the only answer since the last call; empty where it accepts.
QByteArray takeAnswer(Client &client)
{
    const auto answered = client.driver.takeAnswered();
    if (answered.size() != 1)
        return QByteArray::number(answered.size()) + " answers";
    return answered[0].error ? answered[0].error->code : QByteArray();
}

} // namespace

/// What the test suites of others ask of edits, where it applies to this model: those of ShareDB
/// (test/client/submit.js, pending.js) and of Firebase's Realtime Database (syncPointSpec.json). Ada
/// and Bob are subscribed to everything.
class tst_PeerEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(false); }
    void cleanup();

    // ShareDB
    void madeDestroyedAndMadeAgain();
    void editedBeforeTheCreateIsAnswered();
    void absentIsNeitherEditedNorDestroyed();
    void createdTwice_data();
    void createdTwice();
    void createdAtTheSameTime();
    void incrementedAtTheSameTime();
    void destroyedAtTheSameTime();
    void replacedWhileAnotherEdits();
    void replacedWhileAnotherDestroys();
    void editedAfterAnotherDestroyed();
    void anotherMakesItAfterwards();
    void offlineEditsJoinThoseOfOthers();
    void refusedCreateTakesItsEditsAlong();
    void softRejection_data();
    void softRejection();
    void softRejectionBelowALaterEdit();
    void pendingIsWhatIsNotAnswered();

    // Firebase
    void refusalBelowALaterEditTellsNothing();
    void unsetOfWhatIsNotThere();
    void editOfAnotherAppearsWithTheAnswer();
    void editOfAnotherBeforeIsNeverSeen();
    void committedBeforeSubscribing();

private:
    void start(bool handlers);
    void decide(Kind kind);

    std::unique_ptr<JoinedEngines> all;
    Client *ada = nullptr;
    Client *bob = nullptr;
};

void tst_PeerEdits::start(bool handlers)
{
    all = std::make_unique<JoinedEngines>(ServerOptions{ .decideCommits = handlers });
    ada = &all->joinForAll("ada");
    bob = &all->joinForAll("bob");
}

void tst_PeerEdits::cleanup()
{
    all.reset();
}

/// Answers the oldest question to the commit handlers.
void tst_PeerEdits::decide(Kind kind)
{
    auto &questions = all->server.decisions;
    QVERIFY(!questions.empty());
    const auto question = questions.front();
    questions.erase(questions.begin());
    all->server.engine.decided(question.ticket,
                               { kind, question.transaction,
                                 Error{ "not-today", QStringLiteral("No") } },
                               all->server.now);
    all->run();
}

// ShareDB

/// ShareDB: an entity has several lives.
void tst_PeerEdits::madeDestroyedAndMadeAgain()
{
    all->commit(*ada, { create({ { "level", 3 }, { "on", true } }) });
    QCOMPARE(takeAnswer(*ada), "");
    all->commit(*ada, { Operation::destroy(Lamp) });
    QCOMPARE(takeAnswer(*ada), "");
    QVERIFY(!bob->driver.exists(Lamp));
    all->commit(*ada, { create({ { "level", 2 } }) });
    QCOMPARE(takeAnswer(*ada), "");
    QCOMPARE(all->server.engine.world().revision(), 3);
    QCOMPARE(bob->driver.values(Lamp), ValueMap({ { "level", 2 } }));
    all->checkSettled();
}

/// ShareDB: edits of what the server does not have yet, before and after the create is sent.
void tst_PeerEdits::editedBeforeTheCreateIsAnswered()
{
    ada->driver.commit({ create({ { "level", 3 } }) });
    ada->driver.commit({ increment(2) });
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(5));
    all->deliverAllUp(*ada); // neither has been answered
    ada->driver.commit({ increment(2) });
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(7));
    ada->driver.takeChanges();
    all->checkSettled();
    QVERIFY(ada->driver.takeChanges().empty());
    QCOMPARE(ada->driver.takeAnswered().size(), 3u);
    QCOMPARE(bob->driver.value(Lamp, "level"), Value(7));
}

/// ShareDB.
void tst_PeerEdits::absentIsNeitherEditedNorDestroyed()
{
    for (const Operation &operation : { set({ { "on", true } }), Operation::unset(Lamp, { "on" }),
                                        increment(1), Operation::destroy(Lamp) }) {
        all->commit(*ada, { operation });
        QCOMPARE(takeAnswer(*ada), ErrorCode::NotFound);
    }
    QVERIFY(ada->driver.takeChanges().empty());
    QVERIFY(bob->told.empty());
    QCOMPARE(all->server.engine.world().revision(), 0);
}

void tst_PeerEdits::createdTwice_data()
{
    QTest::addColumn<bool>("byAnother");
    QTest::newRow("by the same client") << false;
    QTest::newRow("by one that does not know it") << true;
}

/// ShareDB: there the refused one fetches what is there; here it has to be subscribed to.
void tst_PeerEdits::createdTwice()
{
    QFETCH(bool, byAnother);
    all->commit(*ada, { create({ { "level", 3 } }) });
    takeAnswer(*ada);
    Client &second = byAnother ? all->join("carol") : *ada;
    all->commit(second, { create({ { "level", 4 } }) });
    QCOMPARE(takeAnswer(second), ErrorCode::Exists);
    if (byAnother) {
        QVERIFY(!second.driver.exists(Lamp));
        all->subscribe(second, Filter::byPrefix({}));
    }
    QCOMPARE(second.driver.value(Lamp, "level"), Value(3));
    QCOMPARE(all->server.engine.world().revision(), 1);
    all->checkSettled();
}

/// ShareDB: the second is refused, and shows the first.
void tst_PeerEdits::createdAtTheSameTime()
{
    ada->driver.commit({ create({ { "level", 3 }, { "on", true } }) });
    bob->driver.commit({ create({ { "level", 5 } }) });
    bob->driver.takeChanges();
    all->checkSettled();
    QCOMPARE(takeAnswer(*ada), "");
    QCOMPARE(takeAnswer(*bob), ErrorCode::Exists);
    // It has been there all the time: only its properties have become those of the other one.
    QCOMPARE(bob->driver.takeChanges(), std::vector{ updated({ { "level", 3 }, { "on", true } }) });
}

/// ShareDB: both count.
void tst_PeerEdits::incrementedAtTheSameTime()
{
    all->commit(*ada, { create({ { "level", 3 } }) });
    ada->driver.commit({ increment(2) });
    bob->driver.commit({ increment(7) });
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(5));
    QCOMPARE(bob->driver.value(Lamp, "level"), Value(10));
    all->checkSettled();
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(12));
}

/// ShareDB. There both succeed; here the second learns that there was nothing left to destroy. For
/// neither does it come back.
void tst_PeerEdits::destroyedAtTheSameTime()
{
    all->commit(*ada, { create({ { "level", 3 } }) });
    takeAnswer(*ada);
    ada->driver.commit({ Operation::destroy(Lamp) });
    bob->driver.commit({ Operation::destroy(Lamp) });
    all->forget(*bob);
    all->checkSettled();
    QCOMPARE(takeAnswer(*ada), "");
    QCOMPARE(takeAnswer(*bob), ErrorCode::NotFound);
    QVERIFY(bob->driver.takeChanges().empty());
    QVERIFY(!bob->driver.exists(Lamp));
}

/// ShareDB: a pending destroy and create over edits of another.
void tst_PeerEdits::replacedWhileAnotherEdits()
{
    all->commit(*ada, { create({ { "level", 3 } }) });
    all->commit(*bob, { set({ { "note", "dim" } }) });
    bob->driver.commit({ increment(1) });
    ada->driver.commit({ Operation::destroy(Lamp) });
    ada->driver.commit({ create({ { "level", 5 } }) });
    all->forget(*ada);
    all->deliverAllUp(*bob);
    all->checkSettled();
    QVERIFY(ada->driver.takeChanges().empty());
    QCOMPARE(ada->driver.takeAnswered().size(), 2u);
    QCOMPARE(bob->driver.values(Lamp), ValueMap({ { "level", 5 } }));
}

/// ShareDB: the same over a destroy of another. There the destroy succeeds, too.
void tst_PeerEdits::replacedWhileAnotherDestroys()
{
    all->commit(*ada, { create({ { "level", 3 } }) });
    bob->driver.commit({ Operation::destroy(Lamp) });
    ada->driver.commit({ Operation::destroy(Lamp) });
    ada->driver.commit({ create({ { "level", 5 } }) });
    all->forget(*ada);
    all->deliverAllUp(*bob);
    all->checkSettled();
    QVERIFY(ada->driver.takeChanges().empty());
    const auto answered = ada->driver.takeAnswered();
    QCOMPARE(answered.size(), 2u);
    QCOMPARE(answered[0].error->code, ErrorCode::NotFound);
    QVERIFY(!answered[1].error);
    QCOMPARE(bob->driver.values(Lamp), ValueMap({ { "level", 5 } }));
}

/// ShareDB: an edit does not bring back what another has destroyed.
void tst_PeerEdits::editedAfterAnotherDestroyed()
{
    all->commit(*ada, { create({ { "level", 3 } }) });
    takeAnswer(*ada);
    bob->driver.commit({ Operation::destroy(Lamp) });
    ada->driver.commit({ increment(1) });
    all->forget(*ada);
    all->deliverAllUp(*bob);
    all->checkSettled();
    QCOMPARE(takeAnswer(*ada), ErrorCode::NotFound);
    QCOMPARE(ada->driver.takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Destroyed, { { "level", Value() } } } }));
}

/// ShareDB.
void tst_PeerEdits::anotherMakesItAfterwards()
{
    all->commit(*ada, { create({ { "level", 3 }, { "on", true } }) });
    all->commit(*ada, { Operation::destroy(Lamp) });
    all->commit(*bob, { create({ { "level", 5 } }) });
    QCOMPARE(takeAnswer(*bob), "");
    all->checkSettled();
    QCOMPARE(ada->driver.values(Lamp), ValueMap({ { "level", 5 } }));
}

/// ShareDB: here and there other properties, and the same number.
void tst_PeerEdits::offlineEditsJoinThoseOfOthers()
{
    all->commit(*ada, { create({ { "level", 3 } }) });
    all->cut(*ada);
    ada->driver.commit({ increment(1) });
    ada->driver.commit({ set({ { "colour", "gold" } }) });
    all->commit(*bob, { increment(5) });
    all->commit(*bob, { set({ { "note", "new" } }) });
    QCOMPARE(ada->driver.values(Lamp), ValueMap({ { "colour", "gold" }, { "level", 4 } }));
    QCOMPARE(bob->driver.values(Lamp), ValueMap({ { "level", 8 }, { "note", "new" } }));
    all->reconnect(*ada);
    all->checkSettled();
    QCOMPARE(bob->driver.values(Lamp),
             ValueMap({ { "colour", "gold" }, { "level", 9 }, { "note", "new" } }));
}

/// ShareDB: what was laid on a refused create cannot be done, either.
void tst_PeerEdits::refusedCreateTakesItsEditsAlong()
{
    start(true);
    ada->driver.commit({ create({ { "level", 3 } }) });
    ada->driver.commit({ increment(1) });
    ada->driver.takeChanges();
    all->run();
    decide(Kind::Reject);
    QCOMPARE(takeAnswer(*ada), "not-today");
    QCOMPARE(ada->driver.takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Left, { { "level", Value() } } } }));
    decide(Kind::Accept);
    QCOMPARE(takeAnswer(*ada), ErrorCode::NotFound);
    QVERIFY(ada->driver.takeChanges().empty());
    all->checkSettled();
}

void tst_PeerEdits::softRejection_data()
{
    QTest::addColumn<Operation>("operation");
    QTest::addColumn<bool>("emptied");
    for (const bool emptied : { false, true }) {
        const char *how = emptied ? "emptied" : "silently";
        QTest::addRow("create, %s", how)
                << Operation::create("lamps/new", { { "level", 1 } }) << emptied;
        QTest::addRow("edit, %s", how) << increment(1) << emptied;
        QTest::addRow("destroy, %s", how) << Operation::destroy(Lamp) << emptied;
    }
}

/// ShareDB: a handler answers as if it were done, or does nothing instead. In the second case the
/// client goes on showing it there; here nobody shows what the server does not have.
void tst_PeerEdits::softRejection()
{
    QFETCH(Operation, operation);
    QFETCH(bool, emptied);
    start(true);
    all->commit(*ada, { create({ { "level", 3 } }) });
    decide(Kind::Accept);
    takeAnswer(*ada);
    const Revision before = all->server.engine.world().revision();
    all->commit(*ada, { operation });
    QVERIFY(ada->driver.values(Lamp) != all->server.engine.world().values(Lamp)
            || ada->driver.exists("lamps/new"));
    all->forget(*bob);
    if (emptied)
        all->server.decisions.front().transaction.operations.clear();
    decide(emptied ? Kind::Accept : Kind::AcceptSilently);
    QCOMPARE(takeAnswer(*ada), "");
    QCOMPARE(all->server.engine.world().revision(), before);
    QVERIFY(bob->told.empty());
    all->checkSettled();
}

/// ShareDB: it goes, what was laid on it stays.
void tst_PeerEdits::softRejectionBelowALaterEdit()
{
    start(true);
    all->commit(*ada, { create({ { "level", 3 } }) });
    decide(Kind::Accept);
    ada->driver.commit({ increment(1) });
    ada->driver.commit({ increment(3) });
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(7));
    all->run();
    decide(Kind::AcceptSilently);
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(6));
    decide(Kind::Accept);
    all->checkSettled();
    QCOMPARE(bob->driver.value(Lamp, "level"), Value(6));
}

/// ShareDB: reads are not what a user may lose.
void tst_PeerEdits::pendingIsWhatIsNotAnswered()
{
    ClientEngine &engine = ada->driver.engine;
    QCOMPARE(engine.pendingCount(), 0);
    QVERIFY(!engine.hasPending(Lamp));
    QVERIFY(engine.subscribe(Filter::byIds({ Lamp })));
    engine.fetch({ Lamp }, ada->driver.now);
    QCOMPARE(engine.pendingCount(), 0);
    ada->driver.commit({ create({}) });
    QCOMPARE(engine.pendingCount(), 1);
    QVERIFY(engine.hasPending(Lamp));
    all->deliverAllUp(*ada);
    QCOMPARE(engine.pendingCount(), 1);
    all->checkSettled();
    QVERIFY(!engine.hasPending(Lamp));
}

// Firebase

/// Firebase: it was hidden already.
void tst_PeerEdits::refusalBelowALaterEditTellsNothing()
{
    start(true);
    all->commit(*ada, { create({ { "level", 1 } }) });
    decide(Kind::Accept);
    ada->driver.commit({ set({ { "level", 2 } }) });
    ada->driver.commit({ set({ { "level", 3 } }) });
    all->run();
    all->forget(*ada);
    decide(Kind::Reject);
    QCOMPARE(takeAnswer(*ada), "not-today");
    QVERIFY(ada->driver.takeChanges().empty());
    all->commit(*bob, { set({ { "note", "x" } }) });
    all->server.decisions.insert(all->server.decisions.begin(),
                                 std::exchange(all->server.decisions.back(), {}));
    all->server.decisions.pop_back();
    decide(Kind::Accept);
    QCOMPARE(ada->driver.takeChanges(), std::vector{ updated({ { "note", "x" } }) });
    decide(Kind::Accept);
    QVERIFY(ada->driver.takeChanges().empty());
    all->checkSettled();
}

/// Firebase: no event, and no obstacle for others.
void tst_PeerEdits::unsetOfWhatIsNotThere()
{
    all->commit(*ada, { create({ { "level", 1 } }) });
    all->forget(*ada);
    ada->driver.commit({ Operation::unset(Lamp, { "note" }) });
    bob->driver.commit({ set({ { "note", "x" }, { "on", true } }) });
    all->deliverAllUp(*bob);
    all->run();
    // Of the edit of the other one, what is left of it.
    QCOMPARE(ada->driver.takeChanges(), std::vector{ updated({ { "on", true } }) });
    all->commit(*bob, { set({ { "note", "y" } }) });
    QCOMPARE(ada->driver.takeChanges(), std::vector{ updated({ { "note", "y" } }) });
    all->checkSettled();
}

/// Firebase: until the own one is answered it hides a newer one.
void tst_PeerEdits::editOfAnotherAppearsWithTheAnswer()
{
    all->commit(*ada, { create({ { "level", 2 } }) });
    takeAnswer(*ada);
    ada->driver.commit({ set({ { "level", 28 } }) });
    bob->driver.commit({ set({ { "level", 29 } }) });
    ada->driver.takeChanges();
    all->deliverTogether({ ada, bob });
    // The change comes before the answer: until that has come, the pending edit hides it.
    QVERIFY(all->deliverDown(*ada));
    QVERIFY(ada->driver.takeChanges().empty());
    all->checkSettled();
    QCOMPARE(takeAnswer(*ada), "");
    QCOMPARE(ada->driver.takeChanges(), std::vector{ updated({ { "level", 29 } }) });
}

/// Firebase: what the server says is older than what is pending.
void tst_PeerEdits::editOfAnotherBeforeIsNeverSeen()
{
    all->commit(*ada, { create({ { "level", 2 } }) });
    takeAnswer(*ada);
    bob->driver.commit({ set({ { "level", 29 } }) });
    ada->driver.commit({ set({ { "level", 28 } }) });
    ada->driver.takeChanges();
    all->deliverAllUp(*bob);
    while (all->deliverDown(*ada)) { }
    QCOMPARE(ada->driver.engine.confirmed().value(Lamp, "level"), Value(29));
    all->checkSettled();
    QVERIFY(ada->driver.takeChanges().empty());
    QCOMPARE(bob->driver.value(Lamp, "level"), Value(28));
}

/// Firebase: what is shown already is not told once more.
void tst_PeerEdits::committedBeforeSubscribing()
{
    all->commit(*ada, { create({ { "level", 2 } }) });
    Client &carol = all->join("carol");
    carol.driver.commit({ Operation::save(Lamp, { { "on", true } }) });
    QCOMPARE(carol.driver.takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Created, { { "on", true } } } }));
    QVERIFY(carol.driver.engine.subscribe(Filter::byPrefix({})));
    carol.driver.run();
    all->deliverTogether({ &carol });
    all->run();
    QCOMPARE(carol.driver.takeChanges(), std::vector{ updated({ { "level", 2 } }) });
    QCOMPARE(takeAnswer(carol), "");
    all->checkSettled();
}

QTEST_APPLESS_MAIN(tst_PeerEdits)
#include "tst_peeredits.moc"
