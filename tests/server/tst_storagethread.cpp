// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storagethread_p.h"

#include <objectsync/server/memorystorage.h>

#include <QtCore/qmutex.h>
#include <QtCore/qsemaphore.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>

using namespace ObjectSync;
using namespace ObjectSync::Internal;

namespace {

/// What the storage below was asked to do, and how it is to answer. Shared with the test.
struct Script
{
    QMutex mutex;
    std::vector<std::vector<Revision>> writes; ///< of each call: the revisions of its batches
    int failures = 0; ///< so many writes fail
    bool isGone = false;
    QThread *thread = nullptr;
    QSemaphore go; ///< one for each write
    bool isHeld = false; ///< a write waits for go
    int given = 0; ///< parts of the world "large"
};

class ScriptedStorage : public Storage
{
public:
    explicit ScriptedStorage(std::shared_ptr<Script> script) : m_script(std::move(script)) { }
    ~ScriptedStorage() override
    {
        const QMutexLocker lock(&m_script->mutex);
        m_script->isGone = m_script->thread == QThread::currentThread();
    }

    Expected<StoredWorld> load(const QByteArray &world) override
    {
        m_script->thread = QThread::currentThread();
        if (world == "bad")
            return Error{ ErrorCode::StorageFailed, QStringLiteral("no such luck") };
        return StoredWorld{ "epoch", 5 };
    }

    Expected<void> loadInParts(const QByteArray &world, const TakePart &take) override
    {
        if (world != "large")
            return Storage::loadInParts(world, take);
        for (Revision part = 1; part <= 100; ++part) {
            ++m_script->given;
            if (auto taken = take(StoredWorld{ "epoch", 100, part }); !taken)
                return taken;
        }
        return {};
    }

    Expected<void> write(const std::vector<StorageBatch> &batches) override
    {
        if (m_script->isHeld)
            m_script->go.acquire();
        const QMutexLocker lock(&m_script->mutex);
        std::vector<Revision> revisions;
        for (const StorageBatch &batch : batches)
            revisions.push_back(batch.revision);
        m_script->writes.push_back(revisions);
        if (m_script->failures > 0) {
            --m_script->failures;
            return Error{ ErrorCode::StorageFailed, QStringLiteral("disk full") };
        }
        return {};
    }

private:
    std::shared_ptr<Script> m_script;
};

StorageBatch batch(Revision revision, const QByteArray &world = {})
{
    StorageBatch made;
    made.world = world;
    made.revision = revision;
    return made;
}

/// Loads a world that comes in one part.
Expected<StoredWorld> load(StorageThread &thread, const QByteArray &world)
{
    StoredWorld whole;
    auto loaded = thread.load(world, [&](StoredWorld part) -> Expected<void> {
        whole = std::move(part);
        return {};
    });
    return loaded ? Expected<StoredWorld>(std::move(whole)) : loaded.error();
}

using Writes = std::vector<std::vector<Revision>>;

} // namespace

class TestStorageThread : public QObject
{
    Q_OBJECT

    std::shared_ptr<Script> m_script;
    std::unique_ptr<StorageThread> m_thread;

private Q_SLOTS:
    void init()
    {
        m_script = std::make_shared<Script>();
        m_thread = std::make_unique<StorageThread>(std::make_unique<ScriptedStorage>(m_script),
                                                   StorageThread::Retry{ 10, 40 });
    }

    void cleanup() { m_thread.reset(); }

    void loadingTakesPlaceInTheThread()
    {
        const auto loaded = load(*m_thread, "world");
        QVERIFY(loaded);
        QCOMPARE(loaded->revision, 5);
        QVERIFY(m_script->thread);
        QVERIFY(m_script->thread != QThread::currentThread());
    }

    void partsAreTakenHereInOrder()
    {
        std::vector<Revision> taken;
        bool isHere = true;
        const auto loaded = m_thread->load("large", [&](StoredWorld part) -> Expected<void> {
            isHere = isHere && QThread::currentThread() == thread();
            taken.push_back(part.tombstoneFloor);
            return {};
        });
        QVERIFY(loaded);
        QVERIFY(isHere);
        QCOMPARE(taken.size(), size_t(100));
        QVERIFY(std::is_sorted(taken.begin(), taken.end()));
    }

