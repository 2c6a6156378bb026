// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "storagethread_p.h"

#include <QtCore/qmutex.h>
#include <QtCore/qtimer.h>

#include <vector>

namespace ObjectSync::Internal {

/// A resource: the part of StorageThread that lives in the thread.
class StorageWorker : public QObject
{
    Q_OBJECT

public:
    StorageWorker(std::unique_ptr<Storage> storage, StorageThread::Retry retry);
    ~StorageWorker() override;

    /// From any thread.
    void enqueue(StorageBatch batch);

    // In the worker's thread.
    /// After all that waits is written; the error where it cannot be.
    Expected<void> load(const QByteArray &world, const Storage::TakePart &take);
    Expected<void> writeNow(const StorageBatch &batch);
    /// The last thing: tries once to write what is left.
    void finish();

Q_SIGNALS:
    void stored(const QByteArray &world, int batches);
    void failed(const ObjectSync::Error &error, int retryIn);
    void recovered();

private:
    void work();
    void takeQueue();
    Expected<void> write();

    std::unique_ptr<Storage> m_storage;
    const StorageThread::Retry m_retry;
    std::vector<StorageBatch> m_writing; ///< taken from the queue, not yet written
    QTimer *m_retryTimer = nullptr;
    int m_retryIn = 0; ///< 0: the last write was good
    QMutex m_mutex; ///< for the following
    std::vector<StorageBatch> m_queue;
    bool m_isScheduled = false;
};

} // namespace ObjectSync::Internal
