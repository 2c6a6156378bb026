// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/numberedupdates.h>

#include "numberedtexts_p.h"

namespace ObjectSync {

NumberedUpdates::NumberedUpdates(Texts ids, Texts names, std::vector<NumberedLeaf> leaves)
    : m_ids(std::move(ids)), m_names(std::move(names)), m_leaves(std::move(leaves))
{
    for (size_t place = 0; place < m_leaves.size(); ++place) {
        if (place == 0 || m_leaves[place].entity != m_leaves[place - 1].entity)
            ++m_entities;
    }
}

const QByteArray &NumberedUpdates::id(EntityNumber number) const
{
    return *m_ids->find(number);
}

const QByteArray &NumberedUpdates::name(NameNumber number) const
{
    return *m_names->find(number);
}

std::vector<ChangePtr> NumberedUpdates::toChanges() const
{
    std::vector<ChangePtr> changes;
    changes.reserve(m_entities);
    std::shared_ptr<Change> change;
    for (const auto &[leaf, entity] : m_leaves) {
        if (!change || change->number != entity) {
            change = std::make_shared<Change>();
            change->number = entity;
            change->id = id(entity);
            changes.push_back(change);
        }
        change->properties.push_back({ leaf.name, name(leaf.name), leaf.value });
    }
    return changes;
}

} // namespace ObjectSync
