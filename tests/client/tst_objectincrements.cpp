// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"

#include <objectsync/client/syncedobject.h>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestObjectIncrements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beforeTheEntityIsKnown_data();
    void beforeTheEntityIsKnown();
    void ofAnotherEntityInASlot();
};

void TestObjectIncrements::beforeTheEntityIsKnown_data()
{
    QTest::addColumn<bool>("isThere");
    QTest::addColumn<QList<int>>("edits"); // 0: set to 10; else added
    QTest::addColumn<int>("n");
    QTest::newRow("there") << true << QList<int>{ 2, 3 } << 6;
    QTest::newRow("there, after a set") << true << QList<int>{ 0, 2 } << 12;
    QTest::newRow("there, before a set") << true << QList<int>{ 2, 0 } << 10;
    QTest::newRow("missing") << false << QList<int>{ 2 } << 2;
    QTest::newRow("missing, after a set") << false << QList<int>{ 0, 2 } << 12;
}

void TestObjectIncrements::beforeTheEntityIsKnown()
{
    QFETCH(const bool, isThere);
    QFETCH(const QList<int>, edits);
    QFETCH(const int, n);
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    if (isThere)
        server.commit({ Operation::create("a", { { "n", 1 } }) });
    SyncedObject object;
    object.setCreateIfMissing(true);
    const QSignalSpy rejected(&object, &SyncedObject::rejected);
    const auto edit = [&object](int by) {
        if (by == 0)
            object.setValue(u"n"_s, 10);
        else
            object.increment(u"n"_s, by);
    };
    edit(edits.first()); // without a session
    object.setSession(&session);
    object.setEntityId(u"a"_s);
    for (const int by : edits.sliced(1))
        edit(by);
    QCOMPARE(object.status(), SyncedObject::Status::Loading);
    QVERIFY(object.isPending());
    QTRY_COMPARE(server.world().value("a", "n"), Value(n));
    QTRY_VERIFY(!object.isPending());
    QCOMPARE(object.value(u"n"_s).toInt(), n);
    QCOMPARE(rejected.count(), 0);
}

/// While an edit is sent, a slot gives the object another entity, which has to be known first.
void TestObjectIncrements::ofAnotherEntityInASlot()
{
    EngineServer server;
    EngineClient session(server);
    QVERIFY(session.goOnline());
    server.commit({ Operation::create("a", { { "n", 1 } }) });
    SyncedObject object;
    object.setCreateIfMissing(true);
    object.setSession(&session);
    object.setEntityId(u"a"_s);
    QTRY_COMPARE(object.status(), SyncedObject::Status::Ready);
    const QSignalSpy rejected(&object, &SyncedObject::rejected);
    connect(&object, &SyncedObject::pendingChanged, &object, [&object](bool pending) {
        if (!pending || object.entityId() != u"a"_s)
            return;
        object.setEntityId(u"b"_s);
        object.increment(u"n"_s, 2);
    });
    object.setValue(u"n"_s, 5);
    QTRY_COMPARE(server.world().value("b", "n"), Value(2));
    QTRY_COMPARE(server.world().value("a", "n"), Value(5));
    QCOMPARE(rejected.count(), 0);
}

QTEST_GUILESS_MAIN(TestObjectIncrements)

#include "tst_objectincrements.moc"
