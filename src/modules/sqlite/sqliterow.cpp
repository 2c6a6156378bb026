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

} // namespace

QByteArray packValues(const ValueMap &values)
{
    return toCbor(values);
}

Expected<ValueMap> unpackValues(const QByteArray &packed)
{
    const Expected<Value> value = fromCbor(packed, noLimits());
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
