// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/world.h>

#include "shortbytes_p.h"

#include <array>
#include <memory>

namespace ObjectSync::Internal {

/// A resource: the last few names that were read. The same ones come again and again, and then
/// share their bytes, with those of \a world, too, where there is one. Takes no memory before the
/// first one.
class NameCache
{
public:
    explicit NameCache(const World *world = nullptr) : m_world(world) { }

    QByteArray get(QByteArrayView name)
    {
        if (name.isEmpty() || name.size() > LongestKept)
            return name.toByteArray();
        if (!m_slots)
            m_slots = std::make_unique<Slots>();
        QByteArray &slot = slotOf(name);
        if (slot != name)
            slot = m_world ? m_world->sharedName(name.toByteArray()) : name.toByteArray();
        return slot;
    }
    /// Null where it is not among them.
    const QByteArray *find(QByteArrayView name) const
    {
        if (name.isEmpty() || !m_slots)
            return nullptr;
        const QByteArray &slot = slotOf(name);
        return slot == name ? &slot : nullptr;
    }

private:
    QByteArray &slotOf(QByteArrayView name) const { return (*m_slots)[nameMix(name) % SlotCount]; }

    static constexpr size_t SlotCount = 64;
    static constexpr qsizetype LongestKept = 32;
    using Slots = std::array<QByteArray, SlotCount>;

    const World *m_world;
    std::unique_ptr<Slots> m_slots;
};

} // namespace ObjectSync::Internal
