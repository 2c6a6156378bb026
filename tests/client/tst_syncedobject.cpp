// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"
#include "lamp.h"

#include <objectsync/client/syncsubscription.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSyncedObject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    // Dynamic properties
    void dynamicPropertiesFollowTheEntity();
    void dynamicPropertiesWrite();
    void ownPropertiesAreNotTaken();
    void writesBeforeItIsKnownWait();
    void writesOfWhatIsThereAreNotSent();
    void valuesThatCannotBeKept();

    // Declared properties
    void declaredPropertiesFollowTheEntity();
    void declaredPropertiesWrite();
    void declaredDefaultsAreNotSent();
    void changesOfOneTurnGoTogether();
    void changesGoBeforeWhatTheSessionDoesNext();
    void conversions_data();
    void conversions();
    void conversionsThatAreRefused_data();
    void conversionsThatAreRefused();
    void derivedPropertiesAreSent();
    void refusedChangeSnapsBack();
    void unsentChangeOutlivesTheObject();

    // Life of the entity
    void createIfMissingSendsTheDefaults();
    void createIfMissingLosesTheRace();
    void destroyedEntityGivesDefaultsBack();
    void writeToAMissingEntityIsRefused();
    void saveAndDestroy();
    void twoFacesOfOneEntity();
    void changingTheId();
    void heldObjectsStartLater();
    void statusWhileOffline();

private:
    bool load(SyncedObject &object, const QString &id = u"a"_s)
    {
        object.setSession(m_session.get());
        object.setEntityId(id);
        return QTest::qWaitFor([&] {
            return object.status() == SyncedObject::Status::Ready
                   || object.status() == SyncedObject::Status::Missing;
        });
    }
    Value atServer(const char *name) const { return m_server->world().value("a", name); }
    void set(ValueMap values) { m_server->commit({ Operation::set("a", std::move(values)) }); }
    void create(ValueMap values)
    {
        m_server->commit({ Operation::create("a", std::move(values)) });
    }
    void refuseAll()
    {
        m_server->setDecide([](const Transaction &) {
            return Decision{ .kind = Decision::Kind::Reject, .error = { "no", u"No"_s } };
        });
    }

    std::unique_ptr<EngineServer> m_server;
    std::unique_ptr<EngineClient> m_session;
};

void TestSyncedObject::init()
{
    m_server = std::make_unique<EngineServer>();
    m_session = std::make_unique<EngineClient>(*m_server);
    QVERIFY(m_session->goOnline());
}

void TestSyncedObject::cleanup()
{
    m_session.reset();
    m_server.reset();
}

// Dynamic properties

void TestSyncedObject::dynamicPropertiesFollowTheEntity()
{
    create({ { "on", true }, { "name", "Kitchen" } });
    SyncedObject object;
    QSignalSpy values(&object, &SyncedObject::valueChanged);
    QVERIFY(load(object));
    QCOMPARE(object.property("on"), QVariant(true));
    QCOMPARE(object.dynamicPropertyNames(), QList<QByteArray>({ "name", "on" }));
    QCOMPARE(object.valueNames(), QStringList({ u"name"_s, u"on"_s }));
    QCOMPARE(values.count(), 2);

    set({ { "on", false } });
    QTRY_COMPARE(values.count(), 3);
    QCOMPARE(values.last()[0].toString(), u"on"_s);
    QCOMPARE(values.last()[1], QVariant(false));
    QCOMPARE(object.property("on"), QVariant(false));
    m_server->commit({ Operation::unset("a", { "name" }) });
    QTRY_COMPARE(values.count(), 4);
    QVERIFY(!values.last()[1].isValid());
    QCOMPARE(object.dynamicPropertyNames(), QList<QByteArray>{ "on" });
    QCOMPARE(m_server->count("commit"), 0);
}

