// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "eventlooptest.h"

#include <objectsync/server/eventloop.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qprocess.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtemporaryfile.h>
#include <QtCore/qthread.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>

#include <csignal>
#include <ctime>
#include <memory>
#include <vector>

#include <sys/time.h>

using namespace std::chrono_literals;

class TestEventLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What woke or interrupted it in the test before is no concern of the next one.
    void init() { settle(); }

    void itIsUsed()
    {
        QCOMPARE(QCoreApplication::eventDispatcher()->metaObject()->className(),
                 "ObjectSync::Internal::EpollDispatcher");
    }

    void itIsTooLateForAnother()
    {
        QTest::ignoreMessage(QtWarningMsg, "useServerEventLoop(): there is an event loop already");
        QAbstractEventDispatcher *before = dispatcher();
        QVERIFY(!ObjectSync::useServerEventLoop());
        QCOMPARE(dispatcher(), before);
    }

    void postedEventsComeWithoutWaiting()
    {
        int calls = 0;
        std::function<void()> again = [&] {
            if (++calls < 1000)
                QMetaObject::invokeMethod(this, again, Qt::QueuedConnection);
        };
        QMetaObject::invokeMethod(this, again, Qt::QueuedConnection);
        QTRY_COMPARE(calls, 1000);
    }

    void anotherThreadWakesIt()
    {
        QEventLoop loop;
        int calls = 0;
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            for (int i = 0; i < 10000; ++i) {
                QMetaObject::invokeMethod(
                        this,
                        [&] {
                            if (++calls == 10000)
                                loop.quit();
                        },
                        Qt::QueuedConnection);
            }
        }));
        thread->start();
        loop.exec();
        QCOMPARE(calls, 10000);
        thread->wait();
    }

    /// A loop that nothing else wakes is left from outside, each time.
    void anotherThreadInterruptsIt()
    {
        for (int i = 0; i < 300; ++i) {
            QEventLoop loop;
            const std::unique_ptr<QThread> thread(QThread::create([&] { loop.quit(); }));
            // Not before the loop runs, which would forget it.
            QMetaObject::invokeMethod(
                    this, [&] { thread->start(); }, Qt::QueuedConnection);
            loop.exec();
            thread->wait();
        }
    }

    void whatIsPostedBeforeItWaitsIsDone()
    {
        QEventLoop loop;
        const Guard guard(loop);
        onceBeforeItWaits(
                [&] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
        loop.exec();
        QVERIFY(!guard.wasNeeded());
    }

    void aLoopMayBeLeftBeforeItWaits()
    {
        QEventLoop loop;
        const Guard guard(loop);
        onceBeforeItWaits([&] { loop.quit(); });
        loop.exec();
        QVERIFY(!guard.wasNeeded());
    }

    void aLoopMayBeLeftWhenItAwakes()
    {
        QEventLoop loop;
        const Guard guard(loop);
        connect(dispatcher(), &QAbstractEventDispatcher::awake, &loop, &QEventLoop::quit);
        loop.exec();
        QVERIFY(!guard.wasNeeded());
    }

    /// The nested one must not take what tells the outer one not to wait.
    void aLoopMayBeLeftBeforeANestedOne()
    {
        QEventLoop loop;
        const Guard guard(loop);
        const auto leave = [&] {
            loop.quit();
            QCoreApplication::processEvents();
        };
        QMetaObject::invokeMethod(&loop, leave, Qt::QueuedConnection);
        loop.exec();
        QVERIFY(!guard.wasNeeded());
    }

    /// Who calls it in a loop of his own looks at what a slot has done.
    void postedEventsEndAWait()
    {
        QEventLoop loop;
        const Guard guard(loop);
        bool isDone = false;
        QMetaObject::invokeMethod(
                &loop, [&] { isDone = true; }, Qt::QueuedConnection);
        while (!isDone)
            QVERIFY(dispatcher()->processEvents(QEventLoop::WaitForMoreEvents));
        QVERIFY(!guard.wasNeeded());
    }

    void aLoopThatATimerHasLeftDoesNotEndTheNextTurn()
    {
        QTimer timer;
        QSignalSpy rang(&timer, &QTimer::timeout);
        const Ends ends;
        QSocketNotifier notifier(ends.here(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        QEventLoop loop;
        QTimer::singleShot(1, &loop, &QEventLoop::quit);
        loop.exec();
        timer.start(0);
        ends.sayFromThere();
        QCoreApplication::processEvents();
        QCOMPARE(told.count(), 1);
        QCOMPARE(rang.count(), 1);
    }

    void beingWokenCountsAsDone_data()
    {
        QTest::addColumn<int>("flags");
        QTest::newRow("with sockets") << int(QEventLoop::AllEvents);
        QTest::newRow("without sockets") << int(QEventLoop::ExcludeSocketNotifiers);
    }

    void beingWokenCountsAsDone()
    {
        QFETCH(const int, flags);
        const auto waiting = QEventLoop::ProcessEventsFlags(flags) | QEventLoop::WaitForMoreEvents;
        const std::unique_ptr<QThread> thread(QThread::create([] { dispatcher()->wakeUp(); }));
        onceBeforeItWaits([&] { thread->start(); });
        QVERIFY(dispatcher()->processEvents(waiting));
        thread->wait();
        settle();
        onceBeforeItWaits([] { dispatcher()->wakeUp(); });
        QVERIFY(dispatcher()->processEvents(waiting));
    }

    void timersMayBeLeftOut()
    {
        QTimer timer;
        QSignalSpy rang(&timer, &QTimer::timeout);
        timer.start(0);
        dispatcher()->processEvents(QEventLoop::X11ExcludeTimers);
        QCOMPARE(rang.count(), 0);
        const std::unique_ptr<QThread> thread(QThread::create([] { dispatcher()->wakeUp(); }));
        onceBeforeItWaits([&] { thread->start(); });
        dispatcher()->processEvents(QEventLoop::X11ExcludeTimers | QEventLoop::WaitForMoreEvents);
        QCOMPARE(rang.count(), 0);
        thread->wait();
        QCoreApplication::processEvents();
        QCOMPARE(rang.count(), 1);
    }

    void signalsOfTheSystemDoNotEndAWait()
    {
        static volatile std::sig_atomic_t signalsCaught;
        signalsCaught = 0;
        std::signal(SIGALRM, [](int) { signalsCaught = signalsCaught + 1; });
        const itimerval often = { { 0, 5000 }, { 0, 5000 } };
        const itimerval never = {};
        QTimer timer;
        QSignalSpy rang(&timer, &QTimer::timeout);
        timer.start(100ms);
        ::setitimer(ITIMER_REAL, &often, nullptr);
        dispatcher()->processEvents(QEventLoop::WaitForMoreEvents);
        ::setitimer(ITIMER_REAL, &never, nullptr);
        std::signal(SIGALRM, SIG_DFL);
        QCOMPARE(rang.count(), 1);
        QVERIFY(signalsCaught > 0);
    }

    void aHandlerOfSignalsMayLeaveALoop()
    {
        static QEventLoop *running;
        QEventLoop loop;
        running = &loop;
        std::signal(SIGALRM, [](int) { running->quit(); });
        const Guard guard(loop);
        onceBeforeItWaits([] {
            const itimerval soon = { {}, { 0, 20000 } };
            ::setitimer(ITIMER_REAL, &soon, nullptr);
        });
        loop.exec();
        std::signal(SIGALRM, SIG_DFL);
        QVERIFY(!guard.wasNeeded());
    }

    void aPlainFileThatIsLeftOutDoesNotEndAWait()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        QSocketNotifier notifier(file.handle(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        QTimer timer;
        QSignalSpy rang(&timer, &QTimer::timeout);
        timer.start(20ms);
        dispatcher()->processEvents(QEventLoop::ExcludeSocketNotifiers
                                    | QEventLoop::WaitForMoreEvents);
        QCOMPARE(rang.count(), 1);
        QCOMPARE(told.count(), 0);
    }

    void timersComeInOrder()
    {
        std::vector<int> order;
        QElapsedTimer clock;
        clock.start();
        for (const int interval : { 30, 10, 0, 20 })
            QTimer::singleShot(interval, Qt::PreciseTimer, this,
                               [&order, interval] { order.push_back(interval); });
        QTRY_COMPARE(order.size(), size_t(4));
        QCOMPARE(order, (std::vector{ 0, 10, 20, 30 }));
        QVERIFY(clock.elapsed() >= 30);
    }

    void timersThatANestedLoopHasCalledWaitAgain()
    {
        std::array<QTimer, 2> timers;
        std::array<int, 2> calls = {};
        for (size_t i = 0; i < 2; ++i) {
            connect(&timers[i], &QTimer::timeout, this, [&calls, i] {
                ++calls[i];
                if (calls[0] + calls[1] == 1)
                    QCoreApplication::processEvents();
            });
            timers[i].start(200ms);
        }
        while (timers[0].remainingTime() > 0 || timers[1].remainingTime() > 0) { }
        QCoreApplication::processEvents();
        QCOMPARE(calls, (std::array{ 1, 1 }));
    }

    void aTimerRepeatsAndStops()
    {
        QTimer timer;
        int count = 0;
        connect(&timer, &QTimer::timeout, this, [&] {
            if (++count == 3)
                timer.stop();
        });
        timer.start(2ms);
        QVERIFY(timer.remainingTime() <= 2);
        QCOMPARE(QCoreApplication::eventDispatcher()->registeredTimers(&timer).size(), 1);
        QTRY_COMPARE(count, 3);
        QCOMPARE(QCoreApplication::eventDispatcher()->registeredTimers(&timer).size(), 0);
        QTest::qWait(10);
        QCOMPARE(count, 3);
        QCOMPARE(timer.remainingTime(), -1);
    }

    void aTimerOfNoTimeLetsSocketsThrough()
    {
        const Ends ends;
        QSocketNotifier notifier(ends.here(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        QTimer busy;
        busy.start(0);
        ends.sayFromThere();
        QTRY_VERIFY(told.count() > 0);
    }

    void aTimerIsNotCalledFromItself()
    {
        QTimer timer;
        int depth = 0;
        int deepest = 0;
        int others = 0;
        QTimer other;
        connect(&other, &QTimer::timeout, this, [&] { ++others; });
        connect(&timer, &QTimer::timeout, this, [&] {
            deepest = std::max(deepest, ++depth);
            timer.setInterval(1);
            QTest::qWait(10);
            --depth;
            timer.stop();
        });
        other.start(1);
        timer.start(1);
        QTRY_VERIFY(!timer.isActive());
        QVERIFY(others > 0);
    }

    void itSleepsWhileNothingHappens()
    {
        QTimer::singleShot(50, this, [] {});
        const std::clock_t before = std::clock();
        QTest::qWait(200);
        QVERIFY(std::clock() - before < CLOCKS_PER_SEC / 10);
    }

    void processesAndConnectionsWork()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket,
                    [socket] { socket->write(socket->readAll()); });
        });
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, server.serverPort());
        const QByteArray text(3'000'000, 'x'); // more than the system takes at a time
        client.write(text);
        qint64 echoed = 0;
        connect(&client, &QTcpSocket::readyRead, this, [&] { echoed += client.readAll().size(); });
        QTRY_COMPARE(echoed, qint64(text.size()));
        client.disconnectFromHost();
        QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);

        QProcess process;
        QSignalSpy finished(&process, &QProcess::finished);
        process.start(QStringLiteral("cat"), {});
        process.write("hello");
        process.closeWriteChannel();
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(process.readAll(), QByteArray("hello"));
    }
};

int main(int argc, char **argv)
{
    if (!ObjectSync::useServerEventLoop())
        return 0; // there is none on this system
    QCoreApplication application(argc, argv);
    TestEventLoop test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_eventloop.moc"
