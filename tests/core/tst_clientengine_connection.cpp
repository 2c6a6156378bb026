// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdriver.h"
#include "printing.h"

using namespace ObjectSync;

namespace {

using Status = ClientStatus;

const QByteArray Lamp = "lamps/kitchen";

} // namespace

/// How a client gets a connection, notices that it is gone, and gets the next.
class tst_ClientEngineConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void opens();
    void clientIdAndToken();
    void openingTwice();
    void closes();
    void handshakeTimeout();
    void backoff();
    void backoffIsReset_data();
    void backoffIsReset();
    void silence();
    void pings();
    void quietWakes();
    void fatalErrors_data();
    void fatalErrors();
    void otherErrors();
    void openAfterFailure();
    void violations_data();
    void violations();
    void strangeWelcomes_data();
    void strangeWelcomes();
    void lateMessagesAreIgnored();
    void transportOutOfTurn();

private:
    std::unique_ptr<ClientDriver> d;
};

void tst_ClientEngineConnection::init()
{
    d = std::make_unique<ClientDriver>();
}

void tst_ClientEngineConnection::cleanup()
{
    d.reset();
}

void tst_ClientEngineConnection::opens()
{
    QCOMPARE(d->engine.status(), Status::Closed);
    QVERIFY(d->takeLog().isEmpty());
    d->engine.open(d->now);
    d->run();
    QCOMPARE(d->engine.status(), Status::Connecting);
    QCOMPARE(d->takeLog(), "status open");
    d->engine.transportOpened(d->now);
    d->run();
    QCOMPARE(d->takeLog(), "send:hello");
    const auto hellos = d->takeSent<Hello>();
    QCOMPARE(hellos, (std::vector{ Hello{ .client = "client-1" } }));
    Limits limits;
    limits.idSize = 17;
    d->welcome({ .limits = limits });
    QCOMPARE(d->engine.status(), Status::Online);
    QCOMPARE(d->engine.limits(), limits);
    QCOMPARE(d->statuses, (std::vector{ Status::Connecting, Status::Online }));
    QCOMPARE(d->takeLog(), "status");
}

void tst_ClientEngineConnection::clientIdAndToken()
{
    ClientOptions options;
    options.client = "me";
    options.token = "secret";
    d = std::make_unique<ClientDriver>(options);
    QCOMPARE(d->engine.client(), "me");
    Hello hello = d->hello();
    QCOMPARE(hello.client, "me");
    QCOMPARE(hello.token, "secret");
    d->engine.setToken("other");
    d->cut();
    hello = d->hello();
    QCOMPARE(hello.client, "me");
    QCOMPARE(hello.token, "other");
}

void tst_ClientEngineConnection::openingTwice()
{
    d->online();
    d->forget();
    d->engine.open(d->now);
    d->engine.transportOpened(d->now);
    d->run();
    QVERIFY(d->takeLog().isEmpty());
    d->cut();
    d->engine.open(d->now); // it waits already
    d->run();
    QCOMPARE(d->engine.status(), Status::Waiting);
    QCOMPARE(d->transportsOpened, 1);
}

void tst_ClientEngineConnection::closes()
{
    d->engine.close();
    d->run();
    QVERIFY(d->takeLog().isEmpty());
    d->online();
    d->subscribe(Filter::byPrefix({}), { ClientDriver::change(Lamp, Change::Event::Enter) });
    d->engine.close();
    d->run();
    QCOMPARE(d->takeLog(), "close status");
    QCOMPARE(d->engine.status(), Status::Closed);
    QVERIFY(d->exists(Lamp));
    QCOMPARE(d->wakeAt, -1);
    d->cut(); // the transport of before
    QCOMPARE(d->engine.status(), Status::Closed);
    QVERIFY(d->hello().resume);
    d->engine.close();
    d->run();
    QVERIFY(!d->transportOpen);

    d->online();
    d->cut();
    d->takeLog();
    d->engine.close();
    d->run();
    QCOMPARE(d->takeLog(), "status"); // there is nothing to close
    QCOMPARE(d->wakeAt, -1);
}

void tst_ClientEngineConnection::handshakeTimeout()
{
    d->engine.open(d->now);
    d->run();
    d->advance(9999);
    QCOMPARE(d->engine.status(), Status::Connecting);
    d->takeLog();
    d->advance(1);
    QCOMPARE(d->engine.status(), Status::Waiting);
    QCOMPARE(d->engine.lastError().code, ErrorCode::TimedOut);
    QCOMPARE(d->takeLog(), "close status");
    d->hello();
    d->advance(10000);
    QCOMPARE(d->engine.status(), Status::Waiting);
}

void tst_ClientEngineConnection::backoff()
{
    d->random = 0.999;
    d->engine.open(d->now);
    d->run();
    for (const int bound : { 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000 }) {
        d->cut();
        QCOMPARE(d->engine.status(), Status::Waiting);
        QCOMPARE(d->engine.lastError().code, ErrorCode::Unreachable);
        const qint64 wait = d->wakeAt - d->now;
        QVERIFY2(wait < bound && wait >= bound - bound / 100, QByteArray::number(wait));
        d->advance(wait - 1);
        QCOMPARE(d->engine.status(), Status::Waiting);
        d->advance(1);
        QCOMPARE(d->engine.status(), Status::Connecting);
    }
    d->random = 0;
    d->cut();
    QCOMPARE(d->wakeAt, d->now);
}

