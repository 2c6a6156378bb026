// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "seedtest.h"

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSeedRequests : public SeedTest
{
    Q_OBJECT

private Q_SLOTS:
    void B3_saveWithoutIdCreates_data() { addEncodings(); }
    void B3_saveWithoutIdCreates();
    void B3_saveBelowAPrefixCreates_data() { addEncodings(); }
    void B3_saveBelowAPrefixCreates();
    void B3_saveWithIdUpdates_data() { addEncodings(); }
    void B3_saveWithIdUpdates();
    void B5_callbacksGetTheServersObject_data() { addEncodings(); }
    void B5_callbacksGetTheServersObject();
    void B5_callbacksGetTheError_data() { addEncodings(); }
    void B5_callbacksGetTheError();
    void B5_eventsFireInAddition_data() { addEncodings(); }
    void B5_eventsFireInAddition();
    void B5_eventsOfABriefLife();
    void B6_fetchByIds_data() { addEncodings(); }
    void B6_fetchByIds();
    void B6_fetchOfManyAndNone();
};

void TestSeedRequests::B3_saveWithoutIdCreates()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    SyncReply *first = anna.save({ { u"n"_s, 1 } });
    SyncReply *second = anna.save({ { u"n"_s, 1 } });
    QVERIFY(finishes(first, second));
    const QString id = first->value().toMap().value(u"id"_s).toString();
    QVERIFY(!id.isEmpty());
    QCOMPARE(first->ids(), QStringList{ id });
    QCOMPARE(first->value().toMap().value(u"n"_s), QVariant(1));
    const QString other = second->value().toMap().value(u"id"_s).toString();
    QVERIFY(!other.isEmpty());
    QVERIFY(id != other);
    QVERIFY(anna.fence({ &bert }));
    QCOMPARE(bert.takeEvents(),
             (QStringList{ u"created %1 n=1"_s.arg(id), u"created %1 n=1"_s.arg(other) }));
    QCOMPARE(anna.takeEvents(),
             (QStringList{ u"created %1 n=1"_s.arg(id), u"created %1 n=1"_s.arg(other) }));
}

void TestSeedRequests::B3_saveBelowAPrefixCreates()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.goOnline() && bert.watch(u"lamps/"_s));
    SyncReply *reply = anna.save({ { u"id"_s, u"lamps/"_s }, { u"on"_s, true } });
    QVERIFY(finishes(reply));
    const QString id = reply->value().toMap().value(u"id"_s).toString();
    QVERIFY(id.startsWith(u"lamps/") && id.size() > 6);
    SOON_EQUAL(bert.events, QStringList{ u"created %1 on=true"_s.arg(id) });
}

void TestSeedRequests::B3_saveWithIdUpdates()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    SyncReply *reply = anna.save({ { u"n"_s, 1 }, { u"kept"_s, true } });
    QVERIFY(finishes(reply));
    const QString id = reply->ids().value(0);
    reply = bert.save({ { u"id"_s, id }, { u"n"_s, 2 } });
    QVERIFY(finishes(reply));
    QCOMPARE(reply->value().toMap(),
             (QVariantMap{ { u"id"_s, id }, { u"n"_s, 2 }, { u"kept"_s, true } }));
    QVERIFY(bert.fence({ &anna }));
    QCOMPARE(anna.takeEvents(),
             (QStringList{ u"created %1 kept=true n=1"_s.arg(id), u"updated %1 n=2"_s.arg(id) }));
    QCOMPARE(anna.ids().size(), 2);
}

void TestSeedRequests::B5_callbacksGetTheServersObject()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    QVERIFY(anna.goOnline());
    // Two forms: with the reply, or with error and value.
    QStringList log;
    const auto note = [&](const QString &what) {
        return [&log, what](const std::optional<Error> &error, const QVariant &value) {
            const auto plain = Value::fromVariant(value);
            log.append(what + (error ? u"!"_s : u":"_s) + plain->toDisplayString());
        };
    };
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } }, &anna, note(u"save"_s));
    QVERIFY2(log.isEmpty(), "never from inside of the call");
    SOON_EQUAL(log.size(), 1);
    anna.increment(u"a"_s, u"n"_s, 5, &anna, note(u"increment"_s));
    SOON_EQUAL(log.size(), 2);
    anna.transaction([](SyncTransaction &t) { t.set(u"a"_s, u"m"_s, 2).unset(u"a"_s, { u"n"_s }); },
                     &anna, note(u"transaction"_s));
    SOON_EQUAL(log.size(), 3);
    anna.fetch({ u"a"_s }, &anna, note(u"fetch"_s));
    SOON_EQUAL(log.size(), 4);
    bool destroyed = false;
    anna.destroy(u"a"_s, &anna, [&](const SyncReply &reply) {
        destroyed = reply.isFinished() && !reply.error() && reply.errorCode().isEmpty();
    });
    SOON(destroyed);
    QCOMPARE(log,
             (QStringList{ u"save:{\"id\": \"a\", \"n\": 1}"_s, u"increment:6"_s,
                           u"transaction:undefined"_s, u"fetch:[{\"id\": \"a\", \"m\": 2}]"_s }));
}

