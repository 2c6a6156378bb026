// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "samplemessages.h"

#include <objectsync/core/codec.h>

#include <QtCore/qfile.h>
#include <QtTest/qtest.h>

using namespace ObjectSync;
using Samples::change;

Q_DECLARE_METATYPE(ObjectSync::Message)
Q_DECLARE_METATYPE(ObjectSync::Value)

namespace {

Expected<Message> decode(const QByteArray &json, const Limits &limits = {})
{
    return Decoder::create(Encoding::Json, limits)->decode(json);
}

QByteArray encode(const Message &message)
{
    return Encoder::create(Encoding::Json)->encode(message);
}

} // namespace

class tst_JsonCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valueText_data();
    void valueText();
    void acceptedValues_data();
    void acceptedValues();
    void refusedValues_data();
    void refusedValues();
    void messageText_data();
    void messageText();
    void documentedExamples();
    void refusedMessages_data();
    void refusedMessages();
    void unknownFieldsAreIgnored();
    void fragmentsAreShared();
    void deepestValue();
    void limits();
};

void tst_JsonCodec::valueText_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("null") << Value(nullptr) << QByteArray("null");
    QTest::newRow("true") << Value(true) << QByteArray("true");
    QTest::newRow("int") << Value(-7) << QByteArray("-7");
    QTest::newRow("2^53") << Value(qint64{ 9007199254740992 }) << QByteArray("9007199254740992");
    QTest::newRow("2^53+1") << Value(qint64{ 9007199254740993 })
                            << QByteArray(R"({"$int":"9007199254740993"})");
    QTest::newRow("least") << Value(std::numeric_limits<qint64>::min())
                           << QByteArray(R"({"$int":"-9223372036854775808"})");
    QTest::newRow("double") << Value(0.1) << QByteArray("0.1");
    QTest::newRow("whole double") << Value(1.0) << QByteArray("1.0");
    QTest::newRow("large double") << Value(1e21) << QByteArray("1e+21");
    QTest::newRow("nan") << Value(std::numeric_limits<double>::quiet_NaN())
                         << QByteArray(R"({"$double":"nan"})");
    QTest::newRow("inf") << Value(-std::numeric_limits<double>::infinity())
                         << QByteArray(R"({"$double":"-inf"})");
    QTest::newRow("text") << Value("a\"\\\n\x1f\x7fü/")
                          << QByteArray(R"("a\"\\\n\u001f)"
                                        "\x7fü/\"");
    QTest::newRow("bytes") << Value::bytes("\xff\xfe") << QByteArray(R"({"$bytes":"//4="})");
    QTest::newRow("no bytes") << Value::bytes({}) << QByteArray(R"({"$bytes":""})");
    QTest::newRow("date") << Value::dateTime(1767323045678)
                          << QByteArray(R"({"$date":"2026-01-02T03:04:05.678Z"})");
    QTest::newRow("year 0") << Value::dateTime(-62167219200000)
                            << QByteArray(R"({"$date":"0000-01-01T00:00:00.000Z"})");
    QTest::newRow("before year 0")
            << Value::dateTime(-62167219200001) << QByteArray(R"({"$date":"-62167219200001"})");
    QTest::newRow("end of year 9999") << Value::dateTime(253402300799999)
                                      << QByteArray(R"({"$date":"9999-12-31T23:59:59.999Z"})");
    QTest::newRow("year 10000") << Value::dateTime(253402300800000)
                                << QByteArray(R"({"$date":"253402300800000"})");
    QTest::newRow("leap day") << Value::dateTime(1709164800000)
                              << QByteArray(R"({"$date":"2024-02-29T00:00:00.000Z"})");
    QTest::newRow("list") << Value(Value::List{ 1, Value::List{} }) << QByteArray("[1,[]]");
    QTest::newRow("map") << Value(ValueMap{ { "b", 1 }, { "a", 2 } })
                         << QByteArray(R"({"a":2,"b":1})");
    QTest::newRow("escaped map") << Value(ValueMap{ { "$int", "1" } })
                                 << QByteArray(R"({"$map":{"$int":"1"}})");
    QTest::newRow("no need to escape") << Value(ValueMap{ { "$int", "1" }, { "a", 1 } })
                                       << QByteArray(R"({"$int":"1","a":1})");
}

