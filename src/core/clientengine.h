// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>
#include <objectsync/core/message.h>
#include <objectsync/core/operationregistry.h>
#include <objectsync/core/world.h>

#include <functional>
#include <memory>
#include <variant>

namespace ObjectSync {

/// Tells a session's transactions apart; given by the engine, never used twice by it. Those that were
/// restored get new ones. Below 2^53.
using TransactionId = quint64;

/// A value: how a ClientEngine behaves. Times are milliseconds.
struct OBJECTSYNC_CORE_EXPORT ClientOptions
{
    QByteArray client = {}; ///< the client id to begin with; empty: makeClientId() is asked
    QByteArray token = {};
    OperationRegistry operations = OperationRegistry::standard();
    qint64 reconnectFirst = 500; ///< the bound of the first wait; doubles with each failure …
    qint64 reconnectMost = 30000; ///< … up to this one. The wait is random below the bound
    qint64 stableAfter = 60000; ///< online for so long: the next wait is again a first one
    qint64 handshakeTimeout = 10000; ///< from opening the transport until `welcome`
    qint64 pingInterval = 20000; ///< a `ping` after so long
    qint64 deadAfter = 45000; ///< nothing heard for so long: the connection is dead
    qint64 fetchTimeout = 30000; ///< from the call, online or not; 0: none
    qsizetype queueOperations = 10000; ///< operations that may wait for an answer
    qsizetype queueBytes = 16 * 1024 * 1024;
    bool storage = false; ///< restore() will be called; Store actions are wanted, and confirmed
    qint64 storeAfter = 1000; ///< what the server told is stored so much later at most
    /// Asked whenever the view may change: false where nobody wants to know how. Then ViewChanged
    /// comes without changes, which costs less. Unset: somebody always wants to.
    std::function<bool()> isViewHeard = {};
    std::function<double()> random = {}; ///< at least 0, below 1; must be set
    std::function<QByteArray()> makeClientId = {}; ///< must be set
};

enum class ClientStatus : quint8 {
    Closed, ///< open() was not called, or close() was
    Connecting, ///< a connection is being made
    Online, ///< welcomed by the server
    Waiting, ///< offline; tries again by itself
    /// Refused for good (`unauthorized`, `unsupported-protocol`, `replaced`, `bad-number`): open()
    /// tries anew.
    Failed,
};

/// A value: how the view of one entity changed in one step.
struct OBJECTSYNC_CORE_EXPORT ViewChange
{
    enum class Event : quint8 {
        Updated, ///< properties changed
        Created, ///< it is new in the world, made here or elsewhere
        Entered, ///< it was there before, and is shown now
        Destroyed, ///< it is gone from the world
        /// It is no longer shown: unsubscribed, or a refused create was taken back, or it was not
        /// there any more when everything had to be told anew.
        Left,
    };
    QByteArray id = {};
    Event event = Event::Updated;
    /// What differs, by name; Undefined: removed. All of it for Created and Entered, and for
    /// Destroyed and Left everything that was there, as Undefined.
    ValueMap properties = {};
    friend bool operator==(const ViewChange &, const ViewChange &) = default;
};

/// What the owner of a ClientEngine has to do, in this order.
namespace ClientAction {
struct OpenTransport
{
}; ///< connect; then call transportOpened() or transportClosed()
struct CloseTransport
{
}; ///< drop the connection; transportClosed() must not be called for it
struct Send
{
    MessagePtr message; ///< never null
};
struct WakeAt
{
    qint64 time;
}; ///< call timeout() then; replaces an earlier WakeAt. -1: never
struct StatusChanged
{
    ClientStatus status;
    Error error;
}; ///< error: why Waiting or Failed
/// One for each step of the view; see ClientEngine::viewSteps() and ClientOptions::isViewHeard.
struct ViewChanged
{
    std::vector<ViewChange> changes;
};
/// A transaction has been decided. Follows the ViewChanged that its outcome caused. Oldest first.
struct Answered
{
    TransactionId transaction = 0;
    std::optional<Error> error = {}; ///< none: accepted
    std::vector<QByteArray> chosen = {}; ///< what the server chose: as Ack::ids
    Transaction content = {}; ///< what was committed
    /// The entities of the operations, by position, with those that the server chose.
    OBJECTSYNC_CORE_EXPORT std::vector<QByteArray> ids() const;
};
struct Fetched
{
    qint64 request = 0;
    Expected<std::vector<std::optional<Result::Entity>>> entities;
};
/// Its initial state is in the view. Comes again where the server had to tell everything anew.
/// Offline, it comes at once for a part of what is complete already.
struct SubscriptionReady
{
    SubscriptionNumber sub;
};
/// The server refused it, or would. It is gone, and so is what only it covered.
struct SubscriptionFailed
{
    SubscriptionNumber sub;
    Error error;
};
struct LatencyMeasured
{
    qint64 milliseconds;
};
/// isStale() may differ for any entity: at the end of a connection, when what changed meanwhile has
/// been told, and after restore(). Beside that it only differs for what the ViewChanged and the
/// SubscriptionReady of a step are about.
struct StalenessChanged
{
};
struct Store
{
    ClientStorageBatch batch;
}; ///< one at a time; answer with stored() or storeFailed()
} // namespace ClientAction

using ClientActionVariant =
        std::variant<ClientAction::OpenTransport, ClientAction::CloseTransport, ClientAction::Send,
                     ClientAction::WakeAt, ClientAction::StatusChanged, ClientAction::ViewChanged,
                     ClientAction::Answered, ClientAction::Fetched, ClientAction::SubscriptionReady,
                     ClientAction::SubscriptionFailed, ClientAction::LatencyMeasured,
                     ClientAction::StalenessChanged, ClientAction::Store>;

/// A resource: all that a client knows and decides, without sockets, timers, clocks or threads.
/// Commands, messages and the time (`now`, any monotonic milliseconds) go in; actions come out of
/// takeActions(), to be carried out in order.
///
/// It holds the confirmed replica and the pending transactions; the view (what the user sees) is
/// the first with the second on top, after every step. Not thread-safe.
class OBJECTSYNC_CORE_EXPORT ClientEngine
{
public:
    explicit ClientEngine(ClientOptions options);
    ~ClientEngine();
    ClientEngine(const ClientEngine &) = delete;
    ClientEngine &operator=(const ClientEngine &) = delete;

