// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "joinedengines.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Changed = ViewChange::Event;
using Client = JoinedEngines::Client;
using Subs = std::vector<SubscriptionNumber>;

const QByteArray Lamp = "lamps/kitchen";
const QByteArray Hall = "lamps/hall";
const QByteArray Note = "notes/1";

Operation set(const QByteArray &id, const ValueMap &values)
{
    return Operation::set(id, values);
}

Operation increment(int by)
{
    return Operation::apply("increment", Lamp, "level", by);
}

std::vector<TransactionNumber> numbersOf(const Client &client)
{
    std::vector<TransactionNumber> numbers;
    for (const Commit &commit : client.saidOf<Commit>())
        numbers.push_back(commit.tx);
    return numbers;
}

QByteArrayList codesOf(const std::vector<ClientAction::Answered> &answered)
{
    QByteArrayList codes;
    for (const auto &each : answered)
        codes.append(each.error ? each.error->code : QByteArray("ok"));
    return codes;
}

} // namespace

/// What the test suites of others ask of connections and subscriptions, where it applies to this
/// model: those of ShareDB (test/client/submit.js, subscribe.js), of Meteor's DDP client and server
/// (livedata_connection_tests, livedata_tests) and of Replicache (replicache-push, -pull, -poke). Ada
/// is subscribed to everything, and Bob, who edits meanwhile.
class tst_PeerConnections : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(); }
    void cleanup();

    // Edits
    void cutAtAnyMessage_data();
    void cutAtAnyMessage();
    void decidedWhileItIsSentAgain();
    void createIsNotMadeAgainAfterwards();
    void committedBeforeTheConnection();
    void committedWhileToldAnew();
    void unsentDoNotHoldUp();

    // Subscriptions
    void subscribedTwiceAtOnce();
    void subscribedAndCut();
    void subscribedWhileCreating_data();
    void subscribedWhileCreating();
    void subscribedUnsubscribedSubscribed();
    void unsubscribedBeforeItWasReady();
    void noFlapping_data();
    void noFlapping();
    void noFlappingAsAnotherUser();

private:
    void start(ServerOptions options = {});

    std::unique_ptr<JoinedEngines> all;
    Client *ada = nullptr;
    Client *bob = nullptr;
};

/// Two lamps and a note.
void tst_PeerConnections::start(ServerOptions options)
{
    all = std::make_unique<JoinedEngines>(std::move(options));
    ada = &all->joinForAll("ada");
    bob = &all->joinForAll("bob");
    all->commit(*bob, { Operation::create(Lamp, { { "level", 1 } }), Operation::create(Hall, {}),
                        Operation::create(Note, {}) });
    all->forget(*ada);
    all->forget(*bob);
}

void tst_PeerConnections::cleanup()
{
    all.reset();
}

// Edits

void tst_PeerConnections::cutAtAnyMessage_data()
{
    QTest::addColumn<bool>("serverKnows");
    QTest::addColumn<bool>("oneFlush");
    QTest::newRow("one flush for each, both notice") << true << false;
    QTest::newRow("one flush for all, both notice") << true << true;
    QTest::newRow("one flush for each, the server does not notice") << false << false;
    QTest::newRow("one flush for all, the server does not notice") << false << true;
}

/// ShareDB: edits are sent again where the answer was lost. Meteor: only the result, or only the data
/// had come before the cut. Replicache: what is not confirmed is sent under the same numbers, and
/// what is confirmed is not laid over the new state once more.
void tst_PeerConnections::cutAtAnyMessage()
{
    QFETCH(bool, serverKnows);
    QFETCH(bool, oneFlush);
    constexpr int Commits = 4;
    int cuts = 0;
    for (int arrived = 0; arrived <= Commits; ++arrived) {
        bool wasLast = false;
        for (int told = 0; !wasLast; ++told, ++cuts) {
            start();
            ada->driver.commit({ increment(1) });
            ada->driver.commit({ Operation::create(Lamp, {}) }); // exists
            ada->driver.commit({ Operation::create("lamps/", { { "made", true } }) });
            ada->driver.commit({ increment(10) });
            all->forget(*ada);
            all->server.holdFlush = oneFlush;
            for (int i = 0; i < arrived; ++i)
                QVERIFY(all->deliverUp(*ada));
            all->deliverTogether({});
            for (int i = 0; i < told; ++i)
                QVERIFY(all->deliverDown(*ada));
            all->cut(*ada, serverKnows);
            wasLast = ada->driver.engine.pendingCount() == Commits - arrived;
            all->reconnect(*ada);
            all->checkSettled();

            QCOMPARE(ada->driver.value(Lamp, "level"), Value(12));
            QCOMPARE(bob->driver.ids().size(), 4u);
            QCOMPARE(codesOf(ada->driver.takeAnswered()),
                     QByteArrayList({ "ok", "exists", "ok", "ok" }));
            // Of the increments she is told nothing: they have been in view all the time.
            const auto changes = ada->driver.takeChanges();
            QCOMPARE(changes.size(), 1u);
            QCOMPARE(changes[0].properties, ValueMap({ { "made", true } }));
            QCOMPARE(all->server.engine.world().revision(), 4);
        }
    }
    QVERIFY(cuts > Commits);
}

