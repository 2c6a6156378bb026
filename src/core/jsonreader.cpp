// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "jsonreader_p.h"

#include "jsondate_p.h"
#include "mapitems_p.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

namespace {

Value parseBytes(const QByteArray &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text,
                                                        QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? Value::bytes(*decoded) : Value();
}

Value parseDouble(const QByteArray &text)
{
    if (text == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (text == "inf")
        return std::numeric_limits<double>::infinity();
    if (text == "-inf")
        return -std::numeric_limits<double>::infinity();
    return {};
}

/// Undefined where \a text is not what \a name demands.
Value parseSpecial(const QByteArray &name, const QByteArray &text)
{
    if (name == JsonSpecial::Bytes)
        return parseBytes(text);
    if (name == JsonSpecial::Double)
        return parseDouble(text);
    if (name == JsonSpecial::Date) {
        const std::optional<qint64> time = fromIsoDate(text);
        return time ? Value::dateTime(*time) : Value();
    }
    const std::optional<qint64> number = name == JsonSpecial::Int ? parseInteger(text)
                                                                  : std::nullopt;
    return number ? Value(*number) : Value();
}

} // namespace

Value JsonReader::value(const JsonNode &node, qint64 depth)
{
    switch (node.kind) {
    case JsonNode::Kind::Null:
        return nullptr;
    case JsonNode::Kind::Bool:
        return node.boolean;
    case JsonNode::Kind::Int:
        return node.integer;
    case JsonNode::Kind::Double:
        return node.number;
    case JsonNode::Kind::String:
        return Value::string(node.text);
    case JsonNode::Kind::Array:
        return list(node, depth + 1);
    case JsonNode::Kind::Object:
        if (node.items.size() == 1 && node.items.front().name.startsWith('$'))
            return special(node.items.front(), depth);
        return enter(node.items.size(), depth + 1, m_limits) ? Value(map(node, depth + 1))
                                                             : Value();
    }
    Q_UNREACHABLE();
}

Value JsonReader::special(const JsonNode &member, qint64 depth)
{
    if (member.name == JsonSpecial::Map && member.kind == JsonNode::Kind::Object)
        return enter(member.items.size(), depth + 1, m_limits) ? Value(map(member, depth + 1))
                                                               : Value();
    Value value = member.kind == JsonNode::Kind::String ? parseSpecial(member.name, member.text)
                                                        : Value();
    if (value.isUndefined()) {
        fail(ErrorCode::BadValue,
             u"{\"%1\": …} is not a value; a map with one name that begins with '$' is written "
             "{\"$map\": {…}}"_s.arg(QString::fromUtf8(member.name.left(40))));
    }
    return value;
}

Value JsonReader::list(const JsonNode &node, qint64 depth)
{
    Value::List list;
    if (!enter(node.items.size(), depth, m_limits))
        return {};
    list.reserve(node.items.size());
    for (const JsonNode &item : node.items)
        list.push_back(value(item, depth));
    return list;
}

ValueMap JsonReader::map(const JsonNode &node, qint64 depth)
{
    ValueMap map;
    map.reserve(static_cast<qsizetype>(node.items.size()));
    MapBuilder builder(map);
    for (const JsonNode &item : node.items)
        builder.add(item.name, value(item, depth));
    builder.finish(); // true: the tree has no name twice
    return map;
}

} // namespace ObjectSync::Internal
