// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>

#include <QtCore/qobject.h>
#include <QtCore/qthread.h>

#include <memory>

namespace ObjectSync::Internal {

class ClientStorageWorker;

/// A resource: a ClientStorage in a thread of its own, where it is loaded at once. A batch that
/// cannot be written is tried again, until it is written.
class ClientStorageThread : public QObject
{
    Q_OBJECT

public:
    explicit ClientStorageThread(std::unique_ptr<ClientStorage> storage);
    ~ClientStorageThread() override;

    /// Blocks until the storage has been read. Only before loaded() or unusable().
    Expected<ClientState> waitUntilLoaded();
    /// Returns at once; answered by stored().
    void write(ClientStorageBatch batch);
    /// Tries once to write what waits, then deletes the storage in its thread. Blocks; nothing is
    /// signalled any more.
    void finish();

Q_SIGNALS:
    // From the event loop of this object's thread; first one of these …
    void loaded(const ObjectSync::ClientState &state);
    void unusable(const ObjectSync::Error &error);
    // … then one of these for each batch; failed() may come before its stored().
    void stored();
    void failed(const ObjectSync::Error &error);

private:
    QThread m_thread;
    ClientStorageWorker *m_worker; ///< lives in the thread; null after finish()
};

} // namespace ObjectSync::Internal
