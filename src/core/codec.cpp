// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/codec.h>

#include "cborcodec_p.h"
#include "cborreader_p.h"
#include "jsoncodec_p.h"
#include "jsonreader_p.h"
#include "jsonwriter_p.h"

namespace ObjectSync {

Encoder::~Encoder() = default;
Decoder::~Decoder() = default;

std::unique_ptr<Encoder> Encoder::create(Encoding encoding)
{
    if (encoding == Encoding::Cbor)
        return std::make_unique<Internal::CborEncoder>();
    return std::make_unique<Internal::JsonEncoder>();
}

std::unique_ptr<Decoder> Decoder::create(Encoding encoding, const Limits &limits, Sender sender,
                                         const World *world)
{
    if (encoding == Encoding::Cbor)
        return std::make_unique<Internal::CborDecoder>(limits, sender, world);
    return std::make_unique<Internal::JsonDecoder>(limits, sender);
}

QByteArray toCbor(const Value &value)
{
    Internal::CborWriter writer;
    writer.value(value);
    return writer.takeResult();
}

Expected<Value> fromCbor(QByteArrayView bytes, const Limits &limits)
{
    Internal::CborReader reader(bytes, limits);
    Value value = reader.value();
    reader.expectEnd();
    if (reader.failed())
        return reader.error();
    if (reader.excess())
        return *reader.excess();
    return value;
}

QByteArray toJson(const Value &value)
{
    Internal::JsonWriter writer;
    writer.value(value);
    return writer.result();
}

Expected<Value> fromJson(QByteArrayView json, const Limits &limits)
{
    const Expected<Internal::JsonNode> tree = Internal::parseJson(json, Internal::jsonDepth(limits));
    if (!tree)
        return tree.error();
    Internal::JsonReader reader(limits);
    Value value = reader.value(*tree);
    if (reader.failed())
        return reader.error();
    if (reader.excess())
        return *reader.excess();
    return value;
}

} // namespace ObjectSync
