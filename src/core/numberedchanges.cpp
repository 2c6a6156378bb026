// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/numberedchanges.h>

#include "numberedtexts_p.h"

namespace ObjectSync {

NumberedChanges::NumberedChanges(Texts ids, Texts names)
    : m_ids(std::move(ids)), m_names(std::move(names))
{
}

void NumberedChanges::reserve(size_t changes, size_t leaves)
{
    m_changes.reserve(changes);
    m_leaves.reserve(leaves);
}

const QByteArray &NumberedChanges::id(size_t place) const
{
    return *m_ids->find(m_changes[place].entity);
}

const QByteArray &NumberedChanges::name(NameNumber number) const
{
    return *m_names->find(number);
}

std::vector<ChangePtr> NumberedChanges::toChanges() const
{
    std::vector<ChangePtr> changes;
    changes.reserve(m_changes.size());
    for (size_t place = 0; place < m_changes.size(); ++place) {
        auto change = std::make_shared<Change>();
        change->number = m_changes[place].entity;
        change->id = id(place);
        change->event = m_changes[place].event;
        for (const Leaf &leaf : leaves(place))
            change->properties.push_back({ leaf.name, name(leaf.name), leaf.value });
        changes.push_back(std::move(change));
    }
    return changes;
}

} // namespace ObjectSync
