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

/// What a client holds of which subscription.
class tst_ClientEngineSubscriptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void firstSubscription();
    void refusedSubscriptions_data();
    void refusedSubscriptions();
    void refusedByTheServer();
    void refusedWhileResuming();
    void refusedWhileLeaving();
    void overlap();
    void unsubscribeWhileAnotherIsBeingTold();
    void newOneWaitsForTheLeaving();
    void keptForAnUnsentOne();
    void givenUpWhileTheServerBeginsAnew();
    void toldBeforeTheServerKnew();
    void unsubscribedOffline();
    void unsubscribedDuringTheHandshake();
    void partOfACompleteOneOffline();

private:
    std::unique_ptr<ClientDriver> d;
};

void tst_ClientEngineSubscriptions::init()
{
    d = std::make_unique<ClientDriver>();
    d->online();
}

void tst_ClientEngineSubscriptions::cleanup()
{
    d.reset();
}

void tst_ClientEngineSubscriptions::firstSubscription()
{
    const auto sub = *d->engine.subscribe(Filter::byPrefix("lamps/"));
    d->run();
    QCOMPARE(d->takeSent<Subscribe>(),
             (std::vector{ Subscribe{ sub, Filter::byPrefix("lamps/") } }));
    QVERIFY(!d->engine.isReady(sub));
    QVERIFY(!d->engine.isCovered(Lamp));
    d->takeLog();
    d->initial(sub, { enter(Lamp, { { "on", true } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Entered, { { "on", true } } } }));
    QVERIFY(!d->engine.isCovered(Lamp));
    d->subscribed(sub);
    QCOMPARE(d->takeLog(), "view ready");
    QVERIFY(d->engine.isReady(sub));
    QVERIFY(d->engine.isCovered(Lamp));
    QVERIFY(d->engine.isCovered("lamps/none"));

    d->engine.unsubscribe(sub);
    d->run();
    QCOMPARE(d->takeLog(), "view send:unsubscribe");
    QCOMPARE(d->takeChanges(), std::vector{ left(Lamp, "on") });
    QVERIFY(!d->engine.isCovered(Lamp));
    QVERIFY(!d->engine.isReady(sub));
    d->engine.unsubscribe(sub);
    d->engine.unsubscribe(4711);
    d->run();
    QVERIFY(d->takeLog().isEmpty());
}

void tst_ClientEngineSubscriptions::refusedSubscriptions_data()
{
    QTest::addColumn<Filter>("filter");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("all") << Filter::byPrefix({}) << QByteArray();
    QTest::newRow("prefix") << Filter::byPrefix("lamps/") << QByteArray();
    QTest::newRow("bad prefix") << Filter::byPrefix("\n") << QByteArray(ErrorCode::BadId);
    QTest::newRow("bad id") << Filter::byIds({ "a", "b/" }) << QByteArray(ErrorCode::BadId);
    QTest::newRow("no ids") << Filter::byIds({}) << QByteArray();
    QTest::newRow("the same id often") << Filter::byIds({ "a", "a", "a" }) << QByteArray();
    QTest::newRow("too many ids") << Filter::byIds({ "a", "b", "c" })
                                  << QByteArray(ErrorCode::TooManySubscriptions);
    QTest::newRow("too large") << Filter::byIds({ QByteArray(250, 'x'), QByteArray(250, 'y') })
                               << QByteArray(ErrorCode::TooLarge);
}

void tst_ClientEngineSubscriptions::refusedSubscriptions()
{
    QFETCH(Filter, filter);
    QFETCH(QByteArray, code);
    Limits limits = ClientDriver::unlimited();
    limits.subscriptions = 2;
    limits.subscriptionIds = 2;
    limits.messageSize = 400;
    d->cut();
    d->online(limits);
    const auto result = d->engine.subscribe(filter);
    QCOMPARE(result ? QByteArray() : result.error().code, code);
    if (!result)
        return;
    QVERIFY(d->engine.subscribe(filter).hasValue() || !filter.ids.empty());
    QCOMPARE(d->engine.subscribe(Filter::byIds({ "p", "q" })).error().code,
             ErrorCode::TooManySubscriptions);
}

