// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <map>
#include <random>
#include <vector>

/// A resource: a file system of SQLite's (a "VFS") in memory, of the name "faulty", that fails on
/// demand and forgets at a power cut what was not synced. There can be one at a time.
///
/// See <https://www.sqlite.org/vfs.html>; what a power cut may do is what SQLite assumes of disks,
/// <https://www.sqlite.org/atomiccommit.html>.
class FaultyVfs
{
public:
    FaultyVfs();
    ~FaultyVfs();
    FaultyVfs(const FaultyVfs &) = delete;
    FaultyVfs &operator=(const FaultyVfs &) = delete;

    /// The calls so far that would change something: those that can fail.
    int calls() const { return m_calls; }

    /// The next \a count calls from number \a call on fail with this result code of SQLite.
    void failAt(int call, int code, int count = 1);
    /// From this call on nothing works any longer, nor changes anything: the power is off.
    void cutPowerAt(int call);
    /// The power comes back: of what was not synced, random parts of it are there.
    void restorePower(std::mt19937 &random);
    bool isPowerOff() const { return m_isPowerOff; }

    // For the functions that SQLite calls.

    struct Write
    {
        qint64 offset = 0;
        QByteArray bytes = {};
        bool truncates = false; ///< to `offset`
    };
    struct File
    {
        QByteArray synced = {};
        QByteArray content = {};
        std::vector<Write> unsynced = {};

        void apply(const Write &write);
        void sync();
    };

    /// The code with which a call that changes something fails; 0: it does not.
    int fault();
    File &file(const QByteArray &name) { return m_files[name]; }
    bool exists(const QByteArray &name) const { return m_files.count(name) > 0; }
    void remove(const QByteArray &name) { m_files.erase(name); }

private:
    std::map<QByteArray, File> m_files;
    int m_calls = 0;
    int m_failAt = -1;
    int m_failCount = 0;
    int m_failCode = 0;
    int m_cutAt = -1;
    bool m_isPowerOff = false;
};
