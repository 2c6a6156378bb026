// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedtest.h"

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

/// A session whose transport is measured.
class MeasuredClient : public SeedClient
{
public:
    MeasuredClient(const QUrl &url, Encoding encoding)
        : SeedClient(url), wire(new MeasuredTransport(encoding))
    {
        setTransport(std::unique_ptr<Transport>(wire));
    }
    MeasuredTransport *const wire;
};

/// An entity with 50 properties of 100 bytes.
QVariantMap largeEntity(const QString &id)
{
    QVariantMap values{ { u"id"_s, id } };
    for (int i = 0; i < 50; ++i)
        values.insert(u"property%1"_s.arg(i), QString(100, u'x'));
    return values;
}

} // namespace

class TestSeedTraffic : public SeedTest
{
    Q_OBJECT

private Q_SLOTS:
    void T2_clientsSubscribe_data() { addEncodings(); }
    void T2_clientsSubscribe();
    void T2_nothingElseIsSent_data() { addEncodings(); }
    void T2_nothingElseIsSent();
    void T2_subscriptionsEnd_data() { addEncodings(); }
    void T2_subscriptionsEnd();
    void T6_aChangeSendsOnlyThat_data();
    void T6_aChangeSendsOnlyThat();
    void T6_whatIsSentNamesOneProperty();
    void T6_manyChangesAreOneMessage_data();
    void T6_manyChangesAreOneMessage();
};

void TestSeedTraffic::T2_clientsSubscribe()
{
    QFETCH(const Encoding, encoding);
    SeedClient lamps(m_server->url(), encoding);
    SeedClient one(m_server->url(), encoding);
    SeedClient none(m_server->url(), encoding);
    SeedClient anna(m_server->url(), encoding);
    const SyncSubscription *door = one.subscribe(QStringList{ u"doors/a"_s, u"doors/z"_s });
    QVERIFY(lamps.watch(u"lamps/"_s) && one.goOnline() && none.goOnline() && anna.watch());
    SOON(door->isReady());
    for (const auto &id : { u"lamps/a"_s, u"doors/a"_s, u"doors/b"_s, u"lamps"_s, u"lamps/b"_s })
        anna.save({ { u"id"_s, id } });
    anna.save({ { u"id"_s, u"doors/z"_s } });
    QVERIFY(anna.settle());
    // They are told in the order of the changes: after the last one there is nothing more to come.
    SOON(lamps.exists(u"lamps/b"_s) && one.exists(u"doors/z"_s));
    QCOMPARE(lamps.takeEvents(), (QStringList{ u"created lamps/a"_s, u"created lamps/b"_s }));
    QCOMPARE(one.takeEvents(), (QStringList{ u"created doors/a"_s, u"created doors/z"_s }));
    QVERIFY(finishes(none.fetch({ u"lamps/a"_s })));
    QVERIFY(none.takeEvents().isEmpty());
    QCOMPARE(anna.takeEvents().size(), 6);
}

void TestSeedTraffic::T2_nothingElseIsSent()
{
    QFETCH(const Encoding, encoding);
    MeasuredClient lamps(m_server->url(), encoding);
    SeedClient anna(m_server->url());
    QVERIFY(lamps.watch(u"lamps/"_s) && anna.watch());
    lamps.wire->startCounting();
    for (int i = 0; i < 100; ++i)
        anna.save(largeEntity(u"doors/%1"_s.arg(i)));
    anna.save({ { u"id"_s, u"lamps/a"_s }, { u"on"_s, true } });
    SOON(lamps.exists(u"lamps/a"_s));
    QCOMPARE(lamps.wire->incoming.messages, 1);
    QVERIFY2(lamps.wire->incoming.bytes < 150,
             QByteArray::number(lamps.wire->incoming.bytes).constData());
}

void TestSeedTraffic::T2_subscriptionsEnd()
{
    QFETCH(const Encoding, encoding);
    MeasuredClient bert(m_server->url(), encoding);
    SeedClient anna(m_server->url());
    QVERIFY(anna.watch());
    anna.save({ { u"id"_s, u"lamps/a"_s }, { u"on"_s, true } });
    QVERIFY(anna.settle());
    auto *lamps = bert.subscribe(u"lamps/"_s);
    QVERIFY(bert.watch(u"fence"_s));
    SOON(bert.exists(u"lamps/a"_s));
    bert.takeEvents();
    delete lamps;
    SOON_EQUAL(bert.events, QStringList{ u"left lamps/a"_s });
    QVERIFY(bert.fence({ &bert }));
    bert.wire->startCounting();
    anna.save({ { u"id"_s, u"lamps/a"_s }, { u"on"_s, false } });
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.takeEvents(), QStringList{ u"left lamps/a"_s });
    QCOMPARE(bert.wire->incoming.messages, 1); // the fence's
}

