// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

#include <algorithm>
#include <bit>

namespace ObjectSync {

LeafUpdates::LeafUpdates(const World &world, size_t expected) : m_world(world)
{
    m_leaves.reserve(expected);
}

LeafUpdates::LeafUpdates(const World &world, std::vector<EntityLeaf> leaves)
    : m_world(world), m_leaves(std::move(leaves))
{
    count(m_leaves);
}

void LeafUpdates::add(std::span<const EntityLeaf> leavesOfOne)
{
    m_leaves.insert(m_leaves.end(), leavesOfOne.begin(), leavesOfOne.end());
    count(leavesOfOne);
}

void LeafUpdates::add(const Entity &entity, quint64 places)
{
    count(entity);
    const Leaf *leaves = entity.leaves().begin();
    for (; places != 0; places &= places - 1) {
        const Leaf &leaf = leaves[std::countr_zero(places)];
        m_highestName = std::max(m_highestName, leaf.name);
        m_leaves.push_back({ &entity, leaf });
    }
}

void LeafUpdates::count(std::span<const EntityLeaf> leaves)
{
    const Entity *last = nullptr;
    for (const auto &[entity, leaf] : leaves) {
        if (std::exchange(last, entity) != entity)
            count(*entity);
        m_highestName = std::max(m_highestName, leaf.name);
    }
}

void LeafUpdates::count(const Entity &entity)
{
    ++m_entities;
    m_highestNumber = std::max(m_highestNumber, entity.number());
}

void LeafUpdates::keepNames()
{
    std::vector<NameNumber> numbers;
    for (const EntityLeaf &leaf : m_leaves) {
        if (numbers.empty() || numbers.back() != leaf.leaf.name)
            numbers.push_back(leaf.leaf.name);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (const NameNumber number : numbers)
        m_names.emplace_back(number, m_world.name(number));
}

const QByteArray &LeafUpdates::name(NameNumber number) const
{
    if (m_names.empty())
        return m_world.name(number);
    return std::ranges::lower_bound(m_names, number, {}, &NamedNumber::first)->second;
}

const std::vector<ChangePtr> &LeafUpdates::toChanges() const
{
    if (!m_changes.empty() || m_leaves.empty())
        return m_changes;
    m_changes.reserve(m_entities);
    std::shared_ptr<Change> change;
    const Entity *last = nullptr;
    for (const auto &[entity, leaf] : m_leaves) {
        if (std::exchange(last, entity) != entity) {
            change = std::make_shared<Change>();
            change->number = entity->number();
            change->id = entity->id();
            m_changes.push_back(change);
        }
        change->properties.push_back({ leaf.name, name(leaf.name), leaf.value });
    }
    return m_changes;
}

} // namespace ObjectSync
