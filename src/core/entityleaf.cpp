// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

namespace ObjectSync {

void LeafUpdates::add(const Entity &entity, const Leaf &leaf)
{
    if (m_leaves.empty() || m_leaves.back().entity != &entity) {
        ++m_entities;
        m_highestNumber = std::max(m_highestNumber, entity.number());
    }
    m_leaves.push_back({ &entity, leaf });
}

const std::vector<ChangePtr> &LeafUpdates::toChanges() const
{
    if (!m_changes.empty() || m_leaves.empty())
        return m_changes;
    m_changes.reserve(m_entities);
    std::shared_ptr<Change> change;
    const Entity *last = nullptr;
    for (const auto &[entity, leaf] : m_leaves) {
        if (std::exchange(last, entity) != entity) {
            change = std::make_shared<Change>();
            change->number = entity->number();
            change->id = entity->id();
            m_changes.push_back(change);
        }
        change->properties.push_back({ leaf.name, m_world.name(leaf.name), leaf.value });
    }
    return m_changes;
}

} // namespace ObjectSync
