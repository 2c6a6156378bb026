// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/limits.h>
#include <objectsync/core/operationregistry.h>
#include <objectsync/core/transaction.h>

#include <limits>
#include <utility>
#include <vector>

namespace ObjectSync {

class Entity;
struct Leaf;
class World;

/// A value: how large an entity is.
struct OBJECTSYNC_CORE_EXPORT EntityExtent
{
    qint64 properties = 0;
    qint64 bytes = 0; ///< for each property its name, and its value as valueSize() counts

    void add(const QByteArray &name, const Value &value); ///< nothing where it is Undefined
    void remove(const QByteArray &name, const Value &value);
    /// The same as remove() of \a before, which may be null, and add() of \a after.
    void replace(const QByteArray &name, const Value *before, const Value &after);
    friend bool operator==(const EntityExtent &, const EntityExtent &) = default;
};

/// A value: an entity before a transaction changes it, as one look-up finds it.
struct OBJECTSYNC_CORE_EXPORT EntityState
{
    bool exists = false;
    EntityExtent extent = {}; ///< zeros where it is absent
    /// Where a world holds it as it is, tombstones included; else null. Valid until the world
    /// changes.
    const World *world = nullptr;
    const Entity *entity = nullptr;
};

/// What a transaction needs to know of the entities it works on. Implemented by World and, so that
/// transactions can be laid over one another, by Staging.
class OBJECTSYNC_CORE_EXPORT EntityReader
{
public:
    virtual ~EntityReader();
    virtual EntityState state(const QByteArray &id, EntityHint hint = {}) const;
    virtual bool exists(const QByteArray &id) const = 0;
    /// Undefined where the entity or the property is absent.
    virtual Value value(const QByteArray &id, const QByteArray &name) const = 0;
    /// All properties; empty where the entity is absent.
    virtual ValueMap values(const QByteArray &id) const = 0;
    /// The revision of the entity's last change; 0 where it is absent.
    virtual Revision stamp(const QByteArray &id) const = 0;
    /// What counts towards Limits::properties and Limits::entitySize; zeros where it is absent.
    virtual EntityExtent extent(const QByteArray &id) const = 0;
};

/// A value: what transactions have made of one entity, not yet kept.
struct OBJECTSYNC_CORE_EXPORT StagedEntity
{
    QByteArray id = {};
    bool existed = false; ///< before the first transaction
    bool exists = false; ///< now
    bool replaced = false; ///< destroyed and created again: the earlier properties are gone
    ValueMap properties = {}; ///< the ones that were written; Undefined: removed
    EntityExtent extent = {}; ///< of all properties, not only the written ones
    EntityHint hint = {}; ///< of the first operation on it

    friend bool operator==(const StagedEntity &, const StagedEntity &) = default;
};

/// A resource: transactions applied in thought, on top of entities that stay as they are. The one
/// place that knows what operations mean: a server stages a commit and then keeps the result; a
/// client's view is its confirmed replica with the pending transactions staged on top.
class OBJECTSYNC_CORE_EXPORT Staging : public EntityReader
{
public:
    /// \a base, \a operations and \a limits must outlive this, and \a base must not change
    /// between the first apply() and clear().
    Staging(const EntityReader &base, const OperationRegistry &operations, const Limits &limits);

    /// All or none: after an error everything is as before.
    /// Operations that need an id from the server are left out (a client does not know it yet).
    /// Errors: `not-found`, `exists`, `expectation-failed`, `unknown-operation`, `bad-argument`,
    /// `too-large`, `bad-value`, each with the entity.
    Expected<void> apply(const Transaction &transaction);
    Expected<void> apply(Transaction &&transaction);

    /// What was touched, in the order of the first touch. An entity may be listed and yet be as it
    /// was (see isChange()).
    const std::vector<StagedEntity> &entities() const { return m_entities; }
    /// Null where the entity was not touched.
    const StagedEntity *staged(const QByteArray &id) const;
    /// True where the staged entity differs from the base.
    bool isChange(const StagedEntity &entity) const;
    void clear();

    bool exists(const QByteArray &id) const override;
    Value value(const QByteArray &id, const QByteArray &name) const override;
    ValueMap values(const QByteArray &id) const override;
    Revision stamp(const QByteArray &id) const override; ///< the base's
    EntityExtent extent(const QByteArray &id) const override;

private:
    friend class World;
    static constexpr size_t None = std::numeric_limits<size_t>::max();

    Expected<void> check(const Expectation &expectation) const;
    Expected<void> begin(const Transaction &transaction);
    /// Where the transaction, or the operation, is not const, ids and values are taken out of it.
    template<typename AnyTransaction>
    Expected<void> applyAll(AnyTransaction &transaction);
    template<typename AnyOperation>
    Expected<void> applyOne(AnyOperation &operation);
    Expected<void> applyRegistered(const Operation &operation, size_t place);
    Expected<void> checkExtent(const QByteArray &id, const EntityExtent &before,
                               const EntityExtent &after) const;
    void create(StagedEntity &entity, ValueMap &&values);
    void writeAll(size_t place, ValueMap &&values);
    void write(size_t place, const QByteArray &name, const Value &value);
    Value value(size_t place, const QByteArray &name) const;
    Value baseValue(size_t place, const QByteArray &name) const;
    size_t placeOf(const QByteArray &id) const; ///< None where it was not touched
    size_t placeOf(const QByteArray &id, const Entity *entity) const;
    bool isAt(size_t place, const QByteArray &id, const Entity *entity) const;
    template<typename Id>
    size_t stage(Id &&id, EntityHint hint);
    void saveForUndo(size_t place);
    void index(size_t place);
    void makeIndex();
    void rollBack();

    const EntityReader &m_base;
    const OperationRegistry &m_operations;
    const Limits &m_limits;
    std::vector<StagedEntity> m_entities;
    struct Before : EntityState
    {
        /// What a world has of the only property that was written; null where it has none, or
        /// where there are several.
        const Leaf *leaf = nullptr;
    };
    std::vector<Before> m_before; ///< of each of them
    /// A hash table of their places, plus one, with a power of two of slots; 0: none. Empty while
    /// they are few. A QHash would make and delete nodes all the time. Entities that the base holds
    /// go by where it holds them, the others by their ids.
    std::vector<quint32> m_places;
    // Of the transaction in progress:
    size_t m_kept = 0; ///< how many were touched by earlier ones
    std::vector<std::pair<size_t, StagedEntity>> m_undo; ///< and what it touched of these
    quint32 m_transaction = 0; ///< its number: 1, 2, 3, …
    std::vector<quint32> m_savedIn; ///< the last one that saved each entity; 0: none
};

} // namespace ObjectSync
