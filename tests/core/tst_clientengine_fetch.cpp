// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Status = ClientStatus;

const QByteArray Lamp = "lamps/kitchen";

} // namespace

/// What is asked once: sent, sent again, answered in any case.
class tst_ClientEngineFetch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void fetch();
    void fetchRefusedAtOnce_data();
    void fetchRefusedAtOnce();
    void fetchIsSentAgain();
    void fetchTimeout();
    void fetchFails();
    void fetchAndClose();
    void fetchWithAWrongResult();
    void fetchesArePaced();

private:
    std::unique_ptr<ClientDriver> d;
};

void tst_ClientEngineFetch::init()
{
    d = std::make_unique<ClientDriver>();
}

void tst_ClientEngineFetch::cleanup()
{
    d.reset();
}

void tst_ClientEngineFetch::fetch()
{
    d->online();
    d->forget();
    const qint64 request = d->engine.fetch({ Lamp, "none" }, d->now);
    d->run();
    QCOMPARE(d->takeSent<ObjectSync::Fetch>(), (std::vector{ Fetch{ request, { Lamp, "none" } } }));
    const Result::Entity lamp{ Lamp, 7, { { "on", true } } };
    d->receive(Result{ request, { lamp, std::nullopt } });
    const auto fetched = d->takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QCOMPARE(fetched[0].request, request);
    QCOMPARE(*fetched[0].entities,
             (std::vector<std::optional<Result::Entity>>{ lamp, std::nullopt }));
    d->receive(Result{ request, { lamp, std::nullopt } });
    QVERIFY(d->takeFetched().empty());
    QVERIFY(!d->exists(Lamp)); // asked, not subscribed
}

void tst_ClientEngineFetch::fetchRefusedAtOnce_data()
{
    QTest::addColumn<bool>("open");
    QTest::addColumn<std::vector<QByteArray>>("ids");
    QTest::addColumn<QByteArray>("code");
    using Ids = std::vector<QByteArray>;
    QTest::newRow("closed") << false << Ids{ Lamp } << QByteArray(ErrorCode::NotOpen);
    QTest::newRow("bad id") << true << Ids{ Lamp, "" } << QByteArray(ErrorCode::BadId);
    QTest::newRow("too many") << true << Ids(2000, QByteArray(200, 'x'))
                              << QByteArray(ErrorCode::TooLarge);
}

void tst_ClientEngineFetch::fetchRefusedAtOnce()
{
    QFETCH(bool, open);
    QFETCH(std::vector<QByteArray>, ids);
    QFETCH(QByteArray, code);
    if (open)
        d->online();
    d->forget();
    const qint64 request = d->engine.fetch(ids, d->now);
    d->run();
    QCOMPARE(d->takeLog(), "fetched");
    QCOMPARE(d->fetched[0].request, request);
    QCOMPARE(d->fetched[0].entities.error().code, code);
    QVERIFY(d->takeSent<Fetch>().empty());
}

void tst_ClientEngineFetch::fetchIsSentAgain()
{
    d->engine.open(d->now);
    const qint64 first = d->engine.fetch({ "a" }, d->now);
    d->run();
    QVERIFY(d->sent.empty());
    d->online();
    QCOMPARE(d->takeSent<Fetch>(), (std::vector{ Fetch{ first, { "a" } } }));
    const qint64 second = d->engine.fetch({ "b" }, d->now);
    d->run();
    QCOMPARE(d->takeSent<Fetch>(), (std::vector{ Fetch{ second, { "b" } } }));
    d->receive(Result{ first, { std::nullopt } });
    d->cut();
    d->online();
    QCOMPARE(d->takeSent<Fetch>(), (std::vector{ Fetch{ second, { "b" } } }));
}