void tst_JsonCodec::valueText()
{
    QFETCH(Value, value);
    QFETCH(QByteArray, text);
    QCOMPARE(toJson(value), text);
    const Expected<Value> read = fromJson(text, Limits());
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QVERIFY(*read == value && read->type() == value.type());
}

/// What another writer may write.
void tst_JsonCodec::acceptedValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Value>("value");
    QTest::newRow("space") << QByteArray(" [ 1 ,\n2 ] ") << Value(Value::List{ 1, 2 });
    QTest::newRow("large plain integer")
            << QByteArray("9223372036854775807") << Value(std::numeric_limits<qint64>::max());
    QTest::newRow("small $int") << QByteArray(R"({"$int":"7"})") << Value(7);
    QTest::newRow("escapes") << QByteArray(R"("\u00fc\ud83d\ude00\u0000\/")")
                             << Value::string(QByteArray("ü\xf0\x9f\x98\x80\0/", 8));
    QTest::newRow("date without milliseconds")
            << QByteArray(R"({"$date":"2026-01-02T03:04:05Z"})") << Value::dateTime(1767323045000);
    QTest::newRow("needless $map")
            << QByteArray(R"({"$map":{"a":1}})") << Value(ValueMap{ { "a", 1 } });
    QTest::newRow("tiny double") << QByteArray("1e-400") << Value(0.0);
}

void tst_JsonCodec::acceptedValues()
{
    QFETCH(QByteArray, text);
    const Expected<Value> read = fromJson(text, Limits());
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QTEST(*read, "value");
}

void tst_JsonCodec::refusedValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *name, const QByteArray &text, const char *code) {
        QTest::newRow(name) << text << QByteArray(code);
    };
    const char *const bad = ErrorCode::BadMessage;
    row("nothing", "", bad);
    row("word", "nul", bad);
    row("NaN", "NaN", bad);
    row("trailing", "1 2", bad);
    row("trailing zero byte", QByteArray("1\0 2", 4), bad);
    row("zero byte in text", QByteArray("\"\0\"", 3), bad);
    row("trailing comma", "[1,]", bad);
    row("comment", "/* */1", bad);
    row("single quotes", "'a'", bad);
    row("leading zero", "01", bad);
    row("open", "[1", bad);
    row("name twice", R"({"a":1,"b":2,"a":1})", bad);
    row("name twice after escape", R"({"a":1,"\u0061":1})", bad);
    row("lone high surrogate", R"("\ud83d")", bad);
    row("lone low surrogate", R"("\ude00")", bad);
    row("invalid UTF-8", "\"\xff\xfe\"", bad);
    row("encoded surrogate", "\"\xed\xa0\x80\"", bad);
    row("control character", "\"\n\"", bad);
    row("double too large", "1e400", bad);
    row("2^63", "9223372036854775808", ErrorCode::BadValue);
    row("-2^63-1", "-9223372036854775809", ErrorCode::BadValue);
    row("2^64", "18446744073709551616", ErrorCode::BadValue);
    row("unknown $", R"({"$set":[1]})", ErrorCode::BadValue);
    row("$int of a number", R"({"$int":1})", ErrorCode::BadValue);
    row("$int too large", R"({"$int":"9223372036854775808"})", ErrorCode::BadValue);
    row("$int with a plus", R"({"$int":"+1"})", ErrorCode::BadValue);
    row("$int and more", R"({"$int":"1 "})", ErrorCode::BadValue);
    row("$int empty", R"({"$int":""})", ErrorCode::BadValue);
    row("$bytes not base64", R"({"$bytes":"=a"})", ErrorCode::BadValue);
    row("$double of a number", R"({"$double":"1.5"})", ErrorCode::BadValue);
    row("$date of a bad day", R"({"$date":"2026-02-29T00:00:00Z"})", ErrorCode::BadValue);
    row("$date of a bad hour", R"({"$date":"2026-02-20T24:00:00Z"})", ErrorCode::BadValue);
    row("$date without zone", R"({"$date":"2026-02-20T00:00:00"})", ErrorCode::BadValue);
    row("$date with letters", R"({"$date":"2026-02-20T00:00:0xZ"})", ErrorCode::BadValue);
    row("$date empty", R"({"$date":""})", ErrorCode::BadValue);
    row("$map of a list", R"({"$map":[]})", ErrorCode::BadValue);
    row("17 levels", QByteArray("[").repeated(17) + QByteArray("]").repeated(17),
        ErrorCode::TooLarge);
    row("17 maps", QByteArray(R"({"a":)").repeated(17) + '1' + QByteArray("}").repeated(17),
        ErrorCode::TooLarge);
    row("nested without end", QByteArray("[").repeated(1024 * 1024), ErrorCode::TooLarge);
    row("10001 elements", '[' + QByteArray("1,").repeated(10000) + "1]", ErrorCode::TooLarge);
}

