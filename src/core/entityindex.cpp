// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "entityindex_p.h"
#include "prefetch_p.h"
#include "shortbytes_p.h"

#include <QtCore/qendian.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#ifdef Q_OS_LINUX
#  include <sys/mman.h>
#endif

namespace ObjectSync::Internal {

namespace {

constexpr size_t FewestSlots = 16;
constexpr size_t LineSize = 64; // of the processor's cache
static_assert(sizeof(Entity) == LineSize || sizeof(void *) < 8);

/// Large tables that are looked into here and there are found quicker by the processor if the system
/// keeps them in few large pages. A hint.
void wantLargePages([[maybe_unused]] void *memory, [[maybe_unused]] size_t size)
{
#ifdef Q_OS_LINUX
    constexpr quintptr LargePage = 2 * 1024 * 1024;
    const quintptr begin = (reinterpret_cast<quintptr>(memory) + LargePage - 1) & ~(LargePage - 1);
    const quintptr end = (reinterpret_cast<quintptr>(memory) + size) & ~(LargePage - 1);
    if (end > begin)
        madvise(reinterpret_cast<void *>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

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
    if (m_slotCount == 0)
        return nullptr;
    const quint32 place = m_slots[slotOf(id, hash)].place;
    if (place == 0)
        return nullptr;
    if (hint)
        hint->place = place;
    return &at(place - 1);
}

/// The first slot for this hash that \a isIt, or is free.
template<typename Predicate>
size_t EntityIndex::probe(quint32 hash, const Predicate &isIt) const
{
    const size_t mask = m_slotCount - 1;
    size_t slot = hash & mask;
    while (m_slots[slot].place != 0 && !isIt(m_slots[slot]))
        slot = (slot + 1) & mask;
    return slot;
}

/// The slot of the id, or the free one where it belongs.
size_t EntityIndex::slotOf(QByteArrayView id, quint32 hash) const
{
    return probe(hash, [&](Slot slot) {
        return slot.hash == hash && areSameBytes(at(slot.place - 1).m_id, id);
    });
}

size_t EntityIndex::freeSlot(quint32 hash) const
{
    return probe(hash, [](Slot) { return false; });
}

namespace {

/// Of an entity with some properties, and their stamps.
inline void prefetchLeaves(const LeafList &leaves)
{
    constexpr size_t Lines = 3;
    const auto *begin = static_cast<const char *>(leaves.memory());
    for (size_t line = 0; begin && line < Lines; ++line)
        prefetch(begin + line * LineSize);
}

/// So many are under way at a time.
constexpr size_t LookUpsAtOnce = 32;

} // namespace

/// The place of the first one with this hash, plus one; its id may be another. 0: there is none.
quint32 EntityIndex::firstOf(quint32 hash) const
{
    return m_slots[probe(hash, [hash](Slot slot) { return slot.hash == hash; })].place;
}

void EntityIndex::find(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const
{
    if (m_slotCount == 0)
        return std::fill(found.begin(), found.end(), nullptr);
    for (size_t begin = findRun(ids, found); begin < ids.size(); begin += LookUpsAtOnce) {
        const size_t count = std::min(LookUpsAtOnce, ids.size() - begin);
        findSome(ids.subspan(begin, count), found.subspan(begin, count));
    }
}

/// Whoever changes many entities often goes through them in the order in which they were made: then
/// each is where it is expected, and needs no look-up. Gives how many were found so.
size_t EntityIndex::findRun(std::span<const QByteArrayView> ids,
                            std::span<const Entity *> found) const
{
    if (!m_isRun)
        return 0;
    // Entities that lie one behind the other come by themselves; what they consist of does not.
    const size_t some = std::min(ids.size(), LookUpsAtOnce);
    const size_t expected = std::min<size_t>(some, m_used - std::min(m_next, m_used));
    for (size_t i = 0; i < expected; ++i)
        prefetchContent(at(m_next + static_cast<quint32>(i)), true);
    if (m_next + 2 * expected <= m_used) { // nor do they, where there are not many
        for (size_t i = expected; i < 2 * expected; ++i)
            prefetch(&at(m_next + static_cast<quint32>(i)));
    }
    size_t count = 0;
    while (count < ids.size() && m_next < m_used && areSameBytes(at(m_next).m_id, ids[count]))
        found[count++] = &at(m_next++);
    return count;
}

void EntityIndex::findSome(std::span<const QByteArrayView> ids,
                           std::span<const Entity *> found) const
{
    std::array<quint32, LookUpsAtOnce> places; // NOLINT(cppcoreguidelines-pro-type-member-init)
    const size_t count = ids.size();
    for (size_t i = 0; i < count; ++i) {
        places[i] = hashOf(ids[i]);
        prefetch(&m_slots[places[i] & (m_slotCount - 1)]);
    }
    for (size_t i = 0; i < count; ++i) {
        places[i] = firstOf(places[i]);
        const Entity *entity = places[i] == 0 ? nullptr : &at(places[i] - 1);
        found[i] = entity;
        prefetch(entity);
    }
    for (const Entity *entity : found) {
        if (entity)
            prefetchContent(*entity, true);
    }
    for (size_t i = 0; i < count; ++i) {
        if (found[i] && !areSameBytes(found[i]->m_id, ids[i]))
            found[i] = find(ids[i]); // others have the same hash
    }
    m_isRun = count > 1 && places[count - 1] == places[count - 2] + 1;
    m_next = places[count - 1];
}

void EntityIndex::prefetchContent(const Entity &entity, bool isOrdered)
{
    prefetch(entity.m_id.constData() - sizeof(QArrayData)); // its count of references
    prefetch(entity.m_id.constData());
    prefetchLeaves(entity.m_leaves);
    if (isOrdered) {
        prefetch(entity.older);
        prefetch(entity.newer);
    }
}

/// Of those that are visited after the one at \a place, what has to come from memory begins to come.
/// \a first: the first place that is visited. Who visits only a few does not wait for others.
void EntityIndex::lookAhead(const Chunk &chunk, size_t first, size_t place) const
{
    constexpr size_t Ahead = 8;
    if (place + 2 * Ahead < chunk.size())
        prefetch(&at(chunk[place + 2 * Ahead]));
    if (place >= first + Ahead && place + Ahead < chunk.size())
        prefetchContent(at(chunk[place + Ahead]), false);
}

void EntityIndex::prefetchLookUp(QByteArrayView id) const
{
    if (m_slotCount != 0)
        prefetch(&m_slots[hashOf(id) & (m_slotCount - 1)]);
}

std::pair<Entity *, bool> EntityIndex::findOrMake(const QByteArray &id, EntityHint &hint)
{
    const quint32 hash = hashOf(id);
    if (m_slotCount == 0)
        grow();
    size_t slot = slotOf(id, hash);
    if (m_slots[slot].place != 0) {
        hint.place = m_slots[slot].place;
        return { &at(hint.place - 1), false };
    }
    if (isFull(m_size + 1, m_slotCount)) {
        grow();
        slot = freeSlot(hash);
    }
    const quint32 place = makeEntity();
    Entity &entity = at(place);
    entity.m_id = id;
    hint.place = place + 1;
    m_slots[slot] = { hash, place + 1 };
    insertInOrder(place);
    ++m_size;
    return { &entity, true };
}

void EntityIndex::grow()
{
    const size_t oldCount = m_slotCount;
    const size_t count = std::max(FewestSlots, 2 * oldCount);
    std::unique_ptr<Slot[], FreeSlots> old(static_cast<Slot *>(std::calloc(count, sizeof(Slot))));
    Q_CHECK_PTR(old);
    wantLargePages(old.get(), count * sizeof(Slot));
    old.swap(m_slots);
    m_slotCount = count;
    for (size_t slot = 0; slot < oldCount; ++slot) {
        if (old[slot].place != 0)
            m_slots[freeSlot(old[slot].hash)] = old[slot];
    }
}

void EntityIndex::removeSlot(size_t slot)
{
    // Those behind it move up, unless that would take them before the place where they belong.
    const size_t mask = m_slotCount - 1;
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
    const int segment = segmentOf(m_used);
    if (m_used == beginOf(segment)) {
        const size_t size = sizeOf(segment) * sizeof(Entity);
        void *memory = ::operator new(size, std::align_val_t(LineSize));
        wantLargePages(memory, size);
        m_segments.emplace_back(static_cast<Entity *>(memory));
    }
    new (&at(m_used)) Entity;
    return m_used++;
}

void EntityIndex::remove(Entity *entity)
{
    removeFromOrder(entity);
    const size_t slot = slotOf(entity->m_id, hashOf(entity->m_id));
    m_free.push_back(m_slots[slot].place - 1);
    removeSlot(slot);
    *entity = {};
    if (--m_size == 0)
        clear();
}

void EntityIndex::clear()
{
    while (m_used > 0)
        std::destroy_at(&at(--m_used));
    m_segments = std::vector<Segment>();
    m_free = std::vector<quint32>();
    m_slots.reset();
    m_slotCount = 0;
    m_order = std::vector<Chunk>();
    m_unordered = std::vector<quint32>();
    m_size = 0;
    m_isRun = false;
}

void EntityIndex::FreeSegment::operator()(Entity *entities) const
{
    ::operator delete(entities, std::align_val_t(LineSize));
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
    // Mostly they come in order.
    if (!m_order.empty() && at(m_order.back().back()).m_id > at(place).m_id)
        return m_unordered.push_back(place);
    if (m_order.empty() || m_order.back().size() == ChunkSize)
        m_order.emplace_back();
    m_order.back().push_back(place);
}

void EntityIndex::completeOrder() const
{
    constexpr size_t Few = 8; // of so many, one: then the others need not be touched
    if (m_unordered.empty())
        return;
    if (m_unordered.size() * Few < m_size) {
        for (const quint32 place : m_unordered)
            insertBetween(place);
    } else {
        orderAnew();
    }
    m_unordered = std::vector<quint32>();
}

void EntityIndex::insertBetween(quint32 place) const
{
    const QByteArray &id = at(place).m_id;
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

namespace {

/// The beginning of an id behind what all have in common, so that most comparisons need no look at it.
/// Zero is in no id: so it may stand for the end.
struct OrderKey
{
    quint64 beginning;
    quint32 place;
};

quint64 beginningOf(QByteArrayView text)
{
    std::array<char, sizeof(quint64)> bytes = {};
    copyBytes(bytes.data(), text.data(), std::min(bytes.size(), static_cast<size_t>(text.size())));
    return qFromBigEndian<quint64>(bytes.data());
}

qsizetype commonStart(QByteArrayView a, QByteArrayView b)
{
    return std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
}

} // namespace

void EntityIndex::orderAnew() const
{
    std::vector<quint32> places = m_unordered;
    places.reserve(m_size);
    for (const Chunk &chunk : m_order)
        places.insert(places.end(), chunk.begin(), chunk.end());
    QByteArrayView common = at(places.front()).m_id;
    for (const quint32 place : places)
        common = common.first(commonStart(common, at(place).m_id));
    std::vector<OrderKey> keys;
    keys.reserve(places.size());
    for (const quint32 place : places)
        keys.push_back({ beginningOf(QByteArrayView(at(place).m_id).sliced(common.size())), place });
    std::sort(keys.begin(), keys.end(), [this](const OrderKey &a, const OrderKey &b) {
        return a.beginning != b.beginning ? a.beginning < b.beginning
                                          : at(a.place).m_id < at(b.place).m_id;
    });
    m_order.clear();
    for (const OrderKey &key : keys) {
        if (m_order.empty() || m_order.back().size() == ChunkSize)
            m_order.emplace_back().reserve(ChunkSize);
        m_order.back().push_back(key.place);
    }
}

void EntityIndex::removeFromOrder(const Entity *entity)
{
    completeOrder();
    const auto chunk = m_order.begin() + static_cast<std::ptrdiff_t>(chunkOf(entity->m_id));
    chunk->erase(chunk->begin() + static_cast<std::ptrdiff_t>(placeIn(*chunk, entity->m_id)));
    if (chunk->empty())
        m_order.erase(chunk);
}

} // namespace ObjectSync::Internal
