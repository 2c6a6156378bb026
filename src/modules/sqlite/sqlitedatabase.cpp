// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "sqlitedatabase_p.h"

#include <QtCore/qdir.h>
#include <QtCore/qfileinfo.h>

#include <array>
#include <utility>

namespace ObjectSync::Internal {

namespace {

/// Of a file; as SQLite makes it.
constexpr qint64 PageSize = 4096;

bool isUri(const QString &file)
{
    return file.startsWith(QLatin1String("file:"));
}

QString adviceFor(int code)
{
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return QStringLiteral("it is in use; end the other program that has it open, or name "
                              "another file");
    case SQLITE_READONLY:
        return QStringLiteral("it cannot be written; allow this user to write to the file and its "
                              "folder");
    case SQLITE_IOERR:
        return QStringLiteral("the disk does not work as it should; check the disk");
    case SQLITE_FULL:
        return QStringLiteral("the disk is full; free some space");
    case SQLITE_CANTOPEN:
        return QStringLiteral("it cannot be opened; allow this user to read and write the file and "
                              "its folder");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return QStringLiteral("it is damaged, or no database of ObjectSync; restore a backup, or "
                              "name another file");
    default:
        return QStringLiteral("it cannot be used");
    }
}

} // namespace

SqliteDatabase::SqliteDatabase(const QString &file, const SqliteLayout &layout)
    : m_file(file), m_layout(layout)
{
}

SqliteDatabase::~SqliteDatabase()
{
    close();
}

Error SqliteDatabase::explain(const QString &problem) const
{
    const QString name = isUri(m_file) ? m_file : QDir::toNativeSeparators(m_file);
    return { ErrorCode::StorageFailed, QStringLiteral("Database \"%1\": %2.").arg(name, problem) };
}

Error SqliteDatabase::lastError() const
{
    // Without a handle there was no memory for one.
    const int code = m_handle ? sqlite3_errcode(m_handle) : SQLITE_NOMEM;
    const char *said = m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code);
    return explain(QStringLiteral("%1 (SQLite says: %2)")
                           .arg(adviceFor(code & 0xff), QString::fromUtf8(said).trimmed()));
}

Expected<void> SqliteDatabase::open()
{
    if (isOpen())
        return {};
    if (auto usable = checkPlace(); !usable)
        return usable;
    // For one thread, so without SQLite's own locks. Nobody else is to have the file, so there is
    // nobody to wait for: no busy timeout.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
                      | (isUri(m_file) ? SQLITE_OPEN_URI : 0);
    const int result = sqlite3_open_v2(m_file.toUtf8().constData(), &m_handle, flags, nullptr);
    auto opened = result == SQLITE_OK ? configure() : lastError();
    if (!opened)
        close();
    return opened;
}

void SqliteDatabase::close()
{
    sqlite3_close(std::exchange(m_handle, nullptr));
}

/// SQLite says "unable to open database file" to all of these.
Expected<void> SqliteDatabase::checkPlace() const
{
    if (isUri(m_file))
        return {};
    const QFileInfo file(m_file);
    const QFileInfo folder(file.absolutePath());
    if (m_file.isEmpty())
        return explain(QStringLiteral("the name is empty; name a file"));
    if (file.isDir())
        return explain(QStringLiteral("this is a folder; name a file in it"));
    if (!folder.exists())
        return explain(QStringLiteral("the folder \"%1\" does not exist; make it first")
                               .arg(QDir::toNativeSeparators(folder.filePath())));
    if (!folder.isDir())
        return explain(QStringLiteral("\"%1\" is not a folder")
                               .arg(QDir::toNativeSeparators(folder.filePath())));
    if (!folder.isWritable())
        return explain(QStringLiteral("the folder \"%1\" cannot be written; allow this user to "
                                      "write to it, or name another one")
                               .arg(QDir::toNativeSeparators(folder.filePath())));
    if (file.exists() && !(file.isReadable() && file.isWritable()))
        return explain(QStringLiteral("the file cannot be read and written; allow this user to"));
    return {};
}

