// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serversession_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

bool ServerSubscription::coversSoFar(const QByteArray &id) const
{
    return filter.matches(id) && (complete || id <= toldUpTo);
}

bool ServerSession::covers(const QByteArray &id) const
{
    return std::any_of(subscriptions.begin(), subscriptions.end(),
                       [&](const auto &item) { return item.second.coversSoFar(id); });
}

bool ServerSession::isCoveredByComplete(const QByteArray &id) const
{
    return std::any_of(subscriptions.begin(), subscriptions.end(), [&](const auto &item) {
        return item.second.complete && item.second.filter.matches(id);
    });
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
