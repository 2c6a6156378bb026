// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Values to and from QVariant: what Qt's users put into properties and get out of them.

#include <objectsync/core/value.h>

#include <QtCore/qfloat16.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qsequentialiterable.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>

#include <limits>

namespace ObjectSync {

namespace {

/// More than any wire limit allows; it only keeps a map that holds itself from ending the stack.
constexpr int DeepestVariant = 200;

Error badValue(const QString &message)
{
    return Error{ ErrorCode::BadValue, message };
}

Expected<Value> convert(const QVariant &variant, int depth);

template<typename Iterable>
Expected<Value> convertList(const Iterable &items, int depth)
{
    Value::List list;
    for (const auto &item : items) {
        Expected<Value> value = convert(item, depth + 1);
        if (!value)
            return value;
        // A hole in a list cannot be kept; JavaScript's undefined becomes null, as in JSON.
        list.push_back(value->isUndefined() ? Value(nullptr) : *std::move(value));
    }
    return Value(std::move(list));
}

template<typename Map>
Expected<Value> convertMap(const Map &items, int depth)
{
    ValueMap map;
    for (auto item = items.begin(); item != items.end(); ++item) {
        Expected<Value> value = convert(item.value(), depth + 1);
        if (!value)
            return value;
        if (!value->isUndefined())
            map.insert(QVariant(item.key()).toString().toUtf8(), *std::move(value));
    }
    return Value(std::move(map));
}

Expected<Value> convertUnsigned(quint64 number)
{
    if (number > static_cast<quint64>(std::numeric_limits<qint64>::max()))
        return badValue(
                QStringLiteral("The number %1 does not fit into 64 bits with a sign").arg(number));
    return Value(static_cast<qint64>(number));
}

Expected<Value> convertDateTime(const QDateTime &time)
{
    if (!time.isValid())
        return Value(nullptr);
    return Value::dateTime(time.toMSecsSinceEpoch());
}

Expected<Value> convertOther(const QVariant &variant, int depth)
{
    const QMetaType type = variant.metaType();
    if (type.flags() & QMetaType::IsEnumeration)
        return Value(variant.toLongLong());
    if (type == QMetaType::fromType<qfloat16>())
        return Value(static_cast<double>(static_cast<float>(variant.value<qfloat16>())));
    // What QML cannot turn into anything else. It claims to convert to a list, which never ends.
    if (qstrcmp(type.name(), "QJSValue") == 0)
        return badValue(QStringLiteral("A function of JavaScript cannot be synced"));
    if (variant.canConvert<QVariantMap>() && !variant.canConvert<QVariantList>())
        return convertMap(variant.toMap(), depth);
    if (variant.canConvert<QVariantList>())
        return convertList(variant.value<QSequentialIterable>(), depth);
    return badValue(QStringLiteral("A value of the type %1 cannot be synced")
                            .arg(QString::fromLatin1(type.name())));
}

Expected<Value> convert(const QVariant &variant, int depth)
{
    if (depth > DeepestVariant)
        return Error{ ErrorCode::TooLarge, QStringLiteral("The value is nested too deeply") };
    switch (variant.typeId()) {
    case QMetaType::UnknownType:
        return Value();
    case QMetaType::Nullptr:
        return Value(nullptr);
    case QMetaType::Bool:
        return Value(variant.toBool());
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::UChar:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return Value(variant.toLongLong());
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return convertUnsigned(variant.toULongLong());
    case QMetaType::Float:
    case QMetaType::Double:
        return Value(variant.toDouble());
    case QMetaType::QChar:
    case QMetaType::QString:
    case QMetaType::QUrl:
    case QMetaType::QUuid:
        return Value(variant.toString());
    case QMetaType::QByteArray:
        return Value::bytes(variant.toByteArray());
    case QMetaType::QDate:
        return convertDateTime(variant.toDate().startOfDay(Qt::UTC));
    case QMetaType::QDateTime:
        return convertDateTime(variant.toDateTime());
    case QMetaType::QStringList:
        return convertList(variant.toStringList(), depth);
    case QMetaType::QVariantList:
        return convertList(variant.toList(), depth);
    case QMetaType::QVariantMap:
        return convertMap(variant.toMap(), depth);
    case QMetaType::QVariantHash:
        return convertMap(variant.toHash(), depth);
    case QMetaType::QJsonValue:
    case QMetaType::QJsonArray:
    case QMetaType::QJsonObject:
        return convert(variant.toJsonValue().toVariant(), depth + 1);
    default:
        return convertOther(variant, depth);
    }
}

QVariantList toVariantList(const Value::List &list)
{
    QVariantList result;
    result.reserve(static_cast<qsizetype>(list.size()));
    for (const Value &value : list)
        result.append(value.toVariant());
    return result;
}

QString quoted(const QString &text)
{
    return QLatin1Char('"') + text + QLatin1Char('"');
}

/// Appends until about \a most characters are there.
void display(const Value &value, QString &out, qsizetype most)
{
    if (out.size() > most)
        return;
    switch (value.type()) {
    case Value::Type::Undefined:
        out += QLatin1String("undefined");
        break;
    case Value::Type::Bytes:
        out += QStringLiteral("<%1 bytes>").arg(value.toBytes().size());
        break;
    case Value::Type::String:
        out += quoted(value.toString());
        break;
    case Value::Type::DateTime:
        out += value.toVariant().toDateTime().toString(Qt::ISODateWithMs);
        break;
    case Value::Type::List: {
        QLatin1String separator("[");
        for (const Value &item : value.toList()) {
            out += separator;
            display(item, out, most);
            separator = QLatin1String(", ");
        }
        out += value.toList().empty() ? QLatin1String("[]") : QLatin1String("]");
        break;
    }
    case Value::Type::Map: {
        QLatin1String separator("{");
        for (const auto &[name, item] : value.toMap()) {
            out += separator + quoted(QString::fromUtf8(name)) + QLatin1String(": ");
            display(item, out, most);
            separator = QLatin1String(", ");
        }
        out += value.toMap().isEmpty() ? QLatin1String("{}") : QLatin1String("}");
        break;
    }
    case Value::Type::Null:
        out += QLatin1String("null");
        break;
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::Double:
        out += value.toVariant().toString();
        break;
    }
}

} // namespace

QVariant Value::toVariant() const
{
    switch (m_type) {
    case Type::Undefined:
        return {};
    case Type::Null:
        return QVariant::fromValue(nullptr);
    case Type::Bool:
        return m_data.boolean;
    case Type::Int:
        return m_data.integer;
    case Type::Double:
        return m_data.number;
    case Type::DateTime:
        return QDateTime::fromMSecsSinceEpoch(m_data.integer, Qt::UTC);
    case Type::String:
        return toString();
    case Type::Bytes:
        return toBytes();
    case Type::List:
        return toVariantList(toList());
    case Type::Map:
        return toMap().toVariantMap();
    }
    return {};
}

Expected<Value> Value::fromVariant(const QVariant &variant)
{
    // Of the types that are read most.
    switch (variant.typeId()) {
    case QMetaType::Bool:
        return Value(*static_cast<const bool *>(variant.constData()));
    case QMetaType::Int:
        return Value(*static_cast<const int *>(variant.constData()));
    case QMetaType::Double:
        return Value(*static_cast<const double *>(variant.constData()));
    default:
        return convert(variant, 0);
    }
}

QString Value::toDisplayString() const
{
    constexpr qsizetype most = 60;
    QString text;
    display(*this, text, most);
    if (text.size() > most + 1) {
        text.truncate(most);
        if (text.back().isHighSurrogate())
            text.chop(1);
        text += QChar(0x2026);
    }
    return text;
}

QVariantMap ValueMap::toVariantMap() const
{
    QVariantMap result;
    for (const Item &item : m_items)
        result.insert(QString::fromUtf8(item.name), item.value.toVariant());
    return result;
}

Expected<ValueMap> ValueMap::fromVariantMap(const QVariantMap &map)
{
    ValueMap result;
    result.reserve(map.size());
    for (auto item = map.begin(); item != map.end(); ++item) {
        Expected<Value> value = convert(item.value(), 0);
        if (!value) {
            return Error{ value.error().code,
                          QStringLiteral("%1: %2").arg(item.key(), value.error().message) };
        }
        if (!value->isUndefined())
            result.insert(item.key().toUtf8(), *std::move(value));
    }
    return result;
}

} // namespace ObjectSync
