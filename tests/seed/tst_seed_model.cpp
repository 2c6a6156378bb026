// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedtest.h"

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

class Lamp : public SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(int brightness READ brightness WRITE setBrightness NOTIFY brightnessChanged)

public:
    using SyncedObject::SyncedObject;
    int brightness() const { return m_brightness; }
    void setBrightness(int brightness)
    {
        m_brightness = brightness;
        Q_EMIT brightnessChanged();
    }

Q_SIGNALS:
    void brightnessChanged();

private:
    int m_brightness = 10;
};

} // namespace

class TestSeedModel : public SeedTest
{
    Q_OBJECT

private Q_SLOTS:
    void T1_onlyWhatReallyChanged_data();
    void T1_onlyWhatReallyChanged();
    void T1_objectsSendOnlyWhatChanged();
    void T3_oneReferenceForAnId();
    void T3_changedInPlace();
    void T10_countersAtTheSameTime_data() { addEncodings(); }
    void T10_countersAtTheSameTime();
    void T10_countersShowAtOnce();
    void T10_countersDoNotFlicker();
    void T10_onlyNumbersCount();
    void T17_propertiesOfOneEntityAtTheSameTime_data() { addEncodings(); }
    void T17_propertiesOfOneEntityAtTheSameTime();
    void T17_removingOneLeavesTheOthers_data() { addEncodings(); }
    void T17_removingOneLeavesTheOthers();
};

void TestSeedModel::T1_onlyWhatReallyChanged_data()
{
    QTest::addColumn<QVariantMap>("values");
    QTest::addColumn<QStringList>("events");
    QTest::newRow("all the same") << QVariantMap{ { u"n"_s, 1 }, { u"text"_s, u"a"_s } }
                                  << QStringList{};
    QTest::newRow("an equal number") << QVariantMap{ { u"n"_s, 1.0 } } << QStringList{};
    QTest::newRow("nothing") << QVariantMap{} << QStringList{};
    QTest::newRow("one of two") << QVariantMap{ { u"n"_s, 2 }, { u"text"_s, u"a"_s } }
                                << QStringList{ u"updated a n=2"_s };
}

void TestSeedModel::T1_onlyWhatReallyChanged()
{
    QFETCH(QVariantMap, values);
    QFETCH(const QStringList, events);
    SeedClient anna(m_server->url());
    SeedClient bert(m_server->url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 }, { u"text"_s, u"a"_s } });
    QVERIFY(anna.fence({ &anna, &bert }));
    anna.takeEvents();
    bert.takeEvents();
    SyncReply *before = anna.fetch({ u"a"_s });
    QVERIFY(finishes(before));

    values.insert(u"id"_s, u"a"_s);
    SyncReply *reply = anna.save(values);
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QVERIFY(anna.fence({ &anna, &bert }));
    QCOMPARE(anna.takeEvents(), events);
    QCOMPARE(bert.takeEvents(), events);
    SyncReply *after = anna.fetch({ u"a"_s });
    QVERIFY(finishes(after));
    QCOMPARE(after->revisions() == before->revisions(), events.isEmpty());
}

void TestSeedModel::T1_objectsSendOnlyWhatChanged()
{
    SeedClient anna(m_server->url());
    auto *wire = new MeasuredTransport(Encoding::Json);
    anna.setTransport(std::unique_ptr<Transport>(wire));
    QVERIFY(anna.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"brightness"_s, 80 }, { u"note"_s, u"x"_s } });
    auto *lamp = anna.object<Lamp>(u"a"_s);
    QVERIFY(anna.settle());
    QCOMPARE(lamp->brightness(), 80);
    wire->startCounting();
    QSignalSpy changed(lamp, &SyncedObject::valueChanged);
    lamp->setBrightness(80);
    lamp->setProperty("note", u"x"_s);
    lamp->setValue(u"brightness"_s, 80);
    QVERIFY(anna.fence({ &anna }));
    QCOMPARE(changed.count(), 0);
    QCOMPARE(wire->outgoing.messages, 1); // the fence's
    lamp->setBrightness(81);
    SOON_EQUAL(changed.count(), 1);
    QVERIFY(anna.settle());
    QVERIFY2(wire->outgoing.last.contains("81") && !wire->outgoing.last.contains("note"),
             wire->outgoing.last.constData());
}

