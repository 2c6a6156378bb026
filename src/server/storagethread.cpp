// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storagethread_p.h"

#include "storageworker_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

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

Expected<StoredWorld> StorageThread::load(const QByteArray &world)
{
    std::optional<Expected<StoredWorld>> loaded;
    QMetaObject::invokeMethod(
            m_worker, [&] { loaded = m_worker->load(world); }, Qt::BlockingQueuedConnection);
    Count &count = m_counts[world];
    count.stale = count.unconfirmed;
    return *std::move(loaded);
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
