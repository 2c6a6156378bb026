// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Leaves of entities that stay what they are but for small values: nothing is staged, copied or
// allocated for them.

#include <objectsync/core/world.h>

#include "entityindex_p.h"

#include <limits>

namespace ObjectSync {

std::optional<World::Applied> World::apply(LeafWrites &writes, Revision revision, Revision since)
{
    if (!findPlaces(writes))
        return std::nullopt;
    Applied applied;
    bool isUnchanged = false;
    const size_t *place = m_places.data();
    for (EntityLeaf &write : writes.leaves) {
        auto &entity = const_cast<Entity &>(*write.entity); // an own one
        Leaf &leaf = entity.m_leaves.leaves()[*place++];
        if (leaf.value == write.leaf.value) {
            write.entity = nullptr;
            isUnchanged = true;
            continue;
        }
        leaf.value = write.leaf.value;
        if (entity.m_stamp != revision) {
            applied.areFresh = applied.areFresh && entity.m_stamp <= since;
            touch(entity, revision);
        }
        entity.m_leaves.makeStamps(entity.created());
        entity.m_leaves.stamps()[place[-1]] = revision;
        applied.isChange = true;
    }
    if (isUnchanged)
        std::erase_if(writes.leaves, [](const EntityLeaf &write) { return !write.entity; });
    return applied;
}

/// Finds the places of the leaves. False where one is not there, or not small, or where an entity has
/// two operations: whether something has changed in the end would have to be found out.
bool World::findPlaces(const LeafWrites &writes)
{
    m_places.resize(writes.leaves.size());
    size_t *place = m_places.data();
    ++m_mark;
    const Entity *last = nullptr;
    for (const EntityLeaf &write : writes.leaves) {
        if (!write.entity)
            return false;
        auto &entity = const_cast<Entity &>(*write.entity); // an own one
        if (std::exchange(last, &entity) != &entity && (!entity.m_alive || entity.m_mark == m_mark))
            return false;
        entity.m_mark = m_mark;
        const Leaf *leaf = entity.leaf(write.leaf.name);
        if (!leaf || !isSmall(leaf->value))
            return false;
        *place++ = static_cast<size_t>(leaf - entity.leaves().begin());
    }
    return true;
}

std::vector<Operation> World::operations(const LeafWrites &writes) const
{
    std::vector<Operation> operations;
    operations.reserve(static_cast<size_t>(writes.operations));
    const Entity *last = nullptr;
    for (const auto &[entity, leaf] : writes.leaves) {
        if (std::exchange(last, entity) != entity)
            operations.push_back(Operation::set(entity->id(), {}));
        operations.back().values.insert(this->name(leaf.name), leaf.value);
    }
    return operations;
}

quint64 World::smallChangesSince(const Entity &entity, Revision after)
{
    const LeafList &leaves = entity.m_leaves;
    if (!entity.isAlive() || entity.created() > after || !leaves.hasStamps()
        || leaves.size() > std::numeric_limits<quint64>::digits)
        return 0;
    quint64 changed = 0;
    const Revision *stamps = leaves.stamps();
    for (size_t place = 0, size = leaves.size(); place < size; ++place) {
        if (stamps[place] <= after)
            continue;
        if (!isSmall(leaves.begin()[place].value))
            return 0;
        changed |= quint64(1) << place;
    }
    return changed;
}

} // namespace ObjectSync
