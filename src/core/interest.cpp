// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "interest_p.h"

#include "serversession_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

// The first byte of a part of a group's key says what it is.
constexpr char PrefixPart = 'p';
constexpr char IdPart = 'i';
constexpr char ExclusivePart = 'x';

InterestGroup::Key keyOf(const ServerSession &session)
{
    InterestGroup::Key key;
    for (const auto &[number, subscription] : session.subscriptions) {
        if (subscription.filter.prefix)
            key.push_back(PrefixPart + *subscription.filter.prefix);
        for (const QByteArray &id : subscription.filter.ids)
            key.push_back(IdPart + id);
    }
    if (!session.snapshots.empty())
        key.push_back(ExclusivePart + QByteArray::number(session.peer.connection));
    std::sort(key.begin(), key.end());
    key.erase(std::unique(key.begin(), key.end()), key.end());
    return key;
}

} // namespace

void Interest::join(ServerSession &session)
{
    if (session.subscriptions.empty())
        return;
    InterestGroup::Key key = keyOf(session);
    std::unique_ptr<InterestGroup> &group = m_groups[key];
    if (!group) {
        group = std::make_unique<InterestGroup>();
        group->key = std::move(key);
        group->exclusive = !session.snapshots.empty();
        addRoutes(*group);
    }
    group->members.push_back(&session);
    session.group = group.get();
}

void Interest::leave(ServerSession &session)
{
    InterestGroup *group = std::exchange(session.group, nullptr);
    if (!group)
        return;
    std::erase(group->members, &session);
    if (!group->members.empty())
        return;
    removeRoutes(*group);
    const InterestGroup::Key key = group->key;
    m_groups.erase(key);
}

void Interest::addRoutes(InterestGroup &group)
{
    for (const QByteArray &part : group.key) {
        if (part.at(0) == IdPart)
            m_routes.addId(part.mid(1), group);
        else if (part.at(0) == PrefixPart)
            m_routes.addPrefix(part.mid(1), group);
    }
}

void Interest::removeRoutes(InterestGroup &group)
{
    for (const QByteArray &part : group.key) {
        if (part.at(0) == IdPart)
            m_routes.removeId(part.mid(1), group);
        else if (part.at(0) == PrefixPart)
            m_routes.removePrefix(part.mid(1), group);
    }
}

} // namespace ObjectSync::Internal
