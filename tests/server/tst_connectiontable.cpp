// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "connection_p.h"
#include "connectiontable_p.h"

#include <QtTest/qtest.h>

#include <array>

using namespace ObjectSync::Internal;

class TestConnectionTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectionsAreFoundInAnyOrder()
    {
        // Only addresses are needed.
        std::array<int, 10> places = {};
        const auto at = [&](size_t i) { return reinterpret_cast<Connection *>(&places[i]); };
        ConnectionTable table;
        QVERIFY(table.isEmpty());
        QVERIFY(!table.find(1));
        for (size_t i = 0; i < places.size(); ++i)
            table.append(2 * i + 1, at(i));
        QCOMPARE(table.count(), 10);
        for (size_t i = 0; i < places.size(); ++i)
            QCOMPARE(table.find(2 * i + 1), at(i));
        for (size_t i = places.size(); i-- > 0;)
            QCOMPARE(table.find(2 * i + 1), at(i));
        QVERIFY(!table.find(0));
        QVERIFY(!table.find(4));
        QVERIFY(!table.find(100));
    }

    void whatWasRemovedIsNotFound()
    {
        std::array<int, 4> places = {};
        const auto at = [&](size_t i) { return reinterpret_cast<Connection *>(&places[i]); };
        ConnectionTable table;
        for (size_t i = 0; i < places.size(); ++i)
            table.append(i + 1, at(i));
        QCOMPARE(table.find(2), at(1));
        table.remove(3); // the one that would come next
        table.remove(7);
        QVERIFY(!table.find(3));
        QCOMPARE(table.find(4), at(3));
        table.remove(4);
        QVERIFY(!table.find(4));
        QCOMPARE(table.find(1), at(0));
        QCOMPARE(table.find(2), at(1));
        QVERIFY(!table.find(3));
        QCOMPARE(table.count(), 2);
    }
};

QTEST_APPLESS_MAIN(TestConnectionTable)

#include "tst_connectiontable.moc"