/// Replicache: what comes twice is passed over by its number.
void tst_PeerConnections::decidedWhileItIsSentAgain()
{
    all->server.engine.setDecideCommits(true);
    ada->driver.commit({ increment(1) });
    all->deliverAllUp(*ada);
    all->cut(*ada);
    all->connect(*ada);
    QVERIFY(all->deliverUp(*ada)); // `hello`
    while (all->deliverDown(*ada)) { }
    QCOMPARE(numbersOf(*ada), (std::vector<TransactionNumber>{ 1, 1 }));
    all->server.decide(0); // and it is on the line once more
    all->checkSettled();
    QCOMPARE(all->server.decisions.size(), 1u);
    QCOMPARE(bob->driver.value(Lamp, "level"), Value(2));
    QCOMPARE(codesOf(ada->driver.takeAnswered()), QByteArrayList({ "ok" }));
}

/// ShareDB: sent again after another has destroyed what it made.
void tst_PeerConnections::createIsNotMadeAgainAfterwards()
{
    ada->driver.commit({ Operation::create("lamps/new", {}) });
    all->deliverAllUp(*ada);
    all->cut(*ada);
    all->commit(*bob, { Operation::destroy("lamps/new") });
    QVERIFY(ada->driver.exists("lamps/new"));
    all->reconnect(*ada);
    all->checkSettled();
    QVERIFY(!ada->driver.exists("lamps/new"));
    QCOMPARE(codesOf(ada->driver.takeAnswered()), QByteArrayList({ "ok" }));
}

/// Meteor: neither lost nor taken back when the connection is there.
void tst_PeerConnections::committedBeforeTheConnection()
{
    Client &carol = all->add("carol");
    QVERIFY(carol.driver.engine.subscribe(Filter::byPrefix({})));
    carol.driver.commit({ Operation::create("lamps/new", { { "level", 1 } }) });
    all->connect(carol);
    carol.driver.commit({ set("lamps/new", { { "level", 2 } }) });
    QVERIFY(all->deliverUp(carol)); // `hello`
    QVERIFY(all->deliverDown(carol)); // `welcome`
    QCOMPARE(carol.driver.value("lamps/new", "level"), Value(2));
    carol.driver.takeChanges();
    all->checkSettled();
    QCOMPARE(numbersOf(carol), (std::vector<TransactionNumber>{ 1, 2 }));
    QCOMPARE(carol.driver.takeChanges().size(), 3u); // what was there before
}

/// Meteor: an edit made after the reconnect, before the old state has been replaced.
void tst_PeerConnections::committedWhileToldAnew()
{
    all->cut(*ada);
    all->commit(*bob, { Operation::destroy(Note) });
    all->server.pass(11 * 60 * 1000, { bob->connection }); // nobody can tell any more what has gone
    all->connect(*ada);
    QVERIFY(all->deliverUp(*ada));
    QVERIFY(all->deliverDown(*ada));
    QCOMPARE(ada->driver.engine.status(), ClientStatus::Online);
    QVERIFY(!std::get<Welcome>(*ada->told.back()).resumed);
    ada->driver.commit({ set(Lamp, { { "level", 222 } }) });
    ada->driver.takeChanges();
    while (all->deliverDown(*ada)) { }
    QVERIFY(ada->driver.engine.isReady(1));
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(222));
    all->checkSettled();
    QCOMPARE(ada->driver.takeChanges(), (std::vector{ ViewChange{ Note, Changed::Left, {} } }));
    all->commit(*bob, { set(Lamp, { { "level", 333 } }) });
    QCOMPARE(ada->driver.value(Lamp, "level"), Value(333));
    all->checkSettled();
}

