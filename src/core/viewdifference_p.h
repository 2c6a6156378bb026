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
///
/// Mostly it is confirmed entities that change, and they stay. Those are found without a look at their
/// ids: the entity itself says where it is noted. With the first note of another kind, all are found
/// by their ids.
class ViewDifference
{
public:
    /// \a isHeard: false where nobody will ask.
    ViewDifference(const ClientView &view, bool isHeard) : m_view(view), m_isHeard(isHeard) { }

    /// So many entities more may be noted.
    void reserve(size_t entities);
    /// Anything of the entity is about to change. \a told: what the server said of it; tells Created
    /// from Entered and Destroyed from Left.
    void noteEntity(const QByteArray &id, std::optional<Change::Event> told = {});
    /// The same for a confirmed entity over which nothing is laid. \a isNew: it was made for this.
    void noteEntity(Entity &entity, bool isNew, Change::Event told);
    /// One property changes, of an entity that is there and stays; \a old and \a now: in the view.
    void noteProperty(const QByteArray &id, const QByteArray &name, const Value &old,
                      const Value &now);
    /// The same for an entity that is confirmed.
    void noteProperty(Entity &entity, const QByteArray &name, Value old, const Value &now);

    /// What differs between the first note and now, in the order of the first notes. Call it once.
    std::vector<ViewChange> takeChanges();

private:
    /// What is noted of an entity, beside what is in its place in m_changes.
    struct Before
    {
        const Entity *entity = nullptr; ///< null where all are found by their ids
        /// Where one property is noted: how it was. Undefined: was not there.
        Value old = {};
        quint32 olds = 0; ///< where several are: of the last one, in m_olds, plus one
        bool existed = false;
        bool isWhole = false; ///< all that there was is noted, not single properties
        std::optional<Change::Event> told = {};
    };
    /// How a noted property was, where several of its entity are.
    struct Old
    {
        QByteArray name;
        Value value;
        quint32 before = 0; ///< the one noted before it, plus one; 0: none
    };

    /// A slot of a hash table.
    struct Slot
    {
        quint32 hash = 0;
        quint32 place = 0; ///< in m_befores, plus one; 0: free
    };

    size_t placeOf(const QByteArray &id);
    size_t placeOf(Entity &entity);
    size_t append(const QByteArray &id, const Entity *entity);
    void findByIds();
    Slot &slot(const QByteArray &id, quint32 hash);
    void index(size_t entities);
    void noteWhole(size_t place, bool existed, std::optional<Change::Event> told);
    void noteProperty(size_t place, const QByteArray &name, Value old, const Value &now);
    template<typename Function>
    void forEachOld(size_t place, const Function &function) const;
    bool finish(size_t place);
    static ValueMap differences(const ValueMap &was, const ValueMap &now);
    bool isCreated(const QByteArray &id, const Before &before) const;
    bool isDestroyed(const QByteArray &id, const Before &before) const;

    static constexpr size_t Few = 8; ///< so many are looked through one by one

    const ClientView &m_view;
    const bool m_isHeard;
    /// What is told in the end. Until then, `properties` holds of a whole entity all that there was,
    /// and of others the noted properties as they are now.
    std::vector<ViewChange> m_changes;
    std::vector<Before> m_befores; ///< one for each of them
    std::vector<Old> m_olds;
    bool m_isById = false; ///< entities are found by their ids alone
    /// A power of two of them, not more than half of them in use; empty while few entities are noted.
    std::vector<Slot> m_slots;
};

} // namespace ObjectSync::Internal