void TestSeedRequests::B5_callbacksGetTheError()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    QVERIFY(anna.goOnline());
    QStringList codes;
    const auto note = [&codes](const SyncReply &reply) {
        codes.append(reply.errorCode());
        QVERIFY(reply.error() && !reply.errorString().isEmpty());
    };
    m_server->addCommitHandler([](CommitRequest &request) {
        request.reject("closed-today", u"Come back tomorrow."_s);
    });
    anna.save({ { u"id"_s, u"a"_s } }, &anna, note);
    SOON_EQUAL(codes, QStringList{ u"closed-today"_s });
    m_server->addFetchHandler(
            [](FetchRequest &request) { request.reject("no-access", u"Not for you."_s); });
    anna.fetch({ u"a"_s }, &anna, note);
    SOON_EQUAL(codes.size(), 2);
    anna.save({ { u"id"_s, u"a"_s }, { u"p"_s, QVariant::fromValue(this) } }, &anna, note);
    SOON_EQUAL(codes.size(), 3);
    QCOMPARE(codes.mid(1), (QStringList{ u"no-access"_s, u"bad-value"_s }));
    // The server's own refusals.
    SeedClient bert(m_server->url(), encoding);
    m_server = std::make_unique<SyncServer>();
    QVERIFY(m_server->listen());
    bert.setUrl(m_server->url());
    QVERIFY(bert.goOnline());
    codes.clear();
    bert.destroy(u"nope"_s, &bert, note);
    bert.increment(u"nope"_s, u"n"_s, 1, &bert, note);
    SOON_EQUAL(codes, (QStringList{ u"not-found"_s, u"not-found"_s }));
}

void TestSeedRequests::B5_eventsFireInAddition()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.watch() && bert.watch());
    int answers = 0;
    const auto count = [&answers](const SyncReply &reply) { answers += !reply.error(); };
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } }, &anna, count);
    SOON_EQUAL(answers, 1);
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 2 } }, &anna, count);
    SOON_EQUAL(answers, 2);
    anna.destroy(u"a"_s, &anna, count);
    SOON_EQUAL(answers, 3);
    QVERIFY(anna.fence({ &bert }));
    const QStringList events{ u"created a n=1"_s, u"updated a n=2"_s, u"destroyed a"_s };
    QCOMPARE(anna.takeEvents(), events);
    QCOMPARE(bert.takeEvents(), events);
}

void TestSeedRequests::B5_eventsOfABriefLife()
{
    // Made and destroyed before the server has answered: its maker sees all of it.
    SeedClient anna(m_server->url());
    QVERIFY(anna.watch());
    anna.save({ { u"id"_s, u"a"_s }, { u"n"_s, 1 } });
    anna.destroy(u"a"_s);
    QVERIFY(anna.fence({ &anna }));
    QVERIFY(!anna.exists(u"a"_s));
    QCOMPARE(anna.takeEvents(), (QStringList{ u"created a n=1"_s, u"destroyed a"_s }));
}

void TestSeedRequests::B6_fetchByIds()
{
    QFETCH(const Encoding, encoding);
    SeedClient anna(m_server->url(), encoding);
    SeedClient bert(m_server->url(), encoding);
    QVERIFY(anna.goOnline() && bert.goOnline());
    for (const auto &id : { u"a"_s, u"b"_s, u"c"_s })
        anna.save({ { u"id"_s, id }, { u"name"_s, id.toUpper() } });
    anna.destroy(u"b"_s);
    QVERIFY(anna.settle());

    const QStringList ids{ u"c"_s, u"nope"_s, u"a"_s, u"b"_s, u"c"_s };
    SyncReply *reply = bert.fetch(ids);
    QVERIFY(finishes(reply));
    QVERIFY(!reply->error());
    QCOMPARE(reply->ids(), ids);
    const QVariantMap a{ { u"id"_s, u"a"_s }, { u"name"_s, u"A"_s } };
    const QVariantMap c{ { u"id"_s, u"c"_s }, { u"name"_s, u"C"_s } };
    const QVariant null = QVariant::fromValue(nullptr);
    QCOMPARE(reply->value().toList(), (QVariantList{ c, null, a, null, c }));
    QCOMPARE(reply->revisions(), (QList<qint64>{ 3, 0, 1, 0, 3 }));
    // Fetching is not subscribing.
    anna.save({ { u"id"_s, u"a"_s }, { u"name"_s, u"other"_s } });
    QVERIFY(anna.settle());
    QVERIFY(finishes(bert.fetch(ids)));
    QVERIFY(bert.takeEvents().isEmpty());
    QVERIFY(bert.ids().isEmpty());
}

void TestSeedRequests::B6_fetchOfManyAndNone()
{
    SeedClient anna(m_server->url());
    QVERIFY(anna.goOnline());
    QStringList ids;
    for (int i = 0; i < 500; ++i) {
        ids.append(u"things/%1"_s.arg(i));
        if (i % 2 == 0)
            anna.save({ { u"id"_s, ids.last() }, { u"n"_s, i } });
    }
    QVERIFY(anna.settle());
    SyncReply *many = anna.fetch(ids);
    SyncReply *none = anna.fetch({});
    QVERIFY(finishes(many, none));
    const QVariantList found = many->value().toList();
    QCOMPARE(found.size(), ids.size());
    for (int i = 0; i < found.size(); ++i) {
        QCOMPARE(found[i].isNull(), i % 2 != 0);
        QCOMPARE(found[i].toMap().value(u"n"_s), i % 2 == 0 ? QVariant(i) : QVariant());
    }
    QVERIFY(!none->error());
    QCOMPARE(none->value().toList(), QVariantList{});
}

QTEST_GUILESS_MAIN(TestSeedRequests)
#include "tst_seed_requests.moc"
