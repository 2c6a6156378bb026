// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <QtCore/qendian.h>

#include <cstring>

namespace ObjectSync::Internal {

/// The three top bits of an item's first byte (RFC 8949, section 3.1).
enum class CborMajor : quint8 { Unsigned, Negative, Bytes, Text, Array, Map, Tag, Simple };

/// The five lower bits of major type 7.
namespace CborSimple {
inline constexpr quint8 False = 20;
inline constexpr quint8 True = 21;
inline constexpr quint8 Null = 22;
inline constexpr quint8 Undefined = 23;
inline constexpr quint8 Float16 = 25;
inline constexpr quint8 Float32 = 26;
inline constexpr quint8 Float64 = 27;
} // namespace CborSimple

/// A date-time is RFC 9581's extended time: a map of seconds, and of milliseconds where not 0.
inline constexpr quint64 CborTimeTag = 1001;
inline constexpr qint64 CborSeconds = 1;
inline constexpr qint64 CborMilliseconds = -3;

/// A value: CBOR in the making. Lengths are definite, integers as short as can be.
class CborWriter
{
public:
    void head(CborMajor major, quint64 argument)
    {
        setEnd(putHead(room(LongestHead), major, argument));
    }
    void integer(qint64 number);
    void simple(quint8 which) { append(0xe0 | which); }
    void boolean(bool value) { simple(value ? CborSimple::True : CborSimple::False); }
    void number(double number) { setEnd(putNumber(room(LongestHead), number)); }
    void text(QByteArrayView utf8) { string(CborMajor::Text, utf8); }
    void value(const Value &value); ///< Undefined becomes CBOR's undefined
    void map(const ValueMap &map);
    void raw(QByteArrayView cbor)
    {
        if (cbor.isEmpty())
            return;
        std::memcpy(room(cbor.size()), cbor.data(), static_cast<size_t>(cbor.size()));
        m_size += cbor.size();
    }

    /// A map of at most 23 entries whose number is not known yet.
    qsizetype openMap();
    void closeMap(qsizetype position, int entries);

    void reserve(qsizetype more) { room(more); }
    QByteArrayView bytes() const { return { m_data, m_size }; }
    /// As bytes of their own. Nothing may be written any more.
    QByteArray takeResult()
    {
        m_out.truncate(m_size);
        return std::move(m_out);
    }
    void clear() { m_size = 0; }

    // Where there is room() already. All give the end of what was written.
    static constexpr qsizetype LongestHead = 9; // of a number, too
    static char *putHead(char *out, CborMajor major, quint64 argument)
    {
        const auto type = static_cast<quint8>(static_cast<quint8>(major) << 5);
        if (argument < 24) {
            *out = static_cast<char>(type | argument);
            return out + 1;
        }
        if (argument <= 0xff)
            return putBigEndian(out, type | 24, static_cast<quint8>(argument));
        if (argument <= 0xffff)
            return putBigEndian(out, type | 25, static_cast<quint16>(argument));
        if (argument <= 0xffffffff)
            return putBigEndian(out, type | 26, static_cast<quint32>(argument));
        return putBigEndian(out, type | 27, argument);
    }
    static char *putNumber(char *out, double number);
    char *room(qsizetype size) ///< for so many bytes, at the end
    {
        if (m_out.size() - m_size < size)
            grow(size);
        return m_data + m_size;
    }
    void setEnd(const char *end) { m_size = end - m_data; } ///< of what was written there

private:
    template<typename Number>
    static char *putBigEndian(char *out, int first, Number number)
    {
        *out = static_cast<char>(first);
        qToBigEndian(number, out + 1);
        return out + 1 + sizeof number;
    }
    void append(int byte)
    {
        *room(1) = static_cast<char>(byte);
        ++m_size;
    }
    void grow(qsizetype size);
    void string(CborMajor major, QByteArrayView bytes)
    {
        head(major, static_cast<quint64>(bytes.size()));
        raw(bytes);
    }
    void dateTime(qint64 msSinceEpoch);

    QByteArray m_out; ///< with room at its end
    char *m_data = nullptr; ///< of it: data() would look for others who share it, each time
    qsizetype m_size = 0; ///< what is used of it
};

} // namespace ObjectSync::Internal
