// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>
#include <objectsync/sqlite/export.h>

#include <QtCore/qstring.h>

#include <memory>

namespace ObjectSync {

/// A resource: keeps worlds in one SQLite file, in WAL mode with synchronous=FULL: what write() has
/// confirmed survives a crash of the machine.
///
/// The file is made where there is none, but not its folder. It is opened by the first load() and
/// belongs to this storage alone until the destructor: nobody else can open it meanwhile, not even
/// to read. Backups: copy the file while no server has it open.
///
/// All functions but the constructor and file() are for one thread, in which it must be deleted,
/// too; that is where SyncServer takes it.
///
/// Errors have the code `storage-failed` and a message that names the file and says what to do:
/// - loading: the folder is missing, the path is a folder, no right to read or write, in use by
///   another server, damaged or no database, written by a newer version of this library;
/// - write(): the same, and the disk is full. Nothing of the batches is kept then.
class OBJECTSYNC_SQLITE_EXPORT SqliteStorage : public Storage
{
public:
    /// Does not touch the file yet. \a file: a path, relative to the working folder at the first
    /// load(), or a URI as SQLite understands it ("file:…?vfs=…").
    explicit SqliteStorage(const QString &file);
    ~SqliteStorage() override;
    SqliteStorage(const SqliteStorage &) = delete;
    SqliteStorage &operator=(const SqliteStorage &) = delete;

    QString file() const;

    /// An empty world where there is none of this name.
    Expected<StoredWorld> load(const QByteArray &world) override;
    /// In parts of some thousand entities. Until the last one, the file's rows are in memory packed.
    Expected<void> loadInParts(const QByteArray &world, const TakePart &take) override;
    Expected<void> write(const std::vector<StorageBatch> &batches) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
