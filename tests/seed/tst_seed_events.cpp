// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedtest.h"

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

class Lamp : public SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(int brightness MEMBER brightness NOTIFY changed)
    Q_PROPERTY(bool on MEMBER on NOTIFY changed)

public:
    using SyncedObject::SyncedObject;
    int brightness = 10;
    bool on = false;

Q_SIGNALS:
    void changed();
};

class Person : public SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(QString name MEMBER name NOTIFY changed)
    Q_PROPERTY(double height MEMBER height NOTIFY changed)

public:
    using SyncedObject::SyncedObject;
    QString name;
    double height = 0;

Q_SIGNALS:
    void changed();
};

} // namespace

class TestSeedEvents : public SeedTest
{
    Q_OBJECT

private Q_SLOTS:
    void B1_changesAppearAtAllClients_data() { addEncodings(); }
    void B1_changesAppearAtAllClients();
    void B1_objectsTellOfChanges_data() { addEncodings(); }
    void B1_objectsTellOfChanges();
    void B2_anIdAndArbitraryProperties_data() { addEncodings(); }
    void B2_anIdAndArbitraryProperties();
    void B2_classesByNamespace_data() { addEncodings(); }
    void B2_classesByNamespace();
    void B4_createdOnlyWhereConnected_data() { addEncodings(); }
    void B4_createdOnlyWhereConnected();
    void B4_objectsOfWhatWasThereAreNotCreated_data() { addEncodings(); }
    void B4_objectsOfWhatWasThereAreNotCreated();
};

void TestSeedEvents::B1_changesAppearAtAllClients()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    SeedClient carl(m_server->url());
    QVERIFY(anna.watch() && bert.watch() && carl.watch());

    const auto expectAll = [&](const QString &event) {
        QVERIFY(anna.fence({ &anna, &bert, &carl }));
        for (SeedClient *client : { &anna, &bert, &carl })
            QCOMPARE(client->takeEvents(), QStringList{ event });
    };
    anna.save({ { u"id"_s, u"lamps/a"_s }, { u"on"_s, true }, { u"watts"_s, 7 } });
    expectAll(u"created lamps/a on=true watts=7"_s);
    bert.save({ { u"id"_s, u"lamps/a"_s }, { u"on"_s, false } });
    QVERIFY(bert.settle());
    expectAll(u"updated lamps/a on=false"_s);
    carl.destroy(u"lamps/a"_s);
    QVERIFY(carl.settle());
    expectAll(u"destroyed lamps/a"_s);
}

void TestSeedEvents::B1_objectsTellOfChanges()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    SyncedObject *lamp = bert.object(u"lamps/a"_s);
    QSignalSpy created(lamp, &SyncedObject::created);
    QSignalSpy changed(lamp, &SyncedObject::valueChanged);
    QSignalSpy destroyed(lamp, &SyncedObject::destroyed);

    SyncedObject *own = anna.object(u"lamps/a"_s);
    anna.save({ { u"id"_s, u"lamps/a"_s }, { u"on"_s, true } });
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(created.count(), 1);
    QCOMPARE(lamp->property("on"), QVariant(true));
    QCOMPARE(changed.takeFirst(), (QVariantList{ u"on"_s, true }));
    own->setProperty("on", false);
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(lamp->property("on"), QVariant(false));
    QCOMPARE(changed.takeFirst(), (QVariantList{ u"on"_s, false }));
    QCOMPARE(destroyed.count(), 0);
    own->destroyEntity();
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(destroyed.count(), 1);
    QVERIFY(!lamp->exists());
    QVERIFY(!lamp->property("on").isValid());
    QCOMPARE(created.count(), 1);
}

void TestSeedEvents::B2_anIdAndArbitraryProperties()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    const QVariantMap values{
        { u"bool"_s, true },
        { u"int"_s, qlonglong{ 9007199254740993 } },
        { u"double"_s, 0.1 },
        { u"text"_s, u"Grüße, \"Welt\"\n"_s },
        { u"empty"_s, QString() },
        { u"null"_s, QVariant::fromValue(nullptr) },
        { u"bytes"_s, QByteArray("\0\xff", 2) },
        { u"time"_s, QDateTime::fromMSecsSinceEpoch(1767323045678, Qt::UTC) },
        { u"list"_s, QVariantList{ qlonglong{ 1 }, u"two"_s } },
        { u"a name with spaces / ü"_s, qlonglong{ 1 } },
    };
    QVariantMap entity = values;
    entity.insert(u"id"_s, u"things/ü 1"_s);
    anna.save(entity);
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.values(u"things/ü 1"_s), values);
    for (auto item = values.begin(); item != values.end(); ++item)
        QCOMPARE(bert.value(u"things/ü 1"_s, item.key()).metaType(), item->metaType());
    // Each entity has the properties that it has.
    anna.save({ { u"id"_s, u"things/2"_s }, { u"another"_s, true } });
    anna.save({ { u"id"_s, u"things/3"_s } });
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.values(u"things/2"_s), (QVariantMap{ { u"another"_s, true } }));
    QVERIFY(bert.exists(u"things/3"_s));
    QVERIFY(bert.values(u"things/3"_s).isEmpty());
}

