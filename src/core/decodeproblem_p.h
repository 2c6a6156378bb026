// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/error.h>
#include <objectsync/core/limits.h>

#include <algorithm>
#include <optional>

namespace ObjectSync::Internal {

/// The stack bounds how deep a value may be nested to be read at all.
inline qint64 readableNesting(const Limits &limits)
{
    return std::max<qint64>(limits.nesting, 128);
}

/// What is wrong with bytes that are being read. Only the first problem counts: what comes after it
/// is its consequence. Base of the readers.
class DecodeProblem
{
public:
    bool failed() const { return m_error.has_value(); }
    const Error &error() const { return *m_error; }
    void fail(const char *code, const QString &message)
    {
        if (!m_error)
            m_error = Error{ QByteArray(code), message };
    }

    /// Of a value above a limit that can be read to its end nevertheless: a transaction with it is
    /// numbered, and so has to be answered like others.
    const std::optional<Error> &excess() const { return m_excess; }

protected:
    /// At the beginning of a list or map of \a size elements; false where it is not to be read.
    bool enter(quint64 size, qint64 depth, const Limits &limits)
    {
        QString excess;
        if (depth > limits.nesting)
            excess = QStringLiteral("a value is nested deeper than %1 levels").arg(limits.nesting);
        else if (size > static_cast<quint64>(limits.elements))
            excess = QStringLiteral("a list or map has more than %1 elements").arg(limits.elements);
        if (depth > readableNesting(limits))
            fail(ErrorCode::TooLarge, excess);
        else if (!excess.isEmpty() && !m_excess)
            m_excess = Error{ ErrorCode::TooLarge, excess };
        return !failed();
    }

private:
    std::optional<Error> m_error;
    std::optional<Error> m_excess;
};

/// How wrong types are told, the same in both encodings.
inline QString mustBe(const char *field, const char *what)
{
    return QStringLiteral("the field \"%1\" must be %2")
            .arg(QLatin1String(field), QLatin1String(what));
}

inline QString missing(const char *field)
{
    return QStringLiteral("the field \"%1\" is missing").arg(QLatin1String(field));
}

} // namespace ObjectSync::Internal
