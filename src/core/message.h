// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/change.h>
#include <objectsync/core/entityleaf.h>
#include <objectsync/core/limits.h>
#include <objectsync/core/numberedchanges.h>
#include <objectsync/core/wholeentities.h>

#include <memory>
#include <optional>
#include <variant>

namespace ObjectSync {

namespace Internal {
struct ChangeNumbers;
}

/// The protocol's version, sent in `hello` and `welcome`.
inline constexpr qint64 ProtocolVersion = 1;
inline constexpr char CborSubprotocol[] = "objectsync.v1.cbor";
inline constexpr char JsonSubprotocol[] = "objectsync.v1.json";

/// Chosen by the client, unique among its subscriptions.
using SubscriptionNumber = qint64;
/// A transaction's number: 1, 2, 3, … for each client, without gaps.
using TransactionNumber = qint64;
/// A point in a world's history. Opaque: keep it and send it back, don't compute with it.
using Cursor = qint64;

// Every message of the wire protocol (docs/protocol.md) is one of the structs below; field for
// field what the page says. Client to server: Hello, Subscribe, Unsubscribe, Commit, Fetch, Ping.

/// Which entities: those whose ids begin with a prefix (an empty one: all), or those named.
struct OBJECTSYNC_CORE_EXPORT Filter
{
    std::optional<QByteArray> prefix = {}; ///< either this
    std::vector<QByteArray> ids = {}; ///< or these

    static Filter byPrefix(QByteArray prefix) { return { std::move(prefix), {} }; }
    static Filter byIds(std::vector<QByteArray> ids) { return { std::nullopt, std::move(ids) }; }
    bool matches(const QByteArray &id) const;

