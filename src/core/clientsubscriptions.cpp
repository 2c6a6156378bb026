// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientsubscriptions_p.h"

#include "messagecheck_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

/// For field labels, lengths and the like.
constexpr qint64 MessageOverhead = 32;
constexpr qint64 ItemOverhead = 8;

/// About the bytes that it takes on the wire, rather more than less.
qint64 encodedSize(const Filter &filter)
{
    qint64 size = MessageOverhead + (filter.prefix ? filter.prefix->size() : 0);
    for (const QByteArray &id : filter.ids)
        size += ItemOverhead + id.size();
    return size;
}

Expected<void> check(const ClientSubscription &subscription, const Limits &limits)
{
    if (encodedSize(subscription.filter) <= limits.messageSize)
        return checkMessage(subscription.message(), limits);
    return Error{ ErrorCode::TooLarge,
                  QStringLiteral("A subscription may have %1 bytes; use several, or a prefix")
                          .arg(limits.messageSize) };
}

} // namespace

Expected<SubscriptionNumber> ClientSubscriptions::add(Filter filter, const Limits &limits)
{
    std::sort(filter.ids.begin(), filter.ids.end());
    filter.ids.erase(std::unique(filter.ids.begin(), filter.ids.end()), filter.ids.end());
    const auto ids = static_cast<qsizetype>(filter.ids.size());
    const auto count = static_cast<qint64>(m_subscriptions.size()) - m_inherited;
    if (count >= limits.subscriptions || m_ids + ids > limits.subscriptionIds) {
        return Error{ ErrorCode::TooManySubscriptions,
                      QStringLiteral("The server allows %1 subscriptions with %2 ids in all; "
                                     "subscribe to a prefix instead of many ids")
                              .arg(limits.subscriptions)
                              .arg(limits.subscriptionIds) };
    }
    ClientSubscription subscription{ m_lastNumber + 1, std::move(filter) };
    if (auto checked = check(subscription, limits); !checked)
        return checked.error();
    m_ids += ids;
    ++m_lastNumber;
    addRoutes(m_subscriptions[m_lastNumber] = std::move(subscription));
    return m_lastNumber;
}

std::optional<Filter> ClientSubscriptions::remove(SubscriptionNumber number)
{
    ClientSubscription *subscription = findAny(number);
    if (!subscription || subscription->isLeaving)
        return std::nullopt;
    Filter filter = subscription->filter;
    if (subscription->isSent)
        subscription->isLeaving = true;
    else
        erase(number);
    return filter;
}

std::optional<Filter> ClientSubscriptions::refused(SubscriptionNumber number)
{
    const ClientSubscription *subscription = findAny(number);
    if (!subscription)
        return std::nullopt;
    const Filter filter = subscription->filter;
    const bool wasLeaving = subscription->isLeaving;
    erase(number);
    return wasLeaving ? std::nullopt : std::optional(filter);
}

// Within others

bool ClientSubscriptions::isWithinComplete(const Filter &filter) const
{
    const auto isComplete = [](const auto &each) {
        return each.isReady && each.isFresh && !each.isSent && !each.isLeaving;
    };
    if (filter.prefix) {
        for (const auto &[length, uses] : m_prefixLengths) {
            if (length > filter.prefix->size())
                break;
            const auto found = m_byPrefix.constFind(filter.prefix->left(length));
            if (found != m_byPrefix.constEnd()
                && std::any_of(found->begin(), found->end(),
                               [&](const auto *each) { return isComplete(*each); }))
                return true;
        }
        return false;
    }
    return !filter.ids.empty()
           && std::all_of(filter.ids.begin(), filter.ids.end(),
                          [&](const QByteArray &id) { return anyCovering(id, isComplete); });
}

bool ClientSubscriptions::beginWithinOthers(SubscriptionNumber number)
{
    ClientSubscription *subscription = findAny(number);
    if (!subscription || !isWithinComplete(subscription->filter))
        return false;
    return subscription->isReady = subscription->isFresh = true;
}

// The store

void ClientSubscriptions::inherit(const std::vector<StoredSubscription> &stored)
{
    for (const StoredSubscription &each : stored) {
        ClientSubscription &subscription = m_subscriptions[++m_lastNumber];
        subscription = { m_lastNumber, each.filter, each.isReady, each.isFresh };
        subscription.isInherited = true;
        addRoutes(subscription);
        ++m_inherited;
    }
}

std::vector<SubscriptionNumber> ClientSubscriptions::beginWithinInherited()
{
    std::vector<SubscriptionNumber> begun;
    for (const auto &[number, subscription] : m_subscriptions) {
        if (!subscription.isInherited && !subscription.isReady && beginWithinOthers(number))
            begun.push_back(number);
    }
    return begun;
}

std::vector<Filter> ClientSubscriptions::takeInherited()
{
    std::vector<Filter> filters;
    if (m_inherited == 0)
        return filters;
    for (auto place = m_subscriptions.begin(); place != m_subscriptions.end();) {
        const ClientSubscription &subscription = (place++)->second;
        if (!subscription.isInherited)
            continue;
        filters.push_back(subscription.filter);
        erase(subscription.number);
    }
    return filters;
}

