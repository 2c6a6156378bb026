// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/codec.h>

#include <cstdlib>

using namespace ObjectSync;

namespace {

/// What was read must survive being written and read again.
void require(bool condition)
{
    if (!condition)
        std::abort();
}

void checkMessage(Encoding encoding, QByteArrayView bytes)
{
    const Limits limits;
    const Expected<Message> message = Decoder::create(encoding, limits)->decode(bytes);
    if (!message) {
        require(!message.error().code.isEmpty() && !message.error().message.isEmpty());
        return;
    }
    // What is written may be longer than what was read (definitions, escapes).
    Limits wide = limits;
    wide.messageSize *= 16;
    const QByteArray written = Encoder::create(encoding)->encode(*message);
    const Expected<Message> again = Decoder::create(encoding, wide)->decode(written);
    require(again && *again == *message);
    require(Encoder::create(encoding)->encode(*again) == written);
}

void checkValue(const Expected<Value> &value)
{
    if (!value)
        return;
    const Expected<Value> fromBytes = fromCbor(toCbor(*value), Limits());
    require(fromBytes && *fromBytes == *value && fromBytes->type() == value->type());
    const Expected<Value> fromText = fromJson(toJson(*value), Limits());
    require(fromText && *fromText == *value && fromText->type() == value->type());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(data, static_cast<qsizetype>(size));
    checkMessage(Encoding::Cbor, bytes);
    checkMessage(Encoding::Json, bytes);
    checkValue(fromCbor(bytes, Limits()));
    checkValue(fromJson(bytes, Limits()));
    return 0;
}