void TestSyncedObject::dynamicPropertiesWrite()
{
    create({});
    SyncedObject object;
    QVERIFY(load(object));
    QSignalSpy values(&object, &SyncedObject::valueChanged);
    object.setProperty("brightness", 80);
    QCOMPARE(values.count(), 1);
    QCOMPARE(m_session->value(u"a"_s, u"brightness"_s), QVariant(80LL));
    QVERIFY(object.isPending());
    QTRY_COMPARE(atServer("brightness"), Value(80));
    QTRY_VERIFY(!object.isPending());
    QCOMPARE(values.count(), 1);

    object.setValue(u"brightness"_s, 81);
    QCOMPARE(object.property("brightness").toInt(), 81);
    object.setProperty("brightness", QVariant());
    QVERIFY(m_session->settle());
    QVERIFY(atServer("brightness").isUndefined());
    object.setValue(u"note"_s, QVariant::fromValue(nullptr));
    QVERIFY(m_session->settle());
    QVERIFY(atServer("note").isNull());
    object.unset(u"note"_s);
    QVERIFY(object.dynamicPropertyNames().isEmpty());
}

void TestSyncedObject::ownPropertiesAreNotTaken()
{
    create({ { "status", "on fire" }, { "objectName", "x" }, { "_q_a", 1 }, { "fine", 1 } });
    SyncedObject object;
    QVERIFY(load(object));
    QCOMPARE(object.dynamicPropertyNames(), QList<QByteArray>{ "fine" });
    QCOMPARE(object.objectName(), QString());
    QCOMPARE(object.value(u"status"_s), QVariant(u"on fire"_s));
    object.setValue(u"status"_s, u"out"_s);
    QTRY_COMPARE(atServer("status"), Value("out"));
    object.setProperty("_q_own", 1);
    object.setObjectName(u"mine"_s);
    QCoreApplication::processEvents();
    QCOMPARE(m_server->count("commit"), 1);
}

void TestSyncedObject::writesBeforeItIsKnownWait()
{
    create({ { "n", 1 }, { "m", 1 } });
    SyncedObject object;
    object.setProperty("early", true);
    object.setSession(m_session.get());
    object.setEntityId(u"a"_s);
    object.setValue(u"n"_s, 2);
    QCOMPARE(object.status(), SyncedObject::Status::Loading);
    QCOMPARE(object.value(u"n"_s), QVariant(2LL));
    QCOMPARE(object.property("n").toInt(), 2);
    QCOMPARE(m_session->pendingCount(), 0);
    QVERIFY(object.isPending());
    QTRY_COMPARE(atServer("n"), Value(2));
    QCOMPARE(atServer("early"), Value(true));
    QCOMPARE(object.property("m").toInt(), 1);
    QCOMPARE(object.property("n").toInt(), 2);
    QCOMPARE(m_server->count("commit"), 1);
}

void TestSyncedObject::writesOfWhatIsThereAreNotSent()
{
    create({ { "n", 1 } });
    SyncedObject object;
    QVERIFY(load(object));
    object.setProperty("n", 1);
    object.setProperty("n", 1.0);
    object.setValue(u"n"_s, 1);
    object.unset(u"absent"_s);
    QCOMPARE(m_session->pendingCount(), 0);
}

void TestSyncedObject::valuesThatCannotBeKept()
{
    create({ { "n", 1 } });
    SyncedObject object;
    QVERIFY(load(object));
    QSignalSpy rejected(&object, &SyncedObject::rejected);
    object.setProperty("n", QVariant::fromValue(&object));
    QCOMPARE(rejected.count(), 1);
    QCOMPARE(rejected[0][0].value<Error>().code, "bad-value");
    QCOMPARE(object.property("n").toInt(), 1);
    object.setValue(QString(200, u'x'), 1);
    QCOMPARE(rejected.count(), 2);
    QCOMPARE(rejected[1][0].value<Error>().code, "bad-name");
    QCOMPARE(object.dynamicPropertyNames(), QList<QByteArray>{ "n" });
}

// Declared properties

