// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qstringview.h>
#include <QtCore/qvariant.h>
#include <QtCore/qvarlengtharray.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace ObjectSync {

class ValueMap;

/// A value: what a property holds. 16 bytes; larger contents are shared between copies, which is
/// safe across threads (the count is atomic, the contents never change).
///
/// A default-constructed Value is Undefined: "there is no such property". Undefined is never stored
/// nor sent; it is how an absent property reads and how an operation says "remove it".
///
/// Numbers compare by value, so Int 1 equals Double 1.0 (JavaScript has only one kind of number);
/// a NaN equals a NaN, so that storing one twice is no change. All other kinds differ by type.
class OBJECTSYNC_CORE_EXPORT Value
{
public:
    enum class Type : quint8 {
        Undefined,
        Null,
        Bool,
        Int, ///< 64-bit, signed
        Double,
        DateTime, ///< milliseconds since 1970-01-01T00:00:00 UTC
        String, ///< UTF-8, valid
        Bytes,
        List, ///< of values, replaced as a whole
        Map, ///< of values by name, replaced as a whole
    };
    using List = std::vector<Value>;

    Value() noexcept = default;
    Value(std::nullptr_t) noexcept : m_type(Type::Null) { }
    Value(bool value) noexcept : m_type(Type::Bool) { m_data.boolean = value; }
    Value(int value) noexcept : Value(static_cast<qint64>(value)) { }
    Value(qint64 value) noexcept : m_type(Type::Int) { m_data.integer = value; }
    Value(double value) noexcept : m_type(Type::Double) { m_data.number = value; }
    Value(QStringView text);
    Value(const QString &text) : Value(QStringView(text)) { }
    Value(const char *utf8) : Value(string(QByteArrayView(utf8))) { }
    Value(List list);
    Value(ValueMap map);
    Value(const Value &other) noexcept : m_data(other.m_data), m_type(other.m_type)
    {
        if (isShared())
            share();
    }
    Value(Value &&other) noexcept
        : m_data(other.m_data), m_type(std::exchange(other.m_type, Type::Undefined))
    {
    }
    Value &operator=(const Value &other) noexcept
    {
        Value copy(other);
        return *this = std::move(copy);
    }
    Value &operator=(Value &&other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_type, other.m_type);
        return *this;
    }
    ~Value()
    {
        if (isShared())
            release();
    }

    /// \a utf8 must be valid UTF-8 (see isValidUtf8()). The contents are copied, of both; they may have
    /// up to 4 GiB, much more than any server takes.
    static Value string(QByteArrayView utf8);
    static Value bytes(QByteArrayView bytes);
    static Value dateTime(qint64 msSinceEpoch) noexcept;

    Type type() const noexcept { return m_type; }
    bool isUndefined() const noexcept { return m_type == Type::Undefined; }
    bool isNull() const noexcept { return m_type == Type::Null; }
    bool isNumber() const noexcept { return m_type == Type::Int || m_type == Type::Double; }

    /// Each of these gives the content where the type is the one named, else an empty one
    /// (false, 0, ""); toDouble() also converts an Int.
    bool toBool() const noexcept { return m_type == Type::Bool && m_data.boolean; }
    qint64 toInt() const noexcept { return m_type == Type::Int ? m_data.integer : 0; }
    double toDouble() const noexcept
    {
        if (m_type == Type::Double)
            return m_data.number;
        return m_type == Type::Int ? static_cast<double>(m_data.integer) : 0;
    }
    qint64 toMSecsSinceEpoch() const noexcept;
    QByteArray toUtf8() const; ///< of a String
    QByteArray toBytes() const; ///< of Bytes
    // The same without a copy: valid as long as some copy of the value is there.
    QByteArrayView utf8View() const noexcept;
    QByteArrayView bytesView() const noexcept;
    QString toString() const; ///< of a String
    const List &toList() const noexcept;
    const ValueMap &toMap() const noexcept;

    /// The QVariant that a Qt user expects: bool, qlonglong, double, QDateTime (UTC), QString,
    /// QByteArray, QVariantList, QVariantMap; std::nullptr_t for Null; invalid for Undefined.
    QVariant toVariant() const;

    /// Converts what Qt users put into properties: bool, any integer or floating-point type,
    /// enumerations, QString, QChar, QByteArray, QUrl, QUuid, QDate (as its first moment in UTC),
    /// QDateTime, QStringList, QVariantList, QVariantMap, QVariantHash, QJsonValue and the
    /// containers that QVariant can iterate. An invalid QVariant gives Undefined.
    /// Error: `bad-value` for anything else, and for an unsigned number above 2^63-1.
    static Expected<Value> fromVariant(const QVariant &variant);

    /// A short text for people: JSON-like, shortened after about 60 characters.
    QString toDisplayString() const;

    friend bool operator==(const Value &a, const Value &b) noexcept
    {
        // Most are numbers that differ.
        if (a.m_type == Type::Double && b.m_type == Type::Double)
            return a.m_data.number == b.m_data.number || (a.isNaN() && b.isNaN());
        return a.equals(b);
    }

