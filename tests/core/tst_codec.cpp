// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "samplemessages.h"

#include <objectsync/core/codec.h>

#include <QtTest/qtest.h>

#include <bit>
#include <random>
#include <set>

using namespace ObjectSync;

Q_DECLARE_METATYPE(ObjectSync::Message)

namespace {

/// Limits under which only the bytes that are there bound anything.
Limits wideLimits()
{
    Limits limits;
    limits.messageSize = 16 * 1024 * 1024;
    return limits;
}

/// Decodes with a decoder that was told the numbers of the samples before.
Expected<Message> decode(Encoding encoding, QByteArrayView bytes)
{
    return Decoder::create(encoding, wideLimits())->decode(bytes);
}

QByteArray encode(Encoding encoding, const Message &message)
{
    return Encoder::create(encoding)->encode(message);
}

} // namespace

/// What holds for both encodings alike.
class tst_Codec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samplesAreComplete();
    void roundTrip_data();
    void roundTrip();
    void othersMayNotSend_data();
    void othersMayNotSend();
    void refusedBeforeItIsRead();
    void numbersArriveInCbor();
    void equality();
    void filter_data();
    void filter();
    void values_data();
    void values();
    void typeOfNumbersIsKept_data();
    void typeOfNumbersIsKept();
    void truncated_data();
    void truncated();
    void damaged_data();
    void damaged();
    void randomBytes();
};

void tst_Codec::samplesAreComplete()
{
    std::set<size_t> types;
    for (const Samples::Sample &sample : Samples::all())
        types.insert(sample.message.index());
    QCOMPARE(types.size(), std::variant_size_v<Message>);
}

void tst_Codec::roundTrip_data()
{
    QTest::addColumn<int>("encoding");
    QTest::addColumn<Message>("message");
    for (const Samples::Sample &sample : Samples::all()) {
        QTest::addRow("cbor %s", sample.name) << int(Encoding::Cbor) << sample.message;
        QTest::addRow("json %s", sample.name) << int(Encoding::Json) << sample.message;
    }
}

void tst_Codec::roundTrip()
{
    QFETCH(int, encoding);
    QFETCH(Message, message);
    const QByteArray bytes = encode(Encoding(encoding), message);
    const Expected<Message> decoded = decode(Encoding(encoding), bytes);
    QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.error().message));
    QCOMPARE(decoded->index(), message.index());
    QVERIFY2(*decoded == message, bytes.toHex(' '));
    QCOMPARE(encode(Encoding(encoding), *decoded), bytes);
    QCOMPARE(Encoder::create(Encoding(encoding))->encoding(), Encoding(encoding));
}

void tst_Codec::othersMayNotSend_data()
{
    roundTrip_data();
}

void tst_Codec::othersMayNotSend()
{
    QFETCH(int, encoding);
    QFETCH(Message, message);
    using Sender = Decoder::Sender;
    const bool isClients = std::holds_alternative<Hello>(message)
                           || std::holds_alternative<Subscribe>(message)
                           || std::holds_alternative<Unsubscribe>(message)
                           || std::holds_alternative<Commit>(message)
                           || std::holds_alternative<Fetch>(message)
                           || std::holds_alternative<Ping>(message);
    const QByteArray bytes = encode(Encoding(encoding), message);
    for (const Sender sender : { Sender::Client, Sender::Server }) {
        const auto decoded = Decoder::create(Encoding(encoding), wideLimits(), sender)->decode(bytes);
        if (isClients == (sender == Sender::Client)) {
            QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.error().message));
            QVERIFY(*decoded == message);
        } else {
            QVERIFY(!decoded);
            QCOMPARE(decoded.error().code, QByteArray(ErrorCode::UnknownType));
        }
    }
}

/// The definitions of numbers in `changes` would be kept: a client must not fill a server with them.
void tst_Codec::refusedBeforeItIsRead()
{
    const QByteArray json = R"({"type":"changes","cursor":"not a number"})";
    // The definition of number 0 of an entity, then an end that comes too early.
    const QByteArray cbor = QByteArray::fromHex("a4000709010f8200616111");
    for (const auto &[encoding, bytes] :
         { std::pair(Encoding::Json, json), std::pair(Encoding::Cbor, cbor) }) {
        const auto decoder = Decoder::create(encoding, {}, Decoder::Sender::Client);
        QCOMPARE(decoder->decode(bytes).error().code, QByteArray(ErrorCode::UnknownType));
        QCOMPARE(decode(encoding, bytes).error().code, QByteArray(ErrorCode::BadMessage));
    }
}

void tst_Codec::numbersArriveInCbor()
{
    const QByteArray bytes = encode(Encoding::Cbor, Samples::changes());
    const Expected<Message> decoded = decode(Encoding::Cbor, bytes);
    const auto sent = std::get<Changes>(Samples::changes()).changes;
    const auto received = std::get<Changes>(*decoded).all();
    QCOMPARE(received.size(), sent.size());
    for (size_t i = 0; i < sent.size(); ++i) {
        QCOMPARE(received[i]->number, sent[i]->number);
        for (qsizetype j = 0; j < sent[i]->properties.size(); ++j) {
            QCOMPARE(received[i]->properties[j].nameNumber, sent[i]->properties[j].nameNumber);
        }
    }
}

void tst_Codec::equality()
{
    QCOMPARE(Samples::changes(), Samples::changes()); // not the same pointers
    Changes other = std::get<Changes>(Samples::changes());
    other.changes.pop_back();
    QVERIFY(Message(other) != Samples::changes());
    other.changes.push_back(Samples::change(1, "lamps/kitchen", Change::Event::Update));
    QVERIFY(Message(other) != Samples::changes());
    for (const Samples::Sample &a : Samples::all()) {
        for (const Samples::Sample &b : Samples::all())
            QCOMPARE(a.message == b.message, a.name == b.name || qstrcmp(a.name, b.name) == 0);
    }
}

