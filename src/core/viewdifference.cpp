// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "viewdifference_p.h"

namespace ObjectSync::Internal {

ViewDifference::Before &ViewDifference::before(const QByteArray &id)
{
    // One look-up both finds the entity and makes room for it.
    size_t &place = m_places[id];
    if (place == 0) {
        m_befores.push_back({ id });
        place = m_befores.size();
    }
    return m_befores[place - 1];
}

void ViewDifference::noteEntity(const QByteArray &id)
{
    Before &entity = before(id);
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

void ViewDifference::noteEvent(const QByteArray &id, Change::Event event)
{
    noteEntity(id);
    before(id).told = event;
}

std::vector<ViewChange> ViewDifference::takeChanges()
{
    std::vector<ViewChange> changes;
    changes.reserve(m_befores.size());
    for (Before &before : m_befores) {
        // What was not noted as a whole was there, and is.
        const bool exists = !before.isWhole || m_view.exists(before.id);
        const bool existed = !before.isWhole || before.existed;
        if (existed && exists) {
            ValueMap differing = differences(before);
            if (!differing.isEmpty())
                changes.push_back({ before.id, ViewChange::Event::Updated, std::move(differing) });
        } else if (exists) {
            changes.push_back(appeared(before));
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

ViewChange ViewDifference::appeared(const Before &before) const
{
    const StagedEntity *staged = m_view.laidOver(before.id);
    const bool isCreated = before.told == Change::Event::Create
                           || (before.told != Change::Event::Enter && staged && !staged->existed);
    return { before.id, isCreated ? ViewChange::Event::Created : ViewChange::Event::Entered,
             m_view.values(before.id) };
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
