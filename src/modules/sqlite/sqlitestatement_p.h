// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <sqlite3.h>

#include <concepts>
#include <memory>

namespace ObjectSync::Internal {

/// A resource: a prepared statement. Goes before its database.
class SqliteStatement
{
public:
    explicit SqliteStatement(sqlite3_stmt *statement = nullptr) : m_statement(statement) { }

    /// Gives values to all parameters, each a qint64, a bool, a QByteArrayView or a nullptr. Bytes
    /// are not copied: they must stay until the statement was executed. SQLITE_OK, or the code of
    /// the first error.
    template<typename... Values>
    int bind(const Values &...values)
    {
        int position = 0;
        int result = SQLITE_OK;
        ((result = result == SQLITE_OK ? bindOne(++position, values) : result), ...);
        return result;
    }

    /// SQLITE_ROW, SQLITE_DONE, or an error's code.
    int step() { return sqlite3_step(m_statement.get()); }
    void reset() { sqlite3_reset(m_statement.get()); }

    // Of the row that step() has come to.
    qint64 integer(int column) const { return sqlite3_column_int64(m_statement.get(), column); }
    QByteArrayView view(int column) const ///< until the next step
    {
        const void *data = sqlite3_column_blob(m_statement.get(), column);
        return { static_cast<const char *>(data), sqlite3_column_bytes(m_statement.get(), column) };
    }
    QByteArray bytes(int column) const { return view(column).toByteArray(); }

private:
    struct Finalize
    {
        void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
    };

    int bindOne(int position, qint64 number)
    {
        return sqlite3_bind_int64(m_statement.get(), position, number);
    }
    template<std::same_as<bool> Bool> // nothing that only converts to one
    int bindOne(int position, Bool yes)
    {
        return bindOne(position, qint64{ yes });
    }
    int bindOne(int position, std::nullptr_t)
    {
        return sqlite3_bind_null(m_statement.get(), position);
    }
    int bindOne(int position, QByteArrayView bytes)
    {
        // SQL's NULL is another thing than bytes of which there are none.
        return sqlite3_bind_blob64(m_statement.get(), position, bytes.isNull() ? "" : bytes.data(),
                                   static_cast<sqlite3_uint64>(bytes.size()), SQLITE_STATIC);
    }

    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

} // namespace ObjectSync::Internal