void tst_Codec::filter_data()
{
    QTest::addColumn<bool>("byPrefix");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("matches");
    QTest::newRow("prefix") << true << QByteArray("lamps/") << true;
    QTest::newRow("everything") << true << QByteArray() << true;
    QTest::newRow("other prefix") << true << QByteArray("lamps/h") << false;
    QTest::newRow("id") << false << QByteArray("lamps/kitchen") << true;
    QTest::newRow("an id is no prefix") << false << QByteArray("lamps/") << false;
}

void tst_Codec::filter()
{
    QFETCH(bool, byPrefix);
    QFETCH(QByteArray, text);
    const Filter filter = byPrefix ? Filter::byPrefix(text) : Filter::byIds({ "other", text });
    QTEST(filter.matches("lamps/kitchen"), "matches");
}

void tst_Codec::values_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const ValueMap::Item &item : Samples::allValues())
        QTest::newRow(item.name.constData()) << item.name;
}

void tst_Codec::values()
{
    QFETCH(QByteArray, name);
    const Value value = Samples::allValues().value(name);
    const Expected<Value> fromBytes = fromCbor(toCbor(value), Limits());
    QVERIFY2(fromBytes, qPrintable(fromBytes ? QString() : fromBytes.error().message));
    QCOMPARE(fromBytes->type(), value.type());
    QVERIFY2(*fromBytes == value, toCbor(value).toHex(' '));
    const Expected<Value> fromText = fromJson(toJson(value), Limits());
    QVERIFY2(fromText, qPrintable(fromText ? QString() : fromText.error().message));
    QCOMPARE(fromText->type(), value.type());
    QVERIFY2(*fromText == value, toJson(value));
}

void tst_Codec::typeOfNumbersIsKept_data()
{
    QTest::addColumn<double>("number");
    for (const double number : { 0.0, -0.0, 1.0, -1.0, 1e15, 1e16, 1e21, 1e300, 5e-324, 0.1, -2.5 })
        QTest::addRow("%g", number) << number;
}

void tst_Codec::typeOfNumbersIsKept()
{
    QFETCH(double, number);
    for (const Value &value :
         { *fromCbor(toCbor(number), Limits()), *fromJson(toJson(number), Limits()) }) {
        QCOMPARE(value.type(), Value::Type::Double);
        QCOMPARE(std::bit_cast<quint64>(value.toDouble()), std::bit_cast<quint64>(number));
    }
}

void tst_Codec::truncated_data()
{
    roundTrip_data();
}

void tst_Codec::truncated()
{
    QFETCH(int, encoding);
    QFETCH(Message, message);
    const QByteArray bytes = encode(Encoding(encoding), message);
    for (qsizetype size = 0; size < bytes.size(); ++size) {
        // A copy of exactly this size, so that a sanitizer sees each byte read behind it.
        const QByteArray part(bytes.constData(), size);
        const Expected<Message> decoded = decode(Encoding(encoding), part);
        QVERIFY2(!decoded, part.toHex(' '));
        QCOMPARE(decoded.error().code, ErrorCode::BadMessage);
        QVERIFY(!decoded.error().message.isEmpty());
    }
    const Expected<Message> longer = decode(Encoding(encoding), bytes + '1');
    QVERIFY(!longer);
    QCOMPARE(longer.error().code, ErrorCode::BadMessage);
}

void tst_Codec::damaged_data()
{
    roundTrip_data();
}

/// Flips bits at random; whatever still decodes must survive another round trip.
void tst_Codec::damaged()
{
    QFETCH(int, encoding);
    QFETCH(Message, message);
    const QByteArray bytes = encode(Encoding(encoding), message);
    std::mt19937 random(1); // the same on every run
    for (int i = 0; i < 500; ++i) {
        QByteArray damaged = bytes;
        for (auto flips = 1 + random() % 4; flips > 0; --flips) {
            char &byte =
                    damaged[static_cast<qsizetype>(random() % static_cast<size_t>(bytes.size()))];
            byte = static_cast<char>(byte ^ (1 << (random() % 8)));
        }
        const Expected<Message> decoded = decode(Encoding(encoding), damaged);
        if (!decoded) {
            QVERIFY(!decoded.error().code.isEmpty() && !decoded.error().message.isEmpty());
            continue;
        }
        const Expected<Message> again = decode(Encoding(encoding),
                                               encode(Encoding(encoding), *decoded));
        QVERIFY2(again && *again == *decoded, damaged.toHex(' '));
    }
}

void tst_Codec::randomBytes()
{
    std::mt19937 random(2);
    for (int i = 0; i < 10000; ++i) {
        QByteArray bytes(static_cast<qsizetype>(random() % 64), Qt::Uninitialized);
        for (char &byte : bytes)
            byte = static_cast<char>(random());
        if (i % 2 != 0)
            bytes.prepend("\xa2\x00", 2); // half of them begin well
        for (const Encoding encoding : { Encoding::Cbor, Encoding::Json }) {
            const Expected<Message> decoded = decode(encoding, bytes);
            QVERIFY(decoded || !decoded.error().message.isEmpty());
        }
        const Expected<Value> value = fromCbor(bytes, Limits());
        QVERIFY(value || !value.error().message.isEmpty());
    }
}

QTEST_APPLESS_MAIN(tst_Codec)

#include "tst_codec.moc"
