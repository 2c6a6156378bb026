// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/limits.h>

#include "cborwriter_p.h"
#include "decodeproblem_p.h"
#include "namecache_p.h"

#include <QtCore/qendian.h>

#include <cstring>

namespace ObjectSync::Internal {

struct CborHead
{
    CborMajor major = CborMajor::Simple;
    quint8 info = CborSimple::Undefined; ///< the five lower bits of the first byte
    quint64 argument = 0;
};

/// A value: a place in untrusted CBOR. Strict: definite lengths only, no reserved bytes, valid
/// UTF-8, and no container or string longer than the bytes that are there. After a problem
/// everything reads as empty and nothing moves, so it need not be looked for at each step.
class CborReader : public DecodeProblem
{
public:
    /// \a names, which may be null and else must outlive this, keeps names of properties.
    CborReader(QByteArrayView bytes, const Limits &limits, NameCache *names = nullptr)
        : m_begin(bytes.data()), m_at(m_begin), m_end(m_begin + bytes.size()), m_limits(limits),
          m_names(names)
    {
    }

    CborHead head()
    {
        // Most heads are of no container, and one byte, or a number of two bytes more.
        constexpr quint8 TwoBytes = 25;
        if (m_at != m_end) {
            const auto first = static_cast<quint8>(*m_at);
            const auto major = static_cast<CborMajor>(first >> 5);
            const auto info = static_cast<quint8>(first & 31);
            if (info < 24 && major != CborMajor::Array && major != CborMajor::Map) {
                ++m_at;
                return { major, info, info };
            }
            if (info == TwoBytes && m_end - m_at > 2 && major < CborMajor::Bytes) { // a number
                const auto argument = qFromBigEndian<quint16>(m_at + 1);
                m_at += 3;
                return { major, info, argument };
            }
        }
        // Filled in place: a returned struct would be packed into registers by way of memory, which
        // costs more than the reading.
        CborHead head;
        readHead(head);
        return head;
    }
    /// The first byte of the next item; -1 at the end.
    int peek() const { return m_at == m_end ? -1 : static_cast<quint8>(*m_at); }

    /// An item of the kind named; anything else is a `bad-message` about \a field.
    qint64 integer(const char *field);
    bool boolean(const char *field);
    QByteArrayView text(const char *field); ///< points into the bytes
    quint64 array(const char *field);
    quint64 map(const char *field);
    ValueMap valueMap(const char *field);

    Value value() { return value(0); }
    void skip(); ///< an item of any kind
    void expectEnd();

    // For what is mostly of one shape. None of these fails: where the bytes are others, they give
    // false, or null, and the reader is to be put back to where it was.
    const char *place() const { return m_at; }
    void putBack(const char *place) { m_at = place; }
    bool skip(QByteArrayView expected)
    {
        if (m_end - m_at < expected.size()
            || std::memcmp(m_at, expected.data(), static_cast<size_t>(expected.size())) != 0)
            return false;
        m_at += expected.size();
        return true;
    }
    /// A text string of up to 255 bytes, not checked.
    QByteArrayView shortText()
    {
        constexpr int Text = 0x60; // up to 23 bytes; their number is part of the head
        constexpr int LongerText = 0x78;
        if (m_end - m_at < 2)
            return {};
        const char *begin = m_at + 1;
        qsizetype size = static_cast<quint8>(*m_at) - Text;
        if (static_cast<quint8>(*m_at) == LongerText)
            size = static_cast<quint8>(*begin++);
        else if (size < 0 || size > 23)
            return {};
        if (m_end - begin < size)
            return {};
        m_at = begin + size;
        return { begin, size };
    }
    /// A number, a truth value or null; else Undefined, and the reader stays where it is.
    Value smallValue();

    /// The bytes of a text string whose head was read.
    QByteArrayView textOf(const CborHead &head) { return textOf(head.argument); }
    /// The most that may be reserved for \a count announced items of at least \a size bytes.
    size_t reservation(quint64 count, qsizetype size) const
    {
        return static_cast<size_t>(qMin(count, static_cast<quint64>((m_end - m_at) / size)));
    }

    /// `bad-message`, with the place.
    Q_DECL_COLD_FUNCTION void failHere(const QString &message);
    Q_DECL_COLD_FUNCTION void refuse(const char *code, const QString &message);

private:
    Value value(qint64 depth);
    Value integerOf(const CborHead &head);
    Value simpleOf(const CborHead &head);
    Value listOf(quint64 size, qint64 depth);
    Value dateTimeOf(quint64 tag);
    ValueMap mapOf(quint64 size, qint64 depth);
    void readHead(CborHead &head);
    void checkCount(CborHead &head);
    bool readLong(int info, quint64 &argument);
    QByteArrayView textOf(quint64 size);
    /// The argument of a head of this type; 0 after a problem.
    quint64 typed(CborMajor major, const char *field, const char *what);
    Q_DECL_COLD_FUNCTION void failHead(quint8 first);
    QByteArrayView take(quint64 size);

    const char *m_begin;
    const char *m_at;
    const char *m_end;
    const Limits &m_limits;
    NameCache *m_names;
};

} // namespace ObjectSync::Internal