void TestSyncedObject::declaredPropertiesFollowTheEntity()
{
    create({ { "brightness", 70 }, { "colour", "red" } });
    Lamp lamp;
    QSignalSpy changes(&lamp, &Lamp::brightnessChanged);
    QVERIFY(load(lamp));
    QCOMPARE(lamp.brightness(), 70);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(lamp.property("colour").toString(), u"red"_s);
    set({ { "brightness", 71 }, { "on", true } });
    QTRY_COMPARE(lamp.brightness(), 71);
    QVERIFY(lamp.isOn());
    set({ { "brightness", nullptr } });
    QTRY_COMPARE(lamp.brightness(), 10);
    m_server->commit({ Operation::unset("a", { "on" }) });
    QTRY_VERIFY(!lamp.isOn());
    QCOMPARE(m_server->count("commit"), 0);
}

void TestSyncedObject::declaredPropertiesWrite()
{
    create({});
    Lamp lamp;
    QVERIFY(load(lamp));
    QSignalSpy values(&lamp, &SyncedObject::valueChanged);
    lamp.setBrightness(33);
    QCOMPARE(lamp.value(u"brightness"_s), QVariant(33LL));
    QCOMPARE(lamp.values().value(u"brightness"_s), QVariant(33LL));
    QTRY_COMPARE(atServer("brightness"), Value(33));
    QCOMPARE(values.count(), 1);
    lamp.setValue(u"brightness"_s, 34);
    QCOMPARE(lamp.brightness(), 34);
    QTRY_COMPARE(atServer("brightness"), Value(34));
    QCOMPARE(m_server->count("commit"), 2);
}

void TestSyncedObject::declaredDefaultsAreNotSent()
{
    create({ { "on", true } });
    Lamp lamp;
    QVERIFY(load(lamp));
    QVERIFY(lamp.isOn());
    QCOMPARE(lamp.brightness(), 10);
    QCoreApplication::processEvents();
    QCOMPARE(m_server->count("commit"), 0);
    QVERIFY(!lamp.value(u"brightness"_s).isValid());
}

void TestSyncedObject::changesOfOneTurnGoTogether()
{
    create({});
    Lamp lamp;
    QVERIFY(load(lamp));
    lamp.setBrightness(1);
    lamp.setBrightness(2);
    lamp.setOn(true);
    QTRY_VERIFY(m_session->pendingCount() == 0 && atServer("on") == Value(true));
    QCOMPARE(m_server->count("commit"), 1);
    QCOMPARE(m_server->lastCommit().operations,
             std::vector<Operation>{ Operation::set("a", { { "brightness", 2 }, { "on", true } }) });
    // There and back is no change.
    lamp.setBrightness(3);
    QVERIFY(lamp.isPending());
    lamp.setBrightness(2);
    QCoreApplication::processEvents();
    QCOMPARE(m_server->count("commit"), 1);
    QVERIFY(!lamp.isPending());
}

void TestSyncedObject::changesGoBeforeWhatTheSessionDoesNext()
{
    create({});
    Lamp lamp;
    QVERIFY(load(lamp));
    lamp.setBrightness(5);
    m_session->increment(u"a"_s, u"brightness"_s);
    QCOMPARE(lamp.brightness(), 6);
    QVERIFY(m_session->settle());
    QCOMPARE(atServer("brightness"), Value(6));
    lamp.setBrightness(7);
    lamp.setProperty("colour", u"red"_s);
    QCOMPARE(m_session->value(u"a"_s, u"brightness"_s), QVariant(7LL));
}

