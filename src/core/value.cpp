// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/value.h>

#include <QtCore/qatomic.h>
#include <QtCore/qstringconverter.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ObjectSync {

struct Value::Shared
{
    explicit Shared(QByteArray content) : bytes(std::move(content)) { }
    explicit Shared(List content) : list(std::move(content)) { }
    explicit Shared(ValueMap content) : map(std::move(content)) { }

    QAtomicInt references = 1;
    QByteArray bytes;
    List list;
    ValueMap map;
};

namespace {

const QByteArray emptyBytes;
const Value::List emptyList;
const ValueMap emptyMap;

bool equalNumbers(const Value &a, const Value &b) noexcept
{
    if (a.type() == Value::Type::Int && b.type() == Value::Type::Int)
        return a.toInt() == b.toInt();
    if (a.type() == Value::Type::Double && b.type() == Value::Type::Double) {
        const double x = a.toDouble();
        const double y = b.toDouble();
        return x == y || (std::isnan(x) && std::isnan(y));
    }
    const qint64 integer = a.type() == Value::Type::Int ? a.toInt() : b.toInt();
    const double number = a.type() == Value::Type::Double ? a.toDouble() : b.toDouble();
    // Compared as integers: the conversion of a large integer to double would lose digits.
    constexpr double bound = 9223372036854775808.0; // 2^63
    return number >= -bound && number < bound && std::trunc(number) == number
           && static_cast<qint64>(number) == integer;
}

} // namespace

Value::Value(QStringView text) : Value(string(text.toUtf8())) { }

Value::Value(List list) : Value(Type::List, new Shared(std::move(list))) { }

Value::Value(ValueMap map) : Value(Type::Map, new Shared(std::move(map))) { }

void Value::share() const noexcept
{
    m_data.shared->references.ref();
}

void Value::release() noexcept
{
    if (!m_data.shared->references.deref())
        delete m_data.shared;
}

Value Value::string(QByteArray utf8)
{
    return Value(Type::String, new Shared(std::move(utf8)));
}

Value Value::bytes(QByteArray bytes)
{
    return Value(Type::Bytes, new Shared(std::move(bytes)));
}

Value Value::dateTime(qint64 msSinceEpoch) noexcept
{
    Value value(msSinceEpoch);
    value.m_type = Type::DateTime;
    return value;
}

bool Value::toBool() const noexcept
{
    return m_type == Type::Bool && m_data.boolean;
}

qint64 Value::toInt() const noexcept
{
    return m_type == Type::Int ? m_data.integer : 0;
}

double Value::toDouble() const noexcept
{
    if (m_type == Type::Double)
        return m_data.number;
    return m_type == Type::Int ? static_cast<double>(m_data.integer) : 0;
}

qint64 Value::toMSecsSinceEpoch() const noexcept
{
    return m_type == Type::DateTime ? m_data.integer : 0;
}

const QByteArray &Value::toUtf8() const noexcept
{
    return m_type == Type::String ? m_data.shared->bytes : emptyBytes;
}

const QByteArray &Value::toBytes() const noexcept
{
    return m_type == Type::Bytes ? m_data.shared->bytes : emptyBytes;
}

QString Value::toString() const
{
    return QString::fromUtf8(toUtf8());
}

const Value::List &Value::toList() const noexcept
{
    return m_type == Type::List ? m_data.shared->list : emptyList;
}

const ValueMap &Value::toMap() const noexcept
{
    return m_type == Type::Map ? m_data.shared->map : emptyMap;
}

bool operator==(const Value &a, const Value &b) noexcept
{
    if (a.isNumber() && b.isNumber())
        return equalNumbers(a, b);
    if (a.m_type != b.m_type)
        return false;
    switch (a.m_type) {
    case Value::Type::Undefined:
    case Value::Type::Null:
    case Value::Type::Int:
    case Value::Type::Double:
        return true;
    case Value::Type::Bool:
        return a.m_data.boolean == b.m_data.boolean;
    case Value::Type::DateTime:
        return a.m_data.integer == b.m_data.integer;
    case Value::Type::String:
    case Value::Type::Bytes:
    case Value::Type::List:
    case Value::Type::Map:
        break;
    }
    const auto *x = a.m_data.shared;
    const auto *y = b.m_data.shared;
    return x == y || (x->bytes == y->bytes && x->list == y->list && x->map == y->map);
}

// ValueMap

namespace {

template<typename Items>
auto lowerBound(Items &items, QByteArrayView name)
{
    return std::lower_bound(items.begin(), items.end(), name,
                            [](const ValueMap::Item &item, QByteArrayView wanted) {
                                return QByteArrayView(item.name) < wanted;
                            });
}

} // namespace

ValueMap::ValueMap(std::initializer_list<Item> items)
{
    reserve(static_cast<qsizetype>(items.size()));
    for (const Item &item : items)
        insert(item.name, item.value);
}

Value ValueMap::value(QByteArrayView name) const
{
    const Value *found = find(name);
    return found ? *found : Value();
}

const Value *ValueMap::find(QByteArrayView name) const
{
    const auto place = lowerBound(m_items, name);
    return place != m_items.end() && place->name == name ? &place->value : nullptr;
}

void ValueMap::insert(const QByteArray &name, Value value)
{
    if (m_items.empty() || m_items.back().name < name) {
        m_items.push_back({ name, std::move(value) });
        return;
    }
    const auto place = lowerBound(m_items, name);
    if (place->name == name)
        place->value = std::move(value);
    else
        m_items.insert(place, { name, std::move(value) });
}

bool ValueMap::remove(QByteArrayView name)
{
    const auto place = lowerBound(m_items, name);
    if (place == m_items.end() || place->name != name)
        return false;
    m_items.erase(place);
    return true;
}

bool isValidUtf8(QByteArrayView bytes) noexcept
{
    const auto ascii = [](char c) { return static_cast<signed char>(c) >= 0; };
    if (std::all_of(bytes.begin(), bytes.end(), ascii))
        return true;
    // QUtf8's own check is behind bytes.isValidUtf8() in 6.3 and later.
    return bytes.isValidUtf8();
}

} // namespace ObjectSync
