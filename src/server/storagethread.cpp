// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storagethread_p.h"

#include "storageworker_p.h"

#include <QtCore/qmutex.h>
#include <QtCore/qwaitcondition.h>

#include <algorithm>
#include <deque>

namespace ObjectSync::Internal {

namespace {

/// A resource: hands the parts of a world from the thread that reads them to the one that takes
/// them. Few of them are under way at a time, so that one that reads faster takes no more memory.
class PartQueue
{
public:
    // For the thread that reads.

    /// Blocks while there are many. The error of the one who takes, where there was one.
    Expected<void> push(StoredWorld part)
    {
        QMutexLocker lock(&m_mutex);
        while (m_parts.size() == MostParts && m_taken)
            m_changed.wait(&m_mutex);
        if (m_taken)
            m_parts.push_back(std::move(part));
        m_changed.wakeOne();
        return m_taken;
    }
    void finish(Expected<void> read)
    {
        const QMutexLocker lock(&m_mutex);
        m_read = std::move(read);
        m_changed.wakeOne();
    }

    // For the thread that takes.

    /// Blocks; nothing after the last part.
    std::optional<StoredWorld> next()
    {
        const QMutexLocker lock(&m_mutex);
        while (m_parts.empty() && !m_read)
            m_changed.wait(&m_mutex);
        if (m_parts.empty())
            return std::nullopt;
        StoredWorld part = std::move(m_parts.front());
        m_parts.pop_front();
        m_changed.wakeOne();
        return part;
    }
    /// No part is taken after this.
    void refuse(const Error &error)
    {
        const QMutexLocker lock(&m_mutex);
        m_taken = error;
        m_parts.clear();
        m_changed.wakeOne();
    }
    /// After the last part.
    Expected<void> result() const { return m_taken ? *m_read : m_taken; }

private:
    static constexpr size_t MostParts = 4;

    QMutex m_mutex;
    QWaitCondition m_changed; ///< one side waits at a time
    std::deque<StoredWorld> m_parts;
    Expected<void> m_taken;
    std::optional<Expected<void>> m_read;
};

} // namespace

StorageThread::StorageThread(std::unique_ptr<Storage> storage, QObject *parent)
    : StorageThread(std::move(storage), Retry(), parent)
{
}

StorageThread::StorageThread(std::unique_ptr<Storage> storage, Retry retry, QObject *parent)
    : QObject(parent), m_worker(new StorageWorker(std::move(storage), retry))
{
    m_worker->moveToThread(&m_thread);
    connect(m_worker, &StorageWorker::stored, this, &StorageThread::onStored);
    connect(m_worker, &StorageWorker::failed, this, &StorageThread::failed);
    connect(m_worker, &StorageWorker::recovered, this, &StorageThread::recovered);
    m_thread.setObjectName(QStringLiteral("ObjectSync storage"));
    m_thread.start();
}

StorageThread::~StorageThread()
{
    QMetaObject::invokeMethod(m_worker, &StorageWorker::finish, Qt::BlockingQueuedConnection);
    m_worker->deleteLater();
    m_thread.quit();
    m_thread.wait();
}

Expected<void> StorageThread::load(const QByteArray &world, const Storage::TakePart &take)
{
    PartQueue parts;
    const auto read = [&] {
        parts.finish(m_worker->load(world,
                                    [&](StoredWorld part) { return parts.push(std::move(part)); }));
    };
    QMetaObject::invokeMethod(m_worker, read, Qt::QueuedConnection);
    while (auto part = parts.next()) {
        if (const auto taken = take(*std::move(part)); !taken)
            parts.refuse(taken.error());
    }
    Count &count = m_counts[world];
    count.stale = count.unconfirmed;
    return parts.result();
}

Expected<void> StorageThread::writeNow(const StorageBatch &batch)
{
    std::optional<Expected<void>> written;
    QMetaObject::invokeMethod(
            m_worker, [&] { written = m_worker->writeNow(batch); }, Qt::BlockingQueuedConnection);
    return *std::move(written);
}

void StorageThread::write(StorageBatch batch)
{
    ++m_counts[batch.world].unconfirmed;
    m_worker->enqueue(std::move(batch));
}

void StorageThread::onStored(const QByteArray &world, int batches)
{
    Count &count = m_counts[world];
    count.unconfirmed -= batches;
    const int stale = std::min(count.stale, batches);
    count.stale -= stale;
    if (batches > stale)
        Q_EMIT stored(world);
}

} // namespace ObjectSync::Internal