void tst_JsonCodec::refusedValues()
{
    QFETCH(QByteArray, text);
    const Expected<Value> read = fromJson(text, Limits());
    QVERIFY(!read);
    QTEST(read.error().code, "code");
    QVERIFY(!read.error().message.isEmpty());
}

void tst_JsonCodec::messageText_data()
{
    QTest::addColumn<Message>("message");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const Message &message, const char *text) {
        QTest::newRow(name) << message << QByteArray(text);
    };
    // The examples of docs/protocol.md.
    const Resume resume{ "e1",
                         41,
                         { { 1, Filter::byPrefix("lamps/") }, { 2, Filter::byIds({ "a" }) } } };
    row("hello", Hello{ 1, "c1", "secret", 6, resume },
        R"({"type":"hello","protocol":1,"client":"c1","token":"secret","answered":6,)"
        R"("resume":{"epoch":"e1","cursor":41,)"
        R"("subs":[{"sub":1,"prefix":"lamps/"},{"sub":2,"ids":["a"]}]}})");
    row("subscribe", Subscribe{ 1, Filter::byPrefix("lamps/") },
        R"({"type":"subscribe","sub":1,"prefix":"lamps/"})");
    row("subscribe to ids", Subscribe{ 2, Filter::byIds({ "a", "b" }) },
        R"({"type":"subscribe","sub":2,"ids":["a","b"]})");
    row("unsubscribe", Unsubscribe{ 1 }, R"({"type":"unsubscribe","sub":1})");
    const Transaction transaction{
        { Operation::create("lamps/kitchen", { { "on", true } }), Operation::save("a", {}),
          Operation::set("a", { { "x", 1.0 } }), Operation::unset("a", { "note" }),
          Operation::apply("increment", "a", "uses", 1), Operation::destroy("b") },
        { { .id = "a", .exists = true, .revision = 3, .values = { { "on", true } } } }
    };
    row("commit", Commit{ 7, transaction, 5 },
        R"({"type":"commit","tx":7,"answered":5,"ops":[)"
        R"({"op":"create","id":"lamps/kitchen","values":{"on":true}},{"op":"save","id":"a"},)"
        R"({"op":"set","id":"a","values":{"x":1.0}},{"op":"unset","id":"a","names":["note"]},)"
        R"({"op":"increment","id":"a","name":"uses","by":1},{"op":"destroy","id":"b"}],)"
        R"("expect":[{"id":"a","revision":3,"values":{"on":true},"exists":true}]})");
    row("create without id", Commit{ 1, { { Operation::create({}, {}) } }, 0 },
        R"({"type":"commit","tx":1,"ops":[{"op":"create"}]})");
    row("fetch", Fetch{ 3, { "a", "nope" } }, R"({"type":"fetch","request":3,"ids":["a","nope"]})");
    row("ping", Ping{ 1000 }, R"({"type":"ping","time":1000})");
    row("welcome", Welcome{ 1, "e1", 41, 6, true, {}, 1767323045678 },
        R"({"type":"welcome","protocol":1,"epoch":"e1","cursor":41,"lastTx":6,"resumed":true,)"
        R"("limits":{"messageSize":262144,"idSize":256,"nameSize":128,"properties":1000,)"
        R"("entitySize":1048576,"nesting":16,"elements":10000,"operationsPerSecond":100,)"
        R"("operationsBurst":200,"pendingTransactions":256,"subscriptions":1000,)"
        R"("subscriptionIds":10000},"serverTime":1767323045678})");
    using Event = Change::Event;
    const Changes changes{ 42,
                           1,
                           true,
                           true,
                           { change(0, "a", Event::Create, { { 0, "on", true } }),
                             change(1, "b", Event::Update, { { 1, "x", 7 }, { 2, "note", {} } }),
                             change(2, "c", Event::Destroy), change(3, "d", Event::Leave),
                             change(4, "e", Event::Enter) } };
    row("changes", changes,
        R"({"type":"changes","cursor":42,"sub":1,"reset":true,"more":true,"changes":[)"
        R"({"id":"a","event":"create","values":{"on":true}},)"
        R"({"id":"b","values":{"x":7},"unset":["note"]},{"id":"c","event":"destroy"},)"
        R"({"id":"d","event":"leave"},{"id":"e","event":"enter","values":{}}]})");
    row("subscribed", Subscribed{ 1, 42 }, R"({"type":"subscribed","cursor":42,"sub":1})");
    row("ack", Ack{ 7, 42, { "", "lamps/8f" } },
        R"({"type":"ack","tx":7,"cursor":42,"ids":[null,"lamps/8f"]})");
    row("reject", Reject{ 7, { "not-found", QStringLiteral("No such lamp"), "lamps/x" } },
        R"({"type":"reject","tx":7,"code":"not-found","message":"No such lamp","id":"lamps/x"})");
    row("result", Result{ 3, { Result::Entity{ "a", 3, { { "on", true } } }, std::nullopt } },
        R"({"type":"result","request":3,"entities":[{"id":"a","revision":3,"values":{"on":true}},null]})");
    row("error", Failure{ { "slow-down", QStringLiteral("Wait") }, true, 1, 2 },
        R"({"type":"error","code":"slow-down","message":"Wait","fatal":true,"sub":1,"request":2})");
    row("pong", Pong{ 1, 2 }, R"({"type":"pong","time":1,"serverTime":2})");
}

