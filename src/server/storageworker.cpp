// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storageworker_p.h"

#include "logging_p.h"

#include <algorithm>
#include <map>
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

Expected<void> StorageWorker::load(const QByteArray &world, const Storage::TakePart &take)
{
    takeQueue();
    if (auto written = write(); !written)
        return written;
    return m_storage->loadInParts(world, take);
}

Expected<void> StorageWorker::writeNow(const StorageBatch &batch)
{
    return m_storage->write({ batch });
}

void StorageWorker::takeQueue()
{
    const QMutexLocker lock(&m_mutex);
    m_isScheduled = false;
    std::move(m_queue.begin(), m_queue.end(), std::back_inserter(m_writing));
    m_queue.clear();
}

void StorageWorker::work()
{
    takeQueue();
    // While an attempt is due, what has come goes along with it.
    if (m_retryIn == 0 || !m_retryTimer->isActive())
        (void)write();
}

Expected<void> StorageWorker::write()
{
    if (m_writing.empty())
        return {};
    Expected<void> written = m_storage->write(m_writing);
    if (!written) {
        m_retryIn = m_retryIn == 0 ? m_retry.first : std::min(2 * m_retryIn, m_retry.most);
        if (!m_retryTimer) {
            m_retryTimer = new QTimer(this);
            m_retryTimer->setSingleShot(true);
            connect(m_retryTimer, &QTimer::timeout, this, &StorageWorker::work);
        }
        m_retryTimer->start(m_retryIn);
        Q_EMIT failed(written.error(), m_retryIn);
        return written;
    }
    if (m_retryTimer)
        m_retryTimer->stop();
    if (std::exchange(m_retryIn, 0) > 0)
        Q_EMIT recovered();
    std::map<QByteArray, int> batches;
    for (const StorageBatch &batch : std::exchange(m_writing, {}))
        ++batches[batch.world];
    for (const auto &[world, count] : batches)
        Q_EMIT stored(world, count);
    return {};
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
