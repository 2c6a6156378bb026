// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "viewdifference_p.h"

#include "idhash_p.h"

#include <bit>

namespace ObjectSync::Internal {

void ViewDifference::reserve(size_t entities)
{
    if (!m_isHeard)
        return;
    const size_t all = m_changes.size() + entities;
    // Called for each of many slices, it must not move everything each time.
    if (all > m_changes.capacity()) {
        m_changes.reserve(std::max(all, 2 * m_changes.capacity()));
        m_befores.reserve(m_changes.capacity());
    }
    if (m_isById && all > Few)
        index(all);
}

// Where an entity is noted

size_t ViewDifference::append(const QByteArray &id, const Entity *entity)
{
    m_changes.emplace_back().id = id;
    m_befores.emplace_back().entity = entity;
    return m_changes.size() - 1;
}

size_t ViewDifference::placeOf(Entity &entity)
{
    if (m_isById)
        return placeOf(entity.id());
    // The number may be of an earlier step.
    const size_t noted = entity.number();
    if (noted < m_befores.size() && m_befores[noted].entity == &entity)
        return noted;
    const size_t place = append(entity.id(), &entity);
    World::setNumber(entity, static_cast<EntityNumber>(place));
    return place;
}

size_t ViewDifference::placeOf(const QByteArray &id)
{
    if (!m_isById)
        findByIds();
    if (m_slots.empty()) {
        const auto found = std::find_if(m_changes.begin(), m_changes.end(),
                                        [&id](const ViewChange &change) { return change.id == id; });
        if (found != m_changes.end())
            return static_cast<size_t>(found - m_changes.begin());
        if (m_changes.size() < Few)
            return append(id, nullptr);
    }
    if (2 * (m_changes.size() + 1) > m_slots.size())
        index(2 * (m_changes.size() + 1));
    // One look-up both finds the entity and makes room for it.
    const quint32 hash = idHash(id);
    Slot &slot = this->slot(id, hash);
    if (slot.place == 0)
        slot = { hash, static_cast<quint32>(append(id, nullptr)) + 1 };
    return slot.place - 1;
}

/// From here on entities may go, and others be made in their places.
void ViewDifference::findByIds()
{
    m_isById = true;
    for (Before &before : m_befores)
        before.entity = nullptr;
    const size_t reserved = m_changes.capacity();
    if (reserved > Few)
        index(reserved);
}

/// Where the entity is, or belongs.
ViewDifference::Slot &ViewDifference::slot(const QByteArray &id, quint32 hash)
{
    const size_t mask = m_slots.size() - 1;
    size_t at = hash & mask;
    while (m_slots[at].place != 0
           && (m_slots[at].hash != hash || m_changes[m_slots[at].place - 1].id != id))
        at = (at + 1) & mask;
    return m_slots[at];
}

/// Makes the table large enough for so many.
void ViewDifference::index(size_t entities)
{
    const size_t size = std::bit_ceil(2 * entities);
    if (size <= m_slots.size())
        return;
    m_slots.assign(size, {});
    for (size_t place = 0; place < m_changes.size(); ++place) {
        const quint32 hash = idHash(m_changes[place].id);
        slot(m_changes[place].id, hash) = { hash, static_cast<quint32>(place + 1) };
    }
}

// Notes

void ViewDifference::noteEntity(const QByteArray &id, std::optional<Change::Event> told)
{
    if (!m_isHeard)
        return;
    const size_t place = placeOf(id);
    noteWhole(place, !m_befores[place].isWhole && m_view.exists(id), told);
}

void ViewDifference::noteEntity(Entity &entity, bool isNew, Change::Event told)
{
    if (m_isHeard)
        noteWhole(placeOf(entity), !isNew, told);
}

void ViewDifference::noteWhole(size_t place, bool existed, std::optional<Change::Event> told)
{
    Before &entity = m_befores[place];
    if (told)
        entity.told = told;
    if (entity.isWhole)
        return;
    ViewChange &change = m_changes[place];
    entity.isWhole = true;
    entity.existed = existed;
    if (!existed)
        return;
    ValueMap values = m_view.values(change.id);
    forEachOld(place, [&values](const QByteArray &name, const Value &old) {
        if (old.isUndefined())
            values.remove(name);
        else
            values.insert(name, old);
    });
    change.properties = std::move(values);
}

void ViewDifference::noteProperty(const QByteArray &id, const QByteArray &name, const Value &old,
                                  const Value &now)
{
    if (m_isHeard)
        noteProperty(placeOf(id), name, old, now);
}

void ViewDifference::noteProperty(Entity &entity, const QByteArray &name, Value old,
                                  const Value &now)
{
    if (m_isHeard)
        noteProperty(placeOf(entity), name, std::move(old), now);
}

void ViewDifference::noteProperty(size_t place, const QByteArray &name, Value old, const Value &now)
{
    Before &before = m_befores[place];
    if (before.isWhole)
        return;
    ValueMap &noted = m_changes[place].properties;
    if (noted.isEmpty()) {
        before.old = std::move(old);
    } else if (!noted.contains(name)) {
        const auto add = [&](const QByteArray &of, Value &value) {
            m_olds.push_back({ of, std::move(value), before.olds });
            before.olds = static_cast<quint32>(m_olds.size());
        };
        if (before.olds == 0)
            add(noted.begin()->name, before.old);
        add(name, old);
    }
    noted.insert(name, now);
}

/// Calls \a function for each property that is noted by itself, with what it was.
template<typename Function>
void ViewDifference::forEachOld(size_t place, const Function &function) const
{
    const Before &before = m_befores[place];
    const ValueMap &noted = m_changes[place].properties;
    if (before.olds == 0 && !noted.isEmpty())
        function(noted.begin()->name, before.old);
    for (quint32 at = before.olds; at != 0; at = m_olds[at - 1].before)
        function(m_olds[at - 1].name, m_olds[at - 1].value);
}

// The difference

std::vector<ViewChange> ViewDifference::takeChanges()
{
    size_t kept = 0;
    for (size_t place = 0; place < m_changes.size(); ++place) {
        if (!finish(place))
            continue;
        if (kept != place)
            m_changes[kept] = std::move(m_changes[place]);
        ++kept;
    }
    m_changes.erase(m_changes.begin() + static_cast<std::ptrdiff_t>(kept), m_changes.end());
    return std::move(m_changes);
}

/// Makes of what is noted what is told. False where nothing differs.
bool ViewDifference::finish(size_t place)
{
    using Event = ViewChange::Event;
    const Before &before = m_befores[place];
    ViewChange &change = m_changes[place];
    if (!before.isWhole) { // it was there, and is
        ValueMap &noted = change.properties;
        if (before.olds == 0)
            return noted.begin()->value != before.old;
        forEachOld(place, [&noted](const QByteArray &name, const Value &old) {
            if (*noted.find(name) == old)
                noted.remove(name);
        });
        return !noted.isEmpty();
    }
    const EntityState state = before.entity ? m_view.confirmedState(*before.entity)
                                            : m_view.state(change.id);
    if (!before.existed && !state.exists)
        return false;
    const ValueMap was = std::exchange(change.properties, {});
    if (state.exists) {
        change.properties = state.entity ? state.world->values(*state.entity)
                                         : m_view.values(change.id);
        if (!before.existed) {
            change.event = isCreated(change.id, before) ? Event::Created : Event::Entered;
            return true;
        }
        change.properties = differences(was, change.properties);
        return !change.properties.isEmpty();
    }
    change.event = isDestroyed(change.id, before) ? Event::Destroyed : Event::Left;
    change.properties.reserve(was.size());
    for (const auto &[name, old] : was)
        change.properties.insert(name, Value());
    return true;
}

ValueMap ViewDifference::differences(const ValueMap &was, const ValueMap &now)
{
    ValueMap differing;
    for (const auto &[name, value] : now) {
        const Value *old = was.find(name);
        if (!old || *old != value)
            differing.insert(name, value);
    }
    for (const auto &[name, old] : was) {
        if (!now.contains(name))
            differing.insert(name, Value());
    }
    return differing;
}

bool ViewDifference::isCreated(const QByteArray &id, const Before &before) const
{
    if (before.told == Change::Event::Create || before.told == Change::Event::Enter)
        return before.told == Change::Event::Create;
    const StagedEntity *staged = m_view.laidOver(id);
    return staged && !staged->existed;
}

bool ViewDifference::isDestroyed(const QByteArray &id, const Before &before) const
{
    if (before.told == Change::Event::Destroy || before.told == Change::Event::Leave)
        return before.told == Change::Event::Destroy;
    return m_view.laidOver(id) != nullptr;
}

} // namespace ObjectSync::Internal
