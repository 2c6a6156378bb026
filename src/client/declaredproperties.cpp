// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "declaredproperties_p.h"

#include "logging_p.h"

#include <QtCore/qhash.h>
#include <QtCore/qsequentialiterable.h>

#include <algorithm>
#include <limits>

namespace ObjectSync::Internal {

namespace {

Error badValue(const DeclaredProperty &declared, const Value &value)
{
    return Error{ ErrorCode::BadValue,
                  QStringLiteral("The property %1 of type %2 cannot hold %3")
                          .arg(QString::fromUtf8(declared.name),
                               QString::fromLatin1(declared.property.typeName()),
                               value.toDisplayString()) };
}

/// The QVariant's own conversion of a list into a QList<int> or the like fails.
bool convertList(const Value::List &list, QMetaType type, QVariant &result)
{
    QVariant target(type);
    if (!target.canView<QSequentialIterable>())
        return false;
    // A view of the QVariant itself: what is added to it is added to the list inside.
    QSequentialIterable items = target.view<QSequentialIterable>();
    const QMetaType elementType = items.metaContainer().valueMetaType();
    for (const Value &element : list) {
        QVariant item = element.toVariant();
        if (elementType != QMetaType::fromType<QVariant>() && !item.convert(elementType))
            return false;
        items.addValue(item);
    }
    result = target;
    return true;
}

template<typename Integer>
bool isInRange(double number)
{
    return number > static_cast<double>(std::numeric_limits<Integer>::min()) - 0.5
           && number < static_cast<double>(std::numeric_limits<Integer>::max()) + 0.5;
}

/// QVariant would wrap it around.
bool isInRange(double number, QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Int:
        return isInRange<int>(number);
    case QMetaType::UInt:
        return isInRange<uint>(number);
    case QMetaType::Short:
        return isInRange<short>(number);
    case QMetaType::UShort:
        return isInRange<ushort>(number);
    case QMetaType::SChar:
        return isInRange<signed char>(number);
    case QMetaType::UChar:
        return isInRange<uchar>(number);
    case QMetaType::Long:
    case QMetaType::LongLong:
        return isInRange<qint64>(number);
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return isInRange<quint64>(number);
    default:
        return true;
    }
}

bool convertEnum(const Value &value, const QMetaProperty &property, QVariant &result)
{
    int number = 0;
    if (value.type() == Value::Type::String) {
        const QMetaEnum keys = property.enumerator();
        bool known = false;
        const QByteArray text = value.toUtf8();
        number = keys.isFlag() ? keys.keysToValue(text.constData(), &known)
                               : keys.keyToValue(text.constData(), &known);
        if (!known)
            return false;
    } else if (value.isNumber()) {
        if (!isInRange<int>(value.toDouble()))
            return false;
        number = value.toVariant().toInt();
    } else {
        return false;
    }
    result = QVariant(number);
    return result.convert(property.metaType()) || property.metaType().id() == QMetaType::Int;
}

/// Numbers, strings, truth values, dates: what QVariant converts without losing the kind.
bool convertScalar(const Value &value, QMetaType type, QVariant &result)
{
    // QVariant would make "abc" true.
    if (type.id() == QMetaType::Bool && value.type() == Value::Type::String)
        return false;
    if (value.isNumber() && !isInRange(value.toDouble(), type))
        return false;
    result = value.toVariant();
    return result.convert(type);
}

} // namespace

Expected<Value> DeclaredProperty::toValue(const QVariant &content) const
{
    if (viaString)
        return Value(content.toString());
    return Value::fromVariant(content);
}

bool DeclaredProperty::holds(const Value &value) const
{
    switch (plainType) {
    case QMetaType::Bool:
        return value.type() == Value::Type::Bool;
    case QMetaType::LongLong:
        return value.type() == Value::Type::Int;
    case QMetaType::Double:
        return value.type() == Value::Type::Double;
    case QMetaType::QString:
        return value.type() == Value::Type::String;
    default:
        return false;
    }
}

Expected<QVariant> DeclaredProperty::fromValue(const Value &value) const
{
    if (holds(value))
        return value.toVariant();
    if (isVariant)
        return value.toVariant();
    const QMetaType type = property.metaType();
    if (value.isNull())
        return QVariant(type); // an invalid date, say
    QVariant result;
    bool done = false;
    if (property.isEnumType())
        done = convertEnum(value, property, result);
    else if (result = value.toVariant(); result.metaType() == type)
        return result;
    else if (value.type() == Value::Type::List)
        done = convertList(value.toList(), type, result);
    else
        done = convertScalar(value, type, result);
    if (!done)
        return badValue(*this, value);
    return result;
}

DeclaredProperties::DeclaredProperties(const QMetaObject *type, int first)
{
    for (int index = 0; index < first; ++index)
        m_reserved.push_back(type->property(index).name());
    for (int index = first; index < type->propertyCount(); ++index)
        add(type->property(index));
    std::sort(m_reserved.begin(), m_reserved.end());
}

void DeclaredProperties::add(const QMetaProperty &property)
{
    DeclaredProperty declared;
    declared.name = property.name();
    declared.property = property;
    declared.notifySignal = property.notifySignalIndex();
    const QMetaType type = property.metaType();
    declared.isVariant = type == QMetaType::fromType<QVariant>();

    static constexpr int plain[] = { QMetaType::Bool, QMetaType::Int, QMetaType::LongLong,
                                     QMetaType::Double, QMetaType::QString };
    if (!property.isEnumType() && std::count(std::begin(plain), std::end(plain), type.id()) != 0)
        declared.plainType = type.id();

    const auto text = QMetaType::fromType<QString>();
    const QVariant sample(type);
    bool syncable = declared.isVariant || (sample.isValid() && Value::fromVariant(sample));
    if (!syncable && QMetaType::canConvert(type, text) && QMetaType::canConvert(text, type)) {
        declared.viaString = true;
        syncable = true;
    }
    if (!syncable || !property.isReadable() || !property.isWritable() || !property.isScriptable()) {
        m_reserved.push_back(declared.name);
        return;
    }
    if (!property.hasNotifySignal()) {
        qCWarning(logObject) << "The property" << declared.name << "of"
                             << property.enclosingMetaObject()->className()
                             << "has no NOTIFY signal: changes of it are not sent";
    }
    m_properties.push_back(std::move(declared));
}

std::shared_ptr<const DeclaredProperties> DeclaredProperties::of(const QMetaObject *type, int first)
{
    static thread_local QHash<const QMetaObject *, std::weak_ptr<const DeclaredProperties>> known;
    std::weak_ptr<const DeclaredProperties> &entry = known[type];
    std::shared_ptr<const DeclaredProperties> result = entry.lock();
    if (!result) {
        result.reset(new DeclaredProperties(type, first));
        entry = result;
    }
    return result;
}

int DeclaredProperties::indexOf(const QByteArray &name) const
{
    // Classes declare few properties, and names share a prefix seldom: comparing is fast.
    for (size_t index = 0; index < m_properties.size(); ++index) {
        if (m_properties[index].name == name)
            return static_cast<int>(index);
    }
    return -1;
}

bool DeclaredProperties::isReserved(const QByteArray &name) const
{
    return name.startsWith("_q_") || std::binary_search(m_reserved.begin(), m_reserved.end(), name);
}

} // namespace ObjectSync::Internal
