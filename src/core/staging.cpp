// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/staging.h>

namespace ObjectSync {

EntityReader::~EntityReader() = default;

void EntityExtent::add(const QByteArray &name, const Value &value)
{
    if (value.isUndefined())
        return;
    ++properties;
    bytes += name.size() + valueSize(value);
}

void EntityExtent::remove(const QByteArray &name, const Value &value)
{
    if (value.isUndefined())
        return;
    --properties;
    bytes -= name.size() + valueSize(value);
}

Staging::Staging(const EntityReader &base, const OperationRegistry &operations, const Limits &limits)
    : m_base(base), m_operations(operations), m_limits(limits)
{
}

namespace {

/// The same error, of this entity.
Error of(const QByteArray &id, Error error)
{
    error.entityId = id;
    return error;
}

Error fault(const char *code, const QByteArray &id, const QString &message)
{
    return Error{ code, message, id };
}

Error notFound(const QByteArray &id)
{
    return fault(ErrorCode::NotFound, id,
                 QStringLiteral("There is no entity \"%1\"").arg(QString::fromUtf8(id)));
}

Error unmet(const QByteArray &id, const QString &what)
{
    return fault(ErrorCode::ExpectationFailed, id,
                 QStringLiteral("The entity \"%1\" %2").arg(QString::fromUtf8(id), what));
}

} // namespace

Expected<void> Staging::apply(const Transaction &transaction)
{
    m_undo.clear();
    for (const Expectation &expectation : transaction.expectations) {
        if (auto checked = check(expectation); !checked)
            return checked;
    }
    for (const Operation &operation : transaction.operations) {
        if (operation.needsId())
            continue;
        if (auto applied = apply(operation); !applied) {
            rollBack();
            return applied;
        }
    }
    return {};
}

void Staging::rollBack()
{
    for (auto &[id, before] : m_undo) {
        if (before)
            m_entities[id] = std::move(*before);
        else
            m_entities.erase(id);
    }
    m_undo.clear();
}

Expected<void> Staging::check(const Expectation &expectation) const
{
    const QByteArray &id = expectation.id;
    if (expectation.exists && *expectation.exists != exists(id)) {
        return unmet(id, *expectation.exists ? QStringLiteral("does not exist")
                                             : QStringLiteral("exists"));
    }
    if (expectation.revision && *expectation.revision != stamp(id)) {
        return unmet(id, QStringLiteral("is at revision %1, not %2")
                                 .arg(stamp(id))
                                 .arg(*expectation.revision));
    }
    for (const auto &[name, expected] : expectation.values) {
        const Value actual = value(id, name);
        if (actual != expected && !exists(id))
            return unmet(id, QStringLiteral("does not exist"));
        if (actual != expected) {
            return unmet(id, QStringLiteral("has %2 in \"%1\", not %3")
                                     .arg(QString::fromUtf8(name), actual.toDisplayString(),
                                          expected.toDisplayString()));
        }
    }
    return {};
}

Expected<void> Staging::apply(const Operation &operation)
{
    const QByteArray &id = operation.id;
    StagedEntity &entity = stage(id);
    const EntityExtent before = entity.extent;
    using Kind = Operation::Kind;
    const bool mayBeAbsent = operation.kind == Kind::Create || operation.kind == Kind::Save;
    if (!entity.exists && !mayBeAbsent)
        return notFound(id);
    switch (operation.kind) {
    case Kind::Create:
        if (entity.exists) {
            return fault(ErrorCode::Exists, id,
                         QStringLiteral("There is an entity \"%1\" already")
                                 .arg(QString::fromUtf8(id)));
        }
        create(entity, operation.values);
        break;
    case Kind::Save:
    case Kind::Set:
        if (!entity.exists)
            create(entity, {});
        for (const auto &[name, value] : operation.values)
            write(id, entity, name, value);
        break;
    case Kind::Unset:
        for (const QByteArray &name : operation.names)
            write(id, entity, name, Value());
        break;
    case Kind::Destroy:
        entity.exists = false;
        entity.properties.clear();
        entity.extent = {};
        break;
    case Kind::Apply:
        if (auto applied = applyRegistered(operation); !applied)
            return applied;
        break;
    }
    return checkExtent(id, before, entity.extent);
}

void Staging::create(StagedEntity &entity, const ValueMap &values)
{
    entity.exists = true;
    entity.replaced = entity.existed;
    entity.properties = values;
    entity.extent = {};
    for (const auto &[name, value] : values)
        entity.extent.add(name, value);
}

void Staging::write(const QByteArray &id, StagedEntity &entity, const QByteArray &name, Value value)
{
    entity.extent.remove(name, this->value(id, entity, name));
    entity.extent.add(name, value);
    entity.properties.insert(name, std::move(value));
}

Expected<void> Staging::applyRegistered(const Operation &operation)
{
    const OperationType *type = m_operations.find(operation.type);
    if (!type) {
        return fault(ErrorCode::UnknownOperation, operation.id,
                     QStringLiteral("There is no operation `%1`; register it with the server and "
                                    "with the clients")
                             .arg(QString::fromUtf8(operation.type)));
    }
    StagedEntity &entity = m_entities[operation.id];
    Expected<Value> result = type->apply(value(operation.id, entity, operation.name),
                                         operation.argument);
    if (!result)
        return of(operation.id, result.error());
    if (!result->isUndefined()) {
        if (auto checked = checkValue(*result, m_limits); !checked)
            return of(operation.id, checked.error());
    }
    write(operation.id, entity, operation.name, *std::move(result));
    return {};
}

Expected<void> Staging::checkExtent(const QByteArray &id, const EntityExtent &before,
                                    const EntityExtent &after) const
{
    // Only growth is refused: what is too large since the limits were lowered may shrink.
    if (after.properties > m_limits.properties && after.properties > before.properties) {
        return fault(ErrorCode::TooLarge, id,
                     QStringLiteral("The entity \"%1\" would have more than %2 properties")
                             .arg(QString::fromUtf8(id))
                             .arg(m_limits.properties));
    }
    if (after.bytes > m_limits.entitySize && after.bytes > before.bytes) {
        return fault(ErrorCode::TooLarge, id,
                     QStringLiteral("The entity \"%1\" would be larger than %2 bytes")
                             .arg(QString::fromUtf8(id))
                             .arg(m_limits.entitySize));
    }
    return {};
}

StagedEntity &Staging::stage(const QByteArray &id)
{
    const auto [place, isNew] = m_entities.try_emplace(id);
    StagedEntity &entity = place->second;
    if (isNew) {
        entity.existed = entity.exists = m_base.exists(id);
        entity.extent = m_base.extent(id);
        m_undo.try_emplace(id, std::nullopt);
    } else {
        m_undo.try_emplace(id, entity);
    }
    return entity;
}

bool Staging::isChange(const QByteArray &id, const StagedEntity &entity) const
{
    if (entity.exists != entity.existed)
        return true;
    if (!entity.exists)
        return false;
    if (entity.replaced)
        return values(id) != m_base.values(id);
    for (const auto &[name, value] : entity.properties) {
        if (value != m_base.value(id, name))
            return true;
    }
    return false;
}

bool Staging::exists(const QByteArray &id) const
{
    const auto found = m_entities.find(id);
    return found == m_entities.end() ? m_base.exists(id) : found->second.exists;
}

Value Staging::value(const QByteArray &id, const StagedEntity &entity, const QByteArray &name) const
{
    if (!entity.exists)
        return {};
    if (const Value *written = entity.properties.find(name))
        return *written;
    return entity.existed && !entity.replaced ? m_base.value(id, name) : Value();
}

Value Staging::value(const QByteArray &id, const QByteArray &name) const
{
    const auto found = m_entities.find(id);
    return found == m_entities.end() ? m_base.value(id, name) : value(id, found->second, name);
}

ValueMap Staging::values(const QByteArray &id) const
{
    const auto found = m_entities.find(id);
    if (found == m_entities.end())
        return m_base.values(id);
    const StagedEntity &entity = found->second;
    if (!entity.exists)
        return {};
    ValueMap result = entity.existed && !entity.replaced ? m_base.values(id) : ValueMap();
    for (const auto &[name, value] : entity.properties) {
        if (value.isUndefined())
            result.remove(name);
        else
            result.insert(name, value);
    }
    return result;
}

Revision Staging::stamp(const QByteArray &id) const
{
    return m_base.stamp(id);
}

EntityExtent Staging::extent(const QByteArray &id) const
{
    const auto found = m_entities.find(id);
    return found == m_entities.end() ? m_base.extent(id) : found->second.extent;
}

} // namespace ObjectSync
