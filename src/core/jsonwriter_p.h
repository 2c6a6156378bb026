// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

namespace ObjectSync::Internal {

/// A value: JSON in the making, compact. The caller puts commas between items.
class JsonWriter
{
public:
    void raw(QByteArrayView json) { m_out.append(json); }
    void text(QByteArrayView utf8);
    void integer(qint64 number) { m_out.append(QByteArray::number(number)); }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    /// As docs/protocol.md, "Values in JSON"; Undefined becomes null.
    void value(const Value &value);
    void map(const ValueMap &map); ///< of properties: never escaped
    /// `name:`, after a comma where it is not the first of its object.
    void name(QByteArrayView name, bool first);

    void reserve(qsizetype more) { m_out.reserve(m_out.size() + more); }
    const QByteArray &result() const { return m_out; }

private:
    void number(double number);
    /// {"$name":"text"}
    void special(QByteArrayView name, QByteArrayView text);

    QByteArray m_out;
};

} // namespace ObjectSync::Internal
