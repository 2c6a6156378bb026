// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "printing.h"

#include <QtTest/qtest.h>

#include <cmath>
#include <limits>

using namespace ObjectSync;

namespace {

constexpr qint64 Least = std::numeric_limits<qint64>::min();
constexpr qint64 Most = std::numeric_limits<qint64>::max();
constexpr double Infinity = std::numeric_limits<double>::infinity();
const double NaN = std::numeric_limits<double>::quiet_NaN();

Value someList()
{
    return Value::List{ 1, "two", nullptr };
}

Value someMap()
{
    return ValueMap{ { "a", 1 }, { "b", Value::List{ true } } };
}

} // namespace

class tst_Value : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void size();
    void types_data();
    void types();
    void otherTypesReadEmpty_data();
    void otherTypesReadEmpty();
    void contents();
    void texts_data();
    void texts();
    void equality_data();
    void equality();
    void equalityIsSymmetricBetweenTypes();
    void copies_data();
    void copies();
    void selfAssignment_data();
    void selfAssignment();
    void copiesShareTheirBytes();
    void elementOfItself();

    void mapKeepsTheOrderOfNames_data();
    void mapKeepsTheOrderOfNames();
    void mapReplaces();
    void mapRemoves();
    void mapFinds();
    void mapEquality();

    void validUtf8_data();
    void validUtf8();

    void display_data();
    void display();
};

namespace {

void addOneOfEach()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<Value::Type>("type");

    using Type = Value::Type;
    QTest::newRow("undefined") << Value() << Type::Undefined;
    QTest::newRow("null") << Value(nullptr) << Type::Null;
    QTest::newRow("bool") << Value(true) << Type::Bool;
    QTest::newRow("int") << Value(qint64{ 7 }) << Type::Int;
    QTest::newRow("int of C") << Value(7) << Type::Int;
    QTest::newRow("double") << Value(7.5) << Type::Double;
    QTest::newRow("date-time") << Value::dateTime(1767323045678) << Type::DateTime;
    QTest::newRow("text of C") << Value("text") << Type::String;
    QTest::newRow("QString") << Value(QStringLiteral("text")) << Type::String;
    QTest::newRow("QStringView") << Value(QStringView(u"text")) << Type::String;
    QTest::newRow("UTF-8") << Value::string("text") << Type::String;
    QTest::newRow("bytes") << Value::bytes("text") << Type::Bytes;
    QTest::newRow("list") << someList() << Type::List;
    QTest::newRow("map") << someMap() << Type::Map;
}

} // namespace

void tst_Value::size()
{
    QCOMPARE(sizeof(Value), 16u);
}

void tst_Value::types_data()
{
    addOneOfEach();
}

void tst_Value::types()
{
    QFETCH(const Value, value);
    QFETCH(const Value::Type, type);
    QCOMPARE(value.type(), type);
    QCOMPARE(value.isUndefined(), type == Value::Type::Undefined);
    QCOMPARE(value.isNull(), type == Value::Type::Null);
    QCOMPARE(value.isNumber(), type == Value::Type::Int || type == Value::Type::Double);
}

void tst_Value::otherTypesReadEmpty_data()
{
    addOneOfEach();
}

void tst_Value::otherTypesReadEmpty()
{
    QFETCH(const Value, value);
    QFETCH(const Value::Type, type);
    using Type = Value::Type;
    QCOMPARE(value.toBool(), type == Type::Bool);
    QCOMPARE(value.toInt(), type == Type::Int ? 7 : 0);
    QCOMPARE(value.toDouble(), type == Type::Int ? 7 : type == Type::Double ? 7.5 : 0);
    QCOMPARE(value.toMSecsSinceEpoch(), type == Type::DateTime ? 1767323045678 : 0);
    QCOMPARE(value.toUtf8(), QByteArray(type == Type::String ? "text" : ""));
    QCOMPARE(value.toString(), QString::fromLatin1(type == Type::String ? "text" : ""));
    QCOMPARE(value.toBytes(), QByteArray(type == Type::Bytes ? "text" : ""));
    QCOMPARE(value.toList().size(), type == Type::List ? 3u : 0u);
    QCOMPARE(value.toMap().size(), type == Type::Map ? 2 : 0);
}

void tst_Value::contents()
{
    QCOMPARE(Value(Most).toInt(), Most);
    QCOMPARE(Value(Least).toInt(), Least);
    QCOMPARE(Value::dateTime(-1).toMSecsSinceEpoch(), -1);
    QCOMPARE(Value::bytes(QByteArray("\0\xff", 2)).toBytes(), QByteArray("\0\xff", 2));
    QCOMPARE(someList().toList()[1], Value("two"));
    QCOMPARE(someMap().toMap().value("b").toList()[0], Value(true));
}