void TestSeedModel::T3_oneReferenceForAnId()
{
    SeedClient anna(m_server->url());
    SyncedObject *object = anna.object(u"lamps/a"_s);
    auto *typed = anna.object<Lamp>(u"lamps/a"_s);
    const auto isSame = [&] {
        return anna.object(u"lamps/a"_s) == object && anna.object<Lamp>(u"lamps/a"_s) == typed;
    };
    QVERIFY(isSame());
    QVERIFY(anna.object(u"lamps/b"_s) != object);
    QVERIFY(anna.watch());
    QVERIFY(isSame());
    QVERIFY(finishes(anna.save({ { u"id"_s, u"lamps/a"_s }, { u"n"_s, 1 } })));
    QVERIFY(isSame());
    SyncedModel model;
    model.setPrefix(u"lamps/"_s);
    model.setSession(&anna);
    SOON(model.isReady());
    QCOMPARE(model.objectAt(0), object);
    QVERIFY(finishes(anna.destroy(u"lamps/a"_s)));
    QVERIFY(isSame());
    QVERIFY(finishes(anna.save({ { u"id"_s, u"lamps/a"_s }, { u"n"_s, 2 } })));
    QVERIFY(isSame());
    QCOMPARE(model.objectAt(0), object);
    QCOMPARE(object->value(u"n"_s), QVariant(2));
}

void TestSeedModel::T3_changedInPlace()
{
    SeedClient anna(m_server->url());
    SeedClient bert(m_server->url());
    QVERIFY(anna.watch() && bert.watch());
    SyncedObject *object = bert.object(u"a"_s);
    auto *typed = bert.object<Lamp>(u"a"_s);
    const QPointer<SyncedObject> guard = object;
    for (int i = 1; i <= 20; ++i) {
        anna.save({ { u"id"_s, u"a"_s }, { u"brightness"_s, i } });
        QVERIFY(anna.fence({ &bert }));
        QCOMPARE(object->property("brightness"), QVariant(i));
        QCOMPARE(typed->brightness(), i);
    }
    anna.destroy(u"a"_s);
    QVERIFY(anna.fence({ &bert }));
    QVERIFY(guard);
    QCOMPARE(typed->brightness(), 10);
    // Both faces write, too.
    anna.save({ { u"id"_s, u"a"_s }, { u"brightness"_s, 30 } });
    QVERIFY(anna.fence({ &bert }));
    typed->setBrightness(60);
    SOON_EQUAL(object->property("brightness"), QVariant(60));
    SOON_EQUAL(anna.value(u"a"_s, u"brightness"_s), QVariant(60));
    object->setProperty("brightness", 70);
    QCOMPARE(typed->brightness(), 70);
}

void TestSeedModel::T10_countersAtTheSameTime()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"votes"_s }, { u"yes"_s, 0 }, { u"no"_s, 0.5 } });
    QVERIFY(anna.fence({ &anna, &bert }));
    // Neither waits for the other, nor for an answer.
    for (int i = 0; i < 50; ++i) {
        anna.increment(u"votes"_s, u"yes"_s);
        bert.increment(u"votes"_s, u"yes"_s, 2);
        bert.increment(u"votes"_s, u"no"_s, -0.25);
        if (i % 10 == 0)
            QCoreApplication::processEvents();
    }
    QVERIFY(anna.settle() && bert.settle());
    QVERIFY(anna.fence({ &anna, &bert }));
    for (const SyncSession *session : { &anna, &bert }) {
        QCOMPARE(session->value(u"votes"_s, u"yes"_s), QVariant(qlonglong{ 150 }));
        QCOMPARE(session->value(u"votes"_s, u"no"_s), QVariant(-12.0));
    }
}

void TestSeedModel::T10_countersShowAtOnce()
{
    SeedClient anna(m_server->url());
    QVERIFY(anna.watch());
    anna.save({ { u"id"_s, u"votes"_s } });
    SyncedObject *votes = anna.object(u"votes"_s);
    votes->increment(u"yes"_s);
    votes->increment(u"yes"_s, 4);
    QCOMPARE(votes->value(u"yes"_s), QVariant(qlonglong{ 5 }));
    SyncReply *reply = anna.increment(u"votes"_s, u"yes"_s, 10);
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value(), QVariant(qlonglong{ 15 }));
}

