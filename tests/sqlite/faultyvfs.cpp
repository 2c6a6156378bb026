// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "faultyvfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace {

constexpr int SectorSize = 512;

FaultyVfs *current = nullptr;
sqlite3_vfs registered = {};

/// What SQLite allocates for an open file.
struct OpenFile
{
    sqlite3_file base;
    QByteArray *name;
    bool deleteOnClose;
};

FaultyVfs::File &fileOf(sqlite3_file *file)
{
    return current->file(*reinterpret_cast<OpenFile *>(file)->name);
}

int closeFile(sqlite3_file *file)
{
    auto *open = reinterpret_cast<OpenFile *>(file);
    if (open->deleteOnClose)
        current->remove(*open->name);
    delete open->name;
    open->name = nullptr;
    return SQLITE_OK;
}

int readFile(sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
    if (current->isPowerOff())
        return SQLITE_IOERR_READ;
    const QByteArray &content = fileOf(file).content;
    const qint64 there = std::clamp<qint64>(content.size() - offset, 0, size);
    std::memset(to, 0, static_cast<size_t>(size));
    if (there > 0)
        std::memcpy(to, content.constData() + offset, static_cast<size_t>(there));
    return there < size ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

int writeFile(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset)
{
    if (const int code = current->fault())
        return code;
    fileOf(file).apply({ offset, QByteArray(static_cast<const char *>(from), size) });
    return SQLITE_OK;
}

int truncateFile(sqlite3_file *file, sqlite3_int64 size)
{
    if (const int code = current->fault())
        return code;
    fileOf(file).apply({ size, {}, true });
    return SQLITE_OK;
}

int syncFile(sqlite3_file *file, int)
{
    if (const int code = current->fault())
        return code;
    fileOf(file).sync();
    return SQLITE_OK;
}

int fileSize(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = fileOf(file).content.size();
    return SQLITE_OK;
}

// Nobody else has the files.
int setLock(sqlite3_file *, int)
{
    return SQLITE_OK;
}

int checkReservedLock(sqlite3_file *, int *result)
{
    *result = 0;
    return SQLITE_OK;
}

int fileControl(sqlite3_file *, int, void *)
{
    return SQLITE_NOTFOUND;
}

int sectorSize(sqlite3_file *)
{
    return SectorSize;
}

int deviceCharacteristics(sqlite3_file *)
{
    return 0; // it promises nothing
}

// Version 1: without shared memory, which exclusive locking does not need.
const sqlite3_io_methods methods = { 1,
                                     closeFile,
                                     readFile,
                                     writeFile,
                                     truncateFile,
                                     syncFile,
                                     fileSize,
                                     setLock,
                                     setLock,
                                     checkReservedLock,
                                     fileControl,
                                     sectorSize,
                                     deviceCharacteristics,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr };

int openFile(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *outFlags)
{
    static int temporaries = 0;
    file->pMethods = nullptr;
    const QByteArray path = name ? QByteArray(name)
                                 : "temporary" + QByteArray::number(++temporaries);
    if (current->isPowerOff())
        return SQLITE_CANTOPEN;
    if (!current->exists(path)) {
        if (!(flags & SQLITE_OPEN_CREATE))
            return SQLITE_CANTOPEN;
        if (const int code = current->fault())
            return code;
        current->file(path);
    }
    auto *open = new (file) OpenFile;
    open->base.pMethods = &methods;
    open->name = new QByteArray(path);
    open->deleteOnClose = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    if (outFlags)
        *outFlags = flags;
    return SQLITE_OK;
}

int deleteFile(sqlite3_vfs *, const char *name, int)
{
    if (!current->exists(name))
        return SQLITE_IOERR_DELETE_NOENT;
    if (const int code = current->fault())
        return code;
    current->remove(name);
    return SQLITE_OK;
}

int accessFile(sqlite3_vfs *, const char *name, int, int *result)
{
    *result = current->exists(name);
    return SQLITE_OK;
}

int fullPath(sqlite3_vfs *, const char *name, int size, char *result)
{
    if (std::strlen(name) >= static_cast<size_t>(size))
        return SQLITE_CANTOPEN;
    std::strcpy(result, name);
    return SQLITE_OK;
}

} // namespace

void FaultyVfs::File::apply(const Write &write)
{
    const qint64 end = write.offset + write.bytes.size();
    if (write.truncates || content.size() < end)
        content.resize(end, '\0');
    if (!write.bytes.isEmpty())
        content.replace(write.offset, write.bytes.size(), write.bytes);
    unsynced.push_back(write);
}

void FaultyVfs::File::sync()
{
    synced = content;
    unsynced.clear();
}

FaultyVfs::FaultyVfs()
{
    const sqlite3_vfs *usual = sqlite3_vfs_find(nullptr);
    current = this;
    registered = *usual; // the time, sleeping, random numbers
    registered.iVersion = 1;
    registered.szOsFile = sizeof(OpenFile);
    registered.zName = "faulty";
    registered.xOpen = openFile;
    registered.xDelete = deleteFile;
    registered.xAccess = accessFile;
    registered.xFullPathname = fullPath;
    sqlite3_vfs_register(&registered, 0);
}

FaultyVfs::~FaultyVfs()
{
    sqlite3_vfs_unregister(&registered);
    current = nullptr;
}

void FaultyVfs::failAt(int call, int code, int count)
{
    m_failAt = call;
    m_failCode = code;
    m_failCount = count;
}

void FaultyVfs::cutPowerAt(int call)
{
    m_cutAt = call;
}

int FaultyVfs::fault()
{
    const int call = m_calls++;
    if (m_cutAt >= 0 && call >= m_cutAt)
        m_isPowerOff = true;
    if (m_isPowerOff)
        return SQLITE_IOERR;
    const bool fails = m_failAt >= 0 && call >= m_failAt && call - m_failAt < m_failCount;
    return fails ? m_failCode : SQLITE_OK;
}

void FaultyVfs::restorePower(std::mt19937 &random)
{
    m_isPowerOff = false;
    m_cutAt = -1;
    for (auto &[name, file] : m_files) {
        const std::vector<Write> unsynced = std::exchange(file.unsynced, {});
        file.content = file.synced;
        for (const Write &write : unsynced) {
            if (write.truncates) {
                if (random() % 2)
                    file.apply(write);
                continue;
            }
            // Each sector of it came to the disk, or not.
            for (qsizetype at = 0; at < write.bytes.size(); at += SectorSize) {
                if (random() % 2)
                    file.apply({ write.offset + at, write.bytes.mid(at, SectorSize) });
            }
        }
        file.sync();
    }
}
