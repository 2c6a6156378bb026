// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>

#include <QtCore/qhash.h>
#include <QtCore/qobject.h>
#include <QtCore/qthread.h>

#include <memory>

namespace ObjectSync::Internal {

class StorageWorker;

/// A resource: a Storage in a thread of its own. What is waiting when the thread comes round is
/// written in one go (group commit). After an error the same batches are tried again, until they
/// are written.
class StorageThread : public QObject
{
    Q_OBJECT

public:
    struct Retry
    {
        int first = 1000; ///< milliseconds; doubles with each failure …
        int most = 30000; ///< … up to this one
    };

    explicit StorageThread(std::unique_ptr<Storage> storage, QObject *parent = nullptr);
    StorageThread(std::unique_ptr<Storage> storage, Retry retry, QObject *parent = nullptr);
    /// Tries once to write what waits, then deletes the storage in its thread. Blocks.
    ~StorageThread() override;

    /// Blocks until the world is loaded, part by part: \a take is called here, while the thread
    /// reads on. What was given to write() before is written first, and stored() does not tell of
    /// it any more; the error where it cannot be.
    Expected<void> load(const QByteArray &world, const Storage::TakePart &take);
    /// Blocks until it is written, or gives up at the first error. Not while write() is under way.
    Expected<void> writeNow(const StorageBatch &batch);
    /// Returns at once; answered by stored().
    void write(StorageBatch batch);

Q_SIGNALS:
    /// All batches of the world that were given to write() are durable.
    void stored(const QByteArray &world);
    /// Writing failed; it is tried again after \a retryIn milliseconds.
    void failed(const ObjectSync::Error &error, int retryIn);
    /// Writing goes on after failed().
    void recovered();

private:
    struct Count
    {
        int unconfirmed = 0; ///< batches given to write()
        int stale = 0; ///< of these, the first so many are from before load()
    };

    void onStored(const QByteArray &world, int batches);

    QThread m_thread;
    StorageWorker *m_worker; ///< lives in the thread
    QHash<QByteArray, Count> m_counts;
};

} // namespace ObjectSync::Internal
