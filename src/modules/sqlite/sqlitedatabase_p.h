// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include <QtSql/qsqldatabase.h>
#include <QtSql/qsqlquery.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace ObjectSync::Internal {

/// A value: what makes a file one of ours.
struct SqliteLayout
{
    qint64 applicationId = 0; ///< in the header of the file; tells it from other programs' files
    qint64 version = 0;
    std::vector<const char *> tables = {}; ///< the statements that make them
};

/// A resource: an open SQLite file that has our tables, for this object alone. For one thread.
class SqliteDatabase
{
public:
    /// \a layout must outlive this.
    SqliteDatabase(const QString &file, const SqliteLayout &layout);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase &) = delete;
    SqliteDatabase &operator=(const SqliteDatabase &) = delete;

    /// Opens the file, or makes it. After an error it may be tried again.
    Expected<void> open();
    /// Bytes; 0: no limit. Before open().
    void setSizeLimit(qint64 bytes) { m_sizeLimit = bytes; }
    bool isOpen() const { return m_database.isOpen(); }

    QString file() const { return m_file; }

    Expected<QSqlQuery> prepare(const QString &statement);
    /// Fills a struct of queries, each from its text.
    template<typename Statements>
    using Texts = std::initializer_list<std::pair<QSqlQuery Statements::*, const char *>>;
    template<typename Statements>
    Expected<Statements> prepareAll(Texts<Statements> texts)
    {
        Statements made;
        for (const auto &[statement, text] : texts) {
            auto prepared = prepare(QLatin1String(text));
            if (!prepared)
                return prepared.error();
            made.*statement = *std::move(prepared);
        }
        return made;
    }
    Expected<void> execute(const QString &statement);
    /// Executes a prepared query with these values.
    Expected<void> execute(QSqlQuery &query, std::initializer_list<QVariant> values);
    /// Calls \a read for each row of the result, until it returns an error.
    Expected<void> readAll(const char *statement, std::initializer_list<QVariant> values,
                           const std::function<Expected<void>(const QSqlQuery &row)> &read);
    /// What \a write does takes effect as a whole, or where it returns an error not at all.
    Expected<void> transaction(const std::function<Expected<void>()> &write);

    /// What SQLite said, the file's name, and what to do.
    Error explain(const QSqlError &error) const;
    Error explain(const QString &problem) const;

private:
    Expected<void> checkPlace() const;
    Expected<void> configure();
    Expected<bool> checkOwner();
    Expected<void> makeTables();
    Expected<qint64> pragma(const QString &name);
    void close();

    const QString m_file;
    const SqliteLayout &m_layout;
    qint64 m_sizeLimit = 0;
    const QString m_connection;
    QSqlDatabase m_database;
};

} // namespace ObjectSync::Internal
