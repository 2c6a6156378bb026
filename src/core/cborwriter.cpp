// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "cborwriter_p.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace ObjectSync::Internal {

void CborWriter::grow(qsizetype size)
{
    m_out.resize(std::max<qsizetype>({ 64, m_size + size, 2 * m_size }));
    m_data = m_out.data();
}

void CborWriter::bigEndian(quint8 first, quint64 number, int bytes)
{
    char *out = room(bytes + 1);
    *out = static_cast<char>(first);
    for (int i = bytes; i > 0; --i, number >>= 8)
        out[i] = static_cast<char>(number & 0xff);
    m_size += bytes + 1;
}

void CborWriter::head(CborMajor major, quint64 argument)
{
    const auto type = static_cast<quint8>(static_cast<quint8>(major) << 5);
    if (argument < 24)
        append(type | static_cast<quint8>(argument));
    else if (argument <= 0xff)
        bigEndian(type | 24, argument, 1);
    else if (argument <= 0xffff)
        bigEndian(type | 25, argument, 2);
    else if (argument <= 0xffffffff)
        bigEndian(type | 26, argument, 4);
    else
        bigEndian(type | 27, argument, 8);
}

void CborWriter::integer(qint64 number)
{
    if (number >= 0)
        head(CborMajor::Unsigned, static_cast<quint64>(number));
    else
        head(CborMajor::Negative, ~static_cast<quint64>(number));
}

void CborWriter::number(double number)
{
    constexpr quint8 type = static_cast<quint8>(CborMajor::Simple) << 5;
    if (std::isnan(number)) { // one for all of them
        bigEndian(type | CborSimple::Float32, 0x7fc00000, 4);
        return;
    }
    if (std::isinf(number) || std::abs(number) <= double{ std::numeric_limits<float>::max() }) {
        const auto narrow = static_cast<float>(number);
        if (double{ narrow } == number) {
            bigEndian(type | CborSimple::Float32, std::bit_cast<quint32>(narrow), 4);
            return;
        }
    }
    bigEndian(type | CborSimple::Float64, std::bit_cast<quint64>(number), 8);
}

void CborWriter::dateTime(qint64 msSinceEpoch)
{
    qint64 seconds = msSinceEpoch / 1000;
    qint64 milliseconds = msSinceEpoch % 1000;
    if (milliseconds < 0) {
        --seconds;
        milliseconds += 1000;
    }
    head(CborMajor::Tag, CborTimeTag);
    head(CborMajor::Map, milliseconds == 0 ? 1U : 2U);
    integer(CborSeconds);
    integer(seconds);
    if (milliseconds != 0) {
        integer(CborMilliseconds);
        integer(milliseconds);
    }
}

void CborWriter::map(const ValueMap &map)
{
    head(CborMajor::Map, static_cast<quint64>(map.size()));
    for (const ValueMap::Item &item : map) {
        text(item.name);
        value(item.value);
    }
}

void CborWriter::value(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Undefined:
        return simple(CborSimple::Undefined);
    case Value::Type::Null:
        return simple(CborSimple::Null);
    case Value::Type::Bool:
        return boolean(value.toBool());
    case Value::Type::Int:
        return integer(value.toInt());
    case Value::Type::Double:
        return number(value.toDouble());
    case Value::Type::DateTime:
        return dateTime(value.toMSecsSinceEpoch());
    case Value::Type::String:
        return text(value.toUtf8());
    case Value::Type::Bytes:
        return string(CborMajor::Bytes, value.toBytes());
    case Value::Type::List:
        head(CborMajor::Array, value.toList().size());
        for (const Value &element : value.toList())
            this->value(element);
        return;
    case Value::Type::Map:
        return map(value.toMap());
    }
}

qsizetype CborWriter::openMap()
{
    head(CborMajor::Map, 0U);
    return m_size - 1;
}

void CborWriter::closeMap(qsizetype position, int entries)
{
    Q_ASSERT(entries < 24);
    m_data[position] = static_cast<char>(m_data[position] + entries);
}

} // namespace ObjectSync::Internal
