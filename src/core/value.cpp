// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/value.h>

#include <QtCore/qatomic.h>
#include <QtCore/qstringconverter.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>

namespace ObjectSync {

struct Value::Shared
{
    QAtomicInt references = 1;
};

/// What the type of the value says that a Shared is.
template<typename Content>
struct Value::SharedContent : Value::Shared
{
    explicit SharedContent(Content it) : content(std::move(it)) { }
    const Content content;
};

/// Of a String or Bytes. The bytes lie behind it: texts are short and many, and a piece of memory of their
/// own would take more than they do.
struct Value::SharedBytes : Value::Shared
{
    static SharedBytes *make(QByteArrayView bytes)
    {
        if (bytes.size() > qsizetype{ std::numeric_limits<quint32>::max() })
            qFatal("ObjectSync::Value: more than 4 GiB");
        const auto size = static_cast<size_t>(bytes.size());
        auto *made = new (::operator new(sizeof(SharedBytes) + size)) SharedBytes;
        made->size = static_cast<quint32>(size);
        if (size > 0)
            std::memcpy(reinterpret_cast<char *>(made + 1), bytes.data(), size);
        return made;
    }
    static void destroy(SharedBytes *bytes)
    {
        bytes->~SharedBytes();
        ::operator delete(bytes);
    }
    QByteArrayView view() const { return { reinterpret_cast<const char *>(this + 1), size }; }

    quint32 size = 0;
};

namespace {

const Value::List emptyList;
const ValueMap emptyMap;

/// Not of two doubles.
bool equalNumbers(const Value &a, const Value &b) noexcept
{
    if (a.type() == Value::Type::Int && b.type() == Value::Type::Int)
        return a.toInt() == b.toInt();
    const qint64 integer = a.type() == Value::Type::Int ? a.toInt() : b.toInt();
    const double number = a.type() == Value::Type::Double ? a.toDouble() : b.toDouble();
    // Compared as integers: the conversion of a large integer to double would lose digits.
    constexpr double bound = 9223372036854775808.0; // 2^63
    return number >= -bound && number < bound && std::trunc(number) == number
           && static_cast<qint64>(number) == integer;
}

} // namespace

Value::Value(QStringView text) : Value(string(text.toUtf8())) { }

Value::Value(List list) : Value(Type::List, new SharedContent<List>(std::move(list))) { }

Value::Value(ValueMap map) : Value(Type::Map, new SharedContent<ValueMap>(std::move(map))) { }

template<typename Content>
const Content &Value::content() const noexcept
{
    return static_cast<const SharedContent<Content> *>(m_data.shared)->content;
}

void Value::share() const noexcept
{
    m_data.shared->references.ref();
}

void Value::release() noexcept
{
    if (m_data.shared->references.deref())
        return;
    if (m_type == Type::List)
        delete static_cast<SharedContent<List> *>(m_data.shared);
    else if (m_type == Type::Map)
        delete static_cast<SharedContent<ValueMap> *>(m_data.shared);
    else
        SharedBytes::destroy(static_cast<SharedBytes *>(m_data.shared));
}

Value Value::string(QByteArrayView utf8)
{
    return Value(Type::String, SharedBytes::make(utf8));
}

Value Value::bytes(QByteArrayView bytes)
{
    return Value(Type::Bytes, SharedBytes::make(bytes));
}

Value Value::dateTime(qint64 msSinceEpoch) noexcept
{
    Value value(msSinceEpoch);
    value.m_type = Type::DateTime;
    return value;
}

qint64 Value::toMSecsSinceEpoch() const noexcept
{
    return m_type == Type::DateTime ? m_data.integer : 0;
}

QByteArrayView Value::utf8View() const noexcept
{
    return m_type == Type::String ? static_cast<const SharedBytes *>(m_data.shared)->view()
                                  : QByteArrayView();
}

QByteArrayView Value::bytesView() const noexcept
{
    return m_type == Type::Bytes ? static_cast<const SharedBytes *>(m_data.shared)->view()
                                 : QByteArrayView();
}

QByteArray Value::toUtf8() const
{
    return utf8View().toByteArray();
}

QByteArray Value::toBytes() const
{
    return bytesView().toByteArray();
}

QString Value::toString() const
{
    return QString::fromUtf8(utf8View());
}

const Value::List &Value::toList() const noexcept
{
    return m_type == Type::List ? content<List>() : emptyList;
}

const ValueMap &Value::toMap() const noexcept
{
    return m_type == Type::Map ? content<ValueMap>() : emptyMap;
}

bool Value::equals(const Value &other) const noexcept
{
    if (isNumber() && other.isNumber())
        return equalNumbers(*this, other);
    if (m_type != other.m_type)
        return false;
    switch (m_type) {
    case Value::Type::Undefined:
    case Value::Type::Null:
    case Value::Type::Int:
    case Value::Type::Double:
        return true;
    case Value::Type::Bool:
        return m_data.boolean == other.m_data.boolean;
    case Value::Type::DateTime:
        return m_data.integer == other.m_data.integer;
    case Value::Type::String:
    case Value::Type::Bytes:
    case Value::Type::List:
    case Value::Type::Map:
        break;
    }
    if (m_data.shared == other.m_data.shared)
        return true;
    if (m_type == Value::Type::List)
        return toList() == other.toList();
    if (m_type == Value::Type::Map)
        return toMap() == other.toMap();
    return utf8View() == other.utf8View() && bytesView() == other.bytesView();
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
    insert(QByteArray(name), std::move(value));
}

void ValueMap::insert(QByteArray &&name, Value &&value)
{
    if (m_items.isEmpty() || m_items.back().name < name) {
        m_items.push_back({ std::move(name), std::move(value) });
        return;
    }
    const auto place = lowerBound(m_items, name);
    if (place->name == name)
        place->value = std::move(value);
    else
        m_items.insert(place, Item{ std::move(name), std::move(value) });
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
