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
        m_places.reserve(static_cast<qsizetype>(all));
    }
    /// Anything of the entity is about to change.
    void noteEntity(const QByteArray &id);
    /// One property changes, of an entity that is there and stays; \a old and \a now: in the view.
    void noteProperty(const QByteArray &id, const QByteArray &name, const Value &old,
                      const Value &now);
    /// What the server said of the entity; tells Created from Entered and Destroyed from Left.
    void noteEvent(const QByteArray &id, Change::Event event);

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

    Before &before(const QByteArray &id);
    ValueMap differences(Before &before) const;
    ViewChange appeared(const Before &before) const;
    ViewChange disappeared(const Before &before) const;

    const ClientView &m_view;
    std::vector<Before> m_befores;
    QHash<QByteArray, size_t> m_places; ///< in m_befores, plus one
};

} // namespace ObjectSync::Internal
