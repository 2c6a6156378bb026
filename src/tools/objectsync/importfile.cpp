// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "importfile.h"

#include "invocation.h"

#include <objectsync/core/codec.h>

#include <QtCore/qfile.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qset.h>

#include <cstdio>
#include <limits>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

/// A file may be larger than any message; what a value may be, the server says.
Limits fileLimits()
{
    constexpr qint64 any = std::numeric_limits<qint32>::max();
    Limits limits;
    limits.messageSize = any;
    limits.entitySize = any;
    limits.properties = any;
    limits.elements = any;
    limits.nesting = 64;
    return limits;
}

/// "line 3, column 7", of the byte that the parser names in \a message; empty where it names none.
QString placeOf(const QString &message, const QByteArray &json)
{
    static const QRegularExpression byte(u"\\bbyte (\\d+)"_s);
    const QRegularExpressionMatch match = byte.match(message);
    if (!match.hasMatch())
        return {};
    const qsizetype position = std::clamp<qsizetype>(match.captured(1).toLongLong(), 1,
                                                     std::max<qsizetype>(json.size(), 1));
    const QByteArrayView before = QByteArrayView(json).first(
            std::min<qsizetype>(position - 1, json.size()));
    const qsizetype column = before.size() - (before.lastIndexOf('\n') + 1) + 1;
    return u"line %1, column %2: "_s.arg(before.count('\n') + 1).arg(column);
}

QString namesOf(const ValueMap &map)
{
    QByteArrayList names;
    for (const ValueMap::Item &item : map)
        names += item.name;
    return QString::fromUtf8(names.join(", ").left(200));
}

Expected<Value> findArray(const Value &document, const QString &key)
{
    const bool isMap = document.type() == Value::Type::Map;
    if (key.isEmpty()) {
        if (document.type() == Value::Type::List)
            return document;
        return usageError(isMap ? u"the file is an object, not an array: say with --key which of "
                                  "its members is the array: "_s
                                          + namesOf(document.toMap())
                                : u"the file is not an array of objects"_s);
    }
    if (!isMap)
        return usageError(u"the file is not an object, so it has no member for --key"_s);
    const Value *array = document.toMap().find(key.toUtf8());
    if (!array) {
        return usageError(
                u"--key %1: the file has only these: %2"_s.arg(key, namesOf(document.toMap())));
    }
    if (array->type() != Value::Type::List)
        return usageError(u"--key %1: that is not an array"_s.arg(key));
    return *array;
}

/// {"id":...,"values":{...}}
Expected<ImportEntity> exportedEntity(const ValueMap &object)
{
    const Value id = object.value("id");
    const Value values = object.value("values");
    if (id.type() == Value::Type::String && values.type() == Value::Type::Map
        && object.size() == 2) {
        return ImportEntity{ id.toUtf8(), values.toMap() };
    }
    return usageError(u"it is not {\"id\":ID,\"values\":{...}}: say with --id-field which of its "
                      "members is the id: "_s
                      + namesOf(object));
}

Expected<ImportEntity> flatEntity(ValueMap object, const QByteArray &idField)
{
    const Value id = object.value(idField);
    object.remove(idField);
    if (id.type() == Value::Type::String)
        return ImportEntity{ id.toUtf8(), object };
    if (id.type() == Value::Type::Int)
        return ImportEntity{ QByteArray::number(id.toInt()), object };
    return usageError(
            u"--id-field %1: that is %2"_s.arg(QString::fromUtf8(idField),
                                               id.isUndefined()
                                                       ? u"missing"_s
                                                       : u"neither a string nor a whole number"_s));
}

Expected<ImportEntity> toEntity(const Value &element, const ImportLayout &layout)
{
    if (element.type() != Value::Type::Map)
        return usageError(u"it is not an object"_s);
    Expected<ImportEntity> entity = layout.idField.isEmpty()
                                            ? exportedEntity(element.toMap())
                                            : flatEntity(element.toMap(), layout.idField.toUtf8());
    if (entity)
        entity->id.prepend(layout.prefix.toUtf8());
    return entity;
}

} // namespace

Expected<QByteArray> readImportFile(const QString &name)
{
    QFile file(name);
    const bool isOpen = name == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly)
                                       : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return usageError(u"cannot read %1: %2"_s.arg(name, file.errorString()));
    QByteArray bytes = file.readAll();
    if (file.error() != QFileDevice::NoError)
        return usageError(u"cannot read %1: %2"_s.arg(name, file.errorString()));
    if (bytes.startsWith("\xef\xbb\xbf")) // a byte order mark, which some editors write
        bytes.remove(0, 3);
    return bytes;
}

Expected<std::vector<ImportEntity>> parseImport(const QByteArray &json, const ImportLayout &layout)
{
    const Expected<Value> document = fromJson(json, fileLimits());
    if (!document)
        return usageError(placeOf(document.error().message, json) + document.error().message);
    const Expected<Value> array = findArray(*document, layout.key);
    if (!array)
        return array.error();

    std::vector<ImportEntity> entities;
    QSet<QByteArray> ids;
    for (const Value &element : array->toList()) {
        const Expected<ImportEntity> entity = toEntity(element, layout);
        const qsizetype number = static_cast<qsizetype>(entities.size()) + 1;
        if (!entity)
            return usageError(u"element %1: %2"_s.arg(number).arg(entity.error().message));
        if (ids.contains(entity->id)) {
            return usageError(u"element %1: an earlier one has the same id, %2"_s.arg(number).arg(
                    QString::fromUtf8(entity->id)));
        }
        ids.insert(entity->id);
        entities.push_back(*entity);
    }
    return entities;
}

} // namespace ObjectSync::Tool
