// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include "filterroutes_p.h"

#include <map>
#include <memory>
#include <vector>

namespace ObjectSync::Internal {

class ServerSession;

/// Sessions that are told the same: they have the same filters. One message serves all of them.
struct InterestGroup
{
    using Key = std::vector<QByteArray>;
    Key key;
    std::vector<ServerSession *> members;
    /// Has one member, which is to be asked whether it covers an entity: it is being told a
    /// snapshot.
    bool exclusive = false;
    // Gathered for the next message:
    std::vector<ChangePtr> changes;
    std::shared_ptr<LeafUpdates> updates; ///< null where there are none
    size_t lastUpdates = 0; ///< how many the last message had
    quint64 mark = 0; ///< the last routing that met this group
};

/// A resource: finds the sessions that have to be told of an entity. The cost of a look-up depends
/// on how many different lengths of prefixes there are and on who matches, not on how many
/// subscriptions there are.
class Interest
{
public:
    void join(ServerSession &session);
    void leave(ServerSession &session);

    /// Calls \a tell for each group that is interested in \a id, once.
    template<typename Tell>
    void route(const QByteArray &id, const Tell &tell)
    {
        ++m_mark;
        m_routes.any(id, [&](InterestGroup &group) {
            if (std::exchange(group.mark, m_mark) != m_mark)
                tell(group);
            return false;
        });
    }

private:
    void addRoutes(InterestGroup &group);
    void removeRoutes(InterestGroup &group);

    std::map<InterestGroup::Key, std::unique_ptr<InterestGroup>> m_groups;
    FilterRoutes<InterestGroup> m_routes;
    quint64 m_mark = 0;
};

} // namespace ObjectSync::Internal
