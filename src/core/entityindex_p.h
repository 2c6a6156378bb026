// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/world.h>

#include <bit>
#include <cstdlib>

namespace ObjectSync::Internal {

/// A resource: owns the entities of a world and finds them by id, and in the order of ids. Made for
/// many small entities: they lie in segments, the hash table and the order take 16 bytes each.
/// Entities stay where they are until they are removed.
class EntityIndex
{
public:
    EntityIndex() = default;
    ~EntityIndex() { clear(); }
    EntityIndex(const EntityIndex &) = delete;
    EntityIndex &operator=(const EntityIndex &) = delete;

    size_t size() const { return m_size; }
    Entity *find(QByteArrayView id, EntityHint *hint = nullptr) const
    {
        return m_slotCount == 0 ? nullptr : find(id, hashOf(id), hint);
    }
    /// The entity where the hint says, if it is the one with this very \a id: the same bytes in
    /// memory. Else null.
    Entity *find(const QByteArray &id, EntityHint hint) const
    {
        Entity *entity = at(hint);
        return entity && !id.isEmpty() && World::sharesId(*entity, id) ? entity : nullptr;
    }
    /// Where the hint says, whatever its id is. Null where there is no such place.
    Entity *at(EntityHint hint) const
    {
        return hint.place != 0 && hint.place <= m_used ? &at(hint.place - 1) : nullptr;
    }
    /// What has to come from memory to find the id, or to find that it is not there, begins to come.
    void prefetchLookUp(QByteArrayView id) const;
    /// What has to come from memory to change the entity begins to come. \a isOrdered: it then moves in
    /// the order of stamps.
    static void prefetchContent(const Entity &entity, bool isOrdered);
    /// Each of some \a ids: what has to come from memory comes for many at a time.
    void find(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const;
    /// The entity, and whether it was made just now: empty but for its id.
    std::pair<Entity *, bool> findOrMake(const QByteArray &id, EntityHint &hint);
    void remove(Entity *entity);
    void clear();
    /// Whoever asks for the order has it made, if there are some that are not in it yet.
    void completeOrder() const;

    /// Calls \a visitor for the entities from the first one that is not less than \a from, in the
    /// order of ids, until it returns false.
    template<typename Visitor>
    void visitFrom(const QByteArray &from, const Visitor &visitor) const
    {
        completeOrder();
        if (m_order.empty())
            return;
        size_t chunk = chunkOf(from);
        size_t place = placeIn(m_order[chunk], from);
        for (; chunk < m_order.size(); ++chunk, place = 0) {
            for (const size_t first = place; place < m_order[chunk].size(); ++place) {
                lookAhead(m_order[chunk], first, place);
                if (!visitor(at(m_order[chunk][place])))
                    return;
            }
        }
    }

private:
    /// The place of an entity says where it lies without a look at a long table: each segment is as
    /// large as all before it together.
    struct FreeSegment
    {
        void operator()(Entity *entities) const;
    };
    using Segment = std::unique_ptr<Entity, FreeSegment>; ///< only those in use are constructed
    static constexpr quint32 FirstSegment = 64;
    static constexpr int segmentOf(quint32 place) { return std::bit_width(place / FirstSegment); }
    static constexpr quint32 beginOf(int segment)
    {
        return segment == 0 ? 0 : FirstSegment << (segment - 1);
    }
    static constexpr quint32 sizeOf(int segment)
    {
        return segment == 0 ? FirstSegment : beginOf(segment);
    }

    /// A slot of the hash table. With the hash at hand, other entities are passed over, and the
    /// table grows, without a look at them.
    struct Slot
    {
        quint32 hash = 0;
        quint32 place = 0; ///< in the segments, plus one; 0: free
    };
    struct FreeSlots
    {
        void operator()(Slot *slots) const { std::free(slots); }
    };
    static constexpr size_t ChunkSize = 256;
    using Chunk = std::vector<quint32>; ///< of places in the segments

    quint32 hashOf(QByteArrayView id) const;
    Entity &at(quint32 place) const
    {
        const int segment = segmentOf(place);
        return m_segments[static_cast<size_t>(segment)].get()[place - beginOf(segment)];
    }
    Entity *find(QByteArrayView id, quint32 hash, EntityHint *hint) const;
    template<typename Predicate>
    size_t probe(quint32 hash, const Predicate &isIt) const;
    size_t slotOf(QByteArrayView id, quint32 hash) const;
    size_t freeSlot(quint32 hash) const;
    quint32 firstOf(quint32 hash) const;
    size_t findRun(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const;
    void findSome(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const;
    quint32 makeEntity();
    void removeSlot(size_t slot);
    void grow();
    size_t chunkOf(const QByteArray &id) const;
    size_t placeIn(const Chunk &chunk, const QByteArray &id) const;
    void lookAhead(const Chunk &chunk, size_t first, size_t place) const;
    void insertInOrder(quint32 place);
    void insertBetween(quint32 place) const;
    void orderAnew() const;
    void removeFromOrder(const Entity *entity);

    std::vector<Segment> m_segments;
    std::vector<quint32> m_free; ///< places in the segments
    quint32 m_used = 0; ///< places in the segments that were ever in use
    std::unique_ptr<Slot[], FreeSlots> m_slots;
    size_t m_slotCount = 0; ///< a power of two, or none
    /// Sorted arrays of limited length, one after the other. None is empty.
    mutable std::vector<Chunk> m_order;
    /// Places that are not in it yet: whoever makes very many asks for no order meanwhile.
    mutable std::vector<quint32> m_unordered;
    size_t m_size = 0;
    mutable quint32 m_next = 0; ///< the place behind the one that was found last, among some
    mutable bool m_isRun = false; ///< that one was behind the one before
    /// Ids come from outside: others must not choose ones that collide. It stays, even if the
    /// application asks Qt for another one.
    size_t m_seed = QHashSeed::globalSeed();
};

} // namespace ObjectSync::Internal