void tst_ClientEngineSubscriptions::refusedByTheServer()
{
    const auto sub = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto other = *d->engine.subscribe(Filter::byPrefix("lamps/k"));
    d->run();
    d->forget();
    const Error no{ ErrorCode::Forbidden, QStringLiteral("Not for you") };
    d->receive(Failure{ no, false, sub });
    QCOMPARE(d->takeLog(), "failed"); // the other one may still bring it
    QCOMPARE(d->failedSubscriptions.at(0).error, no);
    d->receive(Failure{ no, false, other });
    QCOMPARE(d->takeChanges(), std::vector{ left(Lamp, "on") });
    d->receive(Failure{ no, false, other });
    QCOMPARE(d->failedSubscriptions.size(), 2u);
    QVERIFY(d->takeSent<Unsubscribe>().empty());
    QCOMPARE(d->engine.lastError(), no);
    d->cut();
    QVERIFY(!d->hello().resume);
}

/// This server allows fewer than the one before.
void tst_ClientEngineSubscriptions::refusedWhileResuming()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto notes = d->subscribe(Filter::byPrefix("notes/"), { enter(Note, { { "n", 1 } }) });
    d->cut();
    d->hello();
    d->forget();
    d->welcome({ .cursor = d->cursor, .resumed = true });
    const Error no{ ErrorCode::TooManySubscriptions, QStringLiteral("Enough") };
    d->receive(Failure{ no, false, notes });
    QCOMPARE(d->takeChanges(), std::vector{ left(Note, "n") });
    QCOMPARE(d->failedSubscriptions.at(0).sub, notes);
    d->changes({ update(Lamp, { { "on", false } }) });
    QCOMPARE(d->values(Lamp), ValueMap({ { "on", false } }));
    QVERIFY(d->engine.isReady(lamps) && !d->engine.isReady(notes));
    QVERIFY(!d->engine.isStale(Lamp));
}

/// To the user it is gone already.
void tst_ClientEngineSubscriptions::refusedWhileLeaving()
{
    const auto old = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto told = *d->engine.subscribe(Filter::byPrefix("notes/"));
    d->engine.unsubscribe(old);
    d->run();
    QVERIFY(d->takeSent<Unsubscribe>().empty()); // waits for the other one
    QVERIFY(!d->engine.isReady(old));
    QVERIFY(!d->engine.isCovered(Lamp));
    d->forget();
    d->engine.unsubscribe(old);
    d->receive(Failure{ { ErrorCode::Forbidden, {} }, false, old });
    QVERIFY(d->takeLog().isEmpty());
    QVERIFY(d->failedSubscriptions.empty());
    d->subscribed(told);
    QVERIFY(d->takeSent<Unsubscribe>().empty());
}

void tst_ClientEngineSubscriptions::overlap()
{
    const auto all = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                enter(Hall, { { "on", true } }) });
    const auto one = d->subscribe(Filter::byIds({ Hall, Note }), { enter(Note, { { "n", 1 } }) });
    QVERIFY(d->takeChanges().empty());
    d->engine.unsubscribe(all);
    d->run();
    QCOMPARE(d->takeChanges(), std::vector{ left(Lamp, "on") });
    QVERIFY(d->engine.isCovered(Hall));
    d->changes({ update(Hall, { { "on", false } }) });
    QCOMPARE(d->value(Hall, "on"), Value(false));
    d->engine.unsubscribe(one);
    d->run();
    QCOMPARE(d->takeChanges().size(), 3u);
}

