// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "printing.h"

#include <objectsync/core/limits.h>

using namespace ObjectSync;

namespace {

Value nestedList(int levels)
{
    Value value(1);
    for (int i = 0; i < levels; ++i)
        value = Value::List{ value };
    return value;
}

Value nestedMap(int levels)
{
    Value value(1);
    for (int i = 0; i < levels; ++i)
        value = ValueMap{ { "a", value } };
    return value;
}

QByteArray codeOf(const Expected<void> &result)
{
    return result ? QByteArray() : result.error().code;
}

} // namespace

class tst_Limits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void text_data();
    void text();
    void endOfId();
    void sizesAreSettable();
    void nesting_data();
    void nesting();
    void elements_data();
    void elements();
    void undefined_data();
    void undefined();
    void size_data();
    void size();
};

void tst_Limits::text_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("fault"); // empty: none; else a word of the message

    QTest::newRow("one letter") << QByteArray("a") << QByteArray();
    QTest::newRow("namespace") << QByteArray("lamps/kitchen") << QByteArray();
    QTest::newRow("space and signs") << QByteArray(" a b!\"$%&\\") << QByteArray();
    QTest::newRow("beyond ascii") << QByteArray("\xc3\xbc\xf0\x9f\x98\x80") << QByteArray();
    QTest::newRow("leading slash") << QByteArray("/a") << QByteArray();
    QTest::newRow("longest name") << QByteArray(128, 'x') << QByteArray();
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("far too long") << QByteArray(300, 'x') << QByteArray("300");
    QTest::newRow("not UTF-8") << QByteArray("a\xff") << QByteArray("UTF-8");
    QTest::newRow("zero") << QByteArray("a\0b", 3) << QByteArray("control");
    QTest::newRow("newline") << QByteArray("a\n") << QByteArray("control");
    QTest::newRow("last control") << QByteArray("\x1f") << QByteArray("control");
    QTest::newRow("delete") << QByteArray("a\x7f") << QByteArray("control");
}

void tst_Limits::text()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, fault);
    const auto id = checkId(text, Limits());
    const auto name = checkName(text, Limits());
    QCOMPARE(codeOf(id), QByteArray(fault.isEmpty() ? "" : ErrorCode::BadId));
    QCOMPARE(codeOf(name), QByteArray(fault.isEmpty() ? "" : ErrorCode::BadName));
    if (!fault.isEmpty()) {
        QVERIFY2(id.error().message.contains(QLatin1String(fault)), qPrintable(id.error().message));
        QVERIFY(name.error().message.contains(QLatin1String(fault)));
    }
}

void tst_Limits::endOfId()
{
    QCOMPARE(codeOf(checkId("lamps/", Limits())), QByteArray(ErrorCode::BadId));
    QCOMPARE(codeOf(checkId("/", Limits())), QByteArray(ErrorCode::BadId));
    QCOMPARE(codeOf(checkName("lamps/", Limits())), QByteArray());
}

void tst_Limits::sizesAreSettable()
{
    QVERIFY(checkId(QByteArray(256, 'x'), Limits()));
    QVERIFY(!checkId(QByteArray(257, 'x'), Limits()));
    QVERIFY(checkName(QByteArray(128, 'x'), Limits()));
    QVERIFY(!checkName(QByteArray(129, 'x'), Limits()));
    const Limits small{ .idSize = 4, .nameSize = 2 };
    QVERIFY(checkId("abcd", small));
    QVERIFY(!checkId("abcde", small));
    QVERIFY(checkName("ab", small));
    QVERIFY(!checkName("abc", small));
    // Bytes are counted, not characters.
    QVERIFY(!checkName("a\xc3\xbc", small));
}

void tst_Limits::nesting_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<qint64>("most");
    QTest::addColumn<bool>("fits");
    QTest::newRow("plain in none") << Value(1) << qint64{ 0 } << true;
    QTest::newRow("list in none") << nestedList(1) << qint64{ 0 } << false;
    QTest::newRow("default") << nestedList(16) << Limits().nesting << true;
    QTest::newRow("beyond default") << nestedList(17) << Limits().nesting << false;
    QTest::newRow("maps") << nestedMap(3) << qint64{ 3 } << true;
    QTest::newRow("one map more") << nestedMap(4) << qint64{ 3 } << false;
    QTest::newRow("map in list") << Value(Value::List{ 1, nestedMap(2) }) << qint64{ 2 } << false;
}

void tst_Limits::nesting()
{
    QFETCH(const Value, value);
    QFETCH(const qint64, most);
    QFETCH(const bool, fits);
    QCOMPARE(codeOf(checkValue(value, { .nesting = most })),
             QByteArray(fits ? "" : ErrorCode::TooLarge));
}

void tst_Limits::elements_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<bool>("fits");
    const Value::List three(3, Value(1));
    const Value::List four(4, Value(1));
    QTest::newRow("list") << Value(three) << true;
    QTest::newRow("longer list") << Value(four) << false;
    QTest::newRow("map") << Value(ValueMap{ { "a", 1 }, { "b", 1 }, { "c", 1 } }) << true;
    QTest::newRow("larger map") << Value(ValueMap{ { "a", 1 }, { "b", 1 }, { "c", 1 }, { "d", 1 } })
                                << false;
    QTest::newRow("each list counts alone") << Value(Value::List{ three, three, three }) << true;
    QTest::newRow("inner list") << Value(Value::List{ 1, four }) << false;
    QTest::newRow("inner list of a map") << Value(ValueMap{ { "a", four } }) << false;
    QTest::newRow("long text is one") << Value(QString(1000, QLatin1Char('x'))) << true;
}

void tst_Limits::elements()
{
    QFETCH(const Value, value);
    QFETCH(const bool, fits);
    QCOMPARE(codeOf(checkValue(value, { .elements = 3 })),
             QByteArray(fits ? "" : ErrorCode::TooLarge));
}

void tst_Limits::undefined_data()
{
    QTest::addColumn<Value>("value");
    QTest::newRow("alone") << Value();
    QTest::newRow("in a list") << Value(Value::List{ 1, Value() });
    QTest::newRow("in a map") << Value(ValueMap{ { "a", Value() } });
}

void tst_Limits::undefined()
{
    QFETCH(const Value, value);
    QCOMPARE(codeOf(checkValue(value, Limits())), QByteArray(ErrorCode::BadValue));
}

void tst_Limits::size_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<qint64>("size");
    QTest::newRow("null") << Value(nullptr) << qint64{ 8 };
    QTest::newRow("int") << Value(1) << qint64{ 8 };
    QTest::newRow("date-time") << Value::dateTime(1) << qint64{ 8 };
    QTest::newRow("text") << Value("\xc3\xbc!") << qint64{ 11 };
    QTest::newRow("bytes") << Value::bytes("12345") << qint64{ 13 };
    QTest::newRow("empty list") << Value(Value::List{}) << qint64{ 8 };
    QTest::newRow("list") << Value(Value::List{ 1, "ab" }) << qint64{ 8 + 8 + 10 };
    QTest::newRow("map") << Value(ValueMap{ { "abc", 1 } }) << qint64{ 8 + 3 + 8 };
    QTest::newRow("nested") << Value(Value::List{ ValueMap{ { "a", "b" } } })
                            << qint64{ 8 + 8 + 1 + 9 };
}

void tst_Limits::size()
{
    QFETCH(const Value, value);
    QFETCH(const qint64, size);
    QCOMPARE(valueSize(value), size);
}

QTEST_GUILESS_MAIN(tst_Limits)
#include "tst_limits.moc"