void tst_JsonCodec::messageText()
{
    QFETCH(Message, message);
    QFETCH(QByteArray, text);
    QCOMPARE(encode(message), text);
    QCOMPARE(*decode(text), message);
}

/// The session in docs/protocol.md is what is really sent.
void tst_JsonCodec::documentedExamples()
{
    QFile page(QFINDTESTDATA("../../docs/protocol.md"));
    QVERIFY2(page.open(QIODevice::ReadOnly), qPrintable(page.errorString()));
    int examples = 0;
    for (const QByteArray &line : page.readAll().split('\n')) {
        const bool isMessage = line.startsWith("> {") || line.startsWith("< {");
        if (!isMessage || line.contains("…")) // shortened
            continue;
        const QByteArray json = line.mid(2);
        const Expected<Message> decoded = decode(json);
        QVERIFY2(decoded, json);
        QCOMPARE(encode(*decoded), json);
        ++examples;
    }
    QVERIFY(examples >= 15);
}

void tst_JsonCodec::refusedMessages_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *text, const char *code, const char *says) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(code) << QByteArray(says);
    };
    const char *const bad = ErrorCode::BadMessage;
    row("nothing", "", bad, "JSON, byte");
    row("no object", "[]", bad, "\"message\" must be an object");
    row("no type", "{}", bad, "\"type\" is missing");
    row("type of a number", R"({"type":5})", bad, "\"type\" must be a text string");
    row("unknown type", R"({"type":"helo"})", ErrorCode::UnknownType, "\"helo\"");
    row("field missing", R"({"type":"ping"})", bad, "ping: the field \"time\" is missing");
    row("integer as a double", R"({"type":"ping","time":1.0})", bad,
        "\"time\" must be a 64-bit integer");
    row("integer as text", R"({"type":"ping","time":"1"})", bad,
        "\"time\" must be a 64-bit integer");
    row("null as field", R"({"type":"hello","protocol":1,"client":"a","token":null})", bad,
        "\"token\" must be a text string");
    row("member twice", R"({"type":"ping","time":1,"time":1})", bad, "twice");
    row("neither prefix nor ids", R"({"type":"subscribe","sub":1})", bad, "\"ids\" is missing");
    row("ids no array", R"({"type":"subscribe","sub":1,"ids":"a"})", bad,
        "\"ids\" must be an array");
    row("ops missing", R"({"type":"commit","tx":1})", bad, "\"ops\" is missing");
    row("op no object", R"({"type":"commit","tx":1,"ops":["set"]})", bad,
        "\"ops\" must be an object");
    row("op without word", R"({"type":"commit","tx":1,"ops":[{"id":"a"}]})", bad,
        "\"op\" is missing");
    row("set without values", R"({"type":"commit","tx":1,"ops":[{"op":"set","id":"a"}]})", bad,
        "\"values\" is missing");
    row("values no object", R"({"type":"commit","tx":1,"ops":[{"op":"set","id":"a","values":[]}]})",
        bad, "\"values\" must be an object");
    row("increment without name", R"({"type":"commit","tx":1,"ops":[{"op":"increment","id":"a"}]})",
        bad, "\"name\" is missing");
    row("bad id", R"({"type":"fetch","request":1,"ids":["a\u0000"]})", ErrorCode::BadId, "control");
    row("bad name", R"({"type":"commit","tx":1,"ops":[{"op":"set","id":"a","values":{"":1}}]})",
        ErrorCode::BadName, "empty");
    row("bad value",
        R"({"type":"commit","tx":1,"ops":[{"op":"set","id":"a","values":{"b":{"$x":1}}}]})",
        ErrorCode::BadValue, "$x");
    row("bad event", R"({"type":"changes","cursor":1,"changes":[{"id":"a","event":"update"}]})",
        bad, "\"event\" must be");
    row("bad id in changes", R"({"type":"changes","cursor":1,"changes":[{"id":""}]})",
        ErrorCode::BadId, "empty");
    row("null change", R"({"type":"changes","cursor":1,"changes":[null]})", bad,
        "must be an object");
    row("values of what is gone",
        R"({"type":"changes","cursor":1,"changes":[{"id":"a","event":"leave","values":{"b":1}}]})",
        bad, "no properties");
    row("removal in a create",
        R"({"type":"changes","cursor":1,"changes":[{"id":"a","event":"create","unset":["b"]}]})",
        bad, "only an update");
    row("set and removed",
        R"({"type":"changes","cursor":1,"changes":[{"id":"a","values":{"b":1},"unset":["b"]}]})",
        bad, "twice");
}

