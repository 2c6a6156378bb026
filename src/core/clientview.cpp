// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientview_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

/// True where nothing of the confirmed entity shows through.
bool hidesConfirmed(const StagedEntity &entity)
{
    return !entity.existed || entity.replaced;
}

} // namespace

const StagedEntity *ClientView::laidOver(const QByteArray &id) const
{
    // Mostly nothing is pending: then this must not cost a hash.
    if (m_overlay.isEmpty())
        return nullptr;
    const auto found = m_overlay.constFind(id);
    return found == m_overlay.constEnd() ? nullptr : &*found;
}

void ClientView::lay(StagedEntity *was, const StagedEntity &staged)
{
    if (was)
        *was = staged;
    else
        m_overlay.insert(staged.id, staged);
}

void ClientView::layOnTop(const StagedEntity &staged)
{
    StagedEntity &entity = m_overlay[staged.id];
    if (entity.id.isEmpty()) { // it was made for this
        entity = staged;
        return;
    }
    const bool startsAnew = !staged.existed || staged.replaced;
    if (!staged.exists || startsAnew) {
        entity.replaced = staged.exists && entity.existed;
        entity.properties = staged.properties;
    } else {
        for (const auto &[name, value] : staged.properties)
            entity.properties.insert(name, value);
    }
    entity.exists = staged.exists;
    entity.extent = staged.extent;
}

std::vector<QByteArray> ClientView::ids(const Filter &filter) const
{
    if (filter.prefix)
        return idsByPrefix(*filter.prefix);
    std::vector<QByteArray> ids = filter.ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::erase_if(ids, [this](const QByteArray &id) { return !exists(id); });
    return ids;
}

std::vector<QByteArray> ClientView::idsByPrefix(const QByteArray &prefix) const
{
    std::vector<QByteArray> ids;
    m_confirmed.visit(prefix, {}, [&](const Entity &entity) {
        if (const StagedEntity *staged = laidOver(entity.id()); !staged || staged->exists)
            ids.push_back(entity.id());
        return true;
    });
    const auto confirmed = static_cast<std::ptrdiff_t>(ids.size());
    for (auto each = m_overlay.constBegin(); each != m_overlay.constEnd(); ++each) {
        if (each->exists && !each->existed && each.key().startsWith(prefix))
            ids.push_back(each.key());
    }
    std::sort(ids.begin() + confirmed, ids.end());
    std::inplace_merge(ids.begin(), ids.begin() + confirmed, ids.end());
    return ids;
}

EntityState ClientView::state(const QByteArray &id, EntityHint hint) const
{
    const StagedEntity *staged = laidOver(id);
    return staged ? EntityState{ staged->exists, staged->extent } : m_confirmed.state(id, hint);
}

bool ClientView::exists(const QByteArray &id) const
{
    const StagedEntity *staged = laidOver(id);
    return staged ? staged->exists : m_confirmed.exists(id);
}

Value ClientView::value(const QByteArray &id, const QByteArray &name) const
{
    const StagedEntity *staged = laidOver(id);
    if (!staged)
        return m_confirmed.value(id, name);
    if (!staged->exists)
        return {};
    if (const Value *written = staged->properties.find(name))
        return *written;
    return hidesConfirmed(*staged) ? Value() : m_confirmed.value(id, name);
}

Value ClientView::value(const Entity &entity, const StagedEntity *over, const QByteArray &name) const
{
    const Value *written = over ? over->properties.find(name) : nullptr;
    return written ? *written : m_confirmed.value(entity, name);
}

ValueMap ClientView::values(const QByteArray &id) const
{
    const StagedEntity *staged = laidOver(id);
    if (!staged)
        return m_confirmed.values(id);
    if (!staged->exists)
        return {};
    ValueMap values = hidesConfirmed(*staged) ? ValueMap() : m_confirmed.values(id);
    for (const auto &[name, value] : staged->properties) {
        if (value.isUndefined())
            values.remove(name);
        else
            values.insert(name, value);
    }
    return values;
}

Revision ClientView::stamp(const QByteArray &id) const
{
    return m_confirmed.stamp(id);
}

EntityExtent ClientView::extent(const QByteArray &id) const
{
    const StagedEntity *staged = laidOver(id);
    return staged ? staged->extent : m_confirmed.extent(id);
}

} // namespace ObjectSync::Internal