std::vector<StoredSubscription> ClientSubscriptions::toStore() const
{
    std::vector<StoredSubscription> stored;
    for (const auto &[number, subscription] : m_subscriptions) {
        if (!subscription.isLeaving)
            stored.push_back({ subscription.filter, subscription.isReady, subscription.isFresh });
    }
    return stored;
}

std::vector<qint64> ClientSubscriptions::storePoint() const
{
    std::vector<qint64> point;
    point.reserve(m_subscriptions.size());
    for (const auto &[number, subscription] : m_subscriptions) {
        if (!subscription.isLeaving)
            point.push_back(4 * number + 2 * subscription.isReady + subscription.isFresh);
    }
    return point;
}

// Who covers what

void ClientSubscriptions::addRoutes(const ClientSubscription &subscription)
{
    if (subscription.filter.prefix) {
        auto &routes = m_byPrefix[*subscription.filter.prefix];
        if (routes.empty())
            ++m_prefixLengths[subscription.filter.prefix->size()];
        routes.push_back(&subscription);
    }
    for (const QByteArray &id : subscription.filter.ids)
        m_byId[id].push_back(&subscription);
}

void ClientSubscriptions::erase(SubscriptionNumber number)
{
    const auto place = m_subscriptions.find(number);
    const ClientSubscription &subscription = place->second;
    const auto removeFrom = [&](Routes &all, const QByteArray &key) {
        const auto routes = all.find(key);
        std::erase(*routes, &subscription);
        const bool wasLast = routes->empty();
        if (wasLast)
            all.erase(routes);
        return wasLast;
    };
    for (const QByteArray &id : subscription.filter.ids)
        removeFrom(m_byId, id);
    if (const auto &prefix = subscription.filter.prefix; prefix && removeFrom(m_byPrefix, *prefix)) {
        const auto length = m_prefixLengths.find(prefix->size());
        if (--length->second == 0)
            m_prefixLengths.erase(length);
    }
    if (subscription.isInherited)
        --m_inherited;
    else
        m_ids -= static_cast<qsizetype>(subscription.filter.ids.size());
    m_subscriptions.erase(place);
}

template<typename Predicate>
bool ClientSubscriptions::anyCovering(const QByteArray &id, const Predicate &predicate) const
{
    const auto any = [&](const std::vector<const ClientSubscription *> &routes) {
        return std::any_of(routes.begin(), routes.end(),
                           [&](const ClientSubscription *each) { return predicate(*each); });
    };
    if (!m_byId.isEmpty()) {
        const auto found = m_byId.constFind(id);
        if (found != m_byId.constEnd() && any(*found))
            return true;
    }
    for (const auto &[length, uses] : m_prefixLengths) {
        if (length > id.size())
            break;
        const auto found = m_byPrefix.constFind(QByteArray::fromRawData(id.constData(), length));
        if (found != m_byPrefix.constEnd() && any(*found))
            return true;
    }
    return false;
}

ClientSubscription *ClientSubscriptions::findAny(SubscriptionNumber number)
{
    const auto found = m_subscriptions.find(number);
    return found == m_subscriptions.end() ? nullptr : &found->second;
}

const ClientSubscription *ClientSubscriptions::find(SubscriptionNumber number) const
{
    const auto found = m_subscriptions.find(number);
    return found == m_subscriptions.end() || found->second.isLeaving ? nullptr : &found->second;
}

bool ClientSubscriptions::isReady(const QByteArray &id) const
{
    return anyCovering(id, [](const auto &each) { return !each.isLeaving && each.isReady; });
}

bool ClientSubscriptions::isFresh(const QByteArray &id) const
{
    return anyCovering(id, [](const auto &each) { return !each.isLeaving && each.isFresh; });
}

bool ClientSubscriptions::keeps(const QByteArray &id)
{
    if (anyCovering(id, [](const auto &each) { return each.isSent && !each.isLeaving; }))
        return true;
    // The server will forget that it was told, before it learns that it is wanted again.
    const bool isWanted = anyCovering(id, [](const auto &each) { return !each.isLeaving; });
    if (isWanted)
        m_stale.insert(id);
    else
        m_stale.erase(id);
    return isWanted;
}

bool ClientSubscriptions::accepts(const QByteArray &id) const
{
    // What covers it here may be so new that the server did not know it yet: then this was told for
    // another one, given up since, and the server will forget that it was told.
    bool isWanted = false;
    bool hasBegun = false;
    return anyCovering(id, [&](const auto &each) {
        isWanted = isWanted || (each.isSent && !each.isLeaving);
        hasBegun = hasBegun || each.hasBegun;
        return isWanted && hasBegun;
    });
}

// The connection

void ClientSubscriptions::disconnected()
{
    for (auto place = m_subscriptions.begin(); place != m_subscriptions.end();) {
        ClientSubscription &subscription = (place++)->second;
        subscription.isSent = subscription.hasBegun = false;
        if (subscription.isLeaving)
            erase(subscription.number);
    }
    m_givenUp.clear();
    m_lastSent = 0;
}

