// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "samplemessages.h"

#include <objectsync/core/codec.h>

#include <QtTest/qtest.h>

#include <malloc.h>

using namespace ObjectSync;
using Samples::change;

Q_DECLARE_METATYPE(ObjectSync::Message)
Q_DECLARE_METATYPE(ObjectSync::Value)

namespace {

std::unique_ptr<Encoder> encoder()
{
    return Encoder::create(Encoding::Cbor);
}

std::unique_ptr<Decoder> decoder(const Limits &limits = {})
{
    return Decoder::create(Encoding::Cbor, limits);
}

Message updates(EntityNumber first, int count, double value)
{
    Changes changes{ .cursor = 1 };
    for (int i = 0; i < count; ++i) {
        const EntityNumber number = first + static_cast<EntityNumber>(i);
        changes.changes.push_back(change(number, "e/" + QByteArray::number(number),
                                         Change::Event::Update, { { 5, "x", value + i } }));
    }
    return changes;
}

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

} // namespace

class tst_CborCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valueBytes_data();
    void valueBytes();
    void acceptedValues_data();
    void acceptedValues();
    void refusedValues_data();
    void refusedValues();
    void messageBytes_data();
    void messageBytes();
    void refusedMessages_data();
    void refusedMessages();
    void unknownFieldsAreIgnored();
    void updateCosts13Bytes_data();
    void updateCosts13Bytes();
    void definesOncePerConnection();
    void definesOnlyWhatIsUsed();
    void fragmentsAreShared();
    void keptStarts_data();
    void keptStarts();
    void decoderNeedsDefinitions();
    void hugeNumbersCostNothing();
    void hugeNumbersCostEncodersLittle();
    void limits();
};

void tst_CborCodec::valueBytes_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("null") << Value(nullptr) << hex("f6");
    QTest::newRow("true") << Value(true) << hex("f5");
    QTest::newRow("false") << Value(false) << hex("f4");
    QTest::newRow("0") << Value(0) << hex("00");
    QTest::newRow("23") << Value(23) << hex("17");
    QTest::newRow("24") << Value(24) << hex("1818");
    QTest::newRow("255") << Value(255) << hex("18ff");
    QTest::newRow("256") << Value(256) << hex("190100");
    QTest::newRow("65536") << Value(65536) << hex("1a00010000");
    QTest::newRow("2^32") << Value(qint64{ 1 } << 32) << hex("1b0000000100000000");
    QTest::newRow("-1") << Value(-1) << hex("20");
    QTest::newRow("-500") << Value(-500) << hex("3901f3");
    QTest::newRow("least") << Value(std::numeric_limits<qint64>::min())
                           << hex("3b7fffffffffffffff");
    QTest::newRow("1.5") << Value(1.5) << hex("fa3fc00000");
    QTest::newRow("0.1") << Value(0.1) << hex("fb3fb999999999999a");
    QTest::newRow("infinity") << Value(std::numeric_limits<double>::infinity())
                              << hex("fa7f800000");
    QTest::newRow("nan") << Value(std::numeric_limits<double>::quiet_NaN()) << hex("fa7fc00000");
    QTest::newRow("1e300") << Value(1e300) << hex("fb7e37e43c8800759c");
    QTest::newRow("text") << Value("ü") << hex("62c3bc");
    QTest::newRow("bytes") << Value::bytes("\x01\x02") << hex("420102");
    QTest::newRow("date") << Value::dateTime(1500) << hex("d903e9a20101221901f4");
    QTest::newRow("date, whole second") << Value::dateTime(2000) << hex("d903e9a10102");
    QTest::newRow("date before 1970") << Value::dateTime(-1)
                                      << hex("d903e9a2012022"
                                             "1903e7");
    QTest::newRow("list") << Value(Value::List{ 1, "a" }) << hex("82016161");
    QTest::newRow("map") << Value(ValueMap{ { "b", 1 }, { "a", nullptr } })
                         << hex("a26161f6616201");
}