    friend bool operator==(const Filter &, const Filter &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Subscribe
{
    SubscriptionNumber sub = 0;
    Filter filter = {};
    friend bool operator==(const Subscribe &, const Subscribe &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Unsubscribe
{
    SubscriptionNumber sub = 0;
    friend bool operator==(const Unsubscribe &, const Unsubscribe &) = default;
};

/// What a client holds from an earlier connection: all of these subscriptions, complete as of the
/// cursor.
struct OBJECTSYNC_CORE_EXPORT Resume
{
    QByteArray epoch = {};
    Cursor cursor = 0;
    std::vector<Subscribe> subscriptions = {};
    friend bool operator==(const Resume &, const Resume &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Hello
{
    qint64 protocol = ProtocolVersion;
    QByteArray client = {}; ///< who numbers the transactions: 1 to 64 bytes, a UUID by habit
    QByteArray token = {}; ///< for the authenticator
    TransactionNumber answered = 0; ///< all up to this one have been answered
    std::optional<Resume> resume = {};
    friend bool operator==(const Hello &, const Hello &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Commit
{
    TransactionNumber tx = 0;
    Transaction transaction = {};
    TransactionNumber answered = 0; ///< all up to this one have been answered; 0: nothing to say
    /// Not on the wire: the operations of `transaction`, which is empty then, in the form that a
    /// decoder gives them which knows the world.
    LeafWrites writes = {};
    /// Not on the wire: what a decoder found wrong with an id or a name in the transaction, so that
    /// it is refused under its number instead of leaving a gap.
    std::optional<Error> fault = {};
    friend bool operator==(const Commit &, const Commit &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Fetch
{
    qint64 request = 0;
    std::vector<QByteArray> ids = {};
    friend bool operator==(const Fetch &, const Fetch &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Ping
{
    qint64 time = 0; ///< the sender's clock, given back in `pong`; milliseconds
    friend bool operator==(const Ping &, const Ping &) = default;
};

// Server to client: Welcome, Changes, Subscribed, Ack, Reject, Result, Failure, Pong.

struct OBJECTSYNC_CORE_EXPORT Welcome
{
    qint64 protocol = ProtocolVersion;
    QByteArray epoch = {};
    Cursor cursor = 0;
    TransactionNumber lastTx = 0; ///< the newest number that the server has decided
    bool resumed = false; ///< the delta follows; else snapshots of the same subscriptions
    Limits limits = {};
    qint64 serverTime = 0; ///< milliseconds since 1970 UTC
    friend bool operator==(const Welcome &, const Welcome &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Changes
{
    Cursor cursor = 0;
    std::optional<SubscriptionNumber> sub = {}; ///< initial state of this subscription
    bool reset = false; ///< what is held of `sub` and not told again before `subscribed` is gone
    bool more = false; ///< apply it together with the next message that has `more` false
    std::vector<ChangePtr> changes = {};
    // Further changes, told before the others, in forms in which each costs less.
    // These two name what is in a world. Only engines whose owner encodes at once make them
    // (ServerOptions::encodesAtOnce).
    std::shared_ptr<const LeafUpdates> updates = {}; ///< valid until the world forgets an entity
    std::shared_ptr<const WholeEntities> wholes = {}; ///< valid until the world changes
    /// As a decoder of CBOR reads all of them; belongs to its thread.
    std::shared_ptr<const NumberedChanges> decoded = {};
    /// All changes in the general form, which stays valid.
    std::vector<ChangePtr> all() const;
    /// The same message with all its changes in the general form.
    Changes inGeneralForm() const;
    bool isInGeneralForm() const { return !updates && !wholes && !decoded; }
    /// How many there are.
    size_t count() const
    {
        return changes.size() + (updates ? updates->entities() : 0) + (wholes ? wholes->size() : 0)
               + (decoded ? decoded->size() : 0);
    }
    /// Which numbers the changes use, kept by the CBOR encoder. Not part of the value.
    mutable std::shared_ptr<const Internal::ChangeNumbers> numbers = {};
    friend OBJECTSYNC_CORE_EXPORT bool operator==(const Changes &a, const Changes &b);
};

struct OBJECTSYNC_CORE_EXPORT Subscribed
{
    SubscriptionNumber sub = 0;
    Cursor cursor = 0;
    friend bool operator==(const Subscribed &, const Subscribed &) = default;
};

/// Accepts `tx` and every earlier transaction of the client that has not been answered yet.
struct OBJECTSYNC_CORE_EXPORT Ack
{
    TransactionNumber tx = 0;
    Cursor cursor = 0;
    /// Where the server chose ids: one for each operation of `tx`, empty where it chose none.
    std::vector<QByteArray> ids = {};
    friend bool operator==(const Ack &, const Ack &) = default;
};

/// Refuses `tx`. Earlier transactions that have not been answered are accepted.
struct OBJECTSYNC_CORE_EXPORT Reject
{
    TransactionNumber tx = 0;
    Error error = {};
    friend bool operator==(const Reject &, const Reject &) = default;
};

/// The answer to a `fetch`: an entry for each id asked, in order; none where there is no entity.
struct OBJECTSYNC_CORE_EXPORT Result
{
    struct Entity
    {
        QByteArray id = {};
        Revision revision = 0; ///< its stamp, for Expectation::revision
        ValueMap values = {};
        friend bool operator==(const Entity &, const Entity &) = default;
    };
    qint64 request = 0;
    std::vector<std::optional<Entity>> entities = {};
    friend bool operator==(const Result &, const Result &) = default;
};

/// `error`: something other than a transaction failed. A fatal one is followed by a close.
struct OBJECTSYNC_CORE_EXPORT Failure
{
    Error error = {};
    bool fatal = false;
    std::optional<SubscriptionNumber> sub = {}; ///< the subscription that was refused
    std::optional<qint64> request = {}; ///< the fetch that was refused
    friend bool operator==(const Failure &, const Failure &) = default;
};

struct OBJECTSYNC_CORE_EXPORT Pong
{
    qint64 time = 0;
    qint64 serverTime = 0;
    friend bool operator==(const Pong &, const Pong &) = default;
};

using Message = std::variant<Hello, Subscribe, Unsubscribe, Commit, Fetch, Ping, Welcome, Changes,
                             Subscribed, Ack, Reject, Result, Failure, Pong>;
/// Messages are made once and read by many.
using MessagePtr = std::shared_ptr<const Message>;

/// The word in `type`: "hello", "commit", …
OBJECTSYNC_CORE_EXPORT const char *typeName(const Message &message);

} // namespace ObjectSync
