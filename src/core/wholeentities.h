// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/change.h>

#include <vector>

namespace ObjectSync {

class Entity;
class World;

/// A value: living entities, for a reader who is told all of each (Enter). Made for one message that goes
/// out at once: nothing is copied for it. Valid until the world changes.
class OBJECTSYNC_CORE_EXPORT WholeEntities
{
public:
    explicit WholeEntities(const World &world) : m_world(&world) { }

    void add(const Entity &entity) { m_entities.push_back(&entity); }

    const World &world() const { return *m_world; }
    const std::vector<const Entity *> &entities() const { return m_entities; }
    size_t size() const { return m_entities.size(); }
    /// The same as changes; copies, which stay valid.
    std::vector<ChangePtr> toChanges() const;

private:
    const World *m_world;
    std::vector<const Entity *> m_entities;
};

} // namespace ObjectSync
