// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>
#include <objectsync/core/operationregistry.h>
#include <objectsync/core/storage.h>
#include <objectsync/core/world.h>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace ObjectSync {

/// Chosen by the owner of a ServerEngine, never used twice.
using ConnectionId = quint64;

/// A value: who is at the other end of a connection.
struct OBJECTSYNC_CORE_EXPORT Peer
{
    ConnectionId connection = 0;
    QByteArray principal = {}; ///< named by the authenticator; empty where there is none
    QByteArray client = {}; ///< the client id of its `hello`
    QString address = {}; ///< for logs and rules: "127.0.0.1"; empty for a session in the same process
    bool local = false; ///< a session in the same process
    bool trusted = false; ///< no limit on operations a second
    friend bool operator==(const Peer &, const Peer &) = default;
};

/// A value: what commit handlers made of a transaction.
struct OBJECTSYNC_CORE_EXPORT Decision
{
    enum class Kind : quint8 {
        Accept, ///< apply `transaction`, which a handler may have changed
        AcceptSilently, ///< answer as accepted, apply nothing, tell nobody
        Reject, ///< answer with `error`
    };
    Kind kind = Kind::Accept;
    Transaction transaction = {};
    Error error = {};
};

/// A value: how a ServerEngine behaves. Times are milliseconds.
struct OBJECTSYNC_CORE_EXPORT ServerOptions
{
    QByteArray world = {}; ///< its name
    QByteArray epoch = {}; ///< for a world that has none yet; must be new
    OperationRegistry operations = OperationRegistry::standard();
    Limits limits = {};
    bool storage = false; ///< Store actions are wanted, and confirmed by stored()
    bool authenticate = false; ///< Authenticate actions are wanted; else everybody is let in
    bool decideCommits = false; ///< Decide actions are wanted; else everything is accepted
    bool decideFetches = false; ///< DecideFetch actions are wanted; else the world answers
    qint64 helloTimeout = 5000;
    qint64 deadAfter = 45000; ///< nothing heard for so long: the connection is dead
    qint64 tombstoneAge = 10 * 60 * 1000;
    qsizetype tombstones = 100000;
    /// A client that was not connected for so long is forgotten; after a restart, half as long may
    /// do. One that has never committed anything is forgotten when it leaves.
    qint64 clientAge = 7LL * 24 * 3600 * 1000;
    qint64 sliceSize = 64 * 1024; ///< about so many bytes of a snapshot or delta in one message
    qint64 resultSize = 8 * 1024 * 1024; ///< about so many bytes at most in the answer to one fetch
    /// Whoever carries out Send encodes messages, other than for peers that are local, before the
    /// engine is called again. Then they may hold Changes::updates and Changes::wholes.
    bool encodesAtOnce = false;
    std::function<QByteArray()> makeId = {}; ///< a new, unguessable id; must be set
};

/// What the owner of a ServerEngine has to do, in this order; but an owner whose applications may let
/// the engine be called meanwhile carries out the Sends before it calls one.
namespace ServerAction {
struct Send
{
    std::vector<ConnectionId> receivers; ///< at least one; each once
    MessagePtr message;
};
/// Send what was queued, then close. disconnected() need not be called for it.
struct Close
{
    ConnectionId connection = 0;
    Error error;
};
struct Authenticate
{
    Peer peer = {};
    QByteArray token = {};
}; ///< answer with authenticated()
struct Decide
{
    quint64 ticket = 0;
    Peer peer;
    Transaction transaction;
}; ///< answer: decided()
struct DecideFetch
{
    quint64 ticket = 0;
    Peer peer;
    std::vector<QByteArray> ids;
}; ///< fetched()
struct Store
{
    StorageBatch batch;
}; ///< one at a time; answer with stored()
struct WantFlush
{
}; ///< call flush() at the end of this turn of the event loop
struct WakeAt
{
    qint64 time = -1;
}; ///< call timeout() then; replaces an earlier one. -1: never
struct ClientConnected
{
    Peer peer;
};
struct ClientDisconnected
{
    Peer peer;
};
} // namespace ServerAction

using ServerActionVariant = std::variant<
        ServerAction::Send, ServerAction::Close, ServerAction::Authenticate, ServerAction::Decide,
        ServerAction::DecideFetch, ServerAction::Store, ServerAction::WantFlush,
        ServerAction::WakeAt, ServerAction::ClientConnected, ServerAction::ClientDisconnected>;

/// A resource: one world and all its clients, without sockets, timers, clocks or threads. Messages,
/// answers and the time (`now`: milliseconds since 1970 UTC) go in; actions come out of
/// takeActions(), to be carried out in order.
///
/// Commits are applied as they come, in one order. flush() seals what has come since the last one:
/// one batch for the store, one message of changes for each reader, then the answers. Nothing of it
/// is sent before the store has confirmed the batch; while it writes, the next batch gathers.
///
/// The clock may be set while the engine runs: where the time is more than ten seconds beyond the
/// next WakeAt, or goes back so far, no deadline or age counts what lies between.
/// Not thread-safe.
class OBJECTSYNC_CORE_EXPORT ServerEngine
{
public:
    explicit ServerEngine(ServerOptions options);
    ~ServerEngine();
    ServerEngine(const ServerEngine &) = delete;
    ServerEngine &operator=(const ServerEngine &) = delete;

    /// Takes over what was stored, whole or part by part (see Storage::loadInParts()); before
    /// anything else. Errors: `storage-failed` for rows that contradict each other.
    Expected<void> load(const StoredWorld &stored, qint64 now);

    // Connections
    /// \a peer needs connection, address, local and trusted.
    void connected(const Peer &peer, qint64 now);
    void received(ConnectionId connection, Message message, qint64 now);
    /// Bytes came that are no message: tells the peer; it may go on.
    void receivedBad(ConnectionId connection, const Error &error, qint64 now);
    void heard(ConnectionId connection, qint64 now); ///< a sign of life below the protocol
    void disconnected(ConnectionId connection, qint64 now);
    /// More is queued for the connection than it should be: nothing but answers is added, until
    /// drained() lets it catch up by its cursor.
    void congested(ConnectionId connection);
    void drained(ConnectionId connection);
    /// Asks the peer to go, as an application or a full backlog demands.
    void close(ConnectionId connection, const Error &error, qint64 now);
    /// Tells all to go (`shutting-down`), after what was accepted is stored and answered.
    void shutDown(qint64 now);

    // Answers to actions
    void authenticated(ConnectionId connection, const Expected<QByteArray> &principal, qint64 now);
    void decided(quint64 ticket, Decision decision, qint64 now);
    void fetched(quint64 ticket, Expected<std::vector<std::optional<Result::Entity>>> entities);
    void stored(qint64 now);

    void flush(qint64 now);
    void timeout(qint64 now);
    std::vector<ServerActionVariant> takeActions();

    const World &world() const;
    const ServerOptions &options() const;
    /// Whether handlers are asked may change while it runs.
    void setDecideCommits(bool decide);
    void setDecideFetches(bool decide);
    QByteArray epoch() const;
    std::vector<Peer> clients() const; ///< those welcomed and connected, oldest first
    bool isIdle() const; ///< nothing waits for the store, for a handler, or for a flush

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