void tst_Value::texts_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("ascii") << QStringLiteral("lamp");
    QTest::newRow("umlaut") << QStringLiteral(u"Grüße");
    QTest::newRow("beyond the BMP") << QStringLiteral(u"\U0001F600");
    QTest::newRow("with a zero") << QString(QChar(0)) + QLatin1Char('x');
}

void tst_Value::texts()
{
    QFETCH(const QString, text);
    const Value value(text);
    QCOMPARE(value.toString(), text);
    QCOMPARE(value.toUtf8(), text.toUtf8());
    QCOMPARE(value, Value::string(text.toUtf8()));
}

void tst_Value::equality_data()
{
    QTest::addColumn<Value>("a");
    QTest::addColumn<Value>("b");
    QTest::addColumn<bool>("equal");

    QTest::newRow("undefined") << Value() << Value() << true;
    QTest::newRow("null is not undefined") << Value(nullptr) << Value() << false;
    QTest::newRow("false is not null") << Value(false) << Value(nullptr) << false;
    QTest::newRow("bool") << Value(true) << Value(true) << true;
    QTest::newRow("other bool") << Value(true) << Value(false) << false;
    QTest::newRow("true is not 1") << Value(true) << Value(1) << false;
    QTest::newRow("int") << Value(1) << Value(1) << true;
    QTest::newRow("other int") << Value(1) << Value(2) << false;
    QTest::newRow("int and double") << Value(1) << Value(1.0) << true;
    QTest::newRow("int and fraction") << Value(1) << Value(1.5) << false;
    QTest::newRow("zeros") << Value(0.0) << Value(-0.0) << true;
    QTest::newRow("int zero and -0.0") << Value(0) << Value(-0.0) << true;
    QTest::newRow("nan") << Value(NaN) << Value(-NaN) << true;
    QTest::newRow("nan and zero") << Value(NaN) << Value(0) << false;
    QTest::newRow("nan and number") << Value(NaN) << Value(1.0) << false;
    QTest::newRow("infinity") << Value(Infinity) << Value(Infinity) << true;
    QTest::newRow("infinities") << Value(Infinity) << Value(-Infinity) << false;
    QTest::newRow("int and infinity") << Value(Most) << Value(Infinity) << false;
    // 2^63 - 1 becomes 2^63 as a double, 2^53 + 1 becomes 2^53: neither may make them equal.
    QTest::newRow("most and 2^63") << Value(Most) << Value(9223372036854775808.0) << false;
    QTest::newRow("least and -2^63") << Value(Least) << Value(-9223372036854775808.0) << true;
    QTest::newRow("2^53") << Value(qint64{ 1 } << 53) << Value(9007199254740992.0) << true;
    QTest::newRow("2^53 + 1") << Value((qint64{ 1 } << 53) + 1) << Value(9007199254740992.0)
                              << false;
    QTest::newRow("neighbours") << Value(Most) << Value(Most - 1) << false;
    QTest::newRow("date-time") << Value::dateTime(5) << Value::dateTime(5) << true;
    QTest::newRow("other date-time") << Value::dateTime(5) << Value::dateTime(6) << false;
    QTest::newRow("date-time is no int") << Value::dateTime(5) << Value(5) << false;
    QTest::newRow("text") << Value("a") << Value(QStringLiteral("a")) << true;
    QTest::newRow("other text") << Value("a") << Value("A") << false;
    QTest::newRow("text is not bytes") << Value("a") << Value::bytes("a") << false;
    QTest::newRow("bytes") << Value::bytes("a") << Value::bytes("a") << true;
    QTest::newRow("other bytes") << Value::bytes("a") << Value::bytes("b") << false;
    QTest::newRow("list") << someList() << someList() << true;
    QTest::newRow("list with equal numbers")
            << Value(Value::List{ 1 }) << Value(Value::List{ 1.0 }) << true;
    QTest::newRow("order of a list")
            << Value(Value::List{ 1, 2 }) << Value(Value::List{ 2, 1 }) << false;
    QTest::newRow("shorter list") << Value(Value::List{ 1, 2 }) << Value(Value::List{ 1 }) << false;
    QTest::newRow("map") << someMap() << someMap() << true;
    QTest::newRow("other name in a map")
            << Value(ValueMap{ { "a", 1 } }) << Value(ValueMap{ { "b", 1 } }) << false;
    QTest::newRow("other value in a map")
            << Value(ValueMap{ { "a", 1 } }) << Value(ValueMap{ { "a", 2 } }) << false;
    QTest::newRow("empty list and map") << Value(Value::List{}) << Value(ValueMap{}) << false;
    QTest::newRow("empty text and bytes") << Value("") << Value::bytes({}) << false;
}

void tst_Value::equality()
{
    QFETCH(const Value, a);
    QFETCH(const Value, b);
    QFETCH(const bool, equal);
    QCOMPARE(a == b, equal);
    QCOMPARE(b == a, equal);
    QCOMPARE(a != b, !equal);
    QVERIFY(a == a);
}

