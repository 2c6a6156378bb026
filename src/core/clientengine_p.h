// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>

#include "clientfetches_p.h"
#include "clientreplica_p.h"
#include "clientstore_p.h"
#include "clientsubscriptions_p.h"
#include "connectionclock_p.h"
#include "sendpacer_p.h"

#include <deque>

namespace ObjectSync {

// In five files: clientengine.cpp (commands), clientconnection.cpp (making and losing connections,
// and what is sent), clientlimits.cpp (what a server is not sent), clientmessages.cpp (what the
// server says), clientrestore.cpp (the store).
class ClientEngine::Private
{
public:
    /// What happens at once, as the user sees it: first the view changes, then the rest is told.
    struct Turn
    {
        explicit Turn(const Private &engine)
            : isHeard(!engine.options.isViewHeard || engine.options.isViewHeard()),
              step(engine.replica, isHeard)
        {
        }
        bool isHeard;
        Internal::ClientReplica::Step step;
        std::vector<ClientActionVariant> afterwards = {};
    };

    using StorePoint = Internal::StorePoint;
    explicit Private(ClientOptions clientOptions);

    // clientengine.cpp
    void finish(Turn &turn);
    void dropUncovered(Turn &turn, const Filter &filter);
    void answerFetches(const std::vector<qint64> &requests, const Error &error);
    std::vector<QByteArray> heldIds() const;
    qint64 nextWake() const;

    // clientconnection.cpp
    void setStatus(ClientStatus newStatus, const Error &error = {});
    bool hasTransport() const;
    void connect(qint64 now);
    void disconnected();
    void lost(const Error &reason, qint64 now); ///< the connection is gone: tries again, or fails
    void drop(const Error &reason, qint64 now); ///< ends the connection, and the same
    void violated(const QString &rule, qint64 now); ///< the server breaks the protocol
    void sayHello();
    void giveUpInherited();
    void goOnline(const Welcome &welcome, qint64 now);
    bool knowsOurTransactions(const Welcome &welcome) const;
    TransactionNumber lastUnknown(const Welcome &welcome, bool sameHistory) const;
    void beginAnew(TransactionNumber lastUnknown, const Error &unknown, qint64 now);
    void renumber(TransactionNumber first, TransactionNumber lastSent);
    void send(Message message);
    void sendDue(qint64 now);
    void sendSubscriptions();
    void sendTransactions(qint64 now);

    // clientlimits.cpp
    Expected<void> check(const Message &commit, qint64 size) const;
    Expected<void> checkLimits(const Message &commit, qint64 size) const;
    Expected<void> checkQueue(qint64 operations, qint64 size) const;
    Expected<void> checkFetch(const std::vector<QByteArray> &ids) const;
    void findUnfit(TransactionNumber lastDecided);
    TransactionNumber lastFit() const; ///< what is newer waits for the one that does not fit
    bool isFirstUnfit();
    void refuseFirst(qint64 now);
    void refuseRequests(); ///< subscriptions and fetches

    // clientmessages.cpp
    void receive(const Welcome &welcome, qint64 now);
    void receive(const Changes &changes, qint64 now);
    void receive(const Subscribed &subscribed, qint64 now);
    void receive(const Ack &ack, qint64 now);
    void receive(const Reject &reject, qint64 now);
    void receive(const Result &result, qint64 now);
    void receive(const Failure &failure, qint64 now);
    void receive(const Pong &pong, qint64 now);
    void refuseSubscription(SubscriptionNumber sub, const Error &error);
    template<typename ClientMessage>
    void receive(const ClientMessage &message, qint64 now);
    bool isHolding() const { return catchingUp || !held.empty(); }
    template<typename Part>
    void holdOrApply(const Part &part, qint64 now);
    void applyHeld(qint64 now);
    bool checkAnswer(TransactionNumber number, qint64 now);
    void apply(Turn &turn, const Changes &changes, qint64 now);
    void apply(Turn &turn, const NumberedChanges &changes);
    bool isWanted(const QByteArray &id, Change::Event event);
    void apply(Turn &turn, const Subscribed &subscribed, qint64 now);
    void apply(Turn &turn, const Ack &ack, qint64 now);
    void apply(Turn &turn, const Reject &reject, qint64 now);
    void accept(Turn &turn, TransactionNumber last, const std::vector<QByteArray> &ids, qint64 now);
    void answerFirst(Turn &turn, std::optional<Error> error, const std::vector<QByteArray> &ids,
                     qint64 now);
    void settle(Turn &turn);

    // clientrestore.cpp
    Expected<void> checkState(const ClientState &state) const;
    void restoreQueue(Turn &turn, const ClientState &state);
    void startWaiting(); ///< what had to wait for the store
    StorePoint storePoint() const;
    ClientStorageBatch makeBatch(const StorePoint &present, Internal::ClientStore::Due due);
    void storeDue();
    qint64 window() const { return std::max<qint64>(1, limits.pendingTransactions); }

    ClientOptions options;
    Limits limits;
    QByteArray client;
    QByteArray epoch; ///< empty: never welcomed
    Cursor cursor = 0;
    Internal::ClientReplica replica{ options.operations, limits };
    Internal::ClientSubscriptions subscriptions;
    Internal::ClientFetches fetches;
    Internal::ConnectionClock clock{ options };
    Internal::SendPacer pacer;
    Internal::ClientStore store;
    TransactionNumber toldAnswered = 0; ///< the server knows that all up to this one are answered
    TransactionNumber restoredLast = 0; ///< the newest one that was restored under its present number
    quint64 numbering = 1; ///< counts how often transactions got other numbers
    qint64 latest = 0; ///< the time, as last told

    ClientStatus status = ClientStatus::Closed;
    Error lastError;
    bool wasOpened = false;
    bool saidHello = false; ///< on this connection
    bool offeredResume = false; ///< in that `hello`
    int failedHellos = 0; ///< in a row
    /// Pending transactions that are above the limits of the present server, oldest first.
    std::deque<TransactionId> unfit;
    bool beganAnew = false; ///< under a new client id, and not welcomed since
    /// Resumed, and the end of the delta has not come: until then the replica is of no one time.
    bool catchingUp = false;
    /// Slices of one step, and answers that came between them: applied together with the last slice.
    std::vector<std::variant<Changes, Subscribed, Ack, Reject>> held;
    /// The server had decided all up to this one before the connection; what became of them is told
    /// with the first state that is complete. 0: nothing to do.
    TransactionNumber settleUpTo = 0;

    quint64 viewSteps = 0;
    std::vector<ClientActionVariant> actions;
    qint64 wakeAt = -1; ///< as last told
};

} // namespace ObjectSync