private:
    struct Shared;
    bool equals(const Value &other) const noexcept;
    bool isNaN() const noexcept { return m_data.number != m_data.number; } ///< of a Double
    struct SharedBytes;
    template<typename Content>
    struct SharedContent;
    template<typename Content>
    const Content &content() const noexcept;
    explicit Value(Type type, Shared *shared) noexcept : m_type(type) { m_data.shared = shared; }
    bool isShared() const noexcept { return m_type >= Type::String; }
    void share() const noexcept;
    void release() noexcept;

    union Data {
        bool boolean;
        qint64 integer = 0;
        double number;
        Shared *shared;
    } m_data;
    Type m_type = Type::Undefined;
};

namespace Internal {
/// An item of a ValueMap, which calls it Item.
struct MapItem
{
    QByteArray name;
    Value value;
    friend bool operator==(const MapItem &, const MapItem &) = default;
};
} // namespace Internal

} // namespace ObjectSync

Q_DECLARE_TYPEINFO(ObjectSync::Value, Q_RELOCATABLE_TYPE);
Q_DECLARE_TYPEINFO(ObjectSync::Internal::MapItem, Q_RELOCATABLE_TYPE);

namespace ObjectSync {

/// A value: properties by name, kept in the order of the names' bytes. Looks like a map, is one
/// sorted array: entities have few properties. A single one takes no memory elsewhere.
class OBJECTSYNC_CORE_EXPORT ValueMap
{
public:
    using Item = Internal::MapItem;
    using const_iterator = const Item *;

    ValueMap() = default;
    ValueMap(std::initializer_list<Item> items);
    ValueMap(const ValueMap &other) = default;
    ValueMap(ValueMap &&other) noexcept = default;
    ValueMap &operator=(const ValueMap &other) = default;
    ValueMap &operator=(ValueMap &&other) noexcept
    {
        // In Qt 6.4.2 an array that takes over another's memory leaks its own.
        m_items.clear();
        m_items.squeeze();
        m_items = std::move(other.m_items);
        return *this;
    }
    ~ValueMap() = default;

    bool isEmpty() const { return m_items.isEmpty(); }
    qsizetype size() const { return m_items.size(); }
    bool contains(QByteArrayView name) const { return find(name) != nullptr; }
    /// Undefined where there is none.
    Value value(QByteArrayView name) const;
    /// Null where there is none. Valid until the next change.
    const Value *find(QByteArrayView name) const;
    /// Replaces a value of the same name.
    void insert(const QByteArray &name, Value value);
    void insert(QByteArray &&name, Value &&value);
    bool remove(QByteArrayView name);
    void clear() { m_items.clear(); }
    void reserve(qsizetype size) { m_items.reserve(size); }

    const_iterator begin() const { return m_items.begin(); }
    const_iterator end() const { return m_items.end(); }

    QVariantMap toVariantMap() const;
    static Expected<ValueMap> fromVariantMap(const QVariantMap &map);

    friend bool operator==(const ValueMap &, const ValueMap &) = default;

private:
    QVarLengthArray<Item, 1> m_items;
};

/// True where \a bytes are well-formed UTF-8 (no surrogates, no overlong forms).
OBJECTSYNC_CORE_EXPORT bool isValidUtf8(QByteArrayView bytes) noexcept;

} // namespace ObjectSync
