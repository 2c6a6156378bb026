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
        const QByteArray content = part.mid(1);
        if (part.at(0) == IdPart) {
            m_byId[content].push_back(&group);
        } else if (part.at(0) == PrefixPart) {
            auto &groups = m_byPrefix[content];
            if (groups.empty())
                ++m_prefixLengths[content.size()];
            groups.push_back(&group);
        }
    }
}

void Interest::removeRoutes(InterestGroup &group)
{
    const auto removeFrom = [&group](Routes &routes, const QByteArray &content) {
        auto &groups = routes[content];
        std::erase(groups, &group);
        const bool last = groups.empty();
        if (last)
            routes.remove(content);
        return last;
    };
    for (const QByteArray &part : group.key) {
        const QByteArray content = part.mid(1);
        if (part.at(0) == IdPart) {
            removeFrom(m_byId, content);
        } else if (part.at(0) == PrefixPart && removeFrom(m_byPrefix, content)) {
            const auto length = m_prefixLengths.find(content.size());
            if (--length->second == 0)
                m_prefixLengths.erase(length);
        }
    }
}

} // namespace ObjectSync::Internal
