// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include <QtSql/qsqldatabase.h>
#include <QtSql/qsqlquery.h>

#include <optional>

namespace ObjectSync::Internal {

/// A resource: an open SQLite file that has our tables, for this object alone. For one thread.
class SqliteDatabase
{
public:
    explicit SqliteDatabase(const QString &file);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase &) = delete;
    SqliteDatabase &operator=(const SqliteDatabase &) = delete;

    /// Opens the file, or makes it. After an error it may be tried again.
    Expected<void> open();
    bool isOpen() const { return m_database.isOpen(); }

    Expected<QSqlQuery> prepare(const QString &statement);
    Expected<void> execute(const QString &statement);
    /// Executes a prepared query with these values.
    Expected<void> execute(QSqlQuery &query, std::initializer_list<QVariant> values);

    /// What SQLite said, the file's name, and what to do.
    Error explain(const QSqlError &error) const;
    Error explain(const QString &problem) const;

private:
    Expected<void> checkPlace() const;
    Expected<void> configure();
    Expected<void> checkSchema();
    Expected<qint64> pragma(const QString &name);
    void close();

    const QString m_file;
    const QString m_connection;
    QSqlDatabase m_database;
};

} // namespace ObjectSync::Internal
