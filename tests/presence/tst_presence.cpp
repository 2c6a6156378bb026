// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncreply.h>
#include <objectsync/client/syncsession.h>
#include <objectsync/presence/presence.h>
#include <objectsync/server/syncserver.h>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

const QString Tag = QString::fromLatin1(Presence::PropertyName);

} // namespace

class tst_Presence : public QObject
{
    Q_OBJECT

    /// Its presence keeps "players/"; it sweeps at once.
    std::unique_ptr<SyncServer> m_server;
    Presence *m_presence = nullptr;

    std::unique_ptr<SyncSession> enter() const
    {
        auto session = std::make_unique<SyncSession>();
        session->subscribe(QString());
        session->open(m_server->url());
        return session;
    }

    /// The id of what was made; empty where it was refused.
    static QString save(SyncSession &session, const QVariantMap &values)
    {
        SyncReply *reply = session.save(values);
        QSignalSpy finished(reply, &SyncReply::finished);
        return finished.wait() && !reply->error() ? reply->ids().value(0) : QString();
    }

    SyncSession &world() const { return *m_server->session(); }

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<SyncServer>();
        m_presence = new Presence(m_server.get(), u"players/"_s);
        m_presence->setGrace(0);
        QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
    }
    void cleanup() { m_server.reset(); }

    void onlyWhatIsInThePrefixGoes();
    void theCreatorCannotBeForged();
    void whoChangesOneDoesNotOwnIt();
    void whoComesBackInTimeStays();
    void leftFromAnEarlierRun();
    void whatTheServerMakesStays();
    void otherWorldsAreLeftAlone();
};

void tst_Presence::onlyWhatIsInThePrefixGoes()
{
    auto anna = enter();
    const QString player = save(*anna, { { u"id"_s, u"players/"_s } });
    const QString house = save(*anna, { { u"id"_s, u"houses/"_s } });
    QVERIFY(player.startsWith("players/"_L1) && house.startsWith("houses/"_L1));
    auto bert = enter();
    const QString other = save(*bert, { { u"id"_s, u"players/"_s } });
    QTRY_VERIFY(bert->exists(player));
    anna.reset();
    QTRY_VERIFY(!bert->exists(player));
    QVERIFY(bert->exists(house));
    QVERIFY(bert->exists(other));
}

void tst_Presence::theCreatorCannotBeForged()
{
    auto anna = enter();
    auto bert = enter();
    const QString own = save(*anna, { { u"id"_s, u"players/a"_s } });
    QTRY_VERIFY(bert->exists(own));
    const QVariant tag = bert->value(own, Tag);
    QVERIFY(!tag.toString().isEmpty());
    const QString forged = save(*bert, { { u"id"_s, u"players/b"_s }, { Tag, tag } });
    QTRY_VERIFY(bert->value(forged, Tag) != tag);
}

void tst_Presence::whoChangesOneDoesNotOwnIt()
{
    auto anna = enter();
    auto bert = enter();
    const QString own = save(*anna, { { u"id"_s, u"players/a"_s } });
    QTRY_VERIFY(bert->exists(own));
    QVERIFY(!save(*bert, { { u"id"_s, own }, { u"hat"_s, u"red"_s } }).isEmpty());
    QVERIFY(!save(*bert, { { u"id"_s, u"players/b"_s } }).isEmpty());
    QTRY_COMPARE(anna->value(own, u"hat"_s), QVariant(u"red"_s));
    QTRY_VERIFY(anna->exists(u"players/b"_s));
    bert.reset();
    QTRY_VERIFY(!anna->exists(u"players/b"_s)); // so bert was noticed to be gone
    QVERIFY(anna->exists(own));
}

void tst_Presence::whoComesBackInTimeStays()
{
    m_presence->setGrace(50);
    QCOMPARE(m_presence->grace(), 50);
    auto anna = enter();
    const QString own = save(*anna, { { u"id"_s, u"players/a"_s } });
    auto bert = enter();
    const QString other = save(*bert, { { u"id"_s, u"players/b"_s } });
    QTRY_VERIFY(world().exists(own) && world().exists(other));

    QSignalSpy disconnected(m_server.get(), &SyncServer::clientDisconnected);
    anna->close();
    bert.reset();
    QTRY_COMPARE(disconnected.size(), 2);
    anna->open();
    QTRY_VERIFY(!world().exists(other)); // the grace is over
    QVERIFY(world().exists(own));
}

void tst_Presence::leftFromAnEarlierRun()
{
    QVERIFY(!save(world(), { { u"id"_s, u"players/old"_s }, { Tag, u"of an earlier run"_s } })
                     .isEmpty());
    auto anna = enter();
    const QString own = save(*anna, { { u"id"_s, u"players/a"_s } });
    QTRY_VERIFY(world().exists(own));
    QCOMPARE(m_presence->startGrace(), 35000);
    m_presence->setStartGrace(0);
    QTRY_VERIFY(!world().exists(u"players/old"_s));
    QVERIFY(world().exists(own));
}

void tst_Presence::whatTheServerMakesStays()
{
    QVERIFY(!save(world(), { { u"id"_s, u"players/robot"_s } }).isEmpty());
    QCOMPARE(world().value(u"players/robot"_s, Tag), QVariant());
    auto anna = enter();
    const QString own = save(*anna, { { u"id"_s, u"players/a"_s } });
    m_presence->setStartGrace(0);
    anna.reset();
    QTRY_VERIFY(!world().exists(own));
    QVERIFY(world().exists(u"players/robot"_s));
}

void tst_Presence::otherWorldsAreLeftAlone()
{
    cleanup();
    m_server = std::make_unique<SyncServer>();
    QVERIFY(m_server->addWorld(u"garden"_s));
    (new Presence(m_server.get(), u"players/"_s))->setGrace(0);
    QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
    auto anna = enter();
    const QString here = save(*anna, { { u"id"_s, u"players/a"_s } });
    SyncSession gardener;
    gardener.open(m_server->url(u"garden"_s));
    const QString there = save(gardener, { { u"id"_s, u"players/g"_s } });
    SyncSession &garden = *m_server->session(u"garden"_s);
    garden.subscribe(QString());
    QTRY_VERIFY(garden.exists(there) && world().exists(here));
    gardener.close();
    anna->close();
    QTRY_VERIFY(!world().exists(here));
    QVERIFY(garden.exists(there));
}

QTEST_GUILESS_MAIN(tst_Presence)
#include "tst_presence.moc"
