// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serversession_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

void ServerSession::add(SubscriptionNumber number, ServerSubscription subscription)
{
    const ServerSubscription &added = subscriptions[number] = std::move(subscription);
    if (added.filter.prefix)
        m_routes.addPrefix(*added.filter.prefix, added);
    for (const QByteArray &id : added.filter.ids)
        m_routes.addId(id, added);
    subscribedIds += static_cast<qint64>(added.filter.ids.size());
}

void ServerSession::remove(SubscriptionNumber number)
{
    const auto found = subscriptions.find(number);
    const ServerSubscription &removed = found->second;
    if (removed.filter.prefix)
        m_routes.removePrefix(*removed.filter.prefix, removed);
    for (const QByteArray &id : removed.filter.ids)
        m_routes.removeId(id, removed);
    subscribedIds -= static_cast<qint64>(removed.filter.ids.size());
    subscriptions.erase(found);
}

bool ServerSession::covers(const QByteArray &id) const
{
    return m_routes.any(id, [&](const ServerSubscription &each) { return each.hasTold(id); });
}

bool ServerSession::isCoveredByComplete(const QByteArray &id) const
{
    return m_routes.any(id, [](const ServerSubscription &each) { return each.complete; });
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