void tst_CborCodec::valueBytes()
{
    QFETCH(Value, value);
    QFETCH(QByteArray, bytes);
    QCOMPARE(toCbor(value).toHex(), bytes.toHex());
    const Expected<Value> read = fromCbor(bytes, Limits());
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QVERIFY(*read == value && read->type() == value.type());
}

/// What another writer may write.
void tst_CborCodec::acceptedValues_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Value>("value");
    QTest::newRow("longer integer") << hex("1b0000000000000001") << Value(1);
    QTest::newRow("longer length") << hex("780161") << Value("a");
    QTest::newRow("half 1.5") << hex("f93e00") << Value(1.5);
    QTest::newRow("half infinity")
            << hex("f97c00") << Value(std::numeric_limits<double>::infinity());
    QTest::newRow("half nan") << hex("f97e00") << Value(std::numeric_limits<double>::quiet_NaN());
    QTest::newRow("double 1.5") << hex("fb3ff8000000000000") << Value(1.5);
    QTest::newRow("unordered map") << hex("a2616201"
                                          "616102")
                                   << Value(ValueMap{ { "a", 2 }, { "b", 1 } });
    QTest::newRow("date with 0 ms") << hex("d903e9a2010122"
                                           "00")
                                    << Value::dateTime(1000);
}

void tst_CborCodec::acceptedValues()
{
    QFETCH(QByteArray, bytes);
    const Expected<Value> read = fromCbor(bytes, Limits());
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QTEST(*read, "value");
}

void tst_CborCodec::refusedValues_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("code");
    const QByteArray badMessage = ErrorCode::BadMessage;
    const QByteArray badValue = ErrorCode::BadValue;
    const QByteArray tooLarge = ErrorCode::TooLarge;
    QTest::newRow("nothing") << QByteArray() << badMessage;
    QTest::newRow("invalid UTF-8") << hex("62fffe") << badMessage;
    QTest::newRow("encoded surrogate") << hex("63eda080") << badMessage;
    QTest::newRow("overlong UTF-8") << hex("62c080") << badMessage;
    QTest::newRow("invalid UTF-8 in a name") << hex("a162fffe01") << badMessage;
    QTest::newRow("trailing byte") << hex("0101") << badMessage;
    QTest::newRow("text ends early") << hex("6361") << badMessage;
    QTest::newRow("huge text") << hex("7b7fffffffffffffff61") << badMessage;
    QTest::newRow("huge bytes") << hex("5bffffffffffffffff61") << badMessage;
    QTest::newRow("huge array") << hex("9bffffffffffffffff01") << badMessage;
    QTest::newRow("huge map") << hex("bbffffffffffffffff6101") << badMessage;
    QTest::newRow("map of 2^63") << hex("bb8000000000000000") << badMessage;
    QTest::newRow("large array") << hex("9a0001000001") << badMessage;
    QTest::newRow("indefinite text") << hex("7f6161ff") << badMessage;
    QTest::newRow("indefinite bytes") << hex("5f4161ff") << badMessage;
    QTest::newRow("indefinite array") << hex("9f01ff") << badMessage;
    QTest::newRow("indefinite map") << hex("bf616101ff") << badMessage;
    QTest::newRow("break") << hex("ff") << badMessage;
    QTest::newRow("reserved length") << hex("1c") << badMessage;
    QTest::newRow("name twice") << hex("a2616101616102") << badMessage;
    QTest::newRow("name no text") << hex("a10101") << badMessage;
    QTest::newRow("undefined") << hex("f7") << badValue;
    QTest::newRow("undefined in a list") << hex("81f7") << badValue;
    QTest::newRow("simple value") << hex("f0") << badValue;
    QTest::newRow("simple value in two bytes") << hex("f8ff") << badValue;
    QTest::newRow("2^63") << hex("1b8000000000000000") << badValue;
    QTest::newRow("-2^63-1") << hex("3b8000000000000000") << badValue;
    QTest::newRow("tag") << hex("c101") << badValue;
    QTest::newRow("bignum") << hex("c249010000000000000000") << badValue;
    QTest::newRow("date of text") << hex("d903e96161") << badMessage;
    QTest::newRow("date without seconds") << hex("d903e9a0") << badValue;
    QTest::newRow("date with another key") << hex("d903e9a10201") << badValue;
    QTest::newRow("date with 1000 ms") << hex("d903e9a20101221903e8") << badValue;
    QTest::newRow("date too late") << hex("d903e9a1011b7fffffffffffffff") << badValue;
    QTest::newRow("date too early") << hex("d903e9a1013b7fffffffffffffff") << badValue;
    QTest::newRow("17 levels") << QByteArray(17, '\x81') + '\x01' << tooLarge;
    QTest::newRow("nested without end") << QByteArray(1024 * 1024, '\x81') << tooLarge;
    QTest::newRow("nested maps") << QByteArray("\xa1\x61\x61").repeated(17) + '\x01' << tooLarge;
    QTest::newRow("nested tags") << QByteArray("\xd9\x03\xe9").repeated(100000) << badMessage;
    QTest::newRow("10001 elements") << hex("992711") + QByteArray(10001, '\x01') << tooLarge;
}

