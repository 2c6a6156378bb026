// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "viewdifference_p.h"

#include <bit>

namespace ObjectSync::Internal {

namespace {

quint32 hashOf(const QByteArray &id)
{
    const quint64 hash = qHash(id, QHashSeed::globalSeed());
    return static_cast<quint32>(hash ^ (hash >> 32));
}

} // namespace

ViewDifference::Before &ViewDifference::before(const QByteArray &id)
{
    if (m_slots.empty()) {
        const auto found = std::find_if(m_befores.begin(), m_befores.end(),
                                        [&id](const Before &before) { return before.id == id; });
        if (found != m_befores.end())
            return *found;
        if (m_befores.size() < Few)
            return m_befores.emplace_back(Before{ id });
    }
    if (2 * (m_befores.size() + 1) > m_slots.size())
        index(2 * (m_befores.size() + 1));
    // One look-up both finds the entity and makes room for it.
    const quint32 hash = hashOf(id);
    Slot &slot = this->slot(id, hash);
    if (slot.place == 0) {
        m_befores.push_back({ id });
        slot = { hash, static_cast<quint32>(m_befores.size()) };
    }
    return m_befores[slot.place - 1];
}

/// Where the entity is, or belongs.
ViewDifference::Slot &ViewDifference::slot(const QByteArray &id, quint32 hash)
{
    const size_t mask = m_slots.size() - 1;
    size_t at = hash & mask;
    while (m_slots[at].place != 0
           && (m_slots[at].hash != hash || m_befores[m_slots[at].place - 1].id != id))
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
    for (size_t place = 0; place < m_befores.size(); ++place) {
        const quint32 hash = hashOf(m_befores[place].id);
        slot(m_befores[place].id, hash) = { hash, static_cast<quint32>(place + 1) };
    }
}

void ViewDifference::noteEntity(const QByteArray &id, std::optional<Change::Event> told)
{
    Before &entity = before(id);
    if (told)
        entity.told = told;
    if (entity.isWhole)
        return;
    entity.isWhole = true;
    entity.existed = m_view.exists(id);
    if (!entity.existed)
        return;
    ValueMap values = m_view.values(id);
    for (const auto &[name, old] : entity.values) {
        if (old.isUndefined())
            values.remove(name);
        else
            values.insert(name, old);
    }
    entity.values = std::move(values);
}

void ViewDifference::noteProperty(const QByteArray &id, const QByteArray &name, const Value &old,
                                  const Value &now)
{
    Before &entity = before(id);
    if (entity.isWhole)
        return;
    if (!entity.values.contains(name))
        entity.values.insert(name, old);
    entity.now.insert(name, now);
}

std::vector<ViewChange> ViewDifference::takeChanges()
{
    std::vector<ViewChange> changes;
    changes.reserve(m_befores.size());
    for (Before &before : m_befores) {
        // What was not noted as a whole was there, and is.
        const EntityState state = before.isWhole ? m_view.state(before.id) : EntityState{ true };
        const bool existed = !before.isWhole || before.existed;
        if (existed && state.exists) {
            ValueMap differing = differences(before);
            if (!differing.isEmpty())
                changes.push_back({ before.id, ViewChange::Event::Updated, std::move(differing) });
        } else if (state.exists) {
            changes.push_back(appeared(before, state));
        } else if (existed) {
            changes.push_back(disappeared(before));
        }
    }
    return changes;
}

ValueMap ViewDifference::differences(Before &before) const
{
    if (!before.isWhole) {
        for (const auto &[name, old] : before.values) {
            if (*before.now.find(name) == old)
                before.now.remove(name);
        }
        return std::move(before.now);
    }
    ValueMap differing;
    const ValueMap now = m_view.values(before.id);
    for (const auto &[name, value] : now) {
        const Value *old = before.values.find(name);
        if (!old || *old != value)
            differing.insert(name, value);
    }
    for (const auto &[name, old] : before.values) {
        if (!now.contains(name))
            differing.insert(name, Value());
    }
    return differing;
}

ViewChange ViewDifference::appeared(const Before &before, const EntityState &state) const
{
    const StagedEntity *staged = m_view.laidOver(before.id);
    const bool isCreated = before.told == Change::Event::Create
                           || (before.told != Change::Event::Enter && staged && !staged->existed);
    return { before.id, isCreated ? ViewChange::Event::Created : ViewChange::Event::Entered,
             state.entity ? state.world->values(*state.entity) : m_view.values(before.id) };
}

ViewChange ViewDifference::disappeared(const Before &before) const
{
    const StagedEntity *staged = m_view.laidOver(before.id);
    const bool isDestroyed = before.told == Change::Event::Destroy
                             || (before.told != Change::Event::Leave && staged);
    ViewChange change{ before.id,
                       isDestroyed ? ViewChange::Event::Destroyed : ViewChange::Event::Left };
    change.properties.reserve(before.values.size());
    for (const auto &[name, old] : before.values)
        change.properties.insert(name, Value());
    return change;
}

} // namespace ObjectSync::Internal
