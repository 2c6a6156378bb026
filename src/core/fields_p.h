// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

#include <array>
#include <concepts>
#include <type_traits>

namespace ObjectSync::Internal {

/// A field of the protocol: its label in CBOR, its name in JSON.
struct Field
{
    quint8 label;
    const char *name;
};

/// The one table of both. Labels in a CBOR map ascend, so each message describes its fields in this
/// order. Labels below 24 take one byte: they are for what is sent often. Labels are never reused.
namespace Fields {
inline constexpr Field Type{ 0, "type" };
inline constexpr Field Protocol{ 1, "protocol" };
inline constexpr Field Client{ 2, "client" };
inline constexpr Field Token{ 3, "token" };
inline constexpr Field Epoch{ 4, "epoch" };
inline constexpr Field Tx{ 5, "tx" };
inline constexpr Field Code{ 6, "code" };
inline constexpr Field Text{ 7, "message" };
inline constexpr Field Fatal{ 8, "fatal" };
inline constexpr Field Cursor{ 9, "cursor" };
inline constexpr Field Sub{ 10, "sub" };
inline constexpr Field Request{ 11, "request" };
inline constexpr Field Answered{ 12, "answered" };
inline constexpr Field Reset{ 13, "reset" };
inline constexpr Field More{ 14, "more" };
inline constexpr Field DefineIds{ 15, "defineIds" }; // only in CBOR
inline constexpr Field DefineNames{ 16, "defineNames" }; // only in CBOR
inline constexpr Field Changes{ 17, "changes" };
inline constexpr Field Op{ 18, "op" };
inline constexpr Field Id{ 19, "id" };
inline constexpr Field Revision{ 20, "revision" };
inline constexpr Field Name{ 21, "name" };
inline constexpr Field Names{ 22, "names" };
inline constexpr Field Values{ 23, "values" };
inline constexpr Field By{ 24, "by" };
inline constexpr Field Exists{ 25, "exists" };
inline constexpr Field Prefix{ 26, "prefix" };
inline constexpr Field Ids{ 27, "ids" };
inline constexpr Field Ops{ 28, "ops" };
inline constexpr Field Expect{ 29, "expect" };
inline constexpr Field Entities{ 30, "entities" };
inline constexpr Field Subs{ 31, "subs" };
inline constexpr Field Resume{ 32, "resume" };
inline constexpr Field LastTx{ 33, "lastTx" };
inline constexpr Field Resumed{ 34, "resumed" };
inline constexpr Field Limits{ 35, "limits" };
inline constexpr Field Time{ 36, "time" };
inline constexpr Field ServerTime{ 37, "serverTime" };
inline constexpr Field Event{ 38, "event" }; // only in JSON
inline constexpr Field Unset{ 39, "unset" }; // only in JSON
inline constexpr Field MessageSize{ 40, "messageSize" };
inline constexpr Field IdSize{ 41, "idSize" };
inline constexpr Field NameSize{ 42, "nameSize" };
inline constexpr Field Properties{ 43, "properties" };
inline constexpr Field EntitySize{ 44, "entitySize" };
inline constexpr Field Nesting{ 45, "nesting" };
inline constexpr Field Elements{ 46, "elements" };
inline constexpr Field OperationsPerSecond{ 47, "operationsPerSecond" };
inline constexpr Field OperationsBurst{ 48, "operationsBurst" };
inline constexpr Field PendingTransactions{ 49, "pendingTransactions" };
inline constexpr Field Subscriptions{ 50, "subscriptions" };
inline constexpr Field SubscriptionIds{ 51, "subscriptionIds" };
} // namespace Fields

/// The words of `type` in JSON; their positions are the integers of CBOR.
inline constexpr std::array TypeNames = { "hello",      "subscribe", "unsubscribe", "commit",
                                          "fetch",      "ping",      "welcome",     "changes",
                                          "subscribed", "ack",       "reject",      "result",
                                          "error",      "pong" };
static_assert(TypeNames.size() == std::variant_size_v<Message>);

/// The word in `op`, and the operation's kind (and type) from it.
QByteArrayView operationWord(const Operation &operation);
void setOperationWord(Operation &operation, QByteArrayView word);

/// A text that is only looked at: it may point into the bytes that are being read.
struct Word
{
    QByteArrayView text;
};

template<typename M, typename T>
concept Is = std::same_as<std::remove_const_t<M>, T>;

// What each message consists of, once for all: called with a reader and a message to fill, or with
// a writer and a const message. `required` is always written, and must be there when read;
// `optional` is written where it differs from a default-constructed one.

void fields(auto &io, Is<Subscribe> auto &m)
{
    io.required(Fields::Sub, m.sub);
    io.optional(Fields::Prefix, m.filter.prefix);
    if (!m.filter.prefix)
        io.required(Fields::Ids, m.filter.ids);
}

void fields(auto &io, Is<Unsubscribe> auto &m)
{
    io.required(Fields::Sub, m.sub);
}

void fields(auto &io, Is<Resume> auto &m)
{
    io.required(Fields::Epoch, m.epoch);
    io.required(Fields::Cursor, m.cursor);
    io.required(Fields::Subs, m.subscriptions);
}

void fields(auto &io, Is<Hello> auto &m)
{
    io.required(Fields::Protocol, m.protocol);
    io.required(Fields::Client, m.client);
    io.optional(Fields::Token, m.token);
    io.optional(Fields::Answered, m.answered);
    io.optional(Fields::Resume, m.resume);
}

void fields(auto &io, Is<Operation> auto &m)
{
    Word word{ operationWord(m) };
    io.required(Fields::Op, word);
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(m)>>)
        setOperationWord(m, word.text);
    switch (m.kind) {
    case Operation::Kind::Create:
    case Operation::Kind::Save:
        io.optional(Fields::Id, m.id);
        io.optional(Fields::Values, m.values);
        break;
    case Operation::Kind::Set:
        io.required(Fields::Id, m.id);
        io.required(Fields::Values, m.values);
        break;
    case Operation::Kind::Unset:
        io.required(Fields::Id, m.id);
        io.required(Fields::Names, m.names);
        break;
    case Operation::Kind::Destroy:
        io.required(Fields::Id, m.id);
        break;
    case Operation::Kind::Apply:
        io.required(Fields::Id, m.id);
        io.required(Fields::Name, m.name);
        io.optional(Fields::By, m.argument);
        break;
    }
}