void tst_CborCodec::refusedValues()
{
    QFETCH(QByteArray, bytes);
    const Expected<Value> read = fromCbor(bytes, Limits());
    QVERIFY(!read);
    QTEST(read.error().code, "code");
    QVERIFY(!read.error().message.isEmpty());
}

void tst_CborCodec::messageBytes_data()
{
    QTest::addColumn<Message>("message");
    QTest::addColumn<QByteArray>("bytes");
    // The examples of docs/protocol.md.
    QTest::newRow("ping") << Message(Ping{ 1000 }) << hex("a2 00 05 18 24 19 03e8");
    QTest::newRow("subscribe") << Message(Subscribe{ 1, Filter::byPrefix("lamps/") })
                               << hex("a3 00 01 0a 01 18 1a 66 6c616d70732f");
    QTest::newRow("set")
            << Message(Commit{ 7, { { Operation::set("a", { { "on", true } }) } }, 0 })
            << hex("a3 00 03 05 07 18 1c 81 a3 12 63 736574 13 61 61 17 a1 62 6f6e f5");
    using Event = Change::Event;
    const Changes changes{ .cursor = 42,
                           .changes = {
                                   change(0, "a", Event::Enter, { { 0, "on", true } }),
                                   change(1, "b", Event::Update,
                                          { { 0, "on", {} }, { 1, "x", 0.1 } }),
                                   change(7, "c", Event::Destroy),
                           } };
    QTest::newRow("changes") << Message(changes)
                             << hex("a5 00 07 09 18 2a"
                                    "0f 85 00 61 61 61 62 07 61 63"
                                    "10 83 00 62 6f6e 61 78"
                                    "11 8a 20 f7 00 f5 21 01 fb 3fb999999999999a 81 00 27 f4");
    const Changes kept{ .cursor = 42,
                        .changes = {
                                change(3, "lamps/hall", Event::Destroy),
                                change(4, "lamps/kitchen", Event::Destroy),
                                change(5, "lamps/kiosk", Event::Destroy),
                                change(9, "doors", Event::Destroy),
                        } };
    QTest::newRow("kept starts")
            << Message(kept)
            << hex("a4 00 07 09 18 2a"
                   "0f 89 03 6a 6c616d70732f68616c6c 26 67 6b69746368656e 28 63 6f736b"
                   "09 20 65 646f6f7273"
                   "11 88 23 f4 24 f4 25 f4 29 f4");
}

void tst_CborCodec::messageBytes()
{
    QFETCH(Message, message);
    QFETCH(QByteArray, bytes);
    QCOMPARE(encoder()->encode(message).toHex(' '), bytes.toHex(' '));
}