/// Meteor.
void tst_PeerConnections::unsentDoNotHoldUp()
{
    Limits limits;
    limits.pendingTransactions = 1;
    start({ .limits = limits });
    for (int i = 0; i < 3; ++i)
        ada->driver.commit({ increment(1) });
    QVERIFY(all->deliverUp(*ada));
    QVERIFY(!all->deliverUp(*ada)); // the others wait for its answer
    ada->driver.takeChanges();
    all->commit(*bob, { set(Hall, { { "on", true } }) });
    QCOMPARE(ada->driver.takeChanges(),
             (std::vector{ ViewChange{ Hall, Changed::Updated, { { "on", true } } } }));
    all->commit(*bob, { set(Lamp, { { "note", "x" } }) });
    QCOMPARE(ada->driver.takeChanges(),
             (std::vector{ ViewChange{ Lamp, Changed::Updated, { { "note", "x" } } } }));
    all->checkSettled();
    QCOMPARE(bob->driver.value(Lamp, "level"), Value(4));
}

// Subscriptions

/// ShareDB: both are answered.
void tst_PeerConnections::subscribedTwiceAtOnce()
{
    Client &carol = all->join("carol");
    Subs subs;
    for (int i = 0; i < 2; ++i)
        subs.push_back(*carol.driver.engine.subscribe(Filter::byIds({ Lamp })));
    carol.driver.run();
    all->run();
    QCOMPARE(carol.driver.ready, subs);
    QCOMPARE(carol.toldIds(), QByteArrayList({ ">" + Lamp }));
    QCOMPARE(carol.driver.takeChanges().size(), 1u);
}

/// ShareDB: subscriptions and fetches are answered after the reconnect, once.
void tst_PeerConnections::subscribedAndCut()
{
    Client &carol = all->join("carol");
    const auto sub = *carol.driver.engine.subscribe(Filter::byIds({ Lamp }));
    carol.driver.engine.fetch({ Hall }, carol.driver.now);
    carol.driver.run();
    all->deliverAllUp(carol);
    all->cut(carol);
    QVERIFY(carol.driver.ready.empty());
    all->reconnect(carol);
    QCOMPARE(carol.driver.ready, Subs{ sub });
    QCOMPARE(carol.driver.values(Lamp), ValueMap({ { "level", 1 } }));
    const auto fetched = carol.driver.takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QVERIFY(fetched[0].entities);
}

void tst_PeerConnections::subscribedWhileCreating_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<bool>("together");
    QTest::newRow("accepted") << QByteArray("lamps/new") << true;
    QTest::newRow("refused: it is there") << Lamp << true;
    QTest::newRow("accepted, then subscribed") << QByteArray("lamps/new") << false;
    QTest::newRow("refused, then subscribed") << Lamp << false;
}

/// ShareDB: it is complete when the create has been decided, with what came of that.
void tst_PeerConnections::subscribedWhileCreating()
{
    QFETCH(QByteArray, id);
    QFETCH(bool, together);
    Client &carol = all->join("carol");
    carol.driver.commit({ Operation::create(id, { { "level", 7 } }) });
    const auto sub = *carol.driver.engine.subscribe(Filter::byIds({ id }));
    carol.driver.run();
    if (together)
        all->deliverTogether({ &carol });
    all->run();
    QCOMPARE(carol.driver.ready, Subs{ sub });
    QCOMPARE(carol.driver.takeAnswered().size(), 1u);
    QCOMPARE(carol.driver.value(id, "level"), Value(id == Lamp ? 1 : 7));
    // Answered before it is told of, nobody shows what is not covered: then it goes for a moment.
    if (together)
        QCOMPARE(carol.driver.takeChanges().size(), id == Lamp ? 2u : 1u);
}

/// ShareDB: the last word counts.
void tst_PeerConnections::subscribedUnsubscribedSubscribed()
{
    Client &carol = all->join("carol");
    ClientEngine &engine = carol.driver.engine;
    engine.unsubscribe(*engine.subscribe(Filter::byIds({ Lamp })));
    const auto sub = *engine.subscribe(Filter::byIds({ Lamp }));
    carol.driver.run();
    all->run();
    QCOMPARE(carol.driver.ready, Subs{ sub });
    all->commit(*bob, { set(Lamp, { { "level", 2 } }) });
    QCOMPARE(carol.driver.value(Lamp, "level"), Value(2));
    all->unsubscribe(carol, sub);
    all->forget(carol);
    all->commit(*bob, { set(Lamp, { { "level", 3 } }) });
    QVERIFY(carol.told.empty());
}

