// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "entityindex_p.h"
#include "shortbytes_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

constexpr size_t FewestSlots = 16;

/// The table is at most so full: fuller ones need long walks to find that an id is not there.
constexpr bool isFull(size_t entities, size_t slots)
{
    return entities * 5 >= slots * 4;
}

} // namespace

quint32 EntityIndex::hashOf(QByteArrayView id) const
{
    const quint64 hash = qHash(id, m_seed);
    return static_cast<quint32>(hash ^ (hash >> 32));
}

// The hash table

Entity *EntityIndex::find(QByteArrayView id, quint32 hash, EntityHint *hint) const
{
    if (m_slots.empty())
        return nullptr;
    const size_t mask = m_slots.size() - 1;
    for (size_t place = hash & mask; m_slots[place].place != 0; place = (place + 1) & mask) {
        if (m_slots[place].hash != hash)
            continue;
        Entity &entity = at(m_slots[place].place - 1);
        if (!areSameBytes(entity.m_id, id))
            continue;
        if (hint)
            hint->place = m_slots[place].place;
        return &entity;
    }
    return nullptr;
}

namespace {

/// Begins to bring what lies there into the cache.
inline void prefetch([[maybe_unused]] const void *place)
{
#if defined(__GNUC__)
    __builtin_prefetch(place);
#endif
}

/// So many are under way at a time.
constexpr size_t LookUpsAtOnce = 32;

} // namespace

/// The first one with this hash; its id may be another.
const Entity *EntityIndex::firstOf(quint32 hash) const
{
    const size_t mask = m_slots.size() - 1;
    for (size_t place = hash & mask; m_slots[place].place != 0; place = (place + 1) & mask) {
        if (m_slots[place].hash == hash)
            return &at(m_slots[place].place - 1);
    }
    return nullptr;
}

