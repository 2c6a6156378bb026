// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>
#include <objectsync/core/message.h>

#include <QtCore/qhash.h>

#include <functional>
#include <map>
#include <set>

namespace ObjectSync::Internal {

/// A subscription, as the client sees it.
struct ClientSubscription
{
    SubscriptionNumber number = 0;
    Filter filter = {}; ///< its ids are sorted and unique
    bool isReady = false; ///< its state has been complete once
    bool isFresh = false; ///< its state is complete as of the cursor: it can be resumed
    bool isSent = false; ///< the server knows it, on this connection
    bool hasBegun = false; ///< the server tells of it, on this connection
    /// Unsubscribed, but the server has not been told so yet. To the user it is gone.
    bool isLeaving = false;
    bool isInherited = false; ///< restored: shows what is held, and is never sent

    Subscribe message() const { return { number, filter }; }
};

/// A resource: what a client has subscribed to, what of it the server knows, and which of the
/// entities held are stale: held from before, and not confirmed on this connection.
///
/// An entity that several subscriptions cover is told once, by whichever comes first. So while one
/// is being told, none may be given up at the server: what the one leaves out because the other has
/// it would be missing. Those wait as "leaving". What they have told is forgotten here at once; so
/// new subscriptions wait until the server has forgotten it, too.
class ClientSubscriptions
{
public:
    using HeldIds = std::function<std::vector<QByteArray>()>; ///< asked only where they matter

    /// Errors: `bad-id`, `too-large`, `too-many-subscriptions`.
    Expected<SubscriptionNumber> add(Filter filter, const Limits &limits);
    /// The user gives it up. Null, or its filter: what only this one covers is to be dropped.
    std::optional<Filter> remove(SubscriptionNumber number);
    /// The server refused it. As remove(), and the server has not to be told.
    std::optional<Filter> refused(SubscriptionNumber number);

    /// True where the new subscription is a part of what is complete, and that is not connected: then
    /// it is complete, too.
    bool beginWithinOthers(SubscriptionNumber number);

    // The store
    void inherit(const std::vector<StoredSubscription> &stored);
    /// Those that begin, as beginWithinOthers(), now that there are inherited ones.
    std::vector<SubscriptionNumber> beginWithinInherited();
    /// Gives up all inherited ones; what only they cover is to be dropped.
    std::vector<Filter> takeInherited();
    std::vector<StoredSubscription> toStore() const;
    /// Differs whenever toStore() does.
    std::vector<qint64> storePoint() const;

    const ClientSubscription *find(SubscriptionNumber number) const; ///< null: unknown or leaving
    bool isReady(const QByteArray &id) const; ///< a ready one covers it
    bool isFresh(const QByteArray &id) const; ///< one covers it that is complete as of the cursor
    bool isStale(const QByteArray &id) const { return m_stale.count(id) > 0; }
    /// False where nobody wants the entity any more, of which something has just been given up.
    bool keeps(const QByteArray &id);
    /// False for what the server told before it knew that nobody here wants it any more.
    bool accepts(const QByteArray &id) const;

    // The connection
    void disconnected();
    /// For `hello`: those to be resumed, as far as they fit into so many bytes. They are sent now.
    std::vector<Subscribe> resumable(qint64 bytes);
    /// The server has resumed what was sent in `hello`, or tells it anew. \a held: of all entities.
    void welcomed(bool resumed, const HeldIds &held);
    std::vector<Message> takeMessages(); ///< that have become due: `unsubscribe` and `subscribe`

    // What the server tells
    /// Initial state. Everything held becomes stale where a complete subscription begins anew.
    void begin(SubscriptionNumber number, bool reset, const HeldIds &held);
    void told(const QByteArray &id) { m_stale.erase(id); } ///< all of an entity, or that it is gone
    /// Its state is complete; false for an unknown one. What is still stale of it is gone, and put
    /// into \a gone.
    bool complete(SubscriptionNumber number, const HeldIds &held, std::vector<QByteArray> &gone);

private:
    using Routes = QHash<QByteArray, std::vector<const ClientSubscription *>>;

    template<typename Predicate>
    bool anyCovering(const QByteArray &id, const Predicate &predicate) const;
    ClientSubscription *findAny(SubscriptionNumber number);
    bool isWithinComplete(const Filter &filter) const;
    void addRoutes(const ClientSubscription &subscription);
    void erase(SubscriptionNumber number);
    bool isComplete(SubscriptionNumber number) const;
    void startOver(const HeldIds &held);

    std::map<SubscriptionNumber, ClientSubscription> m_subscriptions;
    Routes m_byPrefix;
    Routes m_byId;
    std::map<qsizetype, qsizetype> m_prefixLengths; ///< how many prefixes in m_byPrefix are so long
    std::set<QByteArray> m_stale;
    /// Of those whose `unsubscribe` the server may not have met yet. Where it begins anew before,
    /// it may begin with one of these.
    struct GivenUp
    {
        SubscriptionNumber after = 0; ///< the newest that was sent before the `unsubscribe`
        bool isComplete = false;
    };
    std::map<SubscriptionNumber, GivenUp> m_givenUp;
    SubscriptionNumber m_lastSent = 0; ///< on this connection
    SubscriptionNumber m_lastNumber = 0;
    qsizetype m_ids = 0; ///< of all subscriptions together, but for the inherited ones
    qsizetype m_inherited = 0;
};

} // namespace ObjectSync::Internal
