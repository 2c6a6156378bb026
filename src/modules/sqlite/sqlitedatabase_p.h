// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include "sqlitestatement_p.h"

#include <QtCore/qstring.h>

#include <functional>
#include <initializer_list>
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
    bool isOpen() const { return m_handle != nullptr; }

    QString file() const { return m_file; }

    Expected<SqliteStatement> prepare(const char *statement);
    /// Fills a struct of statements, each from its text.
    template<typename Statements>
    using Texts = std::initializer_list<std::pair<SqliteStatement Statements::*, const char *>>;
    template<typename Statements>
    Expected<Statements> prepareAll(Texts<Statements> texts)
    {
        Statements made;
        for (const auto &[statement, text] : texts) {
            auto prepared = prepare(text);
            if (!prepared)
                return prepared.error();
            made.*statement = *std::move(prepared);
        }
        return made;
    }
    Expected<void> execute(const char *statement);
    /// Executes a prepared statement with these values (see SqliteStatement::bind()).
    template<typename... Values>
    Expected<void> execute(SqliteStatement &statement, const Values &...values)
    {
        if (statement.bind(values...) != SQLITE_OK)
            return lastError();
        return finish(statement);
    }
    qint64 lastInsertId() const { return sqlite3_last_insert_rowid(m_handle); }
    /// Calls \a read for each row of the result, until it returns an error.
    using ReadRow = std::function<Expected<void>(const SqliteStatement &row)>;
    template<typename... Values>
    Expected<void> readAll(const char *text, const ReadRow &read, const Values &...values)
    {
        auto statement = prepare(text);
        if (!statement)
            return statement.error();
        if (statement->bind(values...) != SQLITE_OK)
            return lastError();
        return readRows(*statement, read);
    }
    /// What \a write does takes effect as a whole, or where it returns an error not at all.
    Expected<void> transaction(const std::function<Expected<void>()> &write);

    Error explain(const QString &problem) const;

private:
    Expected<void> checkPlace() const;
    Expected<void> configure();
    Expected<bool> checkOwner();
    Expected<void> makeTables();
    Expected<qint64> pragma(const char *statement);
    Expected<void> finish(SqliteStatement &statement);
    Expected<void> readRows(SqliteStatement &statement, const ReadRow &read);
    /// What SQLite said to the last call, the file's name, and what to do.
    Error lastError() const;
    void close();

    const QString m_file;
    const SqliteLayout &m_layout;
    qint64 m_sizeLimit = 0;
    sqlite3 *m_handle = nullptr;
};

} // namespace ObjectSync::Internal
