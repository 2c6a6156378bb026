// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/error.h>

#include <optional>

namespace ObjectSync::Internal {

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

private:
    std::optional<Error> m_error;
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
