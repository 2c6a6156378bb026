// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "eventlooptest.h"

#include <objectsync/server/eventloop.h>

#include <QtCore/qscopeguard.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtemporaryfile.h>
#include <QtTest/qsignalspy.h>

#include <memory>
#include <vector>

#include <fcntl.h>

namespace {

constexpr auto TwoNotifiers = "QSocketNotifier: a descriptor has two notifiers of one type";

/// A descriptor of a plain file.
int openFile()
{
    return ::open(qPrintable(QCoreApplication::applicationFilePath()), O_RDONLY | O_CLOEXEC);
}

/// Something has come for all of them. Calls \a heard where the loop tells of one and it was read.
template<typename Heard>
std::vector<std::unique_ptr<QSocketNotifier>> sayAndHear(const std::array<Ends, 3> &all,
                                                         const Heard &heard)
{
    std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
    for (const Ends &ends : all) {
        notifiers.push_back(std::make_unique<QSocketNotifier>(ends.here(), QSocketNotifier::Read));
        QObject::connect(notifiers.back().get(), &QSocketNotifier::activated, [&ends, heard] {
            ends.hear();
            heard();
        });
        ends.sayFromThere();
    }
    return notifiers;
}

} // namespace

/// What the event loop for servers does with descriptors.
class TestEventLoopSockets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What woke or interrupted it in the test before is no concern of the next one.
    void init() { settle(); }

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

    /// Where reading waits, it would do so for ever.
    void whatANestedLoopHasReadIsNotReadAgain()
    {
        const std::array<Ends, 3> all;
        int told = 0;
        const auto notifiers = sayAndHear(all, [&] {
            if (++told == 1)
                QCoreApplication::processEvents();
        });
        QTRY_COMPARE(told, 3);
        QCoreApplication::processEvents();
        QCOMPARE(told, 3);
    }

    void whatANestedLoopLeavesOutIsNotForgotten()
    {
        const std::array<Ends, 3> all;
        int told = 0;
        const auto notifiers = sayAndHear(all, [&] {
            ++told;
            QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers);
        });
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
};

int main(int argc, char **argv)
{
    if (!ObjectSync::useServerEventLoop())
        return 0; // there is none on this system
    QCoreApplication application(argc, argv);
    TestEventLoopSockets test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_eventloopsockets.moc"
