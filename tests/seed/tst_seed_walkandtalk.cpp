// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedclient.h"

#include <objectsync/presence/presence.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

/// One who plays: a session, an entity of its own, and a view of all who are there.
class Player : public SeedClient
{
public:
    enum class Key { Left, Right, Up, Down };

    Player(const QUrl &url, const QString &name, Encoding encoding)
        : SeedClient(url, encoding), m_name(name)
    {
        everybody.setRoles({ u"name"_s, u"x"_s, u"y"_s, u"says"_s });
        everybody.setPrefix(u"players/"_s);
        everybody.setSession(this);
    }

    bool enter()
    {
        if (!goOnline())
            return false;
        SyncReply *made = save({ { u"id"_s, u"players/"_s },
                                 { u"name"_s, m_name },
                                 { u"x"_s, 0 },
                                 { u"y"_s, 0 },
                                 { u"says"_s, QString() } });
        if (!finishes(made) || made->error())
            return false;
        m_me = object(made->ids().value(0));
        return happens([this] { return m_me->exists() && everybody.isReady(); });
    }

    void walk(Key key)
    {
        switch (key) {
        case Key::Left:
            return m_me->increment(u"x"_s, -1);
        case Key::Right:
            return m_me->increment(u"x"_s, 1);
        case Key::Up:
            return m_me->increment(u"y"_s, -1);
        case Key::Down:
            return m_me->increment(u"y"_s, 1);
        }
    }
    void say(const QString &text) { m_me->setProperty("says", text); }

    /// All who are there, as this player sees them: "Anna at 1,2 says hello", sorted.
    QStringList scene() const
    {
        QStringList scene;
        for (int row = 0; row < everybody.rowCount(); ++row) {
            const auto cell = [&](int column) {
                return everybody.index(row, column).data().toString();
            };
            scene.append(u"%1 at %2,%3 says %4"_s.arg(cell(0), cell(1), cell(2), cell(3)));
        }
        scene.sort();
        return scene;
    }

    SyncedModel everybody;

private:
    const QString m_name;
    SyncedObject *m_me = nullptr;
};

} // namespace

class TestSeedWalkAndTalk : public QObject
{
    Q_OBJECT

    std::unique_ptr<SyncServer> m_server;

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<SyncServer>();
        auto *presence = new Presence(m_server.get(), u"players/"_s, {}, m_server.get());
        presence->setGrace(0);
        QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
    }
    void cleanup() { m_server.reset(); }

    void B12_everyoneSeesEveryone_data() { addEncodings(); }
    void B12_everyoneSeesEveryone();
    void B12_rowsChangeOneByOne();
    void B12_aLeavingPlayerDisappears_data() { addEncodings(); }
    void B12_aLeavingPlayerDisappears();
};

void TestSeedWalkAndTalk::B12_everyoneSeesEveryone()
{
    QFETCH(const Encoding, encoding);
    Player anna(m_server->url(), u"Anna"_s, encoding);
    Player bert(m_server->url(), u"Bert"_s, encoding);
    QVERIFY(anna.enter());
    QCOMPARE(anna.scene(), QStringList{ u"Anna at 0,0 says "_s });
    QVERIFY(bert.enter());
    const auto bothSee = [&](const QStringList &scene) {
        SOON_EQUAL(anna.scene(), scene);
        SOON_EQUAL(bert.scene(), scene);
    };
    bothSee({ u"Anna at 0,0 says "_s, u"Bert at 0,0 says "_s });

    anna.walk(Player::Key::Right);
    anna.walk(Player::Key::Right);
    anna.walk(Player::Key::Down);
    // Who walks sees it at once.
    QVERIFY(anna.scene().contains(u"Anna at 2,1 says "_s));
    bothSee({ u"Anna at 2,1 says "_s, u"Bert at 0,0 says "_s });
    anna.say(u"hello"_s);
    bert.walk(Player::Key::Left);
    bothSee({ u"Anna at 2,1 says hello"_s, u"Bert at -1,0 says "_s });
    // Both at the same time.
    bert.say(u"hi, Anna"_s);
    anna.say({});
    for (int i = 0; i < 20; ++i) {
        anna.walk(Player::Key::Up);
        bert.walk(i % 2 == 0 ? Player::Key::Right : Player::Key::Down);
    }
    bothSee({ u"Anna at 2,-19 says "_s, u"Bert at 9,10 says hi, Anna"_s });

    // A third one sees those who are there already.
    Player carl(m_server->url(), u"Carl"_s, encoding);
    QVERIFY(carl.enter());
    const QStringList three{ u"Anna at 2,-19 says "_s, u"Bert at 9,10 says hi, Anna"_s,
                             u"Carl at 0,0 says "_s };
    bothSee(three);
    SOON_EQUAL(carl.scene(), three);
}

void TestSeedWalkAndTalk::B12_rowsChangeOneByOne()
{
    Player anna(m_server->url(), u"Anna"_s, Encoding::Cbor);
    Player bert(m_server->url(), u"Bert"_s, Encoding::Cbor);
    QVERIFY(anna.enter());
    QSignalSpy inserted(&anna.everybody, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(&anna.everybody, &QAbstractItemModel::dataChanged);
    QSignalSpy removed(&anna.everybody, &QAbstractItemModel::rowsRemoved);
    QSignalSpy reset(&anna.everybody, &QAbstractItemModel::modelReset);
    QVERIFY(bert.enter());
    SOON_EQUAL(inserted.count(), 1);
    bert.walk(Player::Key::Right);
    SOON_EQUAL(changed.count(), 1);
    bert.close();
    SOON_EQUAL(removed.count(), 1);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(reset.count(), 0);
}

void TestSeedWalkAndTalk::B12_aLeavingPlayerDisappears()
{
    QFETCH(const Encoding, encoding);
    Player anna(m_server->url(), u"Anna"_s, encoding);
    auto bert = std::make_unique<Player>(m_server->url(), u"Bert"_s, encoding);
    Player carl(m_server->url(), u"Carl"_s, encoding);
    QVERIFY(anna.enter() && bert->enter() && carl.enter());
    SOON_EQUAL(anna.scene().size(), 3);
    SOON_EQUAL(carl.scene().size(), 3);
    bert.reset();
    const QStringList two{ u"Anna at 0,0 says "_s, u"Carl at 0,0 says "_s };
    SOON_EQUAL(anna.scene(), two);
    SOON_EQUAL(carl.scene(), two);
    // The others play on.
    anna.say(u"Where is Bert?"_s);
    SOON_EQUAL(carl.scene().value(0), u"Anna at 0,0 says Where is Bert?"_s);
}

QTEST_GUILESS_MAIN(TestSeedWalkAndTalk)
#include "tst_seed_walkandtalk.moc"
