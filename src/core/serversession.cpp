// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serversession_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

constexpr size_t Few = 4; ///< subscriptions and ids in them: asked one by one

} // namespace

void ServerSession::add(SubscriptionNumber number, ServerSubscription subscription)
{
    const ServerSubscription &added = subscriptions[number] = std::move(subscription);
    subscribedIds += static_cast<qint64>(added.filter.ids.size());
    if (m_routes) {
        addTo(*m_routes, added);
    } else if (subscriptions.size() + static_cast<size_t>(subscribedIds) > Few) {
        m_routes = std::make_unique<Routes>();
        for (const auto &[each, known] : subscriptions)
            addTo(*m_routes, known);
    }
}

void ServerSession::addTo(Routes &routes, const ServerSubscription &subscription)
{
    if (subscription.filter.prefix)
        routes.addPrefix(*subscription.filter.prefix, subscription);
    for (const QByteArray &id : subscription.filter.ids)
        routes.addId(id, subscription);
}

void ServerSession::remove(SubscriptionNumber number)
{
    const auto found = subscriptions.find(number);
    const ServerSubscription &removed = found->second;
    if (m_routes && removed.filter.prefix)
        m_routes->removePrefix(*removed.filter.prefix, removed);
    if (m_routes) {
        for (const QByteArray &id : removed.filter.ids)
            m_routes->removeId(id, removed);
    }
    subscribedIds -= static_cast<qint64>(removed.filter.ids.size());
    subscriptions.erase(found);
    if (subscriptions.empty())
        m_routes.reset();
}

template<typename Predicate>
bool ServerSession::any(const QByteArray &id, const Predicate &predicate) const
{
    if (m_routes)
        return m_routes->any(id, predicate);
    return std::any_of(subscriptions.begin(), subscriptions.end(), [&](const auto &item) {
        return item.second.filter.matches(id) && predicate(item.second);
    });
}

bool ServerSession::covers(const QByteArray &id) const
{
    return any(id, [&](const ServerSubscription &each) { return each.hasTold(id); });
}

bool ServerSession::isCoveredByComplete(const QByteArray &id) const
{
    return any(id, [](const ServerSubscription &each) { return each.complete; });
}

bool ServerSession::canStartOver() const
{
    const auto isComplete = [](const auto &item) { return item.second.complete; };
    const auto isUntold = [](const auto &item) { return item.second.toldUpTo.isEmpty(); };
    return std::any_of(subscriptions.begin(), subscriptions.end(), isComplete)
           || std::all_of(subscriptions.begin(), subscriptions.end(), isUntold);
}

void ServerSession::fallBehind(Cursor known)
{
    if (behind)
        return;
    behind = true;
    cursor = known;
}

} // namespace ObjectSync::Internal
