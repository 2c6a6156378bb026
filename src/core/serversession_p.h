// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientrecord_p.h"
#include "filterroutes_p.h"
#include "requestqueue_p.h"

#include <map>
#include <memory>

namespace ObjectSync::Internal {

struct InterestGroup;

/// A subscription, as the server sees it.
struct ServerSubscription
{
    Filter filter; ///< its ids are sorted and unique
    bool complete = false;
    bool reset = false; ///< the client may hold something of it from before
    QByteArray toldUpTo = {}; ///< incomplete: entities up to this id have been told
    /// Of an entity that the filter matches.
    bool hasTold(const QByteArray &id) const { return complete || id <= toldUpTo; }
};

/// A resource: one connection. How it is told of changes:
/// - live: it is in an interest group and shares that group's messages;
/// - behind (congested, or resuming): it gets nothing but what a walk from its cursor finds, slice
///   by slice, then it is live again;
/// - on top of that, the snapshots of new subscriptions are told one after the other, in slices.
class ServerSession
{
public:
    enum class State {
        New, ///< no `hello` yet
        Authenticating,
        Joined, ///< its record is known; messages are taken
        Closed, ///< told to go; nothing is taken any more
    };

    /// \a place: among all sessions, in the order in which they connected.
    ServerSession(Peer other, quint64 place, qint64 now)
        : peer(std::move(other)), order(place), connectedAt(now), lastHeard(now)
    {
    }

    bool isLive() const { return state == State::Joined && welcomed && !behind; }
    void add(SubscriptionNumber number, ServerSubscription subscription);
    void remove(SubscriptionNumber number);
    /// True where the client has been told of the entity, or is told of it by its group.
    bool covers(const QByteArray &id) const;
    bool isCoveredByComplete(const QByteArray &id) const;
    /// Something can be told to it at a flush beyond what its group gets.
    bool hasWork() const
    {
        return !requests.isEmpty() || (!congested && welcomed && (behind || !snapshots.empty()));
    }
    /// The client learns that all is told anew from a subscription that it takes for complete.
    /// Where there is none, what was told of others cannot be taken back.
    bool canStartOver() const;
    /// From here on it knows nothing newer than \a cursor.
    void fallBehind(Cursor cursor);

    Peer peer;
    const quint64 order;
    State state = State::New;
    qint64 connectedAt = 0;
    qint64 lastHeard = 0;
    Hello hello = {};
    ClientRecord *record = nullptr;
    std::vector<Message> early = {}; ///< came before the authenticator had answered
    RequestQueue requests = {};
    qint64 resultBytes = 0; ///< of the fetches answered in the flush in progress

    std::map<SubscriptionNumber, ServerSubscription> subscriptions = {}; ///< see add(), remove()
    QList<SubscriptionNumber> snapshots = {}; ///< incomplete subscriptions, oldest first
    qint64 subscribedIds = 0;
    InterestGroup *group = nullptr;

    /// Up to here the client knows the answers, or has been told them on this connection. Answers
    /// are told in order without a gap, since one that accepts stands for all before it.
    TransactionNumber answeredUpTo = 0;
    /// Transactions above this one count as unanswered: they were decided, or will be, on this
    /// connection, and no answer was told on it, not even one that is to be told again.
    TransactionNumber countedFrom = 0;

    bool welcomed = false;
    bool wasServed = false; ///< requests, in the flush in progress
    bool isStepOpen = false; ///< in the flush in progress, it was sent `more`
    bool congested = false;
    bool behind = false;
    Cursor cursor = 0; ///< what it has been told; while behind: where the walk began
    std::unique_ptr<World::Walk> walk = {}; ///< while behind and under way

private:
    using Routes = FilterRoutes<const ServerSubscription>;

    static void addTo(Routes &routes, const ServerSubscription &subscription);
    template<typename Predicate>
    bool any(const QByteArray &id, const Predicate &predicate) const;

    std::unique_ptr<Routes> m_routes; ///< null while there are few, as with most clients
};

} // namespace ObjectSync::Internal