void TestSeedEvents::B2_classesByNamespace()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    auto *lamp = bert.object<Lamp>(u"lamps/a"_s);
    auto *person = bert.object<Person>(u"people/a"_s);
    SyncedModel lamps;
    lamps.setRoles({ u"brightness"_s });
    lamps.setPrefix(u"lamps/"_s);
    lamps.setSession(&bert);
    SOON(lamps.isReady());

    anna.save({ { u"id"_s, u"lamps/a"_s }, { u"brightness"_s, 80 }, { u"on"_s, true } });
    anna.save({ { u"id"_s, u"lamps/b"_s }, { u"brightness"_s, 20 } });
    anna.save({ { u"id"_s, u"people/a"_s }, { u"name"_s, u"Ada"_s }, { u"height"_s, 1.65 } });
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(lamp->brightness, 80);
    QVERIFY(lamp->on);
    QCOMPARE(person->name, u"Ada"_s);
    QCOMPARE(person->height, 1.65);
    QCOMPARE(lamps.count(), 2);
    QCOMPARE(lamps.idAt(0), u"lamps/a"_s);
    QCOMPARE(lamps.index(1, 0).data(), QVariant(20));
    // And back.
    lamp->setProperty("brightness", 5);
    QVERIFY(bert.fence({ &anna }));
    QCOMPARE(anna.value(u"lamps/a"_s, u"brightness"_s), QVariant(5));
    QCOMPARE(anna.value(u"people/a"_s, u"brightness"_s), QVariant());
}

void TestSeedEvents::B4_createdOnlyWhereConnected()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"old"_s }, { u"n"_s, 1 } });
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.takeEvents(), QStringList{ u"created old n=1"_s });

    // It comes later: what was there arrives by subscription, or by fetch, and is not created.
    SeedClient late(m_server->url(), encoding);
    QVERIFY(late.watch());
    QCOMPARE(late.takeEvents(), QStringList{ u"entered old n=1"_s });
    SeedClient fetching(m_server->url(), encoding);
    QVERIFY(fetching.goOnline());
    SyncReply *reply = fetching.fetch({ u"old"_s });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value().toList().value(0).toMap(),
             (QVariantMap{ { u"id"_s, u"old"_s }, { u"n"_s, 1 } }));
    QVERIFY(fetching.takeEvents().isEmpty());

    anna.save({ { u"id"_s, u"new"_s }, { u"n"_s, 2 } });
    QVERIFY(anna.fence({ &bert, &late }));
    QCOMPARE(bert.takeEvents(), QStringList{ u"created new n=2"_s });
    QCOMPARE(late.takeEvents(), QStringList{ u"created new n=2"_s });
}

void TestSeedEvents::B4_objectsOfWhatWasThereAreNotCreated()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    QVERIFY(anna.watch());
    anna.save({ { u"id"_s, u"old"_s }, { u"n"_s, 1 } });
    QVERIFY(anna.settle());

    SeedClient late(m_server->url(), encoding);
    QVERIFY(late.goOnline());
    SyncedObject *there = late.object(u"old"_s);
    SyncedObject *missing = late.object(u"new"_s);
    QSignalSpy thereCreated(there, &SyncedObject::created);
    QSignalSpy missingCreated(missing, &SyncedObject::created);
    SOON_EQUAL(there->status(), SyncedObject::Status::Ready);
    SOON_EQUAL(missing->status(), SyncedObject::Status::Missing);
    QCOMPARE(there->value(u"n"_s), QVariant(1));
    anna.save({ { u"id"_s, u"new"_s }, { u"n"_s, 2 } });
    SOON_EQUAL(missing->status(), SyncedObject::Status::Ready);
    QCOMPARE(missingCreated.count(), 1);
    QCOMPARE(thereCreated.count(), 0);
}

QTEST_GUILESS_MAIN(TestSeedEvents)
#include "tst_seed_events.moc"
