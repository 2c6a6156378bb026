// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A world as a replica, which is told every step: entities and properties one by one.

#include <objectsync/core/world.h>

#include "entityindex_p.h"

namespace ObjectSync {

Entity *World::guess(EntityHint hint)
{
    return m_entities->at(hint);
}

void World::prefetchContent(const Entity &entity) const
{
    Internal::EntityIndex::prefetchContent(entity, m_isOrdered);
}

void World::prefetchLookUp(QByteArrayView id) const
{
    m_entities->prefetchLookUp(id);
}

std::pair<Entity &, bool> World::findOrCreate(const QByteArray &id, EntityHint &hint)
{
    Entity &entity = findOrMake(id, hint);
    const bool wasAlive = std::exchange(entity.m_alive, true);
    if (!wasAlive)
        ++m_size;
    return { entity, !wasAlive };
}

Entity &World::create(const QByteArray &id, Revision stamp)
{
    EntityHint hint;
    Entity &entity = findOrCreate(id, hint).first;
    replace(entity, {}, stamp);
    return entity;
}

void World::replace(Entity &entity, const Change::Properties &properties, Revision stamp)
{
    beginAnew(entity, static_cast<size_t>(properties.size()), stamp);
    EntityExtent extent;
    for (const Change::Property &property : properties) {
        if (property.value.isUndefined())
            continue;
        entity.m_leaves.append(recentNameNumber(property.name)).value = property.value;
        extent.add(property.name, property.value);
    }
    entity.setExtent(extent);
}

void World::replace(Entity &entity, std::span<const Leaf> leaves, std::span<const NameNumber> names,
                    Revision stamp)
{
    beginAnew(entity, leaves.size(), stamp);
    EntityExtent extent;
    for (size_t i = 0; i < leaves.size(); ++i) {
        if (leaves[i].value.isUndefined())
            continue;
        entity.m_leaves.append(names[i]).value = leaves[i].value;
        extent.add(name(names[i]), leaves[i].value);
    }
    entity.setExtent(extent);
}

/// Without leaves, and with room for so many.
void World::beginAnew(Entity &entity, size_t leaves, Revision stamp)
{
    clearLeaves(entity);
    entity.m_leaves.reserve(leaves);
    entity.m_leaves.setCreated(stamp);
    touch(entity, stamp);
}

Value World::exchange(Entity &entity, const QByteArray &name, const Value &value, Revision stamp)
{
    const Leaf *leaf = this->leaf(entity, name);
    if (leaf && !leaf->value.isUndefined() && !value.isUndefined())
        return exchange(entity, *leaf, value, stamp);
    Value old = leaf ? leaf->value : Value();
    set(entity, name, value, stamp);
    return old;
}

Value World::exchange(Entity &entity, const Leaf &leaf, const Value &value, Revision stamp)
{
    if (!isSmall(value) || !isSmall(leaf.value)) {
        EntityExtent extent = entity.extent();
        extent.bytes += valueSize(value) - valueSize(leaf.value);
        entity.setExtent(extent);
    }
    Value old = std::exchange(const_cast<Leaf &>(leaf).value, value); // an own one
    setStamp(entity, leaf, stamp); // may move the leaves
    touch(entity, stamp);
    return old;
}

void World::set(Entity &entity, const QByteArray &name, Value value, Revision stamp)
{
    const NameNumber number = recentNameNumber(name);
    const bool removed = value.isUndefined();
    writeLeaf(entity, number, std::move(value), stamp);
    if (removed)
        entity.m_leaves.erase(entity.leaf(number));
    touch(entity, stamp);
}

} // namespace ObjectSync
