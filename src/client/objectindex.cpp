// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "objectindex_p.h"

#include "objectprivate_p.h"
#include "sessionprivate_p.h"

#include <algorithm>
#include <utility>

namespace ObjectSync::Internal {

void ObjectIndex::add(ObjectPrivate *object)
{
    Entry &entry = m_entries[object->id];
    object->nextFace = nullptr;
    ObjectPrivate **end = &entry.first;
    while (*end)
        end = &(*end)->nextFace;
    *end = object;
    want(object->id, entry);
}

void ObjectIndex::remove(ObjectPrivate *object)
{
    const auto found = m_entries.find(object->id);
    if (found == m_entries.end())
        return;
    ObjectPrivate **place = &found->first;
    while (*place && *place != object)
        place = &(*place)->nextFace;
    if (*place)
        *place = object->nextFace;
    object->nextFace = nullptr;
    if (found->first)
        return;
    const SubscriptionNumber group = found->group;
    m_entries.erase(found);
    leaveGroup(group);
}

SyncedObject *ObjectIndex::findOwned(const QByteArray &id, const QMetaObject &type) const
{
    const auto found = m_entries.constFind(id);
    if (found == m_entries.constEnd())
        return nullptr;
    for (ObjectPrivate *face = found->first; face; face = face->nextFace) {
        if (face->owned && face->q && face->q->metaObject()->inherits(&type))
            return face->q;
    }
    return nullptr;
}

std::vector<std::shared_ptr<ObjectPrivate>> ObjectIndex::takeAll()
{
    Faces result;
    for (const Entry &entry : std::as_const(m_entries)) {
        for (ObjectPrivate *face = entry.first; face; face = face->nextFace)
            result.push_back(face->shared_from_this());
    }
    for (const auto &face : result)
        face->nextFace = nullptr;
    m_entries.clear();
    m_groups.clear();
    m_wanted.clear();
    return result;
}

void ObjectIndex::markDirty(ObjectPrivate *object)
{
    if (std::exchange(object->isDirty, true))
        return;
    m_dirty.push_back(object->weak_from_this());
    m_session.wantTurnEnd();
}

void ObjectIndex::flushDirty()
{
    const auto dirty = std::exchange(m_dirty, {});
    for (const auto &entry : dirty) {
        if (const std::shared_ptr<ObjectPrivate> object = entry.lock()) {
            object->isDirty = false;
            object->flush();
        }
    }
}

// Subscriptions

void ObjectIndex::want(const QByteArray &id, Entry &entry)
{
    if (entry.group != 0 || std::exchange(entry.isWanted, true))
        return;
    m_wanted.push_back(id);
    m_session.wantTurnEnd();
}

void ObjectIndex::subscribeWanted()
{
    std::vector<QByteArray> ids;
    std::vector<std::pair<QByteArray, Error>> refused;
    ClientEngine &engine = m_session.engine();
    for (const QByteArray &id : std::exchange(m_wanted, {})) {
        const auto entry = m_entries.find(id);
        if (entry == m_entries.end() || !std::exchange(entry->isWanted, false))
            continue;
        if (m_session.isSubscribed(id))
            continue;
        // One bad id would have the others refused with it.
        if (const Expected<void> check = checkId(id, engine.limits()); !check)
            refused.emplace_back(id, check.error());
        else
            ids.push_back(id);
    }
    if (!ids.empty()) {
        if (const Expected<SubscriptionNumber> number = engine.subscribe(Filter::byIds(ids))) {
            for (const QByteArray &id : ids)
                m_entries[id].group = *number;
            m_groups[*number] = static_cast<qsizetype>(ids.size());
        } else {
            for (const QByteArray &id : ids)
                refused.emplace_back(id, number.error());
        }
    }
    for (const std::pair<QByteArray, Error> &each : refused)
        forEachFace(each.first, [&each](ObjectPrivate &face) { face.refused(each.second); });
}

void ObjectIndex::leaveGroup(SubscriptionNumber group)
{
    const auto found = m_groups.find(group);
    if (found == m_groups.end() || --found->second > 0)
        return;
    m_groups.erase(found);
    m_session.engine().unsubscribe(group, m_session.now());
    m_session.wantTurnEnd();
}

std::vector<QByteArray> ObjectIndex::idsOfGroup(SubscriptionNumber group) const
{
    std::vector<QByteArray> ids;
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry) {
        if (entry->group == group)
            ids.push_back(entry.key());
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

// What the session says

ObjectIndex::Faces ObjectIndex::faces(const QByteArray &id) const
{
    Faces result;
    const auto found = m_entries.constFind(id);
    if (found == m_entries.constEnd())
        return result;
    for (ObjectPrivate *face = found->first; face; face = face->nextFace)
        result.push_back(face->shared_from_this());
    return result;
}

template<typename Function>
void ObjectIndex::forEachFace(const QByteArray &id, Function function)
{
    // Slots may delete objects, make new ones, and give them other ids.
    for (const auto &face : faces(id)) {
        if (face->isStarted && face->id == id)
            function(*face);
    }
}

template<typename Function>
void ObjectIndex::forEachId(const Filter &filter, Function function)
{
    std::vector<QByteArray> ids;
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry) {
        if (filter.matches(entry.key()))
            ids.push_back(entry.key());
    }
    std::sort(ids.begin(), ids.end());
    for (const QByteArray &id : ids)
        function(id);
}

void ObjectIndex::viewChanged(const ViewChange &change, quint64 step)
{
    const auto found = m_entries.constFind(change.id);
    if (found == m_entries.constEnd())
        return;
    if (found->first->nextFace) {
        forEachFace(change.id, [&](ObjectPrivate &face) { face.viewChanged(change, step); });
        return;
    }
    // Mostly there is one, and this is where the time goes.
    const auto face = found->first->shared_from_this();
    face->viewChanged(change, step);
}

void ObjectIndex::subscriptionReady(SubscriptionNumber sub)
{
    if (!m_groups.contains(sub))
        return;
    for (const QByteArray &id : idsOfGroup(sub))
        forEachFace(id, [](ObjectPrivate &face) { face.coverageChanged(); });
}

void ObjectIndex::subscriptionFailed(SubscriptionNumber sub, const Error &error)
{
    if (m_groups.erase(sub) == 0)
        return;
    const std::vector<QByteArray> ids = idsOfGroup(sub);
    for (const QByteArray &id : ids)
        m_entries[id].group = 0;
    for (const QByteArray &id : ids)
        forEachFace(id, [&error](ObjectPrivate &face) { face.refused(error); });
}

void ObjectIndex::answered(const QList<QByteArray> &ids, const std::optional<Error> &error,
                           bool quiet)
{
    for (const QByteArray &id : ids)
        forEachFace(id, [&](ObjectPrivate &face) { face.answered(error, quiet); });
}

void ObjectIndex::stalenessChanged()
{
    forEachId(Filter::byPrefix({}), [this](const QByteArray &id) {
        forEachFace(id, [](ObjectPrivate &face) {
            face.coverageChanged();
            face.updatePending();
        });
    });
}

void ObjectIndex::updatePending(const QList<QByteArray> &ids)
{
    for (const QByteArray &id : ids)
        forEachFace(id, [](ObjectPrivate &face) { face.updatePending(); });
}

void ObjectIndex::coverageGained(const Filter &filter)
{
    forEachId(filter, [this](const QByteArray &id) {
        forEachFace(id, [](ObjectPrivate &face) { face.coverageChanged(); });
    });
}

void ObjectIndex::coverageLost(const Filter &filter)
{
    forEachId(filter, [this](const QByteArray &id) { want(id, m_entries[id]); });
}

} // namespace ObjectSync::Internal