void tst_CborCodec::refusedMessages_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *digits, const char *code, const char *says) {
        QTest::newRow(name) << hex(digits) << QByteArray(code) << QByteArray(says);
    };
    const char *const bad = ErrorCode::BadMessage;
    row("nothing", "", bad, "ends");
    row("no map", "01", bad, "must be a map");
    row("empty map", "a0", bad, "\"type\" is missing");
    row("type of text", "a1006161", bad, "\"type\" must be a 64-bit integer");
    row("unknown type", "a10018 63", ErrorCode::UnknownType, "99");
    row("negative type", "a10020", ErrorCode::UnknownType, "-1");
    row("field missing", "a10005", bad, "ping: CBOR, byte 3: the field \"time\" is missing");
    row("field of a wrong type", "a20005182461 61", bad, "\"time\" must be a 64-bit integer");
    row("field too big", "a2000518241b8000000000000000", bad, "\"time\" must be a 64-bit integer");
    row("label of text", "a2000561780118", bad, "label");
    row("label twice", "a3000518240118 2402", bad, "ascend");
    row("labels out of order", "a2182401 0005", bad, "\"type\" is missing");
    row("trailing byte", "a20005182401 00", bad, "1 bytes follow the end");
    row("huge map", "bbffffffffffffffff0005", bad, "announced");
    row("indefinite map", "bf0005182401ff", bad, "indefinite");
    row("id too long", "a3 00 04 0b 01 181b 81 79 012c 61", bad, "announced");
    row("null as field", "a3 00 00 01 f6 02 61 63", bad, "\"protocol\" must be a 64-bit integer");
    row("client empty", "a3 00 00 01 01 02 60", bad, "\"client\" must have 1 to 64 bytes");
    row("neither prefix nor ids", "a2 00 01 0a 01", bad, "\"ids\" is missing");
    row("operation without id", "a3 00 03 05 01 181c 81 a2 12 63 736574 17 a0", bad,
        "\"id\" is missing");
    row("set without values", "a3 00 03 05 01 181c 81 a2 12 63 736574 13 61 61", bad,
        "\"values\" is missing");
    row("bad id", "a3 00 04 0b 01 181b 81 61 00", ErrorCode::BadId, "control character");
    row("null id", "a3 00 04 0b 01 181b 81 f6", ErrorCode::BadId, "is empty");
    row("id ends in a slash", "a3 00 04 0b 01 181b 81 62 612f", ErrorCode::BadId, "ends in '/'");
    row("bad prefix", "a3 00 01 0a 01 181a 61 07", ErrorCode::BadId, "control character");
    row("bad name", "a3 00 03 05 01 181c 81 a3 12 63 736574 13 61 61 17 a1 60 01",
        ErrorCode::BadName, "is empty");
    row("bad value", "a3 00 03 05 01 181c 81 a3 12 63 736574 13 61 61 17 a1 61 61 c1 01",
        ErrorCode::BadValue, "tag 1");
    row("undefined entity", "a3 00 07 09 01 11 81 20", bad, "entity number 0 was not defined");
    row("undefined name", "a4 00 07 09 01 0f 82 00 61 61 11 83 20 00 01", bad,
        "name number 0 was not defined");
    row("huge entity number", "a3 00 07 09 01 11 81 3bffffffffffffffff", bad, "was not defined");
    row("change without entity", "a3 00 07 09 01 11 81 00", bad, "must begin");
    row("no value", "a5 00 07 09 01 0f 82 00 61 61 10 82 00 61 61 11 82 20 00", bad, "no place");
    row("value of what is gone", "a5 00 07 09 01 0f 82 00 61 61 10 82 00 61 61 11 84 20 f4 00 01",
        bad, "no place");
    row("removal in a create", "a5 00 07 09 01 0f 82 00 61 61 10 82 00 61 61 11 83 20 f5 81 00",
        bad, "only an update");
    row("name twice", "a5 00 07 09 01 0f 82 00 61 61 10 82 00 61 61 11 85 20 00 01 00 02", bad,
        "twice");
    row("name twice by two numbers",
        "a5 00 07 09 01 0f 82 00 61 61 10 83 00 61 61 61 61 11 85 20 00 01 01 02", bad, "twice");
    row("two marks", "a4 00 07 09 01 0f 82 00 61 61 11 83 20 f5 f5", bad, "name number is expected");
    row("no changes", "a2 00 07 09 01", bad, "\"changes\" is missing");
    row("defined without number", "a4 00 07 09 01 0f 81 61 61 11 80", bad, "defineIds");
    row("defined twice", "a4 00 07 09 01 0f 84 00 61 61 00 61 62 11 80", bad, "defineIds");
    row("number too big", "a4 00 07 09 01 0f 82 1b0000000100000000 61 61 11 80", bad, "defineIds");
    row("number past the end", "a4 00 07 09 01 0f 83 1affffffff 61 61 61 62 11 80", bad,
        "defineIds");
    row("defined as bytes", "a4 00 07 09 01 0f 82 00 41 61 11 80", bad, "defineIds");
    row("keeps before the first", "a4 00 07 09 01 0f 83 00 21 61 61 11 80", bad, "defineIds");
    row("keeps too much", "a4 00 07 09 01 0f 84 00 61 61 22 61 62 11 80", bad, "keep");
    row("keeps a huge number", "a4 00 07 09 01 0f 84 00 61 61 3bffffffffffffffff 61 62 11 80", bad,
        "keep");
    row("keeps half a character", "a4 00 07 09 01 0f 84 00 62 c3a4 20 61 a5 11 80", bad, "UTF-8");
    row("keeps a part", "a4 00 07 09 01 0f 84 00 62 c3a4 21 61 62 11 80", bad, "keep");
    row("kept and still bad", "a4 00 07 09 01 0f 84 00 62 612f 21 60 11 80", ErrorCode::BadId,
        "ends in '/'");
    row("bad id defined", "a4 00 07 09 01 0f 82 00 60 11 80", ErrorCode::BadId, "is empty");
    row("bad name defined", "a4 00 07 09 01 10 82 00 60 11 80", ErrorCode::BadName, "is empty");
}