void fields(auto &io, Is<Expectation> auto &m)
{
    io.required(Fields::Id, m.id);
    io.optional(Fields::Revision, m.revision);
    io.optional(Fields::Values, m.values);
    io.optional(Fields::Exists, m.exists);
}

void fields(auto &io, Is<Commit> auto &m)
{
    io.required(Fields::Tx, m.tx);
    io.optional(Fields::Answered, m.answered);
    io.required(Fields::Ops, m.transaction.operations);
    io.optional(Fields::Expect, m.transaction.expectations);
}

void fields(auto &io, Is<Fetch> auto &m)
{
    io.required(Fields::Request, m.request);
    io.required(Fields::Ids, m.ids);
}

void fields(auto &io, Is<Ping> auto &m)
{
    io.required(Fields::Time, m.time);
}

void fields(auto &io, Is<Limits> auto &m)
{
    io.required(Fields::MessageSize, m.messageSize);
    io.required(Fields::IdSize, m.idSize);
    io.required(Fields::NameSize, m.nameSize);
    io.required(Fields::Properties, m.properties);
    io.required(Fields::EntitySize, m.entitySize);
    io.required(Fields::Nesting, m.nesting);
    io.required(Fields::Elements, m.elements);
    io.required(Fields::OperationsPerSecond, m.operationsPerSecond);
    io.required(Fields::OperationsBurst, m.operationsBurst);
    io.required(Fields::PendingTransactions, m.pendingTransactions);
    io.required(Fields::Subscriptions, m.subscriptions);
    io.required(Fields::SubscriptionIds, m.subscriptionIds);
}

void fields(auto &io, Is<Welcome> auto &m)
{
    io.required(Fields::Protocol, m.protocol);
    io.required(Fields::Epoch, m.epoch);
    io.required(Fields::Cursor, m.cursor);
    io.required(Fields::LastTx, m.lastTx);
    io.optional(Fields::Resumed, m.resumed);
    io.required(Fields::Limits, m.limits);
    io.required(Fields::ServerTime, m.serverTime);
}

void fields(auto &io, Is<Changes> auto &m)
{
    io.required(Fields::Cursor, m.cursor);
    io.optional(Fields::Sub, m.sub);
    io.optional(Fields::Reset, m.reset);
    io.optional(Fields::More, m.more);
    io.changes(m); // where the encodings differ
}

void fields(auto &io, Is<Subscribed> auto &m)
{
    io.required(Fields::Cursor, m.cursor);
    io.required(Fields::Sub, m.sub);
}

void fields(auto &io, Is<Ack> auto &m)
{
    io.required(Fields::Tx, m.tx);
    io.required(Fields::Cursor, m.cursor);
    io.optional(Fields::Ids, m.ids);
}

void fields(auto &io, Is<Reject> auto &m)
{
    io.required(Fields::Tx, m.tx);
    io.required(Fields::Code, m.error.code);
    io.optional(Fields::Text, m.error.message);
    io.optional(Fields::Id, m.error.entityId);
}

void fields(auto &io, Is<Result::Entity> auto &m)
{
    io.required(Fields::Id, m.id);
    io.required(Fields::Revision, m.revision);
    io.required(Fields::Values, m.values);
}

void fields(auto &io, Is<Result> auto &m)
{
    io.required(Fields::Request, m.request);
    io.required(Fields::Entities, m.entities);
}

void fields(auto &io, Is<Failure> auto &m)
{
    io.required(Fields::Code, m.error.code);
    io.optional(Fields::Text, m.error.message);
    io.optional(Fields::Fatal, m.fatal);
    io.optional(Fields::Sub, m.sub);
    io.optional(Fields::Request, m.request);
    io.optional(Fields::Id, m.error.entityId);
}

void fields(auto &io, Is<Pong> auto &m)
{
    io.required(Fields::Time, m.time);
    io.required(Fields::ServerTime, m.serverTime);
}

/// The types of messages that only clients send are the first ones in TypeNames.
inline constexpr size_t ClientTypes = 6;
static_assert(std::same_as<std::variant_alternative_t<ClientTypes, Message>, Welcome>);

/// Whether messages of the type at this position in TypeNames may come from \a sender.
inline bool maySend(Decoder::Sender sender, size_t type)
{
    return sender == Decoder::Sender::Any
           || (type < ClientTypes) == (sender == Decoder::Sender::Client);
}

/// Fills the message of a type's position in TypeNames; false where there is none.
template<size_t Index = 0>
bool readMessage(auto &io, size_t type, Message &message)
{
    if constexpr (Index < std::variant_size_v<Message>) {
        if (type != Index)
            return readMessage<Index + 1>(io, type, message);
        fields(io, message.emplace<Index>());
        return true;
    } else {
        return false;
    }
}

} // namespace ObjectSync::Internal
