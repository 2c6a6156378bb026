// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/leaflist.h>

#include <memory>
#include <span>
#include <vector>

namespace ObjectSync {

class Entity;
class World;

/// A value: a property of an entity that a world holds, as it is or as it is to be. Names both
/// instead of holding copies: it is valid as long as the world does not forget the entity.
struct OBJECTSYNC_CORE_EXPORT EntityLeaf
{
    const Entity *entity = nullptr;
    Leaf leaf = {};
    friend bool operator==(const EntityLeaf &a, const EntityLeaf &b)
    {
        return a.entity == b.entity && a.leaf.name == b.leaf.name && a.leaf.value == b.leaf.value;
    }
};

/// True for what lies within a Value: numbers, truth values, null, date-times. All of these count the
/// same towards the size of an entity.
inline bool isSmall(const Value &value)
{
    return value.type() > Value::Type::Undefined && value.type() < Value::Type::String;
}

/// A value: operations that each `set` small values of properties which their entities have already.
/// What most transactions are made of, without anything that has to be allocated for each of them. A
/// decoder that knows the world makes it; World::apply() takes it, and World::operations() gives the
/// same operations in the general form. Valid until the world changes.
struct OBJECTSYNC_CORE_EXPORT LeafWrites
{
    std::vector<EntityLeaf> leaves = {}; ///< those of one operation stand together
    qint64 operations = 0; ///< each of another entity than the one before it
    quint64 fingerprint = 0; ///< fingerprint() of the operations, without expectations

    bool isEmpty() const { return leaves.empty(); }
    friend bool operator==(const LeafWrites &, const LeafWrites &) = default;
};

/// A value: leaves of entities as they have become, for readers who know these entities. Made for one
/// message that goes out at once; valid as long as the world does not forget one of the entities.
class OBJECTSYNC_CORE_EXPORT LeafUpdates
{
public:
    /// \a expected: about so many leaves will be added.
    LeafUpdates(const World &world, size_t expected);
    /// All of these. Those of one entity stand together.
    LeafUpdates(const World &world, std::vector<EntityLeaf> leaves);

    /// Some leaves of an entity that has not been added yet: a bit for each place among them.
    void add(const Entity &entity, quint64 places);
    /// The same, named one by one.
    void add(std::span<const EntityLeaf> leavesOfOne);

    const std::vector<EntityLeaf> &leaves() const { return m_leaves; }
    size_t entities() const { return m_entities; } ///< how many there are
    /// No entity, or name, has a number above it.
    EntityNumber highestNumber() const { return m_highestNumber; }
    NameNumber highestName() const { return m_highestName; }
    /// To be called if the message has to wait for a store: a world may forget the name of a property
    /// that is gone meanwhile.
    void keepNames();
    /// The same as changes, one for each entity; copies, which stay valid. Made once.
    const std::vector<ChangePtr> &toChanges() const;

private:
    using NamedNumber = std::pair<NameNumber, QByteArray>;
    void count(const Entity &entity);
    const QByteArray &name(NameNumber number) const;
    void count(std::span<const EntityLeaf> leaves);

    const World &m_world;
    std::vector<EntityLeaf> m_leaves;
    size_t m_entities = 0;
    EntityNumber m_highestNumber = 0;
    NameNumber m_highestName = 0;
    std::vector<NamedNumber> m_names; ///< by number; empty where they are not kept
    mutable std::vector<ChangePtr> m_changes;
};

} // namespace ObjectSync