    // The store, with ClientOptions::storage

    /// Sets ClientOptions::storage later. False, with no effect, after the first open().
    bool wantStorage();
    /// Goes on from where the store says that the client was; once. Commands may have been called
    /// before: their transactions come after those restored, and open() has been waiting for this.
    /// The client id of the store wins. Errors: `storage-failed` for a state that contradicts
    /// itself: then nothing is restored, and withoutStorage() is due.
    Expected<void> restore(const ClientState &state, qint64 now);
    /// In place of restore(): the store cannot be used. No Store actions come.
    void withoutStorage(qint64 now);
    void stored(qint64 now); ///< the batch of the last Store is durable
    /// It is not yet: the owner tries again. Until stored(), nothing waits for the store.
    void storeFailed(qint64 now);
    /// For the end: what has come since the last Store. None where there is nothing, or no store.
    std::optional<ClientStorageBatch> takeBatch();

    // Commands
    void open(qint64 now); ///< also after Failed; no effect while open
    void close(); ///< keeps replica, queue and subscriptions; fetches fail with `not-open`
    void setToken(const QByteArray &token); ///< used from the next connection on
    /// Shows the transaction in the view at once and queues it. Works offline and while closed.
    /// Where it cannot be done on what is in the view, it is queued all the same, left out of the
    /// view as a whole, and tried again whenever something changes that it touches. Expected
    /// revisions are for the server alone: here they are taken to hold.
    /// Errors, with no effect: `bad-id`, `bad-name`, `bad-value`, `too-large`,
    /// `unknown-operation`, `too-many-pending` (the queue is full). Answered with one of the first
    /// four, too, where the server turns out to have lower limits.
    Expected<TransactionId> commit(Transaction transaction, qint64 now);
    /// Kept over reconnects until unsubscribe(). Errors: `bad-id`, `too-large`,
    /// `too-many-subscriptions`; by SubscriptionFailed where the server turns out to allow less.
    Expected<SubscriptionNumber> subscribe(Filter filter);
    /// \a now: -1 is the time of the call before. The store keeps what it has for two seconds more,
    /// so that a client that gives up everything before it ends finds it again.
    void unsubscribe(SubscriptionNumber sub, qint64 now = -1);
    /// Waits while offline. Answered by Fetched, always: at once with `not-open` while closed, with
    /// the reason while failed, with `bad-id` or `too-large` where it cannot be sent.
    qint64 fetch(std::vector<QByteArray> ids, qint64 now);

    // What happened
    void transportOpened(qint64 now);
    void transportClosed(const Error &reason, qint64 now);
    void received(const Message &message, qint64 now);
    void timeout(qint64 now);

    /// Everything to be done since the last call.
    std::vector<ClientActionVariant> takeActions();

    // What is there
    ClientStatus status() const;
    const Error &lastError() const; ///< of StatusChanged, or of an `error` that changed nothing
    QByteArray client() const; ///< the client id in use
    Cursor cursor() const;
    /// The view: confirmed with pending on top.
    const EntityReader &view() const;
    /// So many ViewChanged have been made. Whoever tells the last of them tells what is in the view.
    quint64 viewSteps() const;
    /// Its order of stamps is kept only with a store.
    const World &confirmed() const;
    /// Ids in the view that match, in the order of ids.
    std::vector<QByteArray> ids(const Filter &filter) const;
    /// True where a complete subscription covers the id: absent then means absent in the world.
    bool isCovered(const QByteArray &id) const;
    /// Its state has been complete; offline, and while it is told anew, what was known stays.
    bool isReady(SubscriptionNumber sub) const;
    /// True where what is known of the entity has not been confirmed on the present connection: the
    /// server may have something else by now. False where nothing is known of it.
    bool isStale(const QByteArray &id) const;
    bool isRestoring() const; ///< restore() is still to come
    bool hasPending(const QByteArray &id) const; ///< a pending transaction touches or expects it
    qsizetype pendingCount() const; ///< transactions
    const Transaction *pending(TransactionId transaction) const; ///< null when decided
    /// True for a pending transaction that the server had decided before the present connection:
    /// what became of it is confirmed already, so it is no longer in the view; its answer will come.
    bool isSettled(TransactionId transaction) const;
    const Limits &limits() const; ///< the server's; the defaults before the first `welcome`

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
