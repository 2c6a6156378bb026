// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

#include <algorithm>
#include <bit>

namespace ObjectSync {

EntityReader::~EntityReader() = default;

EntityState EntityReader::state(const QByteArray &id, EntityHint) const
{
    return { exists(id), extent(id) };
}

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

void EntityExtent::replace(const QByteArray &name, const Value *before, const Value &after)
{
    if (before && isSmall(*before) && isSmall(after))
        return; // these are all of one size
    if (before)
        remove(name, *before);
    add(name, after);
}

Staging::Staging(const EntityReader &base, const OperationRegistry &operations, const Limits &limits)
    : m_base(base), m_operations(operations), m_limits(limits)
{
}

namespace {

/// So many are looked through one by one: an index would cost more.
constexpr size_t Few = 8;

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

Expected<void> Staging::begin(const Transaction &transaction)
{
    m_undo.clear();
    m_kept = m_entities.size();
    ++m_transaction;
    for (const Expectation &expectation : transaction.expectations) {
        if (auto checked = check(expectation); !checked)
            return checked;
    }
    return {};
}

Expected<void> Staging::apply(const Transaction &transaction)
{
    return applyAll(transaction);
}

Expected<void> Staging::apply(Transaction &&transaction)
{
    return applyAll(transaction);
}

template<typename AnyTransaction>
Expected<void> Staging::applyAll(AnyTransaction &transaction)
{
    auto applied = begin(transaction);
    for (auto &operation : transaction.operations) {
        if (!applied)
            break;
        if (!operation.needsId())
            applied = applyOne(operation);
    }
    if (!applied)
        rollBack();
    return applied;
}

void Staging::rollBack()
{
    for (auto &[place, before] : m_undo)
        m_entities[place] = std::move(before);
    m_undo.clear();
    if (m_entities.size() == m_kept)
        return;
    m_entities.resize(m_kept);
    m_before.resize(m_kept);
    m_savedIn.resize(m_kept);
    makeIndex();
}

void Staging::clear()
{
    m_entities.clear();
    m_before.clear();
    m_savedIn.clear();
    m_transaction = 0;
    m_places.clear();
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

template<typename AnyOperation>
Expected<void> Staging::applyOne(AnyOperation &operation)
{
    const auto take = [](auto &content) {
        if constexpr (std::is_const_v<AnyOperation>)
            return content;
        else
            return std::move(content);
    };
    const size_t place = stage(take(operation.id), operation.hint);
    StagedEntity &entity = m_entities[place];
    const EntityExtent before = entity.extent;
    using Kind = Operation::Kind;
    const bool mayBeAbsent = operation.kind == Kind::Create || operation.kind == Kind::Save;
    if (!entity.exists && !mayBeAbsent)
        return notFound(entity.id);
    switch (operation.kind) {
    case Kind::Create:
        if (entity.exists) {
            return fault(ErrorCode::Exists, entity.id,
                         QStringLiteral("There is an entity \"%1\" already")
                                 .arg(QString::fromUtf8(entity.id)));
        }
        create(entity, take(operation.values));
        break;
    case Kind::Save:
    case Kind::Set:
        if (!entity.exists)
            create(entity, {});
        writeAll(place, take(operation.values));
        break;
    case Kind::Unset:
        for (const QByteArray &name : operation.names)
            write(place, name, Value());
        break;
    case Kind::Destroy:
        entity.exists = false;
        entity.properties.clear();
        entity.extent = {};
        break;
    case Kind::Apply:
        if (auto applied = applyRegistered(operation, place); !applied)
            return applied;
        break;
    }
    return checkExtent(entity.id, before, entity.extent);
}

void Staging::create(StagedEntity &entity, ValueMap &&values)
{
    entity.exists = true;
    entity.replaced = entity.existed;
    entity.extent = {};
    for (const auto &[name, value] : values)
        entity.extent.add(name, value);
    entity.properties = std::move(values);
}

void Staging::writeAll(size_t place, ValueMap &&values)
{
    StagedEntity &entity = m_entities[place];
    if (!entity.properties.isEmpty()) {
        for (const auto &[name, value] : values)
            write(place, name, value);
        return;
    }
    Before &before = m_before[place];
    const bool isOnWorld = before.entity && entity.existed && !entity.replaced;
    for (const auto &[name, value] : values) {
        if (isOnWorld) {
            before.leaf = before.world->leaf(*before.entity, name);
            entity.extent.replace(name, before.leaf ? &before.leaf->value : nullptr, value);
        } else {
            const Value old = this->value(place, name);
            entity.extent.replace(name, &old, value);
        }
    }
    entity.properties = std::move(values);
}

void Staging::write(size_t place, const QByteArray &name, const Value &value)
{
    const Value before = this->value(place, name);
    StagedEntity &entity = m_entities[place];
    entity.extent.replace(name, &before, value);
    entity.properties.insert(name, value);
    m_before[place].leaf = nullptr; // it may be another's
}

Expected<void> Staging::applyRegistered(const Operation &operation, size_t place)
{
    const OperationType *type = m_operations.find(operation.type);
    if (!type) {
        return fault(ErrorCode::UnknownOperation, m_entities[place].id,
                     QStringLiteral("There is no operation `%1`; register it with the server and "
                                    "with the clients")
                             .arg(QString::fromUtf8(operation.type)));
    }
    Expected<Value> result = type->apply(value(place, operation.name), operation.argument);
    if (!result)
        return of(m_entities[place].id, result.error());
    if (!result->isUndefined()) {
        if (auto checked = checkValue(*result, m_limits); !checked)
            return of(m_entities[place].id, checked.error());
    }
    write(place, operation.name, *result);
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

namespace {

size_t slotOf(const QByteArray &id, const Entity *entity)
{
    return entity ? qHash(entity, QHashSeed::globalSeed()) : qHash(id, QHashSeed::globalSeed());
}

} // namespace

bool Staging::isAt(size_t place, const QByteArray &id, const Entity *entity) const
{
    return m_before[place].entity == entity && (entity || m_entities[place].id == id);
}

size_t Staging::placeOf(const QByteArray &id) const
{
    return m_entities.empty() ? None : placeOf(id, m_base.state(id).entity);
}

size_t Staging::placeOf(const QByteArray &id, const Entity *entity) const
{
    if (m_places.empty()) {
        for (size_t place = 0; place < m_entities.size(); ++place) {
            if (isAt(place, id, entity))
                return place;
        }
        return None;
    }
    for (size_t slot = slotOf(id, entity);; ++slot) {
        const quint32 found = m_places[slot & (m_places.size() - 1)];
        if (found == 0)
            return None;
        if (isAt(found - 1, id, entity))
            return found - 1;
    }
}

void Staging::index(size_t place)
{
    size_t slot = slotOf(m_entities[place].id, m_before[place].entity);
    while (m_places[slot & (m_places.size() - 1)] != 0)
        ++slot;
    m_places[slot & (m_places.size() - 1)] = static_cast<quint32>(place + 1);
}

void Staging::makeIndex()
{
    const size_t count = m_entities.size();
    m_places.assign(count <= Few ? 0 : std::bit_ceil(4 * count), 0);
    if (m_places.empty())
        return;
    for (size_t place = 0; place < count; ++place)
        index(place);
}

void Staging::saveForUndo(size_t place)
{
    if (place < m_kept && std::exchange(m_savedIn[place], m_transaction) != m_transaction)
        m_undo.emplace_back(place, m_entities[place]);
}

template<typename Id>
size_t Staging::stage(Id &&id, EntityHint hint)
{
    const EntityState before = m_base.state(id, hint);
    const size_t known = placeOf(id, before.entity);
    if (known != None) {
        saveForUndo(known);
        return known;
    }
    const size_t place = m_entities.size();
    m_before.push_back({ before });
    m_savedIn.push_back(0);
    m_entities.push_back(
            { std::forward<Id>(id), before.exists, before.exists, false, {}, before.extent, hint });
    if (2 * m_entities.size() > m_places.size() && place >= Few)
        makeIndex();
    else if (!m_places.empty())
        index(place);
    return place;
}

const StagedEntity *Staging::staged(const QByteArray &id) const
{
    const size_t place = placeOf(id);
    return place == None ? nullptr : &m_entities[place];
}

bool Staging::isChange(const StagedEntity &entity) const
{
    if (entity.exists != entity.existed)
        return true;
    if (!entity.exists)
        return false;
    if (entity.replaced)
        return values(entity.id) != m_base.values(entity.id);
    return std::any_of(entity.properties.begin(), entity.properties.end(), [&](const auto &item) {
        return item.value != m_base.value(entity.id, item.name);
    });
}

Value Staging::baseValue(size_t place, const QByteArray &name) const
{
    const EntityState &before = m_before[place];
    return before.entity ? before.world->value(*before.entity, name)
                         : m_base.value(m_entities[place].id, name);
}

Value Staging::value(size_t place, const QByteArray &name) const
{
    const StagedEntity &entity = m_entities[place];
    if (!entity.exists)
        return {};
    if (const Value *written = entity.properties.find(name))
        return *written;
    return entity.existed && !entity.replaced ? baseValue(place, name) : Value();
}

bool Staging::exists(const QByteArray &id) const
{
    const StagedEntity *entity = staged(id);
    return entity ? entity->exists : m_base.exists(id);
}

Value Staging::value(const QByteArray &id, const QByteArray &name) const
{
    const size_t place = placeOf(id);
    return place == None ? m_base.value(id, name) : value(place, name);
}

ValueMap Staging::values(const QByteArray &id) const
{
    const StagedEntity *entity = staged(id);
    if (!entity)
        return m_base.values(id);
    if (!entity->exists)
        return {};
    ValueMap result = entity->existed && !entity->replaced ? m_base.values(id) : ValueMap();
    for (const auto &[name, value] : entity->properties) {
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
    const StagedEntity *entity = staged(id);
    return entity ? entity->extent : m_base.extent(id);
}

} // namespace ObjectSync
