// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/transaction.h>

#include "shortbytes_p.h"

#include <QtCore/qendian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <limits>

namespace ObjectSync::Internal {

/// A resource: a fingerprint in the making. Writes down what is hashed, in little-endian order, so that
/// the result is the same everywhere. Goes through a buffer: the hash is made for long pieces.
class Hasher
{
public:
    Hasher() noexcept { XXH3_64bits_reset(&m_state); }

    void byte(quint8 byte)
    {
        const char content = static_cast<char>(byte);
        bytes(&content, 1);
    }

    void number(quint64 number)
    {
        const quint64 littleEndian = qToLittleEndian(number);
        bytes(reinterpret_cast<const char *>(&littleEndian), sizeof littleEndian);
    }

    /// Each text and each container is preceded by its size, so that "ab","c" and "a","bc" differ.
    void text(QByteArrayView text)
    {
        number(static_cast<quint64>(text.size()));
        bytes(text.data(), static_cast<size_t>(text.size()));
    }

    void value(const Value &value)
    {
        if (value.type() == Value::Type::Double)
            real(value.toDouble());
        else
            otherValue(value);
    }

    void values(const ValueMap &map)
    {
        number(static_cast<quint64>(map.size()));
        for (const auto &[name, item] : map) {
            text(name);
            value(item);
        }
    }

    quint64 result()
    {
        drain();
        return XXH3_64bits_digest(&m_state);
    }

private:
    void otherValue(const Value &value);
    /// Numbers that are equal hash alike, whatever their type and bits.
    void real(double number)
    {
        byte(static_cast<quint8>(Value::Type::Double));
        const double bits = number != number ? std::numeric_limits<double>::quiet_NaN()
                                             : number + 0.0; // -0.0 becomes 0.0
        this->number(std::bit_cast<quint64>(bits));
    }
    void bytes(const char *bytes, size_t size)
    {
        if (size > m_buffer.size() - m_used)
            drain();
        if (size > m_buffer.size()) {
            XXH3_64bits_update(&m_state, bytes, size);
            return;
        }
        copyBytes(m_buffer.data() + m_used, bytes, size);
        m_used += size;
    }
    void drain()
    {
        XXH3_64bits_update(&m_state, m_buffer.data(), m_used);
        m_used = 0;
    }

    XXH3_state_t m_state;
    std::array<char, 1024> m_buffer;
    size_t m_used = 0;
};

} // namespace ObjectSync::Internal
