// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "sqlitedatabase_p.h"

#include <QtCore/qatomic.h>
#include <QtCore/qdir.h>
#include <QtCore/qfileinfo.h>
#include <QtSql/qsqlerror.h>

#include <array>

namespace ObjectSync::Internal {

namespace {

/// Of a file; as SQLite makes it.
constexpr qint64 PageSize = 4096;

// Result codes of SQLite, <https://www.sqlite.org/rescode.html>.
enum : int {
    Busy = 5,
    Locked = 6,
    ReadOnly = 8,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    NotADatabase = 26
};

QString makeConnectionName()
{
    static QAtomicInt count;
    return QStringLiteral("objectsync-sqlite-%1").arg(count.fetchAndAddRelaxed(1));
}

bool isUri(const QString &file)
{
    return file.startsWith(QLatin1String("file:"));
}

QString adviceFor(const QSqlError &error)
{
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case Busy:
    case Locked:
        return QStringLiteral("it is in use; end the other program that has it open, or name "
                              "another file");
    case ReadOnly:
        return QStringLiteral("it cannot be written; allow this user to write to the file and its "
                              "folder");
    case IoError:
        return QStringLiteral("the disk does not work as it should; check the disk");
    case Full:
        return QStringLiteral("the disk is full; free some space");
    case CannotOpen:
        return QStringLiteral("it cannot be opened; allow this user to read and write the file and "
                              "its folder");
    case Corrupt:
    case NotADatabase:
        return QStringLiteral("it is damaged, or no database of ObjectSync; restore a backup, or "
                              "name another file");
    default:
        return QStringLiteral("it cannot be used");
    }
}

} // namespace

SqliteDatabase::SqliteDatabase(const QString &file, const SqliteLayout &layout)
    : m_file(file), m_layout(layout), m_connection(makeConnectionName())
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

Error SqliteDatabase::explain(const QSqlError &error) const
{
    return explain(QStringLiteral("%1 (SQLite says: %2)")
                           .arg(adviceFor(error), error.databaseText().trimmed()));
}

Expected<void> SqliteDatabase::open()
{
    if (isOpen())
        return {};
    if (auto usable = checkPlace(); !usable)
        return usable;
    if (!QSqlDatabase::isDriverAvailable(QStringLiteral("QSQLITE"))) {
        return explain(QStringLiteral("Qt's driver for SQLite is missing; install it (Debian: "
                                      "libqt6sql6-sqlite)"));
    }
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    m_database.setDatabaseName(m_file);
    // Nobody else is to have the file, so there is nobody to wait for.
    m_database.setConnectOptions(isUri(m_file)
                                         ? QStringLiteral("QSQLITE_BUSY_TIMEOUT=0;QSQLITE_OPEN_URI")
                                         : QStringLiteral("QSQLITE_BUSY_TIMEOUT=0"));
    auto opened = m_database.open() ? configure() : explain(m_database.lastError());
    if (!opened)
        close();
    return opened;
}

void SqliteDatabase::close()
{
    if (!m_database.isValid())
        return;
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
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
    if (auto executed = execute(QStringLiteral("PRAGMA locking_mode = EXCLUSIVE")); !executed)
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
        if (auto executed = execute(QLatin1String(statement)); !executed)
            return executed;
    }
    auto made = makeTables();
    if (made)
        made = execute(QStringLiteral("COMMIT"));
    if (!made) {
        (void)execute(QStringLiteral("ROLLBACK"));
        return made;
    }
    if (m_sizeLimit <= 0)
        return {};
    const qint64 pages = (m_sizeLimit + PageSize - 1) / PageSize;
    return execute(QStringLiteral("PRAGMA max_page_count = %1").arg(pages));
}

/// True for a file that has nothing yet.
Expected<bool> SqliteDatabase::checkOwner()
{
    const Expected<qint64> application = pragma(QStringLiteral("application_id"));
    const Expected<qint64> version = pragma(QStringLiteral("user_version"));
    const Expected<qint64> changes = pragma(QStringLiteral("schema_version"));
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
        if (auto executed = execute(QLatin1String(statement)); !executed)
            return executed;
    }
    if (auto executed = execute(
                QStringLiteral("PRAGMA application_id = %1").arg(m_layout.applicationId));
        !executed)
        return executed;
    return execute(QStringLiteral("PRAGMA user_version = %1").arg(m_layout.version));
}

Expected<qint64> SqliteDatabase::pragma(const QString &name)
{
    QSqlQuery query(m_database);
    if (!query.exec(QLatin1String("PRAGMA ") + name) || !query.next())
        return explain(query.lastError());
    return query.value(0).toLongLong();
}

Expected<QSqlQuery> SqliteDatabase::prepare(const QString &statement)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        return explain(query.lastError());
    return query;
}

Expected<void> SqliteDatabase::execute(const QString &statement)
{
    QSqlQuery query(m_database);
    if (!query.exec(statement))
        return explain(query.lastError());
    return {};
}

Expected<void> SqliteDatabase::execute(QSqlQuery &query, std::initializer_list<QVariant> values)
{
    int position = 0;
    for (const QVariant &value : values)
        query.bindValue(position++, value);
    if (!query.exec())
        return explain(query.lastError());
    return {};
}

Expected<void> SqliteDatabase::readAll(
        const char *statement, std::initializer_list<QVariant> values,
        const std::function<Expected<void>(const QSqlQuery &row)> &read)
{
    auto query = prepare(QLatin1String(statement));
    if (!query)
        return query.error();
    if (auto executed = execute(*query, values); !executed)
        return executed;
    while (query->next()) {
        if (auto done = read(*query); !done)
            return done;
    }
    if (query->lastError().isValid())
        return explain(query->lastError());
    return {};
}

Expected<void> SqliteDatabase::transaction(const std::function<Expected<void>()> &write)
{
    if (auto begun = execute(QStringLiteral("BEGIN IMMEDIATE")); !begun)
        return begun;
    auto written = write();
    if (written)
        written = execute(QStringLiteral("COMMIT"));
    if (!written)
        (void)execute(QStringLiteral("ROLLBACK")); // SQLite may have done it already
    return written;
}

} // namespace ObjectSync::Internal
