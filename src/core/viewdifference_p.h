// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>

#include "clientview_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

/// A resource: tells how a view has changed between two moments. Remembers what is about to change
/// and how it was; so what does not change costs nothing, and what changes there and back again is
/// no difference.
class ViewDifference
{
public:
    explicit ViewDifference(const ClientView &view) : m_view(view) { }

    /// So many entities more may be noted.
    void reserve(size_t entities)
    {
        const size_t all = m_befores.size() + entities;
        // Called for each of many slices, it must not move everything each time.
        if (all > m_befores.capacity())
            m_befores.reserve(std::max(all, 2 * m_befores.capacity()));
        if (all > Few)
            index(all);
    }
    /// Anything of the entity is about to change. \a told: what the server said of it; tells Created
    /// from Entered and Destroyed from Left.
    void noteEntity(const QByteArray &id, std::optional<Change::Event> told = {});
    /// One property changes, of an entity that is there and stays; \a old and \a now: in the view.
    void noteProperty(const QByteArray &id, const QByteArray &name, const Value &old,
                      const Value &now);

    /// What differs between the first note and now, in the order of the first notes. Call it once.
    std::vector<ViewChange> takeChanges();

private:
    struct Before
    {
        QByteArray id;
        bool existed = false;
        bool isWhole = false; ///< `values` is all that there was; else the noted properties
        ValueMap values = {}; ///< Undefined: was not there
        ValueMap now = {}; ///< of the noted properties, where not whole
        std::optional<Change::Event> told = {};
    };

    /// A slot of a hash table.
    struct Slot
    {
        quint32 hash = 0;
        quint32 place = 0; ///< in m_befores, plus one; 0: free
    };

    Before &before(const QByteArray &id);
    Slot &slot(const QByteArray &id, quint32 hash);
    void index(size_t entities);
    ValueMap differences(Before &before) const;
    ViewChange appeared(const Before &before, const EntityState &state) const;
    ViewChange disappeared(const Before &before) const;

    static constexpr size_t Few = 8; ///< so many are looked through one by one

    const ClientView &m_view;
    std::vector<Before> m_befores;
    /// A power of two of them, not more than half of them in use; empty while few entities are noted.
    std::vector<Slot> m_slots;
};

} // namespace ObjectSync::Internal