void tst_JsonCodec::refusedMessages()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    const Expected<Message> decoded = decode(text);
    const Error fault = Samples::faultOf(decoded);
    QTEST(fault.code, "code");
    QVERIFY2(fault.message.contains(QString::fromUtf8(says)), qPrintable(fault.message));
}

void tst_JsonCodec::unknownFieldsAreIgnored()
{
    const Expected<Message> decoded = decode(
            R"({"time":7,"more":{"a":[null,{"$x":1}]},"type":"ping","x":1e5})");
    QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.error().message));
    QCOMPARE(*decoded, Message(Ping{ 7 }));
}

void tst_JsonCodec::fragmentsAreShared()
{
    const Message message = Changes{ .changes = { change(1, "a", Change::Event::Destroy) } };
    const Change &first = *std::get<Changes>(message).changes.front();
    QVERIFY(Encoder::create(Encoding::Json)->isShareable(message));
    encode(message);
    QCOMPARE(first.encoded[size_t(Encoding::Json)], QByteArray(R"({"id":"a","event":"destroy"})"));
    first.encoded[size_t(Encoding::Json)] = "{\"kept\":1}";
    QVERIFY(encode(message).contains("[{\"kept\":1}]"));
}

/// The deepest value that is allowed, with every level escaped, fits into every message.
void tst_JsonCodec::deepestValue()
{
    Value value = Value::bytes("x");
    for (qint64 i = 0; i < Limits().nesting; ++i)
        value = ValueMap{ { "$a", value } };
    QCOMPARE(*fromJson(toJson(value), Limits()), value);
    const Message commit = Commit{ 1, { { Operation::set("a", { { "v", value } }) } }, 0 };
    QCOMPARE(*decode(encode(commit)), commit);
    const Message deeper = Commit{
        1, { { Operation::set("a", { { "v", ValueMap{ { "$a", value } } } }) } }, 0
    };
    QCOMPARE(Samples::faultOf(decode(encode(deeper))).code, ErrorCode::TooLarge);
}

void tst_JsonCodec::limits()
{
    Limits limits;
    limits.messageSize = 100;
    QCOMPARE(decode(QByteArray(101, ' '), limits).error().code, ErrorCode::TooLarge);
    limits = {};
    limits.properties = 1;
    const Message commit = Commit{ 1, { { Operation::set("a", { { "b", 1 }, { "c", 2 } }) } }, 0 };
    QCOMPARE(Samples::faultOf(decode(encode(commit), limits)).code, ErrorCode::TooLarge);
    QCOMPARE(decode(encode(Fetch{ 1, { QByteArray(300, 'x') } })).error().code, ErrorCode::BadId);
}

QTEST_APPLESS_MAIN(tst_JsonCodec)

#include "tst_jsoncodec.moc"