/// The server leaves out of one what another has told; that one must be there until then.
void tst_ClientEngineSubscriptions::unsubscribeWhileAnotherIsBeingTold()
{
    const auto all = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                enter(Hall, { { "on", true } }) });
    const auto one = *d->engine.subscribe(Filter::byIds({ Hall }));
    d->engine.unsubscribe(all);
    d->run();
    QCOMPARE(d->takeChanges(), std::vector{ left(Lamp, "on") });
    QVERIFY(d->takeSent<Unsubscribe>().empty());
    // Meanwhile, what only the old one covers is not shown any more.
    d->changes({ ClientDriver::change("lamps/new", Told::Create), update(Lamp, { { "on", false } }),
                 update(Hall, { { "on", false } }) });
    QCOMPARE(d->takeChanges(),
             (std::vector{ ViewChange{ Hall, Changed::Updated, { { "on", false } } } }));
    d->subscribed(one);
    QCOMPARE(subsOf(d->takeSent<Unsubscribe>()), Subs{ all });
    QCOMPARE(d->values(Hall), ValueMap({ { "on", false } }));
    // The server answers for the old one, too late.
    d->subscribed(all);
    QCOMPARE(d->ready, (Subs{ all, one }));
}

/// What was dropped here with the old one, the server would leave out of the new one.
void tst_ClientEngineSubscriptions::newOneWaitsForTheLeaving()
{
    const auto old = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                enter(Hall, { { "on", true } }) });
    const auto told = *d->engine.subscribe(Filter::byIds({ Hall }));
    d->run();
    d->engine.unsubscribe(old);
    const auto fresh = *d->engine.subscribe(Filter::byPrefix({}));
    d->run();
    QCOMPARE(d->ids(), std::vector{ Hall });
    QCOMPARE(subsOf(d->takeSent<Subscribe>()), Subs{ told });
    d->changes({ ClientDriver::change("lamps/new", Told::Create) }); // for the old one
    QCOMPARE(d->ids(), std::vector{ Hall });
    d->subscribed(told);
    QCOMPARE(d->takeLog(), "send:subscribe view ready send:unsubscribe send:subscribe");
    d->forget();
    // Given up before the new one is known, what both cover stays, but has to be told again.
    d->engine.unsubscribe(told);
    d->run();
    QVERIFY(d->takeSent<Unsubscribe>().empty());
    d->initial(fresh, { enter(Lamp, { { "on", false } }) });
    d->subscribed(fresh);
    QCOMPARE(d->ids(), (std::vector{ Hall, Lamp }));
    QCOMPARE(subsOf(d->takeSent<Unsubscribe>()), Subs{ told });
}

/// What only an unsent one still covers is kept, and goes unless it is told again.
void tst_ClientEngineSubscriptions::keptForAnUnsentOne()
{
    const auto old = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                enter(Hall, { { "on", true } }) });
    const auto told = *d->engine.subscribe(Filter::byPrefix("notes/"));
    d->engine.unsubscribe(*d->engine.subscribe(Filter::byPrefix("users/")));
    const auto waiting = *d->engine.subscribe(Filter::byPrefix({}));
    d->engine.unsubscribe(old);
    d->run();
    QCOMPARE(d->ids(), (std::vector{ Hall, Lamp }));
    d->subscribed(told);
    d->initial(waiting, { enter(Lamp, { { "on", true } }) });
    d->subscribed(waiting);
    QCOMPARE(d->ids(), std::vector{ Lamp });
}

/// The server begins anew before it has met the `unsubscribe`: so what it tells for the old one is
/// left out of the other.
void tst_ClientEngineSubscriptions::givenUpWhileTheServerBeginsAnew()
{
    const auto old = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto all = d->subscribe(Filter::byPrefix({}), { enter(Note, { { "n", 1 } }) });
    d->engine.unsubscribe(old);
    d->run();
    QCOMPARE(subsOf(d->takeSent<Unsubscribe>()), Subs{ old });
    d->initial(old, { enter(Lamp, { { "on", false } }) }, true);
    d->subscribed(old);
    d->initial(all, {}, true);
    d->subscribed(all);
    QCOMPARE(d->values(Lamp), ValueMap({ { "on", false } }));
    QVERIFY(!d->engine.view().exists(Note));
}

