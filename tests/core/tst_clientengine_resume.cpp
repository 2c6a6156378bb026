// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Changed = ViewChange::Event;
using Told = Change::Event;
using Subs = std::vector<SubscriptionNumber>;

const QByteArray Lamp = "lamps/kitchen";
const QByteArray Hall = "lamps/hall";
const QByteArray Note = "notes/1";

ChangePtr enter(const QByteArray &id, const ValueMap &values)
{
    return ClientDriver::change(id, Told::Enter, values);
}

ChangePtr update(const QByteArray &id, const ValueMap &values)
{
    return ClientDriver::change(id, Told::Update, values);
}

template<typename Subscribing>
Subs subsOf(const std::vector<Subscribing> &messages)
{
    Subs subs;
    for (const auto &message : messages)
        subs.push_back(message.sub);
    return subs;
}

ViewChange left(const QByteArray &id, const QByteArray &name)
{
    return { id, Changed::Left, { { name, Value() } } };
}

} // namespace

/// How a client goes on after a cut, and in which steps it takes what it is told.
class tst_ClientEngineResume : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void resumes();
    void onlyCompleteOnesAreResumed();
    void incompleteOneIsStaleUntilTold();
    void tooManyForHello();
    void resetTellsTrueDifferences();
    void resetWhilePending();
    void cutDuringAReset();
    void startsOverOnALiveConnection();
    void startsOverWithNothingToTell();

    void slicesAreOneStep();
    void cutBetweenSlices();
    void answersWaitForTheDelta();
    void cursorMoves();

private:
    std::unique_ptr<ClientDriver> d;
};

void tst_ClientEngineResume::init()
{
    d = std::make_unique<ClientDriver>();
    d->online();
}

void tst_ClientEngineResume::cleanup()
{
    d.reset();
}

void tst_ClientEngineResume::resumes()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                  enter(Hall, { { "on", true } }) });
    const auto notes = d->subscribe(Filter::byIds({ Note }));
    d->changes({ update(Lamp, { { "on", false } }) });
    d->forget();
    d->ready.clear();
    d->cut();
    QVERIFY(d->engine.isCovered(Lamp));
    QVERIFY(d->exists(Lamp));
    const Hello hello = d->hello();
    QVERIFY(hello.resume);
    QCOMPARE(hello.resume->epoch, "epoch-1");
    QCOMPARE(hello.resume->cursor, d->cursor);
    QCOMPARE(hello.resume->subscriptions,
             (std::vector{ Subscribe{ lamps, Filter::byPrefix("lamps/") },
                           Subscribe{ notes, Filter::byIds({ Note }) } }));
    d->forget();
    d->welcome({ .cursor = d->cursor + 5, .resumed = true });
    QVERIFY(d->takeSent<Subscribe>().empty());
    d->changes({ ClientDriver::change(Hall, Told::Destroy),
                 ClientDriver::change(Note, Told::Create, { { "n", 1 } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Hall, Changed::Destroyed, { { "on", Value() } } },
                           ViewChange{ Note, Changed::Created, { { "n", 1 } } } }));
    QCOMPARE(d->engine.cursor(), d->cursor);
    QVERIFY(d->ready.empty());
}

void tst_ClientEngineResume::onlyCompleteOnesAreResumed()
{
    const auto complete = d->subscribe(Filter::byPrefix("lamps/"));
    const auto begun = *d->engine.subscribe(Filter::byPrefix("notes/"));
    d->run();
    d->initial(begun, { enter(Note, { { "n", 1 } }) });
    d->cut();
    const auto offline = *d->engine.subscribe(Filter::byPrefix("users/"));
    QCOMPARE(subsOf(d->hello().resume->subscriptions), Subs{ complete });
    d->forget();
    d->welcome({ .cursor = d->cursor, .resumed = true });
    QCOMPARE(subsOf(d->takeSent<Subscribe>()), (Subs{ begun, offline }));
}

void tst_ClientEngineResume::incompleteOneIsStaleUntilTold()
{
    d->subscribe(Filter::byIds({ Lamp }), { enter(Lamp, { { "on", true } }) });
    const auto begun = *d->engine.subscribe(Filter::byPrefix({}));
    d->run();
    d->initial(begun, { enter(Hall, { { "on", true } }), enter(Note, { { "n", 1 } }) });
    d->cut();
    d->hello();
    d->welcome({ .cursor = d->cursor, .resumed = true });
    d->changes({});
    d->forget();
    // The lamp has been resumed: it is not told again. The hall is gone.
    d->initial(begun, { enter(Note, { { "n", 2 } }) });
    QVERIFY(d->exists(Hall));
    d->subscribed(begun);
    QCOMPARE(d->takeChanges(), (std::vector{ ViewChange{ Note, Changed::Updated, { { "n", 2 } } },
                                             left(Hall, "on") }));
    QVERIFY(d->exists(Lamp));
}

