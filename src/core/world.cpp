// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

#include "entityindex_p.h"

#include <algorithm>

namespace ObjectSync {

using Internal::StampLink;

namespace {

void unlink(StampLink &link)
{
    link.older->newer = link.newer;
    link.newer->older = link.older;
}

/// Puts \a link on the older side of \a place.
void linkBefore(StampLink &place, StampLink &link)
{
    link.older = place.older;
    link.newer = &place;
    place.older->newer = &link;
    place.older = &link;
}

const Entity *entityOf(const StampLink *link)
{
    return static_cast<const Entity *>(link);
}

} // namespace

const Leaf *Entity::leaf(NameNumber name) const
{
    // Entities have few properties: a walk over one small array beats any index.
    for (const Leaf &leaf : m_leaves) {
        if (leaf.name == name)
            return &leaf;
    }
    return nullptr;
}

World::World(PropertyStamps stamps)
    : m_entities(std::make_unique<Internal::EntityIndex>()), m_propertyStamps(stamps)
{
    m_ends.older = m_ends.newer = &m_ends;
}

World::~World() = default;

const Entity *World::find(const QByteArray &id) const
{
    const Entity *entity = findAny(id);
    return entity && entity->isAlive() ? entity : nullptr;
}

const Entity *World::findAny(QByteArrayView id) const
{
    return m_entities->find(id);
}

const Entity *World::findAny(QByteArrayView id, EntityHint &hint) const
{
    return m_entities->find(id, &hint);
}

Entity *World::findForWriting(const QByteArray &id, EntityHint &hint)
{
    Entity *entity = m_entities->find(id, hint);
    if (!entity)
        entity = m_entities->find(id, &hint);
    return entity && entity->isAlive() ? entity : nullptr;
}

void World::findAny(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const
{
    m_entities->find(ids, found);
}

void World::visit(const QByteArray &prefix, const QByteArray &after,
                  const std::function<bool(const Entity &)> &visitor) const
{
    // An entity may be named exactly like the prefix; it is the first in the order.
    const bool isAfterSome = after >= prefix;
    m_entities->visitFrom(isAfterSome ? after : prefix, [&](const Entity &entity) {
        if (isAfterSome && entity.id() == after)
            return true;
        return entity.id().startsWith(prefix) && (!entity.isAlive() || visitor(entity));
    });
}

void World::completeOrder()
{
    m_entities->completeOrder();
}

std::vector<const Entity *> World::changedSince(Revision after) const
{
    std::vector<const Entity *> changed;
    for (const StampLink *link = m_ends.older; link != &m_ends; link = link->older) {
        if (!link->isEntity)
            continue;
        if (entityOf(link)->stamp() <= after)
            break;
        changed.push_back(entityOf(link));
    }
    std::reverse(changed.begin(), changed.end());
    return changed;
}

// Changing

Entity &World::findOrMake(const QByteArray &id, EntityHint &hint)
{
    if (Entity *known = m_entities->find(id, hint))
        return *known;
    const auto [entity, isNew] = m_entities->findOrMake(id, hint);
    if (isNew) {
        entity->isEntity = true;
        entity->m_number = m_nextNumber++;
        linkBefore(m_ends, *entity);
    }
    return *entity;
}

void World::touch(Entity &entity, Revision stamp)
{
    entity.m_stamp = stamp;
    m_revision = std::max(m_revision, stamp);
    if (m_isOrdered && entity.newer != &m_ends) {
        unlink(entity);
        linkBefore(m_ends, entity);
    }
}

void World::clearLeaves(Entity &entity)
{
    entity.m_leaves.clear();
    if (entity.m_leaves.hasBlock())
        entity.setExtent({});
}

void World::setStamp(Entity &entity, const Leaf &leaf, Revision stamp)
{
    if (m_propertyStamps == PropertyStamps::NotKept || entity.stamp(leaf) == stamp)
        return;
    const auto place = &leaf - entity.m_leaves.begin();
    entity.m_leaves.makeStamps(entity.created());
    entity.m_leaves.stamps()[place] = stamp;
}

void World::writeLeaf(Entity &entity, NameNumber name, Value value, Revision stamp)
{
    auto *leaf = const_cast<Leaf *>(entity.leaf(name));
    if (!leaf)
        leaf = &entity.m_leaves.append(name);
    EntityExtent extent = entity.extent();
    extent.remove(this->name(name), leaf->value);
    extent.add(this->name(name), value);
    entity.setExtent(extent);
    leaf->value = std::move(value);
    setStamp(entity, *leaf, stamp);
}

bool World::apply(const Staging &staging, Revision revision, qint64 now)
{
    bool changed = false;
    for (size_t place = 0; place < staging.m_entities.size(); ++place)
        changed = applyStaged(staging, place, revision, now) || changed;
    dropUnusedNames();
    return changed;
}

/// Whether it differs.
bool World::applyStaged(const Staging &staging, size_t place, Revision revision, qint64 now)
{
    const StagedEntity &staged = staging.m_entities[place];
    const bool isNew = staged.exists && (!staged.existed || staged.replaced);
    if (isNew) {
        if (staged.replaced && !staging.isChange(staged))
            return false;
        applyProperties(create(staged.id, revision), staged, revision, now, nullptr);
        return true;
    }
    if (!staged.existed)
        return false; // it came and went
    auto &entity = const_cast<Entity &>(*staging.m_before[place].entity); // an own one
    if (staged.exists)
        return applyProperties(entity, staged, revision, now, staging.m_before[place].leaf);
    destroy(entity, revision, now);
    return true;
}

/// \a known: the leaf of the only property that is staged, where somebody has looked for it.
bool World::applyProperties(Entity &entity, const StagedEntity &staged, Revision revision,
                            qint64 now, const Leaf *known)
{
    bool changed = false;
    if (entity.m_leaves.empty())
        entity.m_leaves.reserve(static_cast<size_t>(staged.properties.size()));
    if (staged.properties.size() > 1)
        known = nullptr;
    for (const auto &[propertyName, value] : staged.properties) {
        auto *leaf = const_cast<Leaf *>(known ? known : this->leaf(entity, propertyName));
        if (leaf ? leaf->value == value : value.isUndefined())
            continue;
        if (!leaf)
            leaf = &entity.m_leaves.append(recentNameNumber(propertyName));
        leaf->value = value;
        if (!std::exchange(changed, true))
            touch(entity, revision);
        if (value.isUndefined())
            bury(entity, leaf->name, now);
        setStamp(entity, *leaf, revision);
    }
    entity.setExtent(staged.extent);
    return changed;
}

void World::destroy(Entity &entity, Revision revision, qint64 now)
{
    const Revision created = entity.created();
    entity.m_leaves.release();
    entity.m_leaves.setCreated(created);
    entity.m_alive = false;
    --m_size;
    touch(entity, revision);
    bury(entity, std::nullopt, now);
}

void World::forget(const QByteArray &id)
{
    if (Entity *entity = m_entities->find(id))
        remove(entity);
    dropUnusedNames();
}

void World::remove(Entity *entity)
{
    if (entity->m_alive)
        --m_size;
    unlink(*entity);
    m_entities->remove(entity);
}

void World::clear()
{
    // One by one out of the ring: there may be walks in it.
    m_entities->visitFrom({}, [](Entity &entity) {
        unlink(entity);
        return true;
    });
    m_entities->clear();
    m_tombstones.clear();
    m_size = 0;
}

// Tombstones

void World::bury(const Entity &entity, std::optional<NameNumber> name, qint64 now)
{
    m_tombstones.push_back({ now, entity.m_stamp, entity.m_id, name });
}

std::vector<QByteArray> World::dropTombstones(qint64 diedBefore, qsizetype most, Revision told)
{
    std::vector<QByteArray> gone;
    while (!m_tombstones.empty() && m_tombstones.front().stamp <= told
           && (m_tombstones.front().died < diedBefore || tombstones() > most)) {
        dropTombstone(m_tombstones.front(), gone);
        m_tombstones.pop_front();
    }
    return gone;
}

void World::dropTombstone(const Tombstone &tombstone, std::vector<QByteArray> &gone)
{
    Entity *entity = m_entities->find(tombstone.id);
    if (!entity)
        return;
    if (!tombstone.name) {
        // Where it was created again, or died again, this tombstone says nothing any more.
        if (entity->m_alive || entity->m_stamp != tombstone.stamp)
            return;
        gone.push_back(tombstone.id);
        remove(entity);
    } else {
        const Leaf *leaf = entity->leaf(*tombstone.name);
        if (!leaf || !leaf->value.isUndefined() || entity->stamp(*leaf) != tombstone.stamp)
            return;
        entity->m_leaves.erase(leaf);
    }
    m_tombstoneFloor = std::max(m_tombstoneFloor, tombstone.stamp);
}

// Stores

StoredEntity World::stored(const Entity &entity) const
{
    StoredEntity stored{ entity.m_id, entity.m_stamp, entity.created(), entity.m_alive };
    stored.properties.reserve(entity.m_leaves.size());
    for (const Leaf &leaf : entity.m_leaves)
        stored.properties.push_back({ this->name(leaf.name), leaf.value, entity.stamp(leaf) });
    return stored;
}

void World::restore(const StoredEntity &stored, qint64 now)
{
    Entity &entity = create(stored.id, stored.stamp);
    entity.m_leaves.setCreated(stored.created);
    entity.m_leaves.reserve(stored.properties.size());
    for (const StoredProperty &property : stored.properties) {
        const NameNumber number = recentNameNumber(property.name);
        writeLeaf(entity, number, property.value, property.stamp);
        if (property.value.isUndefined())
            m_tombstones.push_back({ now, property.stamp, stored.id, number });
    }
    if (!stored.alive) {
        entity.m_alive = false;
        --m_size;
        bury(entity, std::nullopt, now);
    }
}

// Readers

ChangePtr World::changeSince(const Entity &entity, Revision after) const
{
    auto change = std::make_shared<Change>();
    changeSince(entity, after, *change);
    return change;
}

void World::changeSince(const Entity &entity, Revision after, Change &change) const
{
    if (entity.isAlive() && entity.created() > after) {
        tellAll(entity, change);
        change.event = Change::Event::Create;
        return;
    }
    change.number = entity.m_number;
    change.id = entity.m_id;
    if (!entity.isAlive()) {
        change.event = Change::Event::Destroy;
        return;
    }
    const LeafList &leaves = entity.m_leaves;
    if (!leaves.hasStamps())
        return; // all are as old as the entity
    const Revision *stamp = leaves.stamps();
    for (const Leaf &leaf : leaves) {
        if (*stamp++ > after)
            change.properties.push_back({ leaf.name, this->name(leaf.name), leaf.value });
    }
}

void World::tellAll(const Entity &entity, Change &change) const
{
    change.number = entity.m_number;
    change.id = entity.m_id;
    change.event = Change::Event::Enter;
    change.properties.reserve(static_cast<qsizetype>(entity.m_leaves.size()));
    for (const Leaf &leaf : entity.m_leaves) {
        if (!leaf.value.isUndefined())
            change.properties.push_back({ leaf.name, this->name(leaf.name), leaf.value });
    }
}

ChangePtr World::whole(const Entity &entity) const
{
    auto change = std::make_shared<Change>();
    tellAll(entity, *change);
    return change;
}

EntityState World::state(const QByteArray &id, EntityHint hint) const
{
    const Entity *entity = m_entities->find(id, hint);
    if (!entity)
        entity = findAny(id);
    return entity ? state(*entity) : EntityState{ false, {}, this };
}

const Leaf *World::leaf(const Entity &entity, const QByteArray &name) const
{
    const std::optional<NameNumber> number = findName(name);
    return number ? entity.leaf(*number) : nullptr;
}

Value World::value(const Entity &entity, const QByteArray &name) const
{
    const Leaf *leaf = this->leaf(entity, name);
    return leaf ? leaf->value : Value();
}

Value World::value(const QByteArray &id, const QByteArray &name) const
{
    const Entity *entity = find(id);
    return entity ? value(*entity, name) : Value();
}

ValueMap World::values(const QByteArray &id) const
{
    const Entity *entity = find(id);
    return entity ? values(*entity) : ValueMap();
}

ValueMap World::values(const Entity &entity) const
{
    ValueMap values;
    values.reserve(static_cast<qsizetype>(entity.m_leaves.size()));
    for (const Leaf &leaf : entity.m_leaves) {
        if (!leaf.value.isUndefined())
            values.insert(this->name(leaf.name), leaf.value);
    }
    return values;
}

Revision World::stamp(const QByteArray &id) const
{
    const Entity *entity = find(id);
    return entity ? entity->stamp() : 0;
}

EntityExtent World::extent(const QByteArray &id) const
{
    const Entity *entity = find(id);
    return entity ? entity->extent() : EntityExtent();
}

// Walk

World::Walk::Walk(World &world, Revision after) : m_world(world)
{
    StampLink *place = &world.m_ends;
    for (StampLink *link = place->older; link != &world.m_ends; link = link->older) {
        if (!link->isEntity)
            continue;
        if (entityOf(link)->stamp() <= after)
            break;
        place = link;
    }
    linkBefore(*place, m_link);
}

World::Walk::~Walk()
{
    unlink(m_link);
}

const Entity *World::Walk::next()
{
    StampLink *link = m_link.newer;
    while (link != &m_world.m_ends && !link->isEntity)
        link = link->newer;
    if (link == &m_world.m_ends)
        return nullptr;
    unlink(m_link);
    linkBefore(*link->newer, m_link);
    return entityOf(link);
}

bool World::Walk::atEnd() const
{
    const StampLink *link = m_link.newer;
    while (link != &m_world.m_ends && !link->isEntity)
        link = link->newer;
    return link == &m_world.m_ends;
}

} // namespace ObjectSync
