// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>
#include <objectsync/sqlite/export.h>

#include <QtCore/qstring.h>

#include <memory>

namespace ObjectSync {

/// A resource: keeps the replica and the queue of one client in one SQLite file, in WAL mode with
/// synchronous=FULL: what write() has confirmed survives a crash of the machine.
///
/// The file is made where there is none, but not its folder. It is opened by load() and belongs to
/// this storage alone until the destructor, or the end of the process. Copies of it are for backups
/// only: two clients must not go on from the same state.
///
/// All functions but the constructor, file() and the setters are for one thread, in which it must
/// be deleted, too; that is where SyncSession takes it.
///
/// Errors have the code `storage-failed` and a message that names the file and says what to do:
/// - load(): the folder is missing, the path is a folder, no right to read or write, in use by
///   another process, damaged or no store of a client, written by a newer version of this library.
///   The file is left as it is;
/// - write(): the same, and the disk is full. Nothing of the batch is kept then.
class OBJECTSYNC_SQLITE_EXPORT SqliteClientStorage : public ClientStorage
{
public:
    /// Does not touch the file yet. \a file: as for SqliteStorage.
    explicit SqliteClientStorage(const QString &file);
    ~SqliteClientStorage() override;
    SqliteClientStorage(const SqliteClientStorage &) = delete;
    SqliteClientStorage &operator=(const SqliteClientStorage &) = delete;

    QString file() const;
    /// Bytes that the file may have, rounded up to pages of 4096; beyond it, write() fails as where
    /// the disk is full. 0, as at first: as much as the disk has. Before load().
    void setSizeLimit(qint64 bytes);

    /// A state without a client id where nothing was written yet.
    Expected<ClientState> load() override;
    Expected<void> write(const ClientStorageBatch &batch) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