void tst_ClientEngineConnection::backoffIsReset_data()
{
    QTest::addColumn<int>("online");
    QTest::addColumn<int>("wait");
    QTest::newRow("not yet stable") << 59999 << 1000;
    QTest::newRow("stable") << 60000 << 250;
}

void tst_ClientEngineConnection::backoffIsReset()
{
    QFETCH(int, online);
    QFETCH(int, wait);
    d->engine.open(d->now);
    d->run();
    d->cut();
    d->advanceTo(d->wakeAt);
    d->cut();
    d->online();
    for (int time = 0; time < online; ++time) {
        d->advance(1);
        if (time % 1000 == 0)
            d->receive(Pong{ d->now });
    }
    d->cut();
    QCOMPARE(d->wakeAt - d->now, wait);
}

void tst_ClientEngineConnection::silence()
{
    d->online();
    d->advance(44999);
    QCOMPARE(d->engine.status(), Status::Online);
    d->receive(Pong{ 0 });
    d->advance(44999);
    QCOMPARE(d->engine.status(), Status::Online);
    d->takeLog();
    d->advance(1);
    QCOMPARE(d->engine.status(), Status::Waiting);
    QCOMPARE(d->engine.lastError().code, ErrorCode::Silent);
    QCOMPARE(d->takeLog(), "close status");
}

void tst_ClientEngineConnection::pings()
{
    d->online();
    d->forget();
    d->advance(19999);
    QVERIFY(d->takeSent<Ping>().empty());
    d->advance(1);
    const auto ping = d->takeSent<Ping>();
    QCOMPARE(ping, (std::vector{ Ping{ d->now } }));
    d->advance(70);
    d->receive(Pong{ ping[0].time, 1 });
    QCOMPARE(d->latencies, std::vector<qint64>{ 70 });
    d->receive(Pong{ d->now + 1 });
    QCOMPARE(d->latencies.size(), 1u);
    d->advance(19930);
    QCOMPARE(d->takeSent<Ping>().size(), 1u);
}

/// Messages set no timers: that would cost more than the messages themselves.
void tst_ClientEngineConnection::quietWakes()
{
    d->online();
    d->now += 10;
    d->engine.received(Changes{ .cursor = 11 }, d->now);
    QVERIFY(d->engine.takeActions().empty());
    // A timer that comes early is set again.
    d->engine.timeout(d->now);
    const auto actions = d->engine.takeActions();
    QCOMPARE(actions.size(), 1u);
    QCOMPARE(std::get<ClientAction::WakeAt>(actions[0]).time, d->wakeAt);
}

void tst_ClientEngineConnection::fatalErrors_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<bool>("final");
    const auto row = [](const char *code, bool isFinal) {
        QTest::newRow(code) << QByteArray(code) << isFinal;
    };
    row(ErrorCode::Unauthorized, true);
    row(ErrorCode::UnsupportedProtocol, true);
    row(ErrorCode::Replaced, true);
    row(ErrorCode::BadNumber, true);
    row(ErrorCode::ShuttingDown, false);
    row(ErrorCode::TooSlow, false);
    row(ErrorCode::NoHello, false);
    row("something-new", false);
}

void tst_ClientEngineConnection::fatalErrors()
{
    QFETCH(QByteArray, code);
    QFETCH(bool, final);
    const Error error{ code, QStringLiteral("Because") };
    for (const bool early : { true, false }) {
        d = std::make_unique<ClientDriver>();
        early ? void(d->hello()) : d->online();
        d->takeLog();
        d->receive(Failure{ error, true });
        QCOMPARE(d->takeLog(), "close status");
        QCOMPARE(d->engine.status(), final ? Status::Failed : Status::Waiting);
        QCOMPARE(d->engine.lastError(), error);
        QCOMPARE(d->wakeAt < 0, final);
    }
    // The transport may have been told instead.
    d->online();
    d->engine.transportClosed(error, d->now);
    d->run();
    QCOMPARE(d->engine.status(), final ? Status::Failed : Status::Waiting);
}

void tst_ClientEngineConnection::otherErrors()
{
    d->online();
    d->forget();
    const Error error{ ErrorCode::UnknownType, QStringLiteral("What?") };
    d->receive(Failure{ error });
    d->receive(Failure{ error, false, 4711, 4712 });
    QVERIFY(d->takeLog().isEmpty());
    QCOMPARE(d->engine.lastError(), error);
    QCOMPARE(d->engine.status(), Status::Online);
}