Expected<void> SqliteDatabase::configure()
{
    // In exclusive mode the lock that the first access takes is kept until the end. Nothing is
    // written before the file is known to be ours.
    if (auto executed = execute("PRAGMA locking_mode = EXCLUSIVE"); !executed)
        return executed;
    if (auto checked = checkOwner(); !checked)
        return checked.error();
    const std::array statements = {
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA cache_size = -32768",
        "PRAGMA journal_size_limit = 67108864",
        "BEGIN EXCLUSIVE",
    };
    for (const char *statement : statements) {
        if (auto executed = execute(statement); !executed)
            return executed;
    }
    auto made = makeTables();
    if (made)
        made = execute("COMMIT");
    if (!made) {
        (void)execute("ROLLBACK");
        return made;
    }
    if (m_sizeLimit <= 0)
        return {};
    const qint64 pages = (m_sizeLimit + PageSize - 1) / PageSize;
    return execute("PRAGMA max_page_count = " + QByteArray::number(pages));
}

/// True for a file that has nothing yet.
Expected<bool> SqliteDatabase::checkOwner()
{
    const Expected<qint64> application = pragma("PRAGMA application_id");
    const Expected<qint64> version = pragma("PRAGMA user_version");
    const Expected<qint64> changes = pragma("PRAGMA schema_version");
    for (const Expected<qint64> *each : { &application, &version, &changes }) {
        if (!*each)
            return each->error();
    }
    if (*changes == 0)
        return true;
    if (*application != m_layout.applicationId)
        return explain(QStringLiteral("it belongs to another program; name another file"));
    if (*version > m_layout.version) {
        return explain(QStringLiteral("it was written by a newer version of ObjectSync (layout %1; "
                                      "this one knows up to %2); update this program")
                               .arg(*version)
                               .arg(m_layout.version));
    }
    return false;
}

Expected<void> SqliteDatabase::makeTables()
{
    // Asked again: only now has nobody else the file.
    const Expected<bool> isNew = checkOwner();
    if (!isNew)
        return isNew.error();
    if (!*isNew)
        return {};
    for (const char *statement : m_layout.tables) {
        if (auto executed = execute(statement); !executed)
            return executed;
    }
    if (auto executed = execute("PRAGMA application_id = "
                                + QByteArray::number(m_layout.applicationId));
        !executed)
        return executed;
    return execute("PRAGMA user_version = " + QByteArray::number(m_layout.version));
}

Expected<qint64> SqliteDatabase::pragma(const char *statement)
{
    auto query = prepare(statement);
    if (!query)
        return query.error();
    if (query->step() != SQLITE_ROW)
        return lastError();
    return query->integer(0);
}

Expected<SqliteStatement> SqliteDatabase::prepare(const char *statement)
{
    sqlite3_stmt *prepared = nullptr;
    if (sqlite3_prepare_v3(m_handle, statement, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr)
        != SQLITE_OK)
        return lastError();
    return SqliteStatement(prepared);
}

Expected<void> SqliteDatabase::execute(const char *statement)
{
    if (sqlite3_exec(m_handle, statement, nullptr, nullptr, nullptr) != SQLITE_OK)
        return lastError();
    return {};
}

Expected<void> SqliteDatabase::finish(SqliteStatement &statement)
{
    Expected<void> finished;
    if (statement.step() != SQLITE_DONE)
        finished = lastError();
    statement.reset();
    return finished;
}

Expected<void> SqliteDatabase::readRows(SqliteStatement &statement, const ReadRow &read)
{
    int result = statement.step();
    for (; result == SQLITE_ROW; result = statement.step()) {
        if (auto done = read(statement); !done)
            return done;
    }
    return result == SQLITE_DONE ? Expected<void>() : lastError();
}

Expected<void> SqliteDatabase::transaction(const std::function<Expected<void>()> &write)
{
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    auto written = write();
    if (written)
        written = execute("COMMIT");
    if (!written)
        (void)execute("ROLLBACK"); // SQLite may have done it already
    return written;
}

} // namespace ObjectSync::Internal