/// ShareDB: it does not become ready afterwards. Meteor: the two do not overtake each other.
void tst_PeerConnections::unsubscribedBeforeItWasReady()
{
    Client &carol = all->join("carol");
    const auto sub = *carol.driver.engine.subscribe(Filter::byIds({ Lamp }));
    carol.driver.run();
    all->deliverAllUp(carol);
    all->unsubscribe(carol, sub);
    QVERIFY(carol.driver.ready.empty());
    QVERIFY(carol.driver.takeChanges().empty());
    all->forget(carol);
    all->commit(*bob, { set(Lamp, { { "level", 2 } }) });
    QVERIFY(carol.told.empty());
}

void tst_PeerConnections::noFlapping_data()
{
    QTest::addColumn<Filter>("before");
    QTest::addColumn<Filter>("after");
    QTest::addColumn<QByteArrayList>("told");
    QTest::addColumn<QByteArrayList>("left");
    QTest::newRow("wider") << Filter::byPrefix("lamps/") << Filter::byPrefix({})
                           << QByteArrayList{ ">" + Note } << QByteArrayList();
    QTest::newRow("narrower") << Filter::byPrefix({}) << Filter::byPrefix("lamps/")
                              << QByteArrayList() << QByteArrayList{ Note };
    QTest::newRow("beside") << Filter::byIds({ Lamp, Note }) << Filter::byPrefix("lamps/")
                            << QByteArrayList{ ">" + Hall } << QByteArrayList{ Note };
    QTest::newRow("the same") << Filter::byPrefix("lamps/") << Filter::byPrefix("lamps/")
                              << QByteArrayList() << QByteArrayList();
}

/// Meteor: what a new set of subscriptions has in common with the old one is neither told again nor
/// taken away meanwhile.
void tst_PeerConnections::noFlapping()
{
    QFETCH(Filter, before);
    QFETCH(Filter, after);
    QFETCH(QByteArrayList, told);
    QFETCH(QByteArrayList, left);
    Client &carol = all->join("carol");
    const auto old = all->subscribe(carol, before);
    all->forget(carol);
    QVERIFY(carol.driver.engine.subscribe(after));
    carol.driver.engine.unsubscribe(old);
    carol.driver.run();
    all->run();
    QCOMPARE(carol.toldIds(), told);
    QByteArrayList gone;
    for (const ViewChange &change : carol.driver.takeChanges()) {
        if (change.event == Changed::Left)
            gone.append(change.id);
        else
            QCOMPARE(change.event, Changed::Entered);
    }
    QCOMPARE(gone, left);
    all->forget(carol);
    all->commit(*bob, { set(Lamp, { { "level", 2 } }) });
    QCOMPARE(carol.toldIds(), QByteArrayList({ "=" + Lamp }));
    QCOMPARE(carol.driver.value(Lamp, "level"), Value(2));
}

/// Meteor: the same where the user changes. Here another user is another connection; his transactions
/// are numbered anew.
void tst_PeerConnections::noFlappingAsAnotherUser()
{
    all = std::make_unique<JoinedEngines>(ServerOptions{ .authenticate = true });
    const auto letIn = [this] {
        all->run();
        for (const auto &asked : std::exchange(all->server.authentications, {}))
            all->server.engine.authenticated(asked.peer.connection, asked.token, all->server.now);
        all->run();
    };
    Client &client = all->join("client");
    letIn();
    all->subscribe(client, Filter::byPrefix({}));
    all->commit(client,
                { Operation::create(Lamp, { { "level", 1 } }), Operation::create(Hall, {}) });
    all->cut(client);
    client.driver.commit({ increment(1) });
    client.driver.engine.setToken("another");
    all->forget(client);
    all->connect(client);
    letIn();
    QCOMPARE(client.driver.engine.status(), ClientStatus::Connecting); // under another client id
    all->connect(client);
    letIn();
    all->checkSettled();
    QCOMPARE(numbersOf(client), std::vector<TransactionNumber>{ 1 });
    QCOMPARE(client.toldIds(), QByteArrayList({ "=" + Lamp }));
    QVERIFY(client.driver.takeChanges().empty());
    QCOMPARE(all->server.engine.clients().at(0).principal, "another");
}

QTEST_APPLESS_MAIN(tst_PeerConnections)
#include "tst_peerconnections.moc"