void tst_ClientEngineResume::tooManyForHello()
{
    d->cut();
    Limits limits = ClientDriver::unlimited();
    limits.messageSize = 4096;
    d->online(limits);
    Subs subs;
    for (char c = 'a'; c <= 'j'; ++c) {
        const QByteArray id(200, c);
        subs.push_back(d->subscribe(Filter::byIds({ id }), { enter(id, { { "n", 1 } }) }));
    }
    d->cut();
    const Subs resumed = subsOf(d->hello().resume->subscriptions);
    QVERIFY(!resumed.empty() && resumed.size() < subs.size());
    d->forget();
    d->welcome({ .cursor = d->cursor, .resumed = true, .limits = limits });
    const Subs anew = subsOf(d->takeSent<Subscribe>());
    Subs both = resumed;
    both.insert(both.end(), anew.begin(), anew.end());
    QCOMPARE(both, subs);
    d->changes({});
    for (const SubscriptionNumber sub : anew)
        d->subscribed(sub);
    QCOMPARE(d->takeChanges().size(), anew.size());
    QCOMPARE(d->engine.confirmed().size(), static_cast<qsizetype>(resumed.size()));
}

void tst_ClientEngineResume::resetTellsTrueDifferences()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"),
                                    { enter(Lamp, { { "on", true }, { "level", 1 } }),
                                      enter(Hall, { { "on", true } }) });
    const auto notes = d->subscribe(Filter::byPrefix("notes/"), { enter(Note, { { "n", 1 } }) });
    d->cut();
    d->hello();
    d->forget();
    d->ready.clear();
    d->welcome({ .epoch = "epoch-2", .cursor = 3 });
    QCOMPARE(d->takeLog(), "status"); // the server tells them by itself; the old state stays
    QCOMPARE(d->engine.confirmed().size(), 3);
    QVERIFY(d->engine.isReady(lamps));
    d->initial(lamps,
               { enter("lamps/new", { { "on", true } }),
                 enter(Lamp, { { "on", true }, { "note", "x" } }) },
               true);
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ "lamps/new", Changed::Entered, { { "on", true } } },
                           ViewChange{ Lamp,
                                       Changed::Updated,
                                       { { "level", Value() }, { "note", "x" } } } }));
    d->subscribed(lamps);
    QCOMPARE(d->takeLog(), "view view ready");
    QCOMPARE(d->takeChanges(), std::vector{ left(Hall, "on") });
    d->initial(notes, { enter(Note, { { "n", 1 } }) }, true);
    d->subscribed(notes);
    QCOMPARE(d->takeLog(), "ready");
    QCOMPARE(d->ready, (Subs{ lamps, notes }));
    QCOMPARE(d->engine.cursor(), d->cursor);
}

void tst_ClientEngineResume::resetWhilePending()
{
    const auto sub = d->subscribe(Filter::byPrefix({}), { enter(Lamp, { { "level", 1 } }),
                                                          enter(Hall, { { "level", 1 } }) });
    d->cut();
    d->commit({ Operation::set(Lamp, { { "level", 5 } }) });
    d->commit({ Operation::set(Hall, { { "level", 5 } }) });
    d->hello();
    d->welcome({ .epoch = "epoch-2", .cursor = 3, .limits = d->unlimited() });
    d->forget();
    d->initial(sub, { enter(Lamp, { { "level", 2 } }) }, true);
    QVERIFY(d->takeChanges().empty());
    d->subscribed(sub);
    QCOMPARE(d->takeChanges(), std::vector{ left(Hall, "level") });
    QCOMPARE(d->value(Lamp, "level"), Value(5));
    d->reject(1);
    QCOMPARE(d->value(Lamp, "level"), Value(2));
}

void tst_ClientEngineResume::cutDuringAReset()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto notes = d->subscribe(Filter::byPrefix("notes/"), { enter(Note, { { "n", 1 } }) });
    d->cut();
    d->hello();
    d->welcome({ .epoch = "epoch-2", .cursor = 3 });
    d->initial(lamps, { enter(Lamp, { { "on", true } }) }, true);
    d->cursor = 20;
    d->subscribed(lamps);
    d->cut();
    const Hello hello = d->hello();
    QCOMPARE(hello.resume->epoch, "epoch-2");
    QCOMPARE(hello.resume->cursor, 20);
    QCOMPARE(subsOf(hello.resume->subscriptions), Subs{ lamps });
    d->forget();
    d->welcome({ .epoch = "epoch-2", .cursor = 21, .resumed = true });
    QCOMPARE(subsOf(d->takeSent<Subscribe>()), Subs{ notes });
    d->changes({});
    d->subscribed(notes); // empty by now
    QCOMPARE(d->takeChanges(), std::vector{ left(Note, "n") });
}

