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

void CborWriter::integer(qint64 number)
{
    if (number >= 0)
        head(CborMajor::Unsigned, static_cast<quint64>(number));
    else
        head(CborMajor::Negative, ~static_cast<quint64>(number));
}

char *CborWriter::putNumber(char *out, double number)
{
    constexpr quint8 type = static_cast<quint8>(CborMajor::Simple) << 5;
    if (std::isnan(number)) // one for all of them
        return putBigEndian(out, type | CborSimple::Float32, quint32(0x7fc00000));
    if (std::isinf(number) || std::abs(number) <= double{ std::numeric_limits<float>::max() }) {
        const auto narrow = static_cast<float>(number);
        if (double{ narrow } == number)
            return putBigEndian(out, type | CborSimple::Float32, std::bit_cast<quint32>(narrow));
    }
    return putBigEndian(out, type | CborSimple::Float64, std::bit_cast<quint64>(number));
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
        return text(value.utf8View());
    case Value::Type::Bytes:
        return string(CborMajor::Bytes, value.bytesView());
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