void tst_CborCodec::refusedMessages()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, says);
    const Expected<Message> decoded = decoder()->decode(bytes);
    const Error fault = Samples::faultOf(decoded);
    QTEST(fault.code, "code");
    QVERIFY2(fault.message.contains(QString::fromUtf8(says)), qPrintable(fault.message));
}

void tst_CborCodec::unknownFieldsAreIgnored()
{
    // Label 30 within, label 1000 at the end, with contents of every kind.
    const QByteArray bytes = hex("a4 00 05"
                                 "18 1e 86 01 20 41ff 6161 a1 8001 c1 fb0000000000000000"
                                 "18 24 07"
                                 "19 03e8 a1 f6 83 01 02 d9ffff f7");
    const Expected<Message> decoded = decoder()->decode(bytes);
    QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.error().message));
    QCOMPARE(*decoded, Message(Ping{ 7 }));
    const QByteArray deep = hex("a3 00 05 18 24 07 19 03e8") + QByteArray(100000, '\x81') + '\x01';
    QVERIFY(decoder()->decode(deep)); // skipped without recursion
}

void tst_CborCodec::updateCosts13Bytes_data()
{
    QTest::addColumn<EntityNumber>("first");
    QTest::addColumn<int>("most");
    QTest::newRow("one-byte numbers") << EntityNumber(24) << 12;
    QTest::newRow("two-byte numbers") << EntityNumber(256) << 13;
    QTest::newRow("four-byte numbers") << EntityNumber(1000000) << 15;
}

