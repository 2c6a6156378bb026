// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/wholeentities.h>
#include <objectsync/core/world.h>

namespace ObjectSync {

std::vector<ChangePtr> WholeEntities::toChanges() const
{
    std::vector<ChangePtr> changes;
    changes.reserve(m_entities.size());
    for (const Entity *entity : m_entities)
        changes.push_back(m_world->whole(*entity));
    return changes;
}

} // namespace ObjectSync
