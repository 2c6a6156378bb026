// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/world.h>

#include "hasher_p.h"

#include <array>

namespace ObjectSync::Internal {

class CborReader;

/// A resource: reads the operations of a transaction into LeafWrites, where each of them is a `set` of
/// small values on an entity that \a world holds, written as our encoder writes it. Entities are looked
/// up some dozen at a time: what has to come from memory then comes while others are looked at.
class CborLeafWrites
{
public:
    CborLeafWrites(CborReader &reader, const World &world, const Limits &limits)
        : m_reader(reader), m_world(world), m_limits(limits)
    {
    }

    /// False where there is anything else among the \a count operations; the reader stands somewhere
    /// in them then.
    bool read(quint64 count, LeafWrites &writes);

private:
    static constexpr size_t AtOnce = 32;
    static constexpr size_t MostLeaves = 8; ///< in one operation
    struct Name
    {
        QByteArrayView text = {};
        NameNumber number = 0;
    };
    bool readSome(size_t count, LeafWrites &writes);
    bool readOperation(size_t place, LeafWrites &writes);
    bool readLeaf(size_t place, LeafWrites &writes);
    std::optional<NameNumber> numberOf(size_t place, QByteArrayView name);

    CborReader &m_reader;
    const World &m_world;
    const Limits &m_limits;
    Hasher m_hasher;
    /// Of the last operation that had so many: the next one mostly has the same.
    std::array<Name, MostLeaves> m_names = {};
    const Entity *m_last = nullptr; ///< the entity of the operation before
    std::array<QByteArrayView, AtOnce> m_ids = {};
    std::array<const Entity *, AtOnce> m_entities = {};
    std::array<size_t, AtOnce> m_leaves = {}; ///< of each operation
};

} // namespace ObjectSync::Internal