void tst_CborCodec::updateCosts13Bytes()
{
    QFETCH(EntityNumber, first);
    QFETCH(int, most);
    const int count = first < 256 ? 200 : 1000;
    const auto encoder = ::encoder();
    encoder->encode(updates(first, count, 0.1)); // tells the numbers
    const qsizetype empty = encoder->encode(updates(first, 0, 0.1)).size();
    const qsizetype full = encoder->encode(updates(first, count, 0.2)).size();
    QVERIFY2(full - empty <= count * most + 2, // 2: the head of the array grows
             qPrintable(QString::number(double(full - empty) / count)));
}

void tst_CborCodec::definesOncePerConnection()
{
    const auto encoder = ::encoder();
    const auto decoder = ::decoder();
    const Message first = updates(0, 10, 0.1);
    QVERIFY(!encoder->isShareable(first));
    QVERIFY(encoder->isShareable(Ack{ 1, 1 }));
    const QByteArray withDefinitions = encoder->encode(first);
    QVERIFY(encoder->isShareable(first));
    const QByteArray without = encoder->encode(first);
    QVERIFY(withDefinitions.contains("e/0"));
    QVERIFY(!without.contains("e/0"));
    QCOMPARE(*decoder->decode(withDefinitions), first);
    QCOMPARE(*decoder->decode(without), first);
    // One that is new among many: only this one is told.
    const QByteArray more = encoder->encode(updates(0, 11, 0.1));
    QVERIFY(!more.contains("e/0") && more.contains("e/10"));
    QCOMPARE(*decoder->decode(more), updates(0, 11, 0.1));
    // A new name makes a message unshareable, too.
    QVERIFY(!encoder->isShareable(
            Changes{ .changes = { change(1, "e/1", Change::Event::Update, { { 6, "y", 1 } }) } }));
}

void tst_CborCodec::definesOnlyWhatIsUsed()
{
    const Changes two{ .changes = {
                               change(9, "nine", Change::Event::Leave),
                               change(2, "two", Change::Event::Update, { { 4, "four", 1 } }) } };
    const auto encoder = ::encoder();
    const QByteArray bytes = encoder->encode(two);
    QCOMPARE(bytes.toHex(),
             hex("a5 00 07 09 00 0f 84 02 63 74776f 09 64 6e696e65 10 82 04 64 666f7572"
                 "11 85 29 f6 22 04 01")
                     .toHex());
    QVERIFY(!encoder->isShareable(updates(3, 1, 0.1)));
}

void tst_CborCodec::fragmentsAreShared()
{
    const Message message = updates(300, 2, 0.1);
    const Change &first = *std::get<Changes>(message).changes.front();
    QVERIFY(first.encoded[size_t(Encoding::Cbor)].isEmpty());
    encoder()->encode(message);
    QCOMPARE(first.encoded[size_t(Encoding::Cbor)].toHex(),
             QByteArray("39012c05fb3fb999999999999a"));
    const QByteArray mark = hex("39012c0507"); // a fragment that says something else
    first.encoded[size_t(Encoding::Cbor)] = mark;
    QVERIFY(encoder()->encode(message).contains(mark));
    QVERIFY(first.encoded[size_t(Encoding::Json)].isEmpty());
}

void tst_CborCodec::keptStarts_data()
{
    QTest::addColumn<QByteArrayList>("ids");
    QTest::addColumn<int>("atMost"); // bytes of the definitions
    QByteArrayList counted;
    for (int i = 10000; i < 10100; ++i)
        counted.append("item/" + QByteArray::number(i));
    const QByteArray longStart(200, 'x');
    QTest::newRow("counted") << counted << 250;
    QTest::newRow("nothing alike") << QByteArrayList{ "a", "b", "c" } << 9;
    QTest::newRow("the start of the one before") << QByteArrayList{ "lamps/hall", "lamps" } << 16;
    QTest::newRow("goes on") << QByteArrayList{ "lamps", "lamps/hall", "lamps/hall/2" } << 20;
    QTest::newRow("characters of two bytes")
            << QByteArrayList{ "l\u00e4", "l\u00e5", "l\u00e5\u00e4", "l\u00e5\u00e5" } << 20;
    QTest::newRow("long") << QByteArrayList{ longStart + "1", longStart + "2" } << 211;
}

