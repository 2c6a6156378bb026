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
    Hasher(const Hasher &) = delete;
    Hasher &operator=(const Hasher &) = delete;

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

    // Parts of an operation whose texts have up to 255 bytes: the same as above, at once.
    void beginSet(QByteArrayView id, size_t properties)
    {
        char *out = room(MostAtOnce);
        *out++ = static_cast<char>(Operation::Kind::Set);
        out = putText(out, id);
        m_end = putNumber(out, properties);
    }
    void property(QByteArrayView name, const Value &value)
    {
        char *out = putText(room(MostAtOnce), name);
        if (value.type() == Value::Type::Double) {
            m_end = putReal(out, value.toDouble());
        } else {
            m_end = out;
            otherValue(value);
        }
    }

    quint64 result()
    {
        drain();
        return XXH3_64bits_digest(&m_state);
    }

private:
    static constexpr size_t MostAtOnce = 300;

    void otherValue(const Value &value);
    /// Numbers that are equal hash alike, whatever their type and bits.
    void real(double number) { m_end = putReal(room(MostAtOnce), number); }

    // These give the end of what they wrote.
    static char *putNumber(char *out, quint64 number)
    {
        qToLittleEndian(number, out);
        return out + sizeof number;
    }
    static char *putText(char *out, QByteArrayView text)
    {
        const auto size = static_cast<size_t>(text.size());
        out = putNumber(out, size);
        copyBytes(out, text.data(), size);
        return out + size;
    }
    static char *putReal(char *out, double number)
    {
        *out++ = static_cast<char>(Value::Type::Double);
        const double bits = number != number ? std::numeric_limits<double>::quiet_NaN()
                                             : number + 0.0; // -0.0 becomes 0.0
        return putNumber(out, std::bit_cast<quint64>(bits));
    }

    /// For so many bytes, at most as many as the buffer has.
    char *room(size_t size)
    {
        if (static_cast<size_t>(m_buffer.data() + m_buffer.size() - m_end) < size)
            drain();
        return m_end;
    }
    void bytes(const char *bytes, size_t size)
    {
        if (size > m_buffer.size()) {
            drain();
            XXH3_64bits_update(&m_state, bytes, size);
            return;
        }
        copyBytes(room(size), bytes, size);
        m_end += size;
    }
    void drain()
    {
        XXH3_64bits_update(&m_state, m_buffer.data(), static_cast<size_t>(m_end - m_buffer.data()));
        m_end = m_buffer.data();
    }

    XXH3_state_t m_state;
    std::array<char, 1024> m_buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
    char *m_end = m_buffer.data(); ///< of what was written
};

} // namespace ObjectSync::Internal