void TestSyncedObject::conversions_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QVariant>("sent");
    QTest::addColumn<QVariant>("shown");
    QTest::newRow("double into int") << QByteArray("brightness") << QVariant(7.6) << QVariant(8);
    QTest::newRow("text into int") << QByteArray("brightness") << QVariant(u"12"_s) << QVariant(12);
    QTest::newRow("number into text") << QByteArray("label") << QVariant(5) << QVariant(u"5"_s);
    QTest::newRow("number into bool") << QByteArray("on") << QVariant(1) << QVariant(true);
    QTest::newRow("double into float")
            << QByteArray("level") << QVariant(0.1) << QVariant(static_cast<double>(0.1F));
    QTest::newRow("number into enum") << QByteArray("mode") << QVariant(2) << QVariant(2);
    QTest::newRow("text into enum") << QByteArray("mode") << QVariant(u"Party"_s) << QVariant(2);
    QTest::newRow("list of numbers") << QByteArray("numbers") << QVariant(QVariantList{ 1, 2.0 })
                                     << QVariant(QVariantList{ 1, 2 });
    QTest::newRow("list of texts") << QByteArray("tags") << QVariant(QStringList{ u"x"_s, u"y"_s })
                                   << QVariant(QStringList{ u"x"_s, u"y"_s });
    QTest::newRow("anything into variant")
            << QByteArray("any") << QVariant(QVariantMap{ { u"x"_s, 1 } })
            << QVariant(QVariantMap{ { u"x"_s, 1 } });
    QTest::newRow("null into variant")
            << QByteArray("any") << QVariant::fromValue(nullptr) << QVariant::fromValue(nullptr);
}

void TestSyncedObject::conversions()
{
    QFETCH(QByteArray, name);
    QFETCH(QVariant, sent);
    QFETCH(QVariant, shown);
    const Value expected = *Value::fromVariant(shown);
    create({ { name, *Value::fromVariant(sent) } });
    Lamp lamp;
    QVERIFY(load(lamp));
    const auto held = [&] { return *Value::fromVariant(lamp.property(name.constData())); };
    QCOMPARE(held(), expected);
    // The server's is not sent back in the property's type, but a change is.
    QCoreApplication::processEvents();
    QCOMPARE(m_server->count("commit"), 0);
    lamp.setProperty(name.constData(), *Lamp::other(name));
    QTRY_COMPARE(m_server->count("commit"), 1);
    QTRY_COMPARE(atServer(name.constData()), held());
    m_server->commit({ Operation::set("a", { { name, *Value::fromVariant(sent) } }) });
    QTRY_COMPARE(held(), expected);
    QVERIFY(m_session->settle());
    QCOMPARE(m_server->count("commit"), 1);
}

void TestSyncedObject::conversionsThatAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QVariant>("sent");
    QTest::newRow("map into int") << QByteArray("brightness") << QVariant(QVariantMap());
    QTest::newRow("text into int") << QByteArray("brightness") << QVariant(u"bright"_s);
    QTest::newRow("text into bool") << QByteArray("on") << QVariant(u"false"_s);
    QTest::newRow("text into enum") << QByteArray("mode") << QVariant(u"Unknown"_s);
    QTest::newRow("list into int") << QByteArray("brightness") << QVariant(QVariantList{ 1 });
    QTest::newRow("texts into list of numbers")
            << QByteArray("numbers") << QVariant(QVariantList{ 1, u"two"_s });
}

void TestSyncedObject::conversionsThatAreRefused()
{
    QFETCH(QByteArray, name);
    QFETCH(QVariant, sent);
    create({ { name, *Value::fromVariant(sent) } });
    Lamp lamp;
    const QVariant before = lamp.property(name.constData());
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"property %1 of type"_s.arg(QString::fromUtf8(name))));
    QVERIFY(load(lamp));
    QCOMPARE(lamp.property(name.constData()), before);
    QCOMPARE(lamp.value(QString::fromUtf8(name)), Value::fromVariant(sent)->toVariant());
    QCoreApplication::processEvents();
    QCOMPARE(m_server->count("commit"), 0);
}

void TestSyncedObject::derivedPropertiesAreSent()
{
    create({ { "brightness", 50 } });
    Lamp lamp;
    QVERIFY(load(lamp));
    // The class itself turns a lamp on that is made brighter than 100.
    set({ { "brightness", 101 } });
    QTRY_COMPARE(atServer("on"), Value(true));
    QCOMPARE(m_server->lastCommit().operations,
             std::vector<Operation>{ Operation::set("a", { { "on", true } }) });
}