void tst_CborCodec::keptStarts()
{
    QFETCH(QByteArrayList, ids);
    QFETCH(int, atMost);
    Changes changes{ .cursor = 1 };
    EntityNumber number = 0;
    for (const QByteArray &id : ids)
        changes.changes.push_back(change(number++, id, Change::Event::Destroy));
    const auto encoder = ::encoder();
    const QByteArray told = encoder->encode(changes);
    const QByteArray known = encoder->encode(changes); // the same without definitions
    QVERIFY2(told.size() - known.size() <= atMost,
             QByteArray::number(told.size() - known.size()).constData());
    const auto decoder = ::decoder();
    for (const QByteArray &bytes : { told, known }) {
        const Expected<Message> decoded = decoder->decode(bytes);
        QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.error().message));
        QCOMPARE(*decoded, Message(changes));
    }
}

void tst_CborCodec::decoderNeedsDefinitions()
{
    const auto encoder = ::encoder();
    encoder->encode(updates(0, 1, 0.1));
    const Expected<Message> decoded = decoder()->decode(encoder->encode(updates(0, 1, 0.1)));
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().code, ErrorCode::BadMessage);
}

void tst_CborCodec::hugeNumbersCostNothing()
{
    const EntityNumber most = std::numeric_limits<EntityNumber>::max();
    const QByteArray bytes = hex("a5 00 07 09 01 0f 82 1affffffff 61 61 10 82 1affffffff 61 62"
                                 "11 83 3affffffff 1affffffff 01");
    const Expected<Message> decoded = decoder()->decode(bytes);
    QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.error().message));
    QCOMPARE(*decoded,
             Message(Changes{ 1,
                              {},
                              false,
                              false,
                              { change(most, "a", Change::Event::Update, { { most, "b", 1 } }) } }));
}

/// Numbers ascend for as long as a server runs; a connection that begins late is told the last ones.
void tst_CborCodec::hugeNumbersCostEncodersLittle()
{
    const auto used = [] {
        const auto heap = mallinfo2();
        return heap.uordblks + heap.hblkhd;
    };
    const size_t before = used();
    const EntityNumber most = std::numeric_limits<EntityNumber>::max();
    const auto encoder = Encoder::create(Encoding::Cbor);
    encoder->encode(updates(most - 1, 1, 0.5));
    QVERIFY2(used() - before < 16 * 1024 * 1024, QByteArray::number(used() - before).constData());
    QVERIFY(encoder->isShareable(updates(most - 1, 1, 0.5)));
    QVERIFY(!encoder->isShareable(updates(most, 1, 0.5)));
}

void tst_CborCodec::limits()
{
    Limits limits;
    limits.messageSize = 100;
    const QByteArray large = encoder()->encode(Hello{ 1, "c", QByteArray(100, 't') });
    QCOMPARE(decoder(limits)->decode(large).error().code, ErrorCode::TooLarge);
    limits = {};
    limits.properties = 1;
    const Message commit = Commit{ 1, { { Operation::set("a", { { "b", 1 }, { "c", 2 } }) } }, 0 };
    QCOMPARE(Samples::faultOf(decoder(limits)->decode(encoder()->encode(commit))).code,
             ErrorCode::TooLarge);
    const QByteArray longId(300, 'x');
    const Message fetch = Fetch{ 1, { longId } };
    QCOMPARE(decoder()->decode(encoder()->encode(fetch)).error().code, ErrorCode::BadId);
    const Message create = Commit{ 1, { { Operation::create(longId + '/', {}) } }, 0 };
    QCOMPARE(Samples::faultOf(decoder()->decode(encoder()->encode(create))).code, ErrorCode::BadId);
}

QTEST_APPLESS_MAIN(tst_CborCodec)

#include "tst_cborcodec.moc"
