// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/leaflist.h>

#include <algorithm>
#include <memory>
#include <new>

namespace ObjectSync {

void LeafList::reserve(size_t count)
{
    if (count > (m_block ? m_block->capacity : 0))
        reallocate(count, hasStamps());
}

Leaf &LeafList::append(NameNumber name)
{
    if (!m_block || m_block->size == m_block->capacity)
        reallocate(std::max<size_t>(1, 2 * size()), hasStamps());
    if (m_block->hasStamps)
        stamps()[m_block->size] = 0;
    return *new (leaves() + m_block->size++) Leaf{ {}, name };
}

void LeafList::makeMissingStamps(Revision stamp)
{
    if (!m_block)
        return;
    reallocate(m_block->capacity, true);
    std::fill_n(stamps(), m_block->size, stamp);
}

void LeafList::erase(const Leaf *leaf)
{
    const auto place = leaf - begin();
    const auto behind = place + 1;
    std::move(leaves() + behind, leaves() + m_block->size, leaves() + place);
    if (m_block->hasStamps)
        std::move(stamps() + behind, stamps() + m_block->size, stamps() + place);
    std::destroy_at(leaves() + --m_block->size);
}

void LeafList::clear()
{
    if (!m_block)
        return;
    std::destroy_n(leaves(), m_block->size);
    m_block->size = 0;
}

void LeafList::release()
{
    clear();
    ::operator delete(m_block);
    m_block = nullptr;
}

void LeafList::reallocate(size_t capacity, bool hasStamps)
{
    const size_t each = sizeof(Leaf) + (hasStamps ? sizeof(Revision) : 0);
    LeafList larger;
    larger.m_block = new (::operator new(sizeof(Block) + capacity * each)) Block;
    larger.m_block->capacity = static_cast<quint32>(capacity) & 0x7fffffffU; // never more
    larger.m_block->hasStamps = hasStamps;
    if (m_block) {
        larger.m_block->created = m_block->created;
        larger.m_block->extent = m_block->extent;
        std::uninitialized_move_n(leaves(), m_block->size, larger.leaves());
        larger.m_block->size = m_block->size;
        if (hasStamps && m_block->hasStamps)
            std::copy_n(stamps(), m_block->size, larger.stamps());
    }
    std::swap(m_block, larger.m_block);
}

} // namespace ObjectSync