void tst_ClientEngineConnection::openAfterFailure()
{
    d->online();
    d->commit({ Operation::save(Lamp, {}) });
    d->receive(Failure{ { ErrorCode::Unauthorized, {} }, true });
    QCOMPARE(d->engine.status(), Status::Failed);
    QCOMPARE(d->engine.pendingCount(), 1);
    d->engine.setToken("better");
    d->forget();
    const Hello hello = d->hello();
    QCOMPARE(hello.token, "better");
    QCOMPARE(hello.client, "client-1");
    d->welcome({ .limits = d->unlimited() });
    QCOMPARE(d->takeSent<Commit>().size(), 1u);
}

void tst_ClientEngineConnection::violations_data()
{
    QTest::addColumn<Message>("message");
    QTest::addColumn<bool>("early"); // before `welcome`
    const auto row = [](const char *name, Message message, bool early) {
        QTest::newRow(name) << std::move(message) << early;
    };
    row("hello", Hello{}, false);
    row("subscribe", Subscribe{}, false);
    row("unsubscribe", Unsubscribe{}, false);
    row("commit", Commit{}, false);
    row("fetch", Fetch{}, false);
    row("ping", Ping{}, false);
    row("second welcome", Welcome{ .epoch = "epoch-1" }, false);
    row("ack of what was not sent", Ack{ 2 }, false);
    row("ack of nothing", Ack{ 0 }, false);
    row("reject of what was not sent", Reject{ 2, {} }, false);
    row("early hello", Hello{}, true);
    row("early changes", Changes{}, true);
    row("early subscribed", Subscribed{}, true);
    row("early ack", Ack{ 1 }, true);
    row("early reject", Reject{ 1, {} }, true);
    row("early result", Result{}, true);
    row("early pong", Pong{}, true);
}

void tst_ClientEngineConnection::violations()
{
    QFETCH(Message, message);
    QFETCH(bool, early);
    early ? void(d->hello()) : d->online();
    d->commit({ Operation::save(Lamp, {}) });
    d->takeLog();
    d->receive(message);
    QCOMPARE(d->takeLog(), "close status");
    QCOMPARE(d->engine.status(), Status::Waiting);
    QCOMPARE(d->engine.lastError().code, ErrorCode::BadMessage);
    QVERIFY(!d->engine.lastError().message.isEmpty());
    QCOMPARE(d->engine.pendingCount(), 1);
    d->online();
    QCOMPARE(d->engine.status(), Status::Online);
}

void tst_ClientEngineConnection::strangeWelcomes_data()
{
    QTest::addColumn<Welcome>("welcome");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("other protocol")
            << Welcome{ .protocol = 2, .epoch = "e" } << QByteArray(ErrorCode::UnsupportedProtocol);
    QTest::newRow("no epoch") << Welcome{} << QByteArray(ErrorCode::BadMessage);
    QTest::newRow("resumes what was not offered")
            << Welcome{ .epoch = "e", .resumed = true } << QByteArray(ErrorCode::BadMessage);
}

void tst_ClientEngineConnection::strangeWelcomes()
{
    QFETCH(Welcome, welcome);
    QFETCH(QByteArray, code);
    d->hello();
    d->receive(welcome);
    QCOMPARE(d->engine.lastError().code, code);
    QVERIFY(d->engine.status() != Status::Online);
    QVERIFY(!d->transportOpen);

    // Resumes a history that is not ours.
    d = std::make_unique<ClientDriver>();
    d->online();
    d->subscribe(Filter::byPrefix({}));
    d->cut();
    d->hello();
    d->welcome({ .epoch = "epoch-2", .resumed = true });
    QCOMPARE(d->engine.status(), Status::Waiting);
}

void tst_ClientEngineConnection::lateMessagesAreIgnored()
{
    d->online();
    d->subscribe(Filter::byPrefix({}));
    d->cut();
    d->takeLog();
    d->changes({ ClientDriver::change(Lamp, Change::Event::Create) });
    d->receive(Hello{});
    d->engine.transportOpened(d->now);
    d->run();
    QVERIFY(d->takeLog().isEmpty());
    QVERIFY(!d->exists(Lamp));
}

void tst_ClientEngineConnection::transportOutOfTurn()
{
    const Error reason{ ErrorCode::Unreachable, QStringLiteral("cut") };
    d->engine.transportOpened(d->now);
    d->engine.transportClosed(reason, d->now);
    d->run();
    QVERIFY(d->takeLog().isEmpty());
    d->online();
    d->forget();
    d->engine.transportOpened(d->now); // it is
    d->run();
    QVERIFY(d->takeLog().isEmpty());
    d->cut();
    d->forget();
    d->engine.transportClosed(reason, d->now); // it is
    d->engine.transportOpened(d->now);
    d->run();
    QVERIFY(d->takeLog().isEmpty());
    QCOMPARE(d->engine.status(), Status::Waiting);
    d->advanceTo(d->wakeAt);
    QCOMPARE(d->engine.status(), Status::Connecting);
    d->receive(Welcome{ .epoch = "epoch-1" }); // before `hello`
    QCOMPARE(d->engine.status(), Status::Waiting);
    QCOMPARE(d->engine.lastError().code, ErrorCode::BadMessage);
}

QTEST_APPLESS_MAIN(tst_ClientEngineConnection)
#include "tst_clientengine_connection.moc"
