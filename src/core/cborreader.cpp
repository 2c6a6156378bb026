// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "cborreader_p.h"

#include "mapitems_p.h"

#include <QtCore/qendian.h>
#include <QtCore/qfloat16.h>

#include <bit>
#include <limits>

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

namespace {

constexpr quint64 IntMax = std::numeric_limits<qint64>::max();

/// The integer of a head of major type Unsigned or Negative, where it fits.
std::optional<qint64> toInt(const CborHead &head)
{
    if (head.argument > IntMax)
        return std::nullopt;
    const auto number = static_cast<qint64>(head.argument);
    return head.major == CborMajor::Unsigned ? number : -1 - number;
}

bool isInteger(const CborHead &head)
{
    return head.major == CborMajor::Unsigned || head.major == CborMajor::Negative;
}

} // namespace

void CborReader::failHere(const QString &message)
{
    refuse(ErrorCode::BadMessage, u"CBOR, byte %1: %2"_s.arg(m_at - m_begin).arg(message));
}

void CborReader::refuse(const char *code, const QString &message)
{
    fail(code, message);
    m_at = m_end;
}

namespace {

template<typename Number>
bool readBigEndian(const char *&at, const char *end, quint64 &number)
{
    if (end - at < static_cast<qptrdiff>(sizeof(Number)))
        return false;
    number = qFromBigEndian<Number>(at);
    at += sizeof(Number);
    return true;
}

} // namespace

/// The 1, 2, 4 or 8 bytes behind a head's first one, as its five lower bits say.
bool CborReader::readLong(int info, quint64 &argument)
{
    switch (info) {
    case 24:
        return readBigEndian<quint8>(m_at, m_end, argument);
    case 25:
        return readBigEndian<quint16>(m_at, m_end, argument);
    case 26:
        return readBigEndian<quint32>(m_at, m_end, argument);
    case 27:
        return readBigEndian<quint64>(m_at, m_end, argument);
    default:
        return false;
    }
}

void CborReader::failHead(quint8 first)
{
    const int info = first & 31;
    if (info < 28)
        failHere(u"the message ends within an item"_s);
    else if (info == 31)
        failHere(u"indefinite lengths are not allowed"_s);
    else
        failHere(u"0x%1 begins no item"_s.arg(first, 2, 16, QChar(u'0')));
}

/// Leaves \a head as it is after a problem.
void CborReader::readHead(CborHead &head)
{
    if (m_at == m_end)
        return failHead(0);
    const auto first = static_cast<quint8>(*m_at);
    const auto info = static_cast<quint8>(first & 31);
    ++m_at;
    quint64 argument = info;
    if (info >= 24 && !readLong(info, argument))
        return failHead(first);
    head.major = static_cast<CborMajor>(first >> 5);
    head.info = info;
    head.argument = argument;
    if (head.major == CborMajor::Array || head.major == CborMajor::Map)
        checkCount(head);
}

/// An element takes at least one byte, an entry two: what is announced must be there.
void CborReader::checkCount(CborHead &head)
{
    const auto left = static_cast<quint64>(m_end - m_at);
    if (head.argument <= (head.major == CborMajor::Map ? left / 2 : left))
        return;
    failHere(u"%1 items are announced, %2 bytes are left"_s.arg(head.argument).arg(left));
    head = {};
}

QByteArrayView CborReader::take(quint64 size)
{
    const auto left = static_cast<quint64>(m_end - m_at);
    if (size > left) {
        failHere(u"a string of %1 bytes is announced, %2 are left"_s.arg(size).arg(left));
        return {};
    }
    const QByteArrayView bytes(m_at, static_cast<qsizetype>(size));
    m_at += size;
    return bytes;
}

QByteArrayView CborReader::textOf(quint64 size)
{
    const QByteArrayView bytes = take(size);
    if (!isValidUtf8(bytes)) {
        failHere(u"the text before is not valid UTF-8"_s);
        return {};
    }
    return bytes;
}

quint64 CborReader::typed(CborMajor major, const char *field, const char *what)
{
    const CborHead head = this->head();
    if (head.major == major)
        return head.argument;
    if (!failed())
        failHere(mustBe(field, what));
    return 0;
}

qint64 CborReader::integer(const char *field)
{
    const CborHead head = this->head();
    const auto number = isInteger(head) ? toInt(head) : std::nullopt;
    if (!number && !failed())
        failHere(mustBe(field, "a 64-bit integer"));
    return number.value_or(0);
}

bool CborReader::boolean(const char *field)
{
    const CborHead head = this->head();
    const bool isBool = head.major == CborMajor::Simple
                        && (head.info == CborSimple::True || head.info == CborSimple::False);
    if (!isBool && !failed())
        failHere(mustBe(field, "true or false"));
    return head.info == CborSimple::True;
}

QByteArrayView CborReader::text(const char *field)
{
    return textOf(typed(CborMajor::Text, field, "a text string"));
}

quint64 CborReader::array(const char *field)
{
    return typed(CborMajor::Array, field, "an array");
}

quint64 CborReader::map(const char *field)
{
    return typed(CborMajor::Map, field, "a map");
}

ValueMap CborReader::valueMap(const char *field)
{
    return mapOf(map(field), 0);
}