std::vector<Subscribe> ClientSubscriptions::resumable(qint64 bytes)
{
    std::vector<Subscribe> messages;
    for (auto &[number, subscription] : m_subscriptions) {
        if (!subscription.isFresh || subscription.isInherited)
            continue;
        const qint64 size = encodedSize(subscription.filter);
        if (size > bytes)
            continue;
        bytes -= size;
        subscription.isSent = true;
        m_lastSent = number;
        messages.push_back(subscription.message());
    }
    return messages;
}

void ClientSubscriptions::welcomed(bool resumed, const HeldIds &held)
{
    bool allResumed = resumed;
    for (auto &[number, subscription] : m_subscriptions) {
        subscription.hasBegun = subscription.isSent;
        subscription.isFresh = resumed && subscription.isSent;
        allResumed = allResumed && subscription.isFresh;
    }
    m_stale.clear();
    if (allResumed)
        return;
    const auto isConfirmed = [](const auto &each) { return each.isFresh && !each.isLeaving; };
    for (const QByteArray &id : held()) {
        if (!anyCovering(id, isConfirmed))
            m_stale.insert(id);
    }
}

std::vector<std::pair<SubscriptionNumber, Error>> ClientSubscriptions::unfit(
        const Limits &limits) const
{
    std::vector<std::pair<SubscriptionNumber, Error>> unfit;
    for (const auto &[number, subscription] : m_subscriptions) {
        if (subscription.isSent)
            continue;
        if (const auto checked = check(subscription, limits); !checked)
            unfit.emplace_back(number, checked.error());
    }
    return unfit;
}

std::vector<Message> ClientSubscriptions::takeMessages()
{
    const auto any = [this](const auto &predicate) {
        return std::any_of(m_subscriptions.begin(), m_subscriptions.end(),
                           [&](const auto &item) { return predicate(item.second); });
    };
    std::vector<Message> messages;
    if (any([](const auto &each) { return each.isLeaving; })) {
        if (any([](const auto &each) { return each.isSent && !each.isFresh && !each.isLeaving; }))
            return {};
        for (auto place = m_subscriptions.begin(); place != m_subscriptions.end();) {
            const ClientSubscription &subscription = (place++)->second;
            if (!subscription.isLeaving)
                continue;
            messages.push_back(Unsubscribe{ subscription.number });
            m_givenUp[subscription.number] = { m_lastSent, subscription.isFresh };
            erase(subscription.number);
        }
    }
    for (auto &[number, subscription] : m_subscriptions) {
        if (std::exchange(subscription.isSent, true))
            continue;
        messages.push_back(subscription.message());
        m_lastSent = std::max(m_lastSent, number);
    }
    return messages;
}

// What the server tells

bool ClientSubscriptions::isComplete(SubscriptionNumber number) const
{
    if (const auto found = m_subscriptions.find(number); found != m_subscriptions.end())
        return found->second.isFresh;
    const auto found = m_givenUp.find(number);
    return found != m_givenUp.end() && found->second.isComplete;
}

void ClientSubscriptions::startOver(const HeldIds &held)
{
    for (auto &[number, subscription] : m_subscriptions)
        subscription.isFresh = false;
    for (auto &[number, givenUp] : m_givenUp)
        givenUp.isComplete = false;
    for (QByteArray &id : held())
        m_stale.insert(std::move(id));
}

void ClientSubscriptions::begin(SubscriptionNumber number, bool reset, const HeldIds &held)
{
    if (reset && isComplete(number))
        startOver(held);
    if (ClientSubscription *subscription = findAny(number))
        subscription->hasBegun = true;
}

bool ClientSubscriptions::complete(SubscriptionNumber number, const HeldIds &held,
                                   std::vector<QByteArray> &gone)
{
    // Told anew, and there was nothing to tell.
    if (isComplete(number))
        startOver(held);
    // The server takes messages in order.
    std::erase_if(m_givenUp, [number](const auto &item) { return item.second.after < number; });
    if (const auto found = m_givenUp.find(number); found != m_givenUp.end())
        found->second.isComplete = true;
    ClientSubscription *subscription = findAny(number);
    if (!subscription)
        return false;
    subscription->hasBegun = subscription->isFresh = true;
    subscription->isReady = true;
    if (m_stale.empty())
        return !subscription->isLeaving;
    const auto takeStale = [&](std::set<QByteArray>::iterator place) {
        gone.push_back(*place);
        return m_stale.erase(place);
    };
    if (const auto &prefix = subscription->filter.prefix) {
        auto place = m_stale.lower_bound(*prefix);
        while (place != m_stale.end() && place->startsWith(*prefix))
            place = takeStale(place);
    }
    for (const QByteArray &id : subscription->filter.ids) {
        if (const auto place = m_stale.find(id); place != m_stale.end())
            takeStale(place);
    }
    return !subscription->isLeaving;
}

} // namespace ObjectSync::Internal