void tst_Value::equalityIsSymmetricBetweenTypes()
{
    const Value::List all = {
        Value(), nullptr,           true,       7,        7.5, Value::dateTime(7),
        "7",     Value::bytes("7"), someList(), someMap()
    };
    for (size_t i = 0; i < all.size(); ++i) {
        for (size_t j = 0; j < all.size(); ++j)
            QCOMPARE(all[i] == all[j], i == j);
    }
}

void tst_Value::copies_data()
{
    addOneOfEach();
}

void tst_Value::copies()
{
    QFETCH(const Value, value);
    QFETCH(const Value::Type, type);
    Value copy(value);
    QCOMPARE(copy, value);
    const Value moved(std::move(copy));
    QCOMPARE(moved, value);
    QCOMPARE(moved.type(), type);
    Value assigned("something else");
    assigned = moved;
    QCOMPARE(assigned, value);
    Value target = someList();
    target = std::move(assigned);
    QCOMPARE(target, value);
    // A value that was moved from may be used again.
    copy = 3;
    assigned = 4;
    QCOMPARE(copy, Value(3));
    QCOMPARE(assigned, Value(4));
    QCOMPARE(target, value);
}

void tst_Value::selfAssignment_data()
{
    addOneOfEach();
}

void tst_Value::selfAssignment()
{
    QFETCH(const Value, value);
    Value self(value);
    Value &alias = self;
    self = alias;
    QCOMPARE(self, value);
    self = std::move(alias);
    QCOMPARE(self, value);
}

/// That the last one releases them is for the leak sanitizer to see.
void tst_Value::copiesShareTheirBytes()
{
    const QByteArray content(1000, 'x');
    Value value = Value::bytes(content);
    const Value copy = value;
    const QByteArrayView view = copy.bytesView();
    QVERIFY(view.data() == value.bytesView().data()); // not compared as texts
    value = Value();
    QCOMPARE(view, QByteArrayView(content));
    QCOMPARE(copy.toBytes(), content);
    QVERIFY(value.bytesView().isEmpty() && copy.utf8View().isEmpty());
}

void tst_Value::elementOfItself()
{
    Value value = Value::List{ Value::List{ "inner" } };
    value = value.toList()[0];
    QCOMPARE(value, Value(Value::List{ "inner" }));
    value = value.toList()[0];
    QCOMPARE(value, Value("inner"));
}

// ValueMap

void tst_Value::mapKeepsTheOrderOfNames_data()
{
    QTest::addColumn<QByteArrayList>("names");
    QTest::newRow("none") << QByteArrayList{};
    QTest::newRow("rising") << QByteArrayList{ "a", "b", "c" };
    QTest::newRow("falling") << QByteArrayList{ "c", "b", "a" };
    QTest::newRow("mixed") << QByteArrayList{ "m", "z", "a", "q", "b" };
    QTest::newRow("beginnings") << QByteArrayList{ "abc", "ab", "", "a" };
    QTest::newRow("bytes without sign") << QByteArrayList{ "\xc3\xbc", "z", "\x7f", "\x01" };
}

void tst_Value::mapKeepsTheOrderOfNames()
{
    QFETCH(const QByteArrayList, names);
    ValueMap map;
    for (const QByteArray &name : names)
        map.insert(name, Value::string(name));
    QByteArrayList sorted = names;
    std::sort(sorted.begin(), sorted.end());
    QByteArrayList found;
    for (const ValueMap::Item &item : map)
        found.append(item.name);
    QCOMPARE(found, sorted);
    QCOMPARE(map.size(), names.size());
    QCOMPARE(map.isEmpty(), names.isEmpty());
    for (const QByteArray &name : names)
        QCOMPARE(map.value(name), Value::string(name));
}

void tst_Value::mapReplaces()
{
    ValueMap map{ { "b", 1 }, { "a", 2 }, { "b", 3 } };
    QCOMPARE(map, (ValueMap{ { "a", 2 }, { "b", 3 } }));
    map.insert("a", "first");
    map.insert("b", "last");
    QCOMPARE(map, (ValueMap{ { "a", "first" }, { "b", "last" } }));
}

void tst_Value::mapRemoves()
{
    ValueMap map{ { "a", 1 }, { "b", 2 }, { "c", 3 } };
    QVERIFY(!map.remove("aa"));
    QVERIFY(!map.remove("d"));
    QVERIFY(map.remove("b"));
    QVERIFY(!map.remove("b"));
    QCOMPARE(map, (ValueMap{ { "a", 1 }, { "c", 3 } }));
    map.clear();
    QVERIFY(map.isEmpty());
    QVERIFY(!map.remove("a"));
}