void CborReader::skip()
{
    for (quint64 items = 1; items > 0 && !failed(); --items) {
        const CborHead head = this->head();
        switch (head.major) {
        case CborMajor::Unsigned:
        case CborMajor::Negative:
        case CborMajor::Simple:
            break;
        case CborMajor::Bytes:
            take(head.argument);
            break;
        case CborMajor::Text:
            textOf(head);
            break;
        case CborMajor::Array:
            items += head.argument;
            break;
        case CborMajor::Map:
            items += 2 * head.argument;
            break;
        case CborMajor::Tag:
            ++items;
            break;
        }
    }
}

void CborReader::expectEnd()
{
    if (m_at != m_end)
        failHere(u"%1 bytes follow the end"_s.arg(m_end - m_at));
}

Value CborReader::value(qint64 depth)
{
    const CborHead head = this->head();
    switch (head.major) {
    case CborMajor::Unsigned:
    case CborMajor::Negative:
        return integerOf(head);
    case CborMajor::Bytes:
        return Value::bytes(take(head.argument));
    case CborMajor::Text:
        return Value::string(textOf(head));
    case CborMajor::Array:
        return listOf(head.argument, depth + 1);
    case CborMajor::Map:
        return enter(head.argument, depth + 1, m_limits) ? Value(mapOf(head.argument, depth + 1))
                                                         : Value();
    case CborMajor::Tag:
        return dateTimeOf(head.argument);
    case CborMajor::Simple:
        return simpleOf(head);
    }
    Q_UNREACHABLE();
}

Value CborReader::smallValue()
{
    if (m_at == m_end)
        return {};
    const auto first = static_cast<quint8>(*m_at);
    const qsizetype left = m_end - m_at - 1;
    if (first == (0xe0 | CborSimple::Float64) && left >= 8) {
        const auto bits = qFromBigEndian<quint64>(m_at + 1);
        m_at += 9;
        return std::bit_cast<double>(bits);
    }
    if (first == (0xe0 | CborSimple::Float32) && left >= 4) {
        const auto bits = qFromBigEndian<quint32>(m_at + 1);
        m_at += 5;
        return double{ std::bit_cast<float>(bits) };
    }
    const bool isInteger = first < 0x40;
    const bool isSimple = first >= (0xe0 | CborSimple::False) && first <= (0xe0 | CborSimple::Null);
    return isInteger || isSimple ? value(0) : Value();
}

Value CborReader::integerOf(const CborHead &head)
{
    const std::optional<qint64> number = toInt(head);
    if (!number)
        refuse(ErrorCode::BadValue, u"an integer does not fit into 64 bits"_s);
    return number.value_or(0);
}

Value CborReader::simpleOf(const CborHead &head)
{
    switch (head.info) {
    case CborSimple::False:
    case CborSimple::True:
        return head.info == CborSimple::True;
    case CborSimple::Null:
        return nullptr;
    case CborSimple::Float16:
        return double{ float{ std::bit_cast<qfloat16>(static_cast<quint16>(head.argument)) } };
    case CborSimple::Float32:
        return double{ std::bit_cast<float>(static_cast<quint32>(head.argument)) };
    case CborSimple::Float64:
        return std::bit_cast<double>(head.argument);
    default:
        refuse(ErrorCode::BadValue, u"CBOR's simple value %1 is no value here"_s.arg(head.argument));
        return {};
    }
}

Value CborReader::listOf(quint64 size, qint64 depth)
{
    if (!enter(size, depth, m_limits))
        return {};
    Value::List list;
    list.reserve(reservation(size, 1));
    for (; size > 0 && !failed(); --size)
        list.push_back(value(depth));
    return list;
}

ValueMap CborReader::mapOf(quint64 size, qint64 depth)
{
    ValueMap map;
    map.reserve(static_cast<qsizetype>(reservation(size, 2)));
    MapBuilder builder(map);
    for (; size > 0 && !failed(); --size) {
        const QByteArrayView name = text("name of a property or map entry");
        QByteArray kept = m_names ? m_names->get(name) : name.toByteArray();
        builder.add(std::move(kept), value(depth));
    }
    if (!builder.finish() && !failed())
        failHere(u"a name comes twice in the map before"_s);
    return map;
}

Value CborReader::dateTimeOf(quint64 tag)
{
    if (tag != CborTimeTag) {
        refuse(ErrorCode::BadValue, u"CBOR's tag %1 is not known here"_s.arg(tag));
        return {};
    }
    const quint64 size = map("date-time");
    qint64 milliseconds = 0;
    bool valid = size >= 1 && size <= 2 && integer("date-time") == CborSeconds;
    const qint64 seconds = valid ? integer("date-time") : 0;
    if (valid && size == 2) {
        valid = integer("date-time") == CborMilliseconds;
        milliseconds = valid ? integer("date-time") : 0;
        valid = valid && milliseconds >= 0 && milliseconds < 1000;
    }
    qint64 total = 0;
    // The earliest moments have seconds that alone would be out of range: so the order of steps.
    const qint64 whole = seconds < 0 ? seconds + 1 : seconds;
    const qint64 rest = seconds < 0 ? milliseconds - 1000 : milliseconds;
    valid = valid && !qMulOverflow(whole, qint64{ 1000 }, &total)
            && !qAddOverflow(total, rest, &total);
    if (!valid)
        refuse(ErrorCode::BadValue,
               u"a date-time must be a map of seconds (1) and milliseconds (-3)"_s);
    return Value::dateTime(total);
}

} // namespace ObjectSync::Internal
