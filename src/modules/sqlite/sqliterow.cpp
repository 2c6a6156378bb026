// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "sqliterow_p.h"

#include <objectsync/core/codec.h>

#include <limits>

namespace ObjectSync::Internal {

namespace {

/// What was once accepted is read back, whatever the limits are by now.
Limits withoutLimits()
{
    constexpr qint64 Most = std::numeric_limits<int>::max();
    Limits limits;
    limits.messageSize = Most;
    limits.idSize = Most;
    limits.nameSize = Most;
    limits.properties = Most;
    limits.entitySize = Most;
    limits.nesting = 500; // deep enough for any setting, not for the stack
    limits.elements = Most;
    return limits;
}

const Limits &noLimits()
{
    static const Limits limits = withoutLimits();
    return limits;
}

Expected<Value> unpack(const QByteArray &packed)
{
    return fromCbor(packed, noLimits());
}

Error malformed()
{
    return { ErrorCode::BadValue, QStringLiteral("unexpected structure") };
}

QByteArray packMessage(const Message &message)
{
    return Encoder::create(Encoding::Cbor)->encode(message);
}

template<typename Content>
Expected<Content> unpackMessage(const QByteArray &packed)
{
    Expected<Message> message = Decoder::create(Encoding::Cbor, noLimits())->decode(packed);
    if (!message)
        return message.error();
    if (auto *content = std::get_if<Content>(&*message))
        return std::move(*content);
    return malformed();
}

bool isLists(const Value &value, size_t minimum)
{
    const Value::List &list = value.toList();
    return value.type() == Value::Type::List && list.size() >= minimum;
}

} // namespace

QByteArray packProperties(const StoredEntity &entity)
{
    Value::List kept;
    Value::List removed;
    kept.reserve(3 * entity.properties.size());
    for (const StoredProperty &property : entity.properties) {
        Value::List &list = property.value.isUndefined() ? removed : kept;
        list.push_back(Value::string(property.name));
        list.push_back(entity.stamp - property.stamp);
        if (!property.value.isUndefined())
            list.push_back(property.value);
    }
    Value::List both{ std::move(kept) };
    if (!removed.empty())
        both.push_back(std::move(removed));
    return toCbor(std::move(both));
}

Expected<void> unpackProperties(const QByteArray &packed, StoredEntity &entity)
{
    const Expected<Value> value = unpack(packed);
    if (!value)
        return value.error();
    if (!isLists(*value, 1))
        return malformed();
    const Value::List &both = value->toList();
    const Value::List &kept = both[0].toList();
    if (kept.size() % 3 != 0)
        return malformed();
    entity.properties.reserve(kept.size() / 3);
    for (size_t i = 0; i < kept.size(); i += 3)
        entity.properties.push_back(
                { kept[i].toUtf8(), kept[i + 2], entity.stamp - kept[i + 1].toInt() });
    if (both.size() < 2)
        return {};
    const Value::List &removed = both[1].toList();
    if (removed.size() % 2 != 0)
        return malformed();
    for (size_t i = 0; i < removed.size(); i += 2)
        entity.properties.push_back(
                { removed[i].toUtf8(), Value(), entity.stamp - removed[i + 1].toInt() });
    return {};
}

QByteArray packAnswers(const std::vector<StoredAnswer> &answers)
{
    Value::List list;
    for (const StoredAnswer &answer : answers) {
        Value::List ids;
        for (const QByteArray &id : answer.ids)
            ids.push_back(Value::bytes(id));
        Value::List item{ answer.tx, static_cast<qint64>(answer.fingerprint), answer.cursor,
                          std::move(ids) };
        if (answer.error) {
            item.push_back(Value::bytes(answer.error->code));
            item.push_back(answer.error->message);
            item.push_back(Value::bytes(answer.error->entityId));
        }
        list.push_back(std::move(item));
    }
    return toCbor(std::move(list));
}

Expected<std::vector<StoredAnswer>> unpackAnswers(const QByteArray &packed)
{
    const Expected<Value> value = unpack(packed);
    if (!value)
        return value.error();
    std::vector<StoredAnswer> answers;
    for (const Value &packedAnswer : value->toList()) {
        const Value::List &item = packedAnswer.toList();
        if (item.size() != 4 && item.size() != 7)
            return malformed();
        StoredAnswer answer{ item[0].toInt(), static_cast<quint64>(item[1].toInt()),
                             item[2].toInt() };
        for (const Value &id : item[3].toList())
            answer.ids.push_back(id.toBytes());
        if (item.size() == 7)
            answer.error = Error{ item[4].toBytes(), item[5].toString(), item[6].toBytes() };
        answers.push_back(std::move(answer));
    }
    return answers;
}

QByteArray packValues(const ValueMap &values)
{
    return toCbor(values);
}

Expected<ValueMap> unpackValues(const QByteArray &packed)
{
    const Expected<Value> value = unpack(packed);
    if (!value)
        return value.error();
    if (value->type() != Value::Type::Map)
        return malformed();
    return value->toMap();
}

QByteArray packTransaction(const Transaction &transaction)
{
    return packMessage(Commit{ 1, transaction });
}

Expected<Transaction> unpackTransaction(const QByteArray &packed)
{
    auto commit = unpackMessage<Commit>(packed);
    if (!commit)
        return commit.error();
    if (commit->fault)
        return *commit->fault;
    return std::move(commit->transaction);
}

QByteArray packFilter(const Filter &filter)
{
    return packMessage(Subscribe{ 1, filter });
}

Expected<Filter> unpackFilter(const QByteArray &packed)
{
    auto subscribe = unpackMessage<Subscribe>(packed);
    if (!subscribe)
        return subscribe.error();
    return std::move(subscribe->filter);
}

} // namespace ObjectSync::Internal