/// A slow reader whose delta can no longer be told gets everything anew, on the same connection.
void tst_ClientEngineResume::startsOverOnALiveConnection()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                  enter(Hall, { { "on", true } }) });
    const auto notes = d->subscribe(Filter::byPrefix("notes/"), { enter(Note, { { "n", 1 } }) });
    d->initial(lamps, { enter(Lamp, { { "on", true } }) }, true);
    QVERIFY(d->takeChanges().empty());
    d->subscribed(lamps);
    QCOMPARE(d->takeChanges(), std::vector{ left(Hall, "on") });
    d->subscribed(notes);
    QCOMPARE(d->takeChanges(), std::vector{ left(Note, "n") });
}

void tst_ClientEngineResume::startsOverWithNothingToTell()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto notes = d->subscribe(Filter::byPrefix("notes/"), { enter(Note, { { "n", 1 } }) });
    d->cut();
    d->hello();
    d->welcome({ .cursor = d->cursor, .resumed = true });
    d->subscribed(lamps); // instead of the delta
    d->initial(notes, { enter(Note, { { "n", 1 } }) }, true);
    d->subscribed(notes);
    QCOMPARE(d->engine.confirmed().size(), 1);
    QVERIFY(d->exists(Note));
}

// Steps and cursors

void tst_ClientEngineResume::slicesAreOneStep()
{
    d->subscribe(Filter::byPrefix({}), { enter(Lamp, { { "level", 1 } }) });
    d->changes({ update(Lamp, { { "level", 2 } }), enter(Hall, {}) }, true);
    d->changes({ ClientDriver::change(Hall, Told::Destroy) }, true);
    QVERIFY(d->takeLog().isEmpty());
    d->changes({ update(Lamp, { { "level", 3 } }) });
    QCOMPARE(d->takeLog(), "view");
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Updated, { { "level", 3 } } } }));
}

void tst_ClientEngineResume::cutBetweenSlices()
{
    d->subscribe(Filter::byPrefix({}), { enter(Lamp, { { "level", 1 } }) });
    const Cursor cursor = d->engine.cursor();
    d->cut();
    d->hello();
    d->welcome({ .cursor = 30, .resumed = true });
    d->changes({ update(Lamp, { { "level", 2 } }) }, true);
    d->cut();
    QCOMPARE(d->hello().resume->cursor, cursor);
    QCOMPARE(d->value(Lamp, "level"), Value(1));
    d->welcome({ .cursor = 40, .resumed = true });
    d->changes({ update(Lamp, { { "level", 3 } }) });
    QCOMPARE(d->value(Lamp, "level"), Value(3));
    QCOMPARE(d->engine.cursor(), d->cursor);
}

void tst_ClientEngineResume::answersWaitForTheDelta()
{
    d->subscribe(Filter::byPrefix({}), { enter(Lamp, { { "level", 1 } }) });
    d->commit({ Operation::set(Lamp, { { "level", 2 } }) });
    d->cut();
    d->hello();
    d->welcome({ .cursor = 30, .resumed = true, .limits = d->unlimited() });
    d->forget();
    d->ack(1);
    QVERIFY(d->takeLog().isEmpty());
    d->changes({ update(Lamp, { { "level", 2 } }) });
    QCOMPARE(d->takeLog(), "answered");
}

void tst_ClientEngineResume::cursorMoves()
{
    const auto sub = d->subscribe(Filter::byPrefix("lamps/"));
    QCOMPARE(d->engine.cursor(), 10);
    d->cursor = 11;
    const auto other = *d->engine.subscribe(Filter::byPrefix("notes/"));
    d->run();
    d->initial(other, { enter(Note, {}) });
    QCOMPARE(d->engine.cursor(), 10);
    d->subscribed(other);
    QCOMPARE(d->engine.cursor(), 11);
    d->changes({}, true);
    QCOMPARE(d->engine.cursor(), 11);
    d->changes({});
    QCOMPARE(d->engine.cursor(), 13);
    d->commit({});
    d->cursor = 20;
    d->ack(1); // says nothing of what others did
    QCOMPARE(d->engine.cursor(), 13);
    d->changes({});
    QCOMPARE(d->engine.cursor(), 21);
    QVERIFY(d->engine.isReady(sub));
}

QTEST_APPLESS_MAIN(tst_ClientEngineResume)
#include "tst_clientengine_resume.moc"