void EntityIndex::find(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const
{
    if (m_slots.empty())
        return std::fill(found.begin(), found.end(), nullptr);
    std::array<quint32, LookUpsAtOnce> hashes; // NOLINT(cppcoreguidelines-pro-type-member-init)
    for (size_t begin = 0; begin < ids.size(); begin += LookUpsAtOnce) {
        const size_t count = std::min(LookUpsAtOnce, ids.size() - begin);
        for (size_t i = 0; i < count; ++i) {
            hashes[i] = hashOf(ids[begin + i]);
            prefetch(&m_slots[hashes[i] & (m_slots.size() - 1)]);
        }
        for (size_t i = 0; i < count; ++i) {
            const Entity *entity = firstOf(hashes[i]);
            found[begin + i] = entity;
            prefetch(entity);
            prefetch(reinterpret_cast<const char *>(entity) + sizeof(Entity) - 1);
        }
        for (size_t i = 0; i < count; ++i) {
            if (const Entity *entity = found[begin + i]) {
                prefetch(entity->m_id.constData());
                prefetch(entity->leaves().begin());
            }
        }
        for (size_t i = 0; i < count; ++i) {
            const QByteArrayView id = ids[begin + i];
            if (const Entity *entity = found[begin + i]; entity && !areSameBytes(entity->m_id, id))
                found[begin + i] = find(id, hashes[i], nullptr);
        }
    }
}

std::pair<Entity *, bool> EntityIndex::findOrMake(const QByteArray &id)
{
    const quint32 hash = hashOf(id);
    if (Entity *entity = find(id, hash, nullptr))
        return { entity, false };
    if (isFull(m_size + 1, m_slots.size()))
        grow();
    const quint32 place = makeEntity();
    Entity &entity = at(place);
    entity.m_id = id;
    addSlot({ hash, place + 1 });
    insertInOrder(place);
    ++m_size;
    return { &entity, true };
}

void EntityIndex::addSlot(Slot slot)
{
    const size_t mask = m_slots.size() - 1;
    size_t place = slot.hash & mask;
    while (m_slots[place].place != 0)
        place = (place + 1) & mask;
    m_slots[place] = slot;
}

void EntityIndex::grow()
{
    std::vector<Slot> old(std::max(FewestSlots, 2 * m_slots.size()));
    old.swap(m_slots);
    for (const Slot &slot : old) {
        if (slot.place != 0)
            addSlot(slot);
    }
}

void EntityIndex::removeSlot(size_t slot)
{
    // Those behind it move up, unless that would take them before the place where they belong.
    const size_t mask = m_slots.size() - 1;
    size_t gap = slot;
    for (size_t place = (gap + 1) & mask; m_slots[place].place != 0; place = (place + 1) & mask) {
        const size_t home = m_slots[place].hash & mask;
        if (((place - home) & mask) < ((place - gap) & mask))
            continue;
        m_slots[gap] = m_slots[place];
        gap = place;
    }
    m_slots[gap] = {};
}

// The entities

quint32 EntityIndex::makeEntity()
{
    if (!m_free.empty()) {
        const quint32 place = m_free.back();
        m_free.pop_back();
        return place;
    }
    if (m_used == m_pages.size() * PageSize)
        m_pages.push_back(std::make_unique<Page>());
    return m_used++;
}

void EntityIndex::remove(Entity *entity)
{
    removeFromOrder(entity);
    const size_t mask = m_slots.size() - 1;
    size_t slot = hashOf(entity->m_id) & mask;
    while (m_slots[slot].place == 0 || &at(m_slots[slot].place - 1) != entity)
        slot = (slot + 1) & mask;
    m_free.push_back(m_slots[slot].place - 1);
    removeSlot(slot);
    *entity = {};
    if (--m_size == 0)
        clear();
}

void EntityIndex::clear()
{
    *this = {};
}

// The order

/// The last chunk that does not begin after \a id, or the first one.
size_t EntityIndex::chunkOf(const QByteArray &id) const
{
    const auto after = std::upper_bound(m_order.begin(), m_order.end(), id,
                                        [this](const QByteArray &a, const Chunk &chunk) {
                                            return a < at(chunk.front()).m_id;
                                        });
    return after == m_order.begin() ? 0 : static_cast<size_t>(after - m_order.begin()) - 1;
}

/// Of the first entity that is not less than \a id.
size_t EntityIndex::placeIn(const Chunk &chunk, const QByteArray &id) const
{
    const auto found = std::lower_bound(chunk.begin(), chunk.end(), id,
                                        [this](quint32 place, const QByteArray &b) {
                                            return at(place).m_id < b;
                                        });
    return static_cast<size_t>(found - chunk.begin());
}

void EntityIndex::insertInOrder(quint32 place)
{
    const QByteArray &id = at(place).m_id;
    // Mostly they come in order.
    if (m_order.empty() || at(m_order.back().back()).m_id < id) {
        if (m_order.empty() || m_order.back().size() == ChunkSize)
            m_order.emplace_back();
        m_order.back().push_back(place);
        return;
    }
    size_t number = chunkOf(id);
    if (m_order[number].size() == ChunkSize) {
        Chunk &full = m_order[number];
        Chunk upper(full.begin() + ChunkSize / 2, full.end());
        full.resize(ChunkSize / 2);
        m_order.insert(m_order.begin() + static_cast<std::ptrdiff_t>(number) + 1, std::move(upper));
        number = chunkOf(id);
    }
    Chunk &chunk = m_order[number];
    chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(placeIn(chunk, id)), place);
}

void EntityIndex::removeFromOrder(const Entity *entity)
{
    const auto chunk = m_order.begin() + static_cast<std::ptrdiff_t>(chunkOf(entity->m_id));
    chunk->erase(chunk->begin() + static_cast<std::ptrdiff_t>(placeIn(*chunk, entity->m_id)));
    if (chunk->empty())
        m_order.erase(chunk);
}

} // namespace ObjectSync::Internal