void TestSyncedObject::refusedChangeSnapsBack()
{
    create({ { "brightness", 50 } });
    refuseAll();
    Lamp lamp;
    QVERIFY(load(lamp));
    QSignalSpy rejected(&lamp, &SyncedObject::rejected);
    lamp.setBrightness(60);
    lamp.setProperty("colour", u"red"_s);
    QTRY_VERIFY(rejected.count() >= 1);
    QVERIFY(m_session->settle());
    QCOMPARE(lamp.brightness(), 50);
    QVERIFY(!lamp.property("colour").isValid());
    QCOMPARE(rejected[0][0].value<Error>().message, u"No"_s);
}

void TestSyncedObject::unsentChangeOutlivesTheObject()
{
    create({});
    auto lamp = std::make_unique<Lamp>();
    QVERIFY(load(*lamp));
    lamp->setBrightness(60);
    lamp.reset();
    QTRY_COMPARE(atServer("brightness"), Value(60));
}

// Life of the entity

void TestSyncedObject::createIfMissingSendsTheDefaults()
{
    Lamp lamp;
    lamp.setCreateIfMissing(true);
    lamp.setLabel(u"Kitchen"_s);
    QSignalSpy created(&lamp, &SyncedObject::created);
    lamp.setSession(m_session.get());
    lamp.setEntityId(u"a"_s);
    lamp.setProperty("colour", u"red"_s);
    lamp.setOn(true);
    QTRY_VERIFY(m_server->world().exists("a"));
    QCOMPARE(created.count(), 1);
    QCOMPARE(atServer("brightness"), Value(10));
    QCOMPARE(atServer("label"), Value("Kitchen"));
    QCOMPARE(atServer("colour"), Value("red"));
    QCOMPARE(atServer("on"), Value(true));
    QVERIFY(m_session->settle());
    QCOMPARE(m_server->count("commit"), 1);
    QCOMPARE(lamp.status(), SyncedObject::Status::Ready);

    Lamp late;
    QVERIFY(load(late, u"b"_s));
    QCOMPARE(late.status(), SyncedObject::Status::Missing);
    late.setCreateIfMissing(true);
    QVERIFY(late.exists());
}

void TestSyncedObject::createIfMissingLosesTheRace()
{
    Lamp lamp;
    QVERIFY(load(lamp));
    QSignalSpy rejected(&lamp, &SyncedObject::rejected);
    QSignalSpy sessionRejected(m_session.get(), &SyncSession::rejected);
    m_server->setHeld(true);
    create({ { "brightness", 99 } });
    lamp.setCreateIfMissing(true);
    QVERIFY(lamp.exists());
    m_server->setHeld(false);
    QTRY_COMPARE(lamp.brightness(), 99);
    QVERIFY(m_session->settle());
    QCOMPARE(lamp.brightness(), 99);
    QVERIFY(lamp.exists());
    QCOMPARE(rejected.count(), 0);
    QCOMPARE(sessionRejected.count(), 0);
    QVERIFY(atServer("label").isUndefined());
}

void TestSyncedObject::destroyedEntityGivesDefaultsBack()
{
    create({ { "brightness", 70 }, { "colour", "red" } });
    Lamp lamp;
    lamp.setCreateIfMissing(true);
    QVERIFY(load(lamp));
    QSignalSpy created(&lamp, &SyncedObject::created);
    QSignalSpy destroyed(&lamp, &SyncedObject::destroyed);
    m_server->commit({ Operation::destroy("a") });
    QTRY_COMPARE(destroyed.count(), 1);
    QVERIFY(!lamp.exists());
    QCOMPARE(lamp.status(), SyncedObject::Status::Missing);
    QCOMPARE(lamp.brightness(), 10);
    QVERIFY(lamp.dynamicPropertyNames().isEmpty());
    QCoreApplication::processEvents();
    QVERIFY(!m_server->world().exists("a"));

    create({ { "brightness", 71 } });
    QTRY_COMPARE(lamp.brightness(), 71);
    QCOMPARE(created.count(), 1);
    QVERIFY(lamp.exists());
    QCOMPARE(m_server->count("commit"), 0);
}