void tst_ClientEngineSubscriptions::toldBeforeTheServerKnew()
{
    const auto first = d->subscribe(Filter::byPrefix("lamps/"));
    d->engine.unsubscribe(first);
    const auto second = *d->engine.subscribe(Filter::byPrefix("lamps/"));
    d->run();
    // Under way for the first one. The server will have forgotten that it told of it.
    d->changes({ ClientDriver::change(Lamp, Told::Create, { { "on", true } }) });
    QVERIFY(!d->exists(Lamp));
    d->initial(second, { enter(Hall, { { "on", true } }) });
    d->changes({ ClientDriver::change(Lamp, Told::Create, { { "on", true } }) });
    d->subscribed(second);
    QVERIFY(d->exists(Lamp));
    QVERIFY(d->exists(Hall));
}

void tst_ClientEngineSubscriptions::unsubscribedOffline()
{
    const auto gone = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }),
                                                                 enter(Hall, { { "on", true } }) });
    const auto leaving = d->subscribe(Filter::byIds({ Note }));
    const auto kept = *d->engine.subscribe(Filter::byIds({ Hall }));
    d->engine.unsubscribe(leaving); // waits
    d->run();
    d->cut();
    d->engine.unsubscribe(gone);
    d->run();
    QCOMPARE(d->ids(), std::vector{ Hall });
    QVERIFY(!d->hello().resume);
    d->forget();
    d->welcome({ .cursor = d->cursor });
    QCOMPARE(d->takeLog(), "status send:subscribe");
    d->subscribed(kept);
    QCOMPARE(d->takeChanges(), std::vector{ left(Hall, "on") });
}

void tst_ClientEngineSubscriptions::unsubscribedDuringTheHandshake()
{
    const auto gone = d->subscribe(Filter::byPrefix("lamps/"), { enter(Lamp, { { "on", true } }) });
    const auto kept = d->subscribe(Filter::byPrefix("notes/"));
    d->cut();
    QCOMPARE(subsOf(d->hello().resume->subscriptions), (Subs{ gone, kept }));
    d->engine.unsubscribe(gone);
    const auto added = *d->engine.subscribe(Filter::byPrefix("users/"));
    d->run();
    QVERIFY(d->sent.empty());
    d->forget();
    d->welcome({ .cursor = d->cursor, .resumed = true });
    QCOMPARE(d->takeLog(), "status send:unsubscribe send:subscribe");
    QCOMPARE(std::get<Unsubscribe>(d->sent[0]).sub, gone);
    QCOMPARE(std::get<Subscribe>(d->sent[1]).sub, added);
    d->changes({ ClientDriver::change(Hall, Told::Create), update(Lamp, { { "on", false } }) });
    QVERIFY(d->takeChanges().empty());
}

/// Offline, what is within a complete subscription is complete, and is resumed like it.
void tst_ClientEngineSubscriptions::partOfACompleteOneOffline()
{
    const auto lamps = d->subscribe(Filter::byPrefix("lamps/"),
                                    { ClientDriver::change("lamps/a", Change::Event::Enter) });
    const auto online = *d->engine.subscribe(Filter::byIds({ "lamps/a" }));
    d->run();
    QVERIFY(!d->engine.isReady(online));
    d->cut();
    d->ready.clear();
    const auto part = *d->engine.subscribe(Filter::byPrefix("lamps/a"));
    const auto ids = *d->engine.subscribe(Filter::byIds({ "lamps/a", "lamps/absent" }));
    const auto all = *d->engine.subscribe(Filter::byPrefix(""));
    const auto beyond = *d->engine.subscribe(Filter::byIds({ "lamps/a", "notes/1" }));
    const auto none = *d->engine.subscribe(Filter::byIds({}));
    d->run();
    QCOMPARE(d->ready, (std::vector{ part, ids }));
    QVERIFY(!d->engine.isReady(all) && !d->engine.isReady(beyond) && !d->engine.isReady(none));
    d->engine.unsubscribe(lamps);
    d->run();
    QVERIFY(d->exists("lamps/a"));
    std::vector<SubscriptionNumber> resumed;
    const Hello hello = d->hello();
    for (const Subscribe &each : hello.resume->subscriptions)
        resumed.push_back(each.sub);
    QCOMPARE(resumed, (std::vector{ part, ids }));
}

QTEST_APPLESS_MAIN(tst_ClientEngineSubscriptions)
#include "tst_clientengine_subscriptions.moc"