void tst_Value::mapFinds()
{
    const ValueMap map{ { "a", nullptr }, { "c", 3 } };
    QVERIFY(map.contains("a"));
    QVERIFY(!map.contains("b"));
    QCOMPARE(map.find("b"), nullptr);
    QCOMPARE(*map.find("c"), Value(3));
    QVERIFY(map.value("a").isNull());
    QVERIFY(map.value("b").isUndefined());
}

void tst_Value::mapEquality()
{
    const ValueMap map{ { "a", 1 }, { "b", 2 } };
    QVERIFY(map == (ValueMap{ { "b", 2.0 }, { "a", 1 } }));
    QVERIFY(map != (ValueMap{ { "a", 1 } }));
    QVERIFY(map != (ValueMap{ { "a", 1 }, { "b", 3 } }));
    QVERIFY(map != (ValueMap{ { "a", 1 }, { "c", 2 } }));
}

// Text

void tst_Value::validUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("valid");
    QTest::newRow("empty") << QByteArray() << true;
    QTest::newRow("ascii") << QByteArray("lamp") << true;
    QTest::newRow("zero") << QByteArray("\0", 1) << true;
    QTest::newRow("two bytes") << QByteArray("\xc3\xbc") << true;
    QTest::newRow("three bytes") << QByteArray("\xe2\x82\xac") << true;
    QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x98\x80") << true;
    QTest::newRow("last character") << QByteArray("\xf4\x8f\xbf\xbf") << true;
    QTest::newRow("beyond the last") << QByteArray("\xf4\x90\x80\x80") << false;
    QTest::newRow("stray continuation") << QByteArray("a\x80") << false;
    QTest::newRow("cut short") << QByteArray("\xe2\x82") << false;
    QTest::newRow("lead and ascii") << QByteArray("\xc3z") << false;
    QTest::newRow("overlong slash") << QByteArray("\xc0\xaf") << false;
    QTest::newRow("overlong of three") << QByteArray("\xe0\x80\xaf") << false;
    QTest::newRow("overlong of four") << QByteArray("\xf0\x80\x80\xaf") << false;
    QTest::newRow("high surrogate") << QByteArray("\xed\xa0\x80") << false;
    QTest::newRow("low surrogate") << QByteArray("\xed\xbf\xbf") << false;
    QTest::newRow("surrogate pair") << QByteArray("\xed\xa0\xbd\xed\xb8\x80") << false;
    QTest::newRow("fe") << QByteArray("\xff\xfe") << false;
}

void tst_Value::validUtf8()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const bool, valid);
    QCOMPARE(isValidUtf8(bytes), valid);
    const QByteArray within = "a long beginning, so that fast paths are taken " + bytes;
    QCOMPARE(isValidUtf8(within), valid);
    QCOMPARE(isValidUtf8(within + " and an end"), valid);
}

// Display

void tst_Value::display_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("undefined") << Value() << QStringLiteral("undefined");
    QTest::newRow("null") << Value(nullptr) << QStringLiteral("null");
    QTest::newRow("bool") << Value(true) << QStringLiteral("true");
    QTest::newRow("int") << Value(-5) << QStringLiteral("-5");
    QTest::newRow("double") << Value(0.1) << QStringLiteral("0.1");
    QTest::newRow("date-time") << Value::dateTime(0) << QStringLiteral("1970-01-01T00:00:00.000Z");
    QTest::newRow("text") << Value("a") << QStringLiteral("\"a\"");
    QTest::newRow("bytes") << Value::bytes("abc") << QStringLiteral("<3 bytes>");
    QTest::newRow("list") << someList() << QStringLiteral("[1, \"two\", null]");
    QTest::newRow("map") << someMap() << QStringLiteral("{\"a\": 1, \"b\": [true]}");
    QTest::newRow("empty list") << Value(Value::List{}) << QStringLiteral("[]");
    QTest::newRow("empty map") << Value(ValueMap{}) << QStringLiteral("{}");
    QTest::newRow("long text") << Value(QString(1000, QLatin1Char('x')))
                               << QLatin1Char('"') + QString(59, QLatin1Char('x')) + QChar(0x2026);
    QTest::newRow("long list") << Value(Value::List(1000, Value(1)))
                               << QLatin1Char('[') + QStringLiteral("1, ").repeated(20).left(59)
                                          + QChar(0x2026);
    // 58 x and a quotation mark: the pair would be cut in two.
    QTest::newRow("not half a character")
            << Value(QString(58, QLatin1Char('x')) + QStringLiteral(u"\U0001F600").repeated(5))
            << QLatin1Char('"') + QString(58, QLatin1Char('x')) + QChar(0x2026);
}

void tst_Value::display()
{
    QFETCH(const Value, value);
    QFETCH(const QString, text);
    QCOMPARE(value.toDisplayString(), text);
}

QTEST_GUILESS_MAIN(tst_Value)
#include "tst_value.moc"