void TestSeedTraffic::T6_aChangeSendsOnlyThat_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<int>("most"); // bytes for a reader
    QTest::newRow("CBOR") << Encoding::Cbor << 32;
    QTest::newRow("JSON") << Encoding::Json << 120;
}

void TestSeedTraffic::T6_aChangeSendsOnlyThat()
{
    QFETCH(const Encoding, encoding);
    QFETCH(const int, most);
    MeasuredClient anna(m_server->url(), encoding);
    MeasuredClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    anna.save(largeEntity(u"a"_s));
    SOON(bert.exists(u"a"_s));
    QVERIFY(anna.settle());
    QVERIFY(bert.wire->incoming.bytes > 5000);

    for (int i = 0; i < 10; ++i) {
        anna.wire->startCounting();
        bert.wire->startCounting();
        anna.object(u"a"_s)->setProperty("property7", 0.5 + i);
        SOON_EQUAL(bert.value(u"a"_s, u"property7"_s), QVariant(0.5 + i));
        QVERIFY(anna.settle());
        QCOMPARE(bert.wire->incoming.messages, 1);
        QCOMPARE(bert.wire->outgoing.messages, 0);
        QVERIFY2(bert.wire->incoming.bytes <= most,
                 QByteArray::number(bert.wire->incoming.bytes).constData());
        QCOMPARE(anna.wire->outgoing.messages, 1);
        QVERIFY2(anna.wire->outgoing.bytes <= most + 20,
                 QByteArray::number(anna.wire->outgoing.bytes).constData());
    }
}

void TestSeedTraffic::T6_whatIsSentNamesOneProperty()
{
    MeasuredClient anna(m_server->url(), Encoding::Json);
    MeasuredClient bert(m_server->url(), Encoding::Json);
    QVERIFY(anna.watch() && bert.watch());
    anna.save(largeEntity(u"a"_s));
    SOON(bert.exists(u"a"_s));
    QVERIFY(anna.settle());
    // A whole object is saved again: only what differs in it travels on to others.
    QVariantMap values = largeEntity(u"a"_s);
    values.insert(u"property7"_s, 1);
    anna.save(values);
    SOON_EQUAL(bert.value(u"a"_s, u"property7"_s), QVariant(1));
    const QJsonObject message = QJsonDocument::fromJson(bert.wire->incoming.last).object();
    QCOMPARE(message.value(u"type"_s).toString(), u"changes"_s);
    QCOMPARE(message.value(u"changes"_s).toArray(),
             (QJsonArray{ QJsonObject{ { u"id"_s, u"a"_s },
                                       { u"values"_s, QJsonObject{ { u"property7"_s, 1 } } } } }));
    // So does one that an object's property names.
    anna.object(u"a"_s)->setProperty("property8", 2);
    SOON_EQUAL(bert.value(u"a"_s, u"property8"_s), QVariant(2));
    const QJsonObject sent = QJsonDocument::fromJson(anna.wire->outgoing.last).object();
    QCOMPARE(sent.value(u"ops"_s).toArray(),
             (QJsonArray{ QJsonObject{ { u"op"_s, u"set"_s },
                                       { u"id"_s, u"a"_s },
                                       { u"values"_s, QJsonObject{ { u"property8"_s, 2 } } } } }));
}

void TestSeedTraffic::T6_manyChangesAreOneMessage_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<double>("most"); // bytes for a reader and a change
    QTest::newRow("CBOR") << Encoding::Cbor << 14.5;
    QTest::newRow("JSON") << Encoding::Json << 60.0;
}

void TestSeedTraffic::T6_manyChangesAreOneMessage()
{
    QFETCH(const Encoding, encoding);
    QFETCH(const double, most);
    MeasuredClient anna(m_server->url(), encoding);
    MeasuredClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    const int count = 1000;
    const auto move = [&](double by) {
        anna.transaction([&](SyncTransaction &transaction) {
            for (int i = 0; i < count; ++i)
                transaction.save(u"things/%1"_s.arg(i), { { u"x"_s, i + by } });
        });
        return happens([&] { return bert.value(u"things/999"_s, u"x"_s) == 999 + by; });
    };
    QVERIFY(move(0.25));
    QVERIFY(anna.settle());
    bert.wire->startCounting();
    QVERIFY(move(0.1));
    QCOMPARE(bert.wire->incoming.messages, 1);
    const double each = static_cast<double>(bert.wire->incoming.bytes) / count;
    QVERIFY2(each <= most, QByteArray::number(each).constData());
}

QTEST_GUILESS_MAIN(TestSeedTraffic)
#include "tst_seed_traffic.moc"
