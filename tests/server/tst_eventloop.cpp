// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/eventloop.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qprocess.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtemporaryfile.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <array>
#include <csignal>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

/// Two ends that are connected.
class Ends
{
public:
    Ends()
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, m_ends.data()) != 0)
            qFatal("socketpair");
    }
    ~Ends() { close(); }
    Ends(const Ends &) = delete;
    Ends &operator=(const Ends &) = delete;

    int here() const { return m_ends[0]; }
    void sayFromThere() const { QCOMPARE(::write(m_ends[1], "x", 1), 1); }
    void hear() const
    {
        char byte = 0;
        QCOMPARE(::read(m_ends[0], &byte, 1), 1);
    }
    void hangUp()
    {
        ::close(m_ends[1]);
        m_ends[1] = -1;
    }
    void close()
    {
        for (int &end : m_ends) {
            if (end >= 0)
                ::close(end);
            end = -1;
        }
    }

private:
    std::array<int, 2> m_ends = { -1, -1 };
};

/// Ends a loop that would never end; that is a failure.
class Guard
{
public:
    explicit Guard(QEventLoop &loop)
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &loop, &QEventLoop::quit);
        m_timer.start(3s);
    }
    bool wasNeeded() const { return !m_timer.isActive(); }

private:
    QTimer m_timer;
};

constexpr auto TwoNotifiers = "QSocketNotifier: a descriptor has two notifiers of one type";

/// A descriptor of a plain file.
int openFile()
{
    return ::open(qPrintable(QCoreApplication::applicationFilePath()), O_RDONLY | O_CLOEXEC);
}

QAbstractEventDispatcher *dispatcher()
{
    return QCoreApplication::eventDispatcher();
}

void onceBeforeItWaits(const std::function<void()> &action)
{
    auto *context = new QObject(dispatcher());
    QObject::connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, context,
                     [context, action] {
                         const auto only = action;
                         delete context;
                         only();
                     });
}

} // namespace

class TestEventLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What woke or interrupted it in the test before is no concern of the next one.
    void init()
    {
        for (int i = 0; i < 3; ++i)
            QCoreApplication::processEvents();
    }

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

    void socketsThatHaveSomethingAreRead()
    {
        const Ends ends;
        const Ends quiet;
        QSocketNotifier notifier(ends.here(), QSocketNotifier::Read);
        QSocketNotifier other(quiet.here(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        QSignalSpy otherTold(&other, &QSocketNotifier::activated);
        connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { ends.hear(); });
        QCoreApplication::processEvents();
        QCOMPARE(told.count(), 0);
        ends.sayFromThere();
        QTRY_COMPARE(told.count(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(told.count(), 1);
        QCOMPARE(otherTold.count(), 0);
    }

    void aDisabledNotifierIsNotTold()
    {
        const Ends ends;
        QSocketNotifier reading(ends.here(), QSocketNotifier::Read);
        QSocketNotifier writing(ends.here(), QSocketNotifier::Write);
        QSignalSpy read(&reading, &QSocketNotifier::activated);
        QSignalSpy written(&writing, &QSocketNotifier::activated);
        reading.setEnabled(false);
        ends.sayFromThere();
        QTRY_VERIFY(written.count() > 1);
        QCOMPARE(read.count(), 0);
        writing.setEnabled(false);
        reading.setEnabled(true);
        written.clear();
        QTRY_VERIFY(read.count() > 1); // as nobody reads, it is told again
        QCOMPARE(written.count(), 0);
    }

    void anEndThatWasHungUpIsNoticed()
    {
        Ends ends;
        QSocketNotifier notifier(ends.here(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        ends.hangUp();
        QTRY_VERIFY(told.count() > 0);
    }

    void aSlotMayDeleteTheNextNotifier()
    {
        const std::array<Ends, 2> ends;
        std::array<std::unique_ptr<QSocketNotifier>, 2> notifiers;
        int told = 0;
        for (size_t i = 0; i < 2; ++i) {
            notifiers[i] = std::make_unique<QSocketNotifier>(ends[i].here(), QSocketNotifier::Read);
            connect(notifiers[i].get(), &QSocketNotifier::activated, this, [&, i] {
                ends[i].hear();
                notifiers[1 - i].reset();
                ++told;
            });
            ends[i].sayFromThere();
        }
        QTRY_COMPARE(told, 1);
        QCoreApplication::processEvents();
        QCOMPARE(told, 1);
    }

    /// What the system told of the socket before must not reach the one that got its number.
    void aDescriptorThatIsUsedAgainIsAnotherOne()
    {
        auto first = std::make_unique<Ends>();
        auto second = std::make_unique<Ends>();
        std::unique_ptr<Ends> again;
        std::unique_ptr<QSocketNotifier> late;
        int lateTold = 0;
        QSocketNotifier one(first->here(), QSocketNotifier::Read);
        auto two = std::make_unique<QSocketNotifier>(second->here(), QSocketNotifier::Read);
        connect(&one, &QSocketNotifier::activated, this, [&] {
            first->hear();
            const int descriptor = second->here();
            two.reset();
            second.reset();
            again = std::make_unique<Ends>();
            QCOMPARE(again->here(), descriptor);
            late = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
            connect(late.get(), &QSocketNotifier::activated, this, [&] { ++lateTold; });
        });
        first->sayFromThere();
        second->sayFromThere();
        QTRY_VERIFY(late);
        QCoreApplication::processEvents();
        QCOMPARE(lateTold, 0);
        again->sayFromThere();
        QTRY_VERIFY(lateTold > 0);
    }

    void aDescriptorMayBeClosedBeforeItsNotifierGoes()
    {
        auto before = std::make_unique<Ends>();
        const int descriptor = before->here();
        auto old = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
        before.reset();
        const Ends ends;
        QCOMPARE(ends.here(), descriptor);
        QTest::ignoreMessage(QtWarningMsg, TwoNotifiers);
        QSocketNotifier notifier(descriptor, QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        old.reset();
        ends.sayFromThere();
        QTRY_VERIFY(told.count() > 0);
    }

    /// What the system told before must not reach the notifier in its place.
    void aNotifierInThePlaceOfAnotherIsNotToldOfWhatCameBefore()
    {
        const Ends first;
        auto second = std::make_unique<Ends>();
        std::unique_ptr<Ends> again;
        std::unique_ptr<QSocketNotifier> late;
        int lateTold = 0;
        QSocketNotifier one(first.here(), QSocketNotifier::Read);
        const QSocketNotifier two(second->here(), QSocketNotifier::Read);
        connect(&one, &QSocketNotifier::activated, this, [&] {
            first.hear();
            second.reset();
            again = std::make_unique<Ends>();
            QCOMPARE(again->here(), static_cast<int>(two.socket()));
            QTest::ignoreMessage(QtWarningMsg, TwoNotifiers);
            late = std::make_unique<QSocketNotifier>(again->here(), QSocketNotifier::Read);
            connect(late.get(), &QSocketNotifier::activated, this, [&] { ++lateTold; });
        });
        first.sayFromThere();
        second->sayFromThere();
        QTRY_VERIFY(late);
        QCoreApplication::processEvents();
        QCOMPARE(lateTold, 0);
        again->sayFromThere();
        QTRY_VERIFY(lateTold > 0);
    }

    /// The system still knows it, as there is a copy.
    void aDescriptorMayComeBack()
    {
        const Ends ends;
        auto old = std::make_unique<QSocketNotifier>(ends.here(), QSocketNotifier::Read);
        const int copy = ::dup(ends.here());
        ::close(ends.here());
        old.reset();
        QCOMPARE(::dup2(copy, ends.here()), ends.here());
        ::close(copy);
        QSocketNotifier notifier(ends.here(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        ends.sayFromThere();
        QTRY_VERIFY(told.count() > 0);
    }

    /// What is registered there already is a socket then, or is none any more.
    void aSocketAndAPlainFileMayChangePlaces()
    {
        const int file = openFile();
        const auto closing = qScopeGuard([&] { ::close(file); });
        auto old = std::make_unique<QSocketNotifier>(file, QSocketNotifier::Read);
        ::close(file);
        auto ends = std::make_unique<Ends>();
        QCOMPARE(ends->here(), file);
        const QSocketNotifier other(file, QSocketNotifier::Exception);
        old.reset();
        QSocketNotifier notifier(file, QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        QCoreApplication::processEvents();
        QCOMPARE(told.count(), 0);
        ends->sayFromThere();
        QTRY_VERIFY(told.count() > 0);
        ends.reset();
        QCOMPARE(openFile(), file);
        const QSocketNotifier writing(file, QSocketNotifier::Write);
        told.clear();
        QTRY_VERIFY(told.count() > 1);
    }

    void aNotifierWithoutADescriptorDoesNothing()
    {
        QTest::ignoreMessage(QtWarningMsg, "QSocketNotifier: Invalid socket specified");
        const QSocketNotifier notifier(-1, QSocketNotifier::Read);
        QCoreApplication::processEvents();
    }

    /// Where reading waits, it would do so for ever.
    void whatANestedLoopHasReadIsNotReadAgain()
    {
        const std::array<Ends, 3> all;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        int told = 0;
        for (const Ends &ends : all) {
            notifiers.push_back(
                    std::make_unique<QSocketNotifier>(ends.here(), QSocketNotifier::Read));
            connect(notifiers.back().get(), &QSocketNotifier::activated, this, [&] {
                ends.hear();
                if (++told == 1)
                    QCoreApplication::processEvents();
            });
            ends.sayFromThere();
        }
        QTRY_COMPARE(told, 3);
        QCoreApplication::processEvents();
        QCOMPARE(told, 3);
    }

    void whatANestedLoopLeavesOutIsNotForgotten()
    {
        const std::array<Ends, 3> all;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        int told = 0;
        for (const Ends &ends : all) {
            notifiers.push_back(
                    std::make_unique<QSocketNotifier>(ends.here(), QSocketNotifier::Read));
            connect(notifiers.back().get(), &QSocketNotifier::activated, this, [&] {
                ends.hear();
                ++told;
                QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers);
            });
            ends.sayFromThere();
        }
        QCoreApplication::processEvents();
        QCOMPARE(told, 3);
    }

    void aPlainFileIsAlwaysReady()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        QSocketNotifier notifier(file.handle(), QSocketNotifier::Read);
        QSignalSpy told(&notifier, &QSocketNotifier::activated);
        QTRY_VERIFY(told.count() > 1);
        notifier.setEnabled(false);
        QCoreApplication::processEvents();
        told.clear();
        QCoreApplication::processEvents();
        QCOMPARE(told.count(), 0);
    }

    void plainFilesThatANestedLoopHasToldAreNotToldAgain()
    {
        std::array<QTemporaryFile, 2> files;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        int told = 0;
        for (QTemporaryFile &file : files) {
            QVERIFY(file.open());
            notifiers.push_back(
                    std::make_unique<QSocketNotifier>(file.handle(), QSocketNotifier::Read));
            connect(notifiers.back().get(), &QSocketNotifier::activated, this, [&] {
                if (++told == 1)
                    QCoreApplication::processEvents();
            });
        }
        QCoreApplication::processEvents();
        QCOMPARE(told, 3); // the one that ran the loop, and each in that loop
    }

    void aSocketWithTheNumberOfAPlainFileIsNotReady()
    {
        std::array<int, 2> descriptors;
        std::array<std::unique_ptr<QSocketNotifier>, 2> notifiers;
        std::unique_ptr<Ends> ends;
        int socketTold = 0;
        for (size_t i = 0; i < 2; ++i) {
            descriptors[i] = openFile();
            notifiers[i] = std::make_unique<QSocketNotifier>(descriptors[i], QSocketNotifier::Read);
        }
        connect(notifiers[0].get(), &QSocketNotifier::activated, this, [&] {
            notifiers[0]->setEnabled(false);
            notifiers[1].reset();
            ::close(descriptors[1]);
            ends = std::make_unique<Ends>();
            QCOMPARE(ends->here(), descriptors[1]);
            notifiers[1] = std::make_unique<QSocketNotifier>(ends->here(), QSocketNotifier::Read);
            connect(notifiers[1].get(), &QSocketNotifier::activated, this, [&] { ++socketTold; });
        });
        QCoreApplication::processEvents();
        QVERIFY(ends);
        QCOMPARE(socketTold, 0);
        ::close(descriptors[0]);
    }

    void manySocketsAtOnce()
    {
        std::vector<std::unique_ptr<Ends>> all;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        int told = 0;
        for (int i = 0; i < 400; ++i) { // more than the system tells of at a time
            const Ends *ends = all.emplace_back(std::make_unique<Ends>()).get();
            notifiers.push_back(
                    std::make_unique<QSocketNotifier>(ends->here(), QSocketNotifier::Read));
            connect(notifiers.back().get(), &QSocketNotifier::activated, this, [&told, ends] {
                ends->hear();
                ++told;
            });
            ends->sayFromThere();
        }
        QTRY_COMPARE(told, 400);
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
        const std::unique_ptr<QThread> thread(QThread::create([] { dispatcher()->wakeUp(); }));
        onceBeforeItWaits([&] { thread->start(); });
        QVERIFY(dispatcher()->processEvents(QEventLoop::ProcessEventsFlags(flags)
                                            | QEventLoop::WaitForMoreEvents));
        thread->wait();
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