    void aPartThatIsRefusedEndsTheLoading()
    {
        int taken = 0;
        const auto loaded = m_thread->load("large", [&](StoredWorld) -> Expected<void> {
            if (++taken < 3)
                return {};
            return Error{ ErrorCode::StorageFailed, QStringLiteral("nonsense") };
        });
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().message, QStringLiteral("nonsense"));
        QCOMPARE(taken, 3);
        QVERIFY2(m_script->given < 20, qPrintable(QString::number(m_script->given)));
        QVERIFY(load(*m_thread, "world"));
    }

    void anErrorOfLoadingIsHandedOn()
    {
        const auto loaded = load(*m_thread, "bad");
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().message, QStringLiteral("no such luck"));
    }

    void whatWaitsIsWrittenBeforeLoading()
    {
        m_script->failures = 2;
        QSignalSpy failed(m_thread.get(), &StorageThread::failed);
        QSignalSpy stored(m_thread.get(), &StorageThread::stored);
        m_thread->write(batch(1, "world"));
        QVERIFY(failed.wait());
        const auto refused = load(*m_thread, "world");
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, QStringLiteral("disk full"));
        QVERIFY(load(*m_thread, "world"));
        QCOMPARE(m_script->writes, Writes({ { 1 }, { 1 }, { 1 } }));
        // Who has loaded knows the first of them already.
        m_thread->write(batch(2, "world"));
        QVERIFY(stored.wait());
        QCOMPARE(m_script->writes.back(), std::vector<Revision>{ 2 });
        QCoreApplication::processEvents();
        QCOMPARE(stored.size(), 1);
    }

    void whatIsWrittenIsReported()
    {
        QSignalSpy stored(m_thread.get(), &StorageThread::stored);
        m_thread->write(batch(1));
        QTRY_COMPARE(stored.size(), 1);
        QCOMPARE(m_script->writes, Writes({ { 1 } }));
    }

    void whatWaitsIsWrittenTogether()
    {
        m_script->isHeld = true;
        QSignalSpy stored(m_thread.get(), &StorageThread::stored);
        m_thread->write(batch(1));
        QTRY_VERIFY(m_script->go.available() == 0);
        m_script->go.release();
        QTRY_COMPARE(stored.size(), 1);
        m_thread->write(batch(2)); // held in the thread
        QTest::qWait(0);
        m_thread->write(batch(3, "other"));
        m_thread->write(batch(4, "third"));
        m_script->go.release(3);
        QTRY_COMPARE(stored.size(), 4);
        const QMutexLocker lock(&m_script->mutex);
        std::vector<Revision> all;
        for (const auto &write : m_script->writes)
            all.insert(all.end(), write.begin(), write.end());
        QCOMPARE(all, std::vector<Revision>({ 1, 2, 3, 4 }));
        QVERIFY(m_script->writes.size() <= 3);
    }

    void failedWritesAreTriedAgain()
    {
        m_script->failures = 4;
        QSignalSpy stored(m_thread.get(), &StorageThread::stored);
        QSignalSpy failed(m_thread.get(), &StorageThread::failed);
        QSignalSpy recovered(m_thread.get(), &StorageThread::recovered);
        m_thread->write(batch(1));
        QTRY_COMPARE(stored.size(), 1);
        QCOMPARE(failed.size(), 4);
        QCOMPARE(recovered.size(), 1);
        QCOMPARE(failed.first().first().value<Error>().message, QStringLiteral("disk full"));
        QList<int> waits;
        for (const auto &call : failed)
            waits.append(call.at(1).toInt());
        QCOMPARE(waits, QList<int>({ 10, 20, 40, 40 }));
        QCOMPARE(m_script->writes, Writes(5, { 1 }));
    }

    void whatComesMeanwhileGoesAlongWithTheNextAttempt()
    {
        m_script->failures = 1;
        QSignalSpy stored(m_thread.get(), &StorageThread::stored);
        QSignalSpy failed(m_thread.get(), &StorageThread::failed);
        m_thread->write(batch(1));
        QTRY_COMPARE(failed.size(), 1);
        m_thread->write(batch(2, "other"));
        QTRY_COMPARE(stored.size(), 2);
        const QMutexLocker lock(&m_script->mutex);
        QCOMPARE(m_script->writes.front(), std::vector<Revision>({ 1 }));
        QCOMPARE(m_script->writes.at(1).front(), 1);
    }

    void theEndWritesWhatWaits()
    {
        m_thread->write(batch(1));
        m_thread->write(batch(2, "other"));
        m_thread.reset();
        std::vector<Revision> all;
        for (const auto &write : m_script->writes)
            all.insert(all.end(), write.begin(), write.end());
        QCOMPARE(all, std::vector<Revision>({ 1, 2 }));
    }

    void theStorageIsDeletedInTheThread()
    {
        (void)load(*m_thread, {});
        m_thread.reset();
        QVERIFY(m_script->isGone);
    }

    void theEndDoesNotWaitForAStorageThatFails()
    {
        m_script->failures = 1000;
        QSignalSpy failed(m_thread.get(), &StorageThread::failed);
        m_thread->write(batch(1));
        QTRY_VERIFY(failed.size() > 0);
        QTest::ignoreMessage(QtCriticalMsg,
                             "1 batches were never written. No client was told that they were.");
        m_thread.reset();
    }

    void writingNowTellsTheOutcome()
    {
        QVERIFY(m_thread->writeNow(batch(1)));
        m_script->failures = 1;
        QVERIFY(!m_thread->writeNow(batch(2)));
    }
};

QTEST_GUILESS_MAIN(TestStorageThread)

#include "tst_storagethread.moc"
