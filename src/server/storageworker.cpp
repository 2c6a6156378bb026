// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storageworker_p.h"

#include "logging_p.h"

#include <algorithm>
#include <utility>

namespace ObjectSync::Internal {

StorageWorker::StorageWorker(std::unique_ptr<Storage> storage, StorageThread::Retry retry)
    : m_storage(std::move(storage)), m_retry(retry)
{
}

StorageWorker::~StorageWorker() = default;

void StorageWorker::enqueue(StorageBatch batch)
{
    const QMutexLocker lock(&m_mutex);
    m_queue.push_back(std::move(batch));
    if (!std::exchange(m_isScheduled, true))
        QMetaObject::invokeMethod(this, &StorageWorker::work, Qt::QueuedConnection);
}

Expected<StoredWorld> StorageWorker::load(const QByteArray &world)
{
    return m_storage->load(world);
}

Expected<void> StorageWorker::writeNow(const StorageBatch &batch)
{
    return m_storage->write({ batch });
}

void StorageWorker::work()
{
    {
        const QMutexLocker lock(&m_mutex);
        m_isScheduled = false;
        if (m_retryIn > 0 && m_retryTimer && m_retryTimer->isActive())
            return; // what waits goes along with the next attempt
        std::move(m_queue.begin(), m_queue.end(), std::back_inserter(m_writing));
        m_queue.clear();
    }
    write();
}

bool StorageWorker::write()
{
    if (m_writing.empty())
        return true;
    const Expected<void> written = m_storage->write(m_writing);
    if (!written) {
        m_retryIn = m_retryIn == 0 ? m_retry.first : std::min(2 * m_retryIn, m_retry.most);
        if (!m_retryTimer) {
            m_retryTimer = new QTimer(this);
            m_retryTimer->setSingleShot(true);
            connect(m_retryTimer, &QTimer::timeout, this, &StorageWorker::work);
        }
        m_retryTimer->start(m_retryIn);
        Q_EMIT failed(written.error(), m_retryIn);
        return false;
    }
    if (std::exchange(m_retryIn, 0) > 0)
        Q_EMIT recovered();
    std::vector<QByteArray> worlds;
    for (const StorageBatch &batch : std::exchange(m_writing, {})) {
        if (std::find(worlds.begin(), worlds.end(), batch.world) == worlds.end())
            worlds.push_back(batch.world);
    }
    for (const QByteArray &world : worlds)
        Q_EMIT stored(world);
    return true;
}

void StorageWorker::finish()
{
    if (m_retryTimer)
        m_retryTimer->stop();
    work();
    if (!m_writing.empty()) {
        qCCritical(logStorage, "%zu batches were never written. No client was told that they were.",
                   m_writing.size());
    }
    m_storage.reset();
}

} // namespace ObjectSync::Internal
