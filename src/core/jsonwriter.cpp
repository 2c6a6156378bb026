// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "jsonwriter_p.h"

#include "jsondate_p.h"
#include "jsonreader_p.h"

#include <array>
#include <charconv>
#include <cmath>

namespace ObjectSync::Internal {

void JsonWriter::text(QByteArrayView utf8)
{
    constexpr char hex[] = "0123456789abcdef";
    m_out.append('"');
    const char *done = utf8.begin();
    for (const char &c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\')
            continue;
        m_out.append(done, &c - done);
        done = &c + 1;
        if (c == '\n') {
            m_out.append("\\n");
        } else if (byte < 0x20) {
            m_out.append("\\u00").append(hex[byte >> 4]).append(hex[byte & 15]);
        } else {
            m_out.append('\\').append(c);
        }
    }
    m_out.append(done, utf8.end() - done);
    m_out.append('"');
}

void JsonWriter::name(QByteArrayView name, bool first)
{
    if (!first)
        m_out.append(',');
    text(name);
    m_out.append(':');
}

void JsonWriter::special(QByteArrayView name, QByteArrayView text)
{
    m_out.append('{');
    this->name(name, true);
    this->text(text);
    m_out.append('}');
}

void JsonWriter::number(double number)
{
    if (std::isnan(number))
        return special(JsonSpecial::Double, "nan");
    if (std::isinf(number))
        return special(JsonSpecial::Double, number > 0 ? "inf" : "-inf");
    std::array<char, 32> buffer;
    const auto [end, problem] = std::to_chars(buffer.begin(), buffer.end(), number);
    const QByteArrayView digits(buffer.data(), end - buffer.data());
    m_out.append(digits);
    // Without a point or an exponent it would be read as an integer.
    if (!digits.contains('.') && !digits.contains('e'))
        m_out.append(".0");
}

void JsonWriter::map(const ValueMap &map)
{
    m_out.append('{');
    bool first = true;
    for (const ValueMap::Item &item : map) {
        name(item.name, std::exchange(first, false));
        value(item.value);
    }
    m_out.append('}');
}

void JsonWriter::value(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Undefined:
    case Value::Type::Null:
        return raw("null");
    case Value::Type::Bool:
        return boolean(value.toBool());
    case Value::Type::Int:
        return value.toInt() >= -JsonSafeInteger && value.toInt() <= JsonSafeInteger
                       ? integer(value.toInt())
                       : special(JsonSpecial::Int, QByteArray::number(value.toInt()));
    case Value::Type::Double:
        return number(value.toDouble());
    case Value::Type::DateTime:
        return special(JsonSpecial::Date, toIsoDate(value.toMSecsSinceEpoch()));
    case Value::Type::String:
        return text(value.toUtf8());
    case Value::Type::Bytes:
        return special(JsonSpecial::Bytes, value.toBytes().toBase64());
    case Value::Type::List: {
        m_out.append('[');
        bool first = true;
        for (const Value &element : value.toList()) {
            if (!std::exchange(first, false))
                m_out.append(',');
            this->value(element);
        }
        m_out.append(']');
        return;
    }
    case Value::Type::Map: {
        const ValueMap &content = value.toMap();
        const bool escape = content.size() == 1 && content.begin()->name.startsWith('$');
        if (escape) {
            m_out.append('{');
            name(JsonSpecial::Map, true);
        }
        map(content);
        if (escape)
            m_out.append('}');
        return;
    }
    }
}

} // namespace ObjectSync::Internal
