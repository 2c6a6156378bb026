// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/change.h>

#include <utility>

namespace ObjectSync {

/// A value: one property of an entity. A removed property stays as a leaf whose value is Undefined
/// until its tombstone expires.
struct OBJECTSYNC_CORE_EXPORT Leaf
{
    [[no_unique_address]] Value value; ///< so that the name lies in its padding
    NameNumber name = 0;
};

namespace Internal {
/// A value: how many properties an entity has, and their bytes, in half the memory. No entity has as
/// many, or is as large, as would not fit: it has to fit into memory with all others.
struct PackedExtent
{
    quint64 properties : 24 = 0;
    quint64 bytes : 40 = 0;
};
} // namespace Internal

/// A resource: the properties of an entity, in one piece of memory, with what is seldom asked of the
/// entity. Worlds have many entities with few properties each, and most properties are as old as their
/// entity: stamps take memory only where one is not.
class OBJECTSYNC_CORE_EXPORT LeafList
{
public:
    LeafList() = default;
    LeafList(LeafList &&other) noexcept : m_block(std::exchange(other.m_block, nullptr)) { }
    LeafList &operator=(LeafList &&other) noexcept
    {
        std::swap(m_block, other.m_block);
        return *this;
    }
    ~LeafList() { release(); }

    const Leaf *begin() const { return m_block ? leaves() : nullptr; }
    const Leaf *end() const { return m_block ? leaves() + m_block->size : nullptr; }
    size_t size() const { return m_block ? m_block->size : 0; }
    bool empty() const { return size() == 0; }
    const void *memory() const { return m_block; } ///< where all this lies; null: takes none

private:
    friend class Entity;
    friend class World;
    struct alignas(alignof(Leaf)) Block
    {
        quint32 size = 0;
        quint32 capacity : 31 = 0;
        quint32 hasStamps : 1 = 0; ///< behind the leaves
        Revision created = 0; ///< the entity's
        Internal::PackedExtent extent = {}; ///< the entity's
    };

    bool hasBlock() const { return m_block != nullptr; }
    Revision created() const { return m_block ? m_block->created : 0; }
    void setCreated(Revision created) { block().created = created; }
    Internal::PackedExtent extent() const
    {
        return m_block ? m_block->extent : Internal::PackedExtent();
    }
    void setExtent(Internal::PackedExtent extent) { block().extent = extent; }
    Block &block()
    {
        if (!m_block)
            reallocate(0, false);
        return *m_block;
    }

    Leaf *leaves() const { return reinterpret_cast<Leaf *>(m_block + 1); }
    Revision *stamps() const { return reinterpret_cast<Revision *>(leaves() + m_block->capacity); }
    bool hasStamps() const { return m_block && m_block->hasStamps; }
    void reserve(size_t count);
    /// Undefined, and without a stamp of its own where there are none.
    Leaf &append(NameNumber name);
    /// From here on each has one: \a stamp, to begin with.
    void makeStamps(Revision stamp)
    {
        if (!hasStamps())
            makeMissingStamps(stamp);
    }
    void erase(const Leaf *leaf);
    void clear(); ///< keeps the memory
    void release();
    void makeMissingStamps(Revision stamp);
    void reallocate(size_t capacity, bool hasStamps);

    Block *m_block = nullptr;
};

} // namespace ObjectSync
