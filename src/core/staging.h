// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/limits.h>
#include <objectsync/core/operationregistry.h>
#include <objectsync/core/transaction.h>

#include <map>
#include <optional>

namespace ObjectSync {

/// A value: how large an entity is.
struct OBJECTSYNC_CORE_EXPORT EntityExtent
{
    qint64 properties = 0;
    qint64 bytes = 0; ///< for each property its name, and its value as valueSize() counts

    void add(const QByteArray &name, const Value &value); ///< nothing where it is Undefined
    void remove(const QByteArray &name, const Value &value);
    friend bool operator==(const EntityExtent &, const EntityExtent &) = default;
};

/// What a transaction needs to know of the entities it works on. Implemented by World and, so that
/// transactions can be laid over one another, by Staging.
class OBJECTSYNC_CORE_EXPORT EntityReader
{
public:
    virtual ~EntityReader();
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
    bool existed = false; ///< before the first transaction
    bool exists = false; ///< now
    bool replaced = false; ///< destroyed and created again: the earlier properties are gone
    ValueMap properties = {}; ///< the ones that were written; Undefined: removed
    EntityExtent extent = {}; ///< of all properties, not only the written ones

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

    /// What was touched, by id. An entity may be listed and yet be as it was (see isChange()).
    const std::map<QByteArray, StagedEntity> &entities() const { return m_entities; }
    /// True where the staged entity differs from the base.
    bool isChange(const QByteArray &id, const StagedEntity &entity) const;
    void clear() { m_entities.clear(); }

    bool exists(const QByteArray &id) const override;
    Value value(const QByteArray &id, const QByteArray &name) const override;
    ValueMap values(const QByteArray &id) const override;
    Revision stamp(const QByteArray &id) const override; ///< the base's
    EntityExtent extent(const QByteArray &id) const override;

private:
    Expected<void> check(const Expectation &expectation) const;
    Expected<void> apply(const Operation &operation);
    Expected<void> applyRegistered(const Operation &operation);
    Expected<void> checkExtent(const QByteArray &id, const EntityExtent &before,
                               const EntityExtent &after) const;
    void create(StagedEntity &entity, const ValueMap &values);
    void write(const QByteArray &id, StagedEntity &entity, const QByteArray &name, Value value);
    Value value(const QByteArray &id, const StagedEntity &entity, const QByteArray &name) const;
    StagedEntity &stage(const QByteArray &id);
    void rollBack();

    const EntityReader &m_base;
    const OperationRegistry &m_operations;
    const Limits &m_limits;
    std::map<QByteArray, StagedEntity> m_entities;
    std::map<QByteArray, std::optional<StagedEntity>> m_undo; ///< of the transaction in progress
};

} // namespace ObjectSync