void tst_ClientEngineFetch::fetchTimeout()
{
    d->online();
    d->cut();
    d->engine.fetch({ "a" }, d->now);
    d->advance(1000);
    d->online();
    const qint64 second = d->engine.fetch({ "b" }, d->now);
    d->run();
    d->advance(28999);
    QVERIFY(d->takeFetched().empty());
    d->advance(1);
    auto fetched = d->takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QCOMPARE(fetched[0].entities.error().code, ErrorCode::TimedOut);
    d->receive(Result{ fetched[0].request, { std::nullopt } }); // too late
    d->advance(1000);
    fetched = d->takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QCOMPARE(fetched[0].request, second);

    ClientOptions patient;
    patient.fetchTimeout = 0;
    d = std::make_unique<ClientDriver>(patient);
    d->engine.open(d->now);
    d->engine.fetch({ "a" }, d->now);
    d->run();
    d->advance(10'000'000);
    QVERIFY(d->takeFetched().empty());
}

void tst_ClientEngineFetch::fetchFails()
{
    d->online();
    const qint64 first = d->engine.fetch({ "a" }, d->now);
    const qint64 second = d->engine.fetch({ "b" }, d->now);
    d->run();
    const Error error{ ErrorCode::Forbidden, QStringLiteral("No") };
    d->receive(Failure{ error, false, {}, second });
    auto fetched = d->takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QCOMPARE(fetched[0].request, second);
    QCOMPARE(fetched[0].entities.error(), error);
    // No connection will be made any more.
    const Error final{ ErrorCode::Unauthorized, QStringLiteral("No") };
    d->receive(Failure{ final, true });
    fetched = d->takeFetched();
    QCOMPARE(fetched.size(), 1u);
    QCOMPARE(fetched[0].request, first);
    QCOMPARE(fetched[0].entities.error(), final);
    d->engine.fetch({ "c" }, d->now);
    d->run();
    QCOMPARE(d->takeFetched().at(0).entities.error(), final);
}

void tst_ClientEngineFetch::fetchAndClose()
{
    d->online();
    d->engine.fetch({ "a" }, d->now);
    d->engine.close();
    d->run();
    QCOMPARE(d->takeFetched().at(0).entities.error().code, ErrorCode::NotOpen);
    QCOMPARE(d->wakeAt, -1);
}

void tst_ClientEngineFetch::fetchWithAWrongResult()
{
    d->online();
    const qint64 request = d->engine.fetch({ "a" }, d->now);
    d->run();
    d->receive(Result{ request, {} });
    QCOMPARE(d->takeFetched().at(0).entities.error().code, ErrorCode::BadMessage);
    QCOMPARE(d->engine.status(), Status::Waiting);
}

/// The server refuses more than so many at once.
void tst_ClientEngineFetch::fetchesArePaced()
{
    d->online();
    d->forget();
    for (int i = 0; i < OutstandingFetches + 2; ++i)
        d->engine.fetch({ Lamp }, d->now);
    d->run();
    const auto sent = d->takeSent<Fetch>();
    QCOMPARE(static_cast<qint64>(sent.size()), OutstandingFetches);
    d->receive(Result{ sent[1].request, { std::nullopt } });
    QCOMPARE(d->takeSent<Fetch>().size(), 1u);
    d->receive(Failure{ { ErrorCode::Forbidden, {} }, false, {}, sent[0].request });
    QCOMPARE(d->takeSent<Fetch>().size(), 1u);

    // Neither more ids than may be asked for.
    for (const Fetch &fetch : sent)
        d->receive(Result{ fetch.request, { std::nullopt } });
    d->takeSent<Fetch>();
    const auto most = static_cast<size_t>(Limits().subscriptionIds);
    for (int i = 0; i < 6; ++i)
        d->engine.fetch(std::vector<QByteArray>(most, "x"), d->now);
    d->run();
    QCOMPARE(d->takeSent<Fetch>().size(), 3u); // two are waited for, with an id each
}

QTEST_APPLESS_MAIN(tst_ClientEngineFetch)
#include "tst_clientengine_fetch.moc"