void TestSyncedObject::writeToAMissingEntityIsRefused()
{
    Lamp lamp;
    QVERIFY(load(lamp));
    QSignalSpy rejected(&lamp, &SyncedObject::rejected);
    lamp.setBrightness(60);
    QTRY_COMPARE(rejected.count(), 1);
    QCOMPARE(rejected[0][0].value<Error>().code, "not-found");
    QCOMPARE(lamp.brightness(), 10);
    lamp.setProperty("colour", u"red"_s);
    QTRY_COMPARE(rejected.count(), 2);
    QVERIFY(lamp.dynamicPropertyNames().isEmpty());
}

void TestSyncedObject::saveAndDestroy()
{
    Lamp lamp;
    QCOMPARE(lamp.save(), nullptr);
    QVERIFY(load(lamp));
    SyncReply *const saved = lamp.save();
    QVERIFY(finishes(saved));
    QVERIFY(!saved->error());
    QCOMPARE(saved->value().toMap()[u"brightness"_s].toInt(), 10);
    lamp.increment(u"brightness"_s, 5);
    QCOMPARE(lamp.brightness(), 15);
    SyncReply *const gone = lamp.destroyEntity();
    QVERIFY(!lamp.exists());
    QVERIFY(finishes(gone));
    QVERIFY(!m_server->world().exists("a"));
}

void TestSyncedObject::twoFacesOfOneEntity()
{
    create({});
    Lamp first;
    Lamp second;
    QVERIFY(load(first));
    QVERIFY(load(second));
    first.setBrightness(42);
    QTRY_COMPARE(second.brightness(), 42);
    second.setBrightness(43);
    QTRY_COMPARE(first.brightness(), 43);
    QVERIFY(m_session->settle());
    QCOMPARE(m_server->count("commit"), 2);
}

void TestSyncedObject::changingTheId()
{
    create({ { "brightness", 1 }, { "x", 1 } });
    m_server->commit({ Operation::create("b", { { "on", true } }) });
    Lamp lamp;
    QVERIFY(load(lamp));
    lamp.setBrightness(2);
    QSignalSpy ids(&lamp, &SyncedObject::entityIdChanged);
    lamp.setEntityId(u"b"_s);
    QCOMPARE(ids.count(), 1);
    QCOMPARE(lamp.brightness(), 10);
    QVERIFY(!lamp.property("x").isValid());
    QTRY_VERIFY(lamp.isOn());
    QTRY_COMPARE(atServer("brightness"), Value(2));
    QVERIFY(m_server->world().value("b", "brightness").isUndefined());
    lamp.setSession(nullptr);
    QCOMPARE(lamp.status(), SyncedObject::Status::Null);
    QVERIFY(!lamp.isOn());
}

void TestSyncedObject::heldObjectsStartLater()
{
    HeldLamp lamp;
    lamp.setCreateIfMissing(true);
    lamp.setSession(m_session.get());
    lamp.setEntityId(u"a"_s);
    lamp.setOwn(5);
    lamp.setBrightness(77);
    QCOMPARE(lamp.status(), SyncedObject::Status::Null);
    lamp.letGo();
    QTRY_COMPARE(atServer("brightness"), Value(77));
    QVERIFY(atServer("own").isUndefined());
    set({ { "free", 1 } });
    QTRY_COMPARE(lamp.value(u"free"_s).toInt(), 1);
    QVERIFY(lamp.dynamicPropertyNames().isEmpty());
}

void TestSyncedObject::statusWhileOffline()
{
    create({ { "brightness", 1 } });
    Lamp lamp;
    QVERIFY(load(lamp));
    QSignalSpy statuses(&lamp, &SyncedObject::statusChanged);
    m_session->close();
    QCOMPARE(lamp.status(), SyncedObject::Status::Ready);
    lamp.setBrightness(2);
    QCoreApplication::processEvents();
    QVERIFY(lamp.isPending());
    QVERIFY(m_session->goOnline());
    QTRY_COMPARE(atServer("brightness"), Value(2));
    QCOMPARE(statuses.count(), 0);
}

QTEST_GUILESS_MAIN(TestSyncedObject)

#include "tst_syncedobject.moc"