void TestSeedModel::T10_countersDoNotFlicker()
{
    SeedClient anna(m_server->url());
    SeedClient bert(m_server->url());
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"votes"_s }, { u"yes"_s, 0 } });
    QVERIFY(anna.fence({ &anna, &bert }));
    QList<int> seen;
    connect(anna.object(u"votes"_s), &SyncedObject::valueChanged, &anna,
            [&](const QString &, const QVariant &value) { seen.append(value.toInt()); });
    QList<int> expected;
    for (int i = 1; i <= 10; ++i) {
        anna.increment(u"votes"_s, u"yes"_s);
        expected.append(i);
        if (i % 3 == 0)
            QVERIFY(anna.settle());
    }
    QVERIFY(anna.fence({ &anna }));
    QCOMPARE(seen, expected);
}

void TestSeedModel::T10_onlyNumbersCount()
{
    SeedClient anna(m_server->url());
    QVERIFY(anna.watch());
    QVERIFY(finishes(anna.save({ { u"id"_s, u"a"_s }, { u"text"_s, u"x"_s } })));
    SyncReply *text = anna.increment(u"a"_s, u"text"_s);
    SyncReply *byText = anna.increment(u"a"_s, u"n"_s, u"many"_s);
    QVERIFY(finishes(text, byText));
    QCOMPARE(text->errorCode(), u"bad-argument"_s);
    QCOMPARE(byText->errorCode(), u"bad-argument"_s);
    QCOMPARE(anna.values(u"a"_s), (QVariantMap{ { u"text"_s, u"x"_s } }));
}

void TestSeedModel::T17_propertiesOfOneEntityAtTheSameTime()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    SeedClient carl(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch() && carl.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"x"_s, 1 }, { u"y"_s, 1 }, { u"z"_s, 1 } });
    QVERIFY(anna.fence({ &anna, &bert, &carl }));
    for (SeedClient *client : { &anna, &bert, &carl })
        client->takeEvents();
    // Neither knows of the other's change when it makes its own; each saves what it has changed.
    anna.save({ { u"id"_s, u"a"_s }, { u"x"_s, 2 } });
    bert.save({ { u"id"_s, u"a"_s }, { u"y"_s, 3 } });
    QVERIFY(anna.settle() && bert.settle());
    QVERIFY(anna.fence({ &anna, &bert, &carl }));
    const QVariantMap both{ { u"x"_s, 2 }, { u"y"_s, 3 }, { u"z"_s, 1 } };
    for (SeedClient *client : { &anna, &bert, &carl })
        QCOMPARE(client->values(u"a"_s), both);
    QCOMPARE(anna.takeEvents(), (QStringList{ u"updated a x=2"_s, u"updated a y=3"_s }));
    QCOMPARE(bert.takeEvents(), (QStringList{ u"updated a y=3"_s, u"updated a x=2"_s }));
    // Carl may be told of both at once, but of nothing else.
    const QString told = carl.takeEvents().join(u' ');
    QVERIFY2(told.contains(u"x=2") && told.contains(u"y=3") && !told.contains(u"z="),
             qPrintable(told));
}

void TestSeedModel::T17_removingOneLeavesTheOthers()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"x"_s, 1 }, { u"y"_s, 1 } });
    QVERIFY(anna.fence({ &anna, &bert }));
    bert.takeEvents();
    SyncedObject *object = bert.object(u"a"_s);
    QSignalSpy changed(object, &SyncedObject::valueChanged);
    anna.object(u"a"_s)->unset(u"x"_s);
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.takeEvents(), QStringList{ u"updated a x=-"_s });
    QCOMPARE(changed.takeFirst(), (QVariantList{ u"x"_s, QVariant() }));
    QCOMPARE(object->dynamicPropertyNames(), QByteArrayList{ "y" });
    QCOMPARE(bert.values(u"a"_s), (QVariantMap{ { u"y"_s, 1 } }));
}

QTEST_GUILESS_MAIN(TestSeedModel)
#include "tst_seed_model.moc"
