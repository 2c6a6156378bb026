// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include <memory>

namespace ObjectSync {

class World;

/// How messages become bytes; settled for each connection by the WebSocket subprotocol.
enum class Encoding : quint8 {
    Cbor, ///< binary messages, `objectsync.v1.cbor`
    Json, ///< text messages, `objectsync.v1.json`
};

/// A resource: turns the messages of one connection, in one direction, into bytes.
///
/// With Cbor, entities and property names in `changes` go by number. The encoder knows which
/// numbers this connection has been told, and puts the definitions of new ones into the message
/// that first needs them; so each connection needs an encoder of its own, and what it encodes must
/// be sent, in that order.
class OBJECTSYNC_CORE_EXPORT Encoder
{
public:
    static std::unique_ptr<Encoder> create(Encoding encoding);
    virtual ~Encoder();

    virtual Encoding encoding() const = 0;
    /// The bytes of one WebSocket message.
    virtual QByteArray encode(const Message &message) = 0;
    /// True where encode() would give the same bytes on every connection of this encoding, so that
    /// one result can serve all of them: no definitions have to be told first.
    virtual bool isShareable(const Message &message) const = 0;
};

/// A resource: the reverse of an Encoder, for one direction of one connection. The only parser of
/// untrusted bytes: strict, bounded by limits, never throws, never crashes.
class OBJECTSYNC_CORE_EXPORT Decoder
{
public:
    /// Whose messages are decoded. Those that only the other side sends are not read.
    enum class Sender : quint8 {
        Any, ///< for stores and tools; not for what comes from a network
        Client,
        Server,
    };

    /// \a world, where there is one, holds the entities that the messages are mostly about: known ids
    /// then share its bytes. It must outlive the decoder, and be used in the same thread.
    static std::unique_ptr<Decoder> create(Encoding encoding, const Limits &limits,
                                           Sender sender = Sender::Any,
                                           const World *world = nullptr);
    virtual ~Decoder();

    /// Errors: `bad-message` (the bytes break the rules of JSON, CBOR or the protocol; the message
    /// says where and why), `unknown-type` (also a type that the sender may not send), `too-large`,
    /// `bad-id`, `bad-name`, `bad-value`.
    ///
    /// Changes may share tables with the decoder (Changes::decoded): before they go to another thread,
    /// put all() of them into Changes::changes, and reset the others.
    virtual Expected<Message> decode(QByteArrayView bytes) = 0;
};

/// Values and properties alone, as the storage keeps them: one CBOR item, without numbers.
OBJECTSYNC_CORE_EXPORT QByteArray toCbor(const Value &value);
OBJECTSYNC_CORE_EXPORT Expected<Value> fromCbor(QByteArrayView bytes, const Limits &limits);
/// Values as the protocol's JSON ({"$bytes": …} and so on): what tools print and read.
OBJECTSYNC_CORE_EXPORT QByteArray toJson(const Value &value);
OBJECTSYNC_CORE_EXPORT Expected<Value> fromJson(QByteArrayView json, const Limits &limits);

} // namespace ObjectSync
