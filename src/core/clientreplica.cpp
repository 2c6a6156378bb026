// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientreplica_p.h"

#include "prefetch_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

ClientReplica::ClientReplica(const OperationRegistry &operations, const Limits &limits)
    : m_operations(operations), m_limits(limits)
{
}

// What the server says

void ClientReplica::apply(Step &step, const Change &change)
{
    if (change.isRemoval())
        return remove(step, change.id, change.event);
    EntityHint hint = hintOf(change.number);
    if (change.isWhole()) {
        Entity &entity = replaced(step, change.id, change.event, hint);
        keepHint(change.number, hint);
        return m_confirmed.replace(entity, change.properties, ++m_lastStamp);
    }
    // What is not held any more may still be told of, by messages that were under way.
    Entity *entity = m_confirmed.findForWriting(change.id, hint);
    keepHint(change.number, hint);
    if (!entity)
        return;
    for (const Change::Property &property : change.properties)
        update(step, *entity, hint, property.name, property.value, nullptr);
}

/// The ids that are told have the bytes that the decoder has of them, and mostly so have the entities
/// that were made of them: then the number is as good as the id.
EntityHint ClientReplica::hintOf(EntityNumber number) const
{
    return number < m_hints.size() ? m_hints[number] : EntityHint();
}

void ClientReplica::prefetchHint(EntityNumber number) const
{
    if (number < m_hints.size())
        prefetch(&m_hints[number]);
}

void ClientReplica::keepHint(EntityNumber number, EntityHint hint)
{
    if (number >= m_hints.size()) {
        // The numbers are the server's: they are not to take more memory here than the entities do.
        if (number >= 4 * static_cast<size_t>(m_confirmed.size()))
            return;
        m_hints.resize(number + size_t{ 1 });
    }
    m_hints[number] = hint;
}

/// \a leaf: the property as it is; null where that is not known, or it is not there.
void ClientReplica::update(Step &step, Entity &entity, EntityHint hint, const QByteArray &name,
                           const Value &value, const Leaf *leaf)
{
    ++m_lastStamp;
    const bool isKept = leaf && !leaf->value.isUndefined() && !value.isUndefined();
    Value old = isKept ? m_confirmed.exchange(entity, *leaf, value, m_lastStamp)
                       : m_confirmed.exchange(entity, name, value, m_lastStamp);
    if (isAnyTouched()) {
        const QByteArray &id = entity.id();
        if (m_queue.touches(id))
            step.m_dirty.push_back({ id, hint });
        const StagedEntity *over = m_view.laidOver(id);
        if (over && (!isPlain(*over) || over->properties.contains(name)))
            return;
    }
    step.m_difference.noteProperty(entity, name, std::move(old), value);
}

/// To be told all of. Gives what it is from now on; it is alive, and has still what it had.
Entity &ClientReplica::replaced(Step &step, const QByteArray &id, Change::Event event,
                                EntityHint &hint)
{
    const bool isTouched = this->isTouched(id);
    if (isTouched)
        noteTouched(step, id, event);
    const auto [entity, isNew] = m_confirmed.findOrCreate(id, hint);
    if (!isTouched)
        step.m_difference.noteEntity(entity, isNew, event);
    return entity;
}

void ClientReplica::remove(Step &step, const QByteArray &id, Change::Event event)
{
    if (!m_confirmed.exists(id))
        return;
    noteTouched(step, id, event);
    m_confirmed.forget(id);
    if (m_isStored)
        m_gone.push_back(id);
}

// The same by the numbers of a connection

ClientReplica::Telling::Telling(ClientReplica &replica, const NumberedChanges &changes)
    : m_replica(replica), m_changes(changes)
{
    for (size_t place = 0; place < std::min(3 * Ahead, changes.size()); ++place)
        replica.prefetchHint(changes.at(place).entity);
    for (size_t place = 0; place < std::min(2 * Ahead, changes.size()); ++place)
        expect(place);
    for (size_t place = 0; place < std::min(Ahead, changes.size()); ++place)
        prefetchContent(place);
}

void ClientReplica::Telling::lookAhead(size_t place)
{
    if (place + 3 * Ahead < m_changes.size())
        m_replica.prefetchHint(m_changes.at(place + 3 * Ahead).entity);
    if (place + 2 * Ahead < m_changes.size())
        expect(place + 2 * Ahead);
    if (place + Ahead < m_changes.size())
        prefetchContent(place + Ahead);
}

void ClientReplica::Telling::expect(size_t place)
{
    const EntityHint hint = m_replica.hintOf(m_changes.at(place).entity);
    Expected &expected = this->expected(place);
    expected = { &m_changes.id(place), m_replica.m_confirmed.guess(hint) };
    prefetch(expected.id);
    prefetch(expected.entity);
}

void ClientReplica::Telling::prefetchContent(size_t place)
{
    const Expected &expected = this->expected(place);
    if (expected.entity)
        m_replica.m_confirmed.prefetchContent(*expected.entity);
    else
        m_replica.m_confirmed.prefetchLookUp(*expected.id);
}

void ClientReplica::Telling::apply(Step &step, size_t place)
{
    const NumberedChange &change = m_changes.at(place);
    const QByteArray &id = *expected(place).id;
    if (change.isRemoval()) {
        m_replica.remove(step, id, change.event);
        m_names = {}; // some may have gone with it
        for (Expected &each : m_expected)
            each.entity = nullptr;
        return;
    }
    const std::span<const Leaf> leaves = m_changes.leaves(place);
    if (change.isWhole()) {
        EntityHint hint = m_replica.hintOf(change.entity);
        Entity &entity = m_replica.replaced(step, id, change.event, hint);
        m_replica.keepHint(change.entity, hint);
        return replace(entity, leaves);
    }
    // What is not held any more may still be told of, by messages that were under way.
    Entity *entity = find(place, change);
    if (!entity)
        return;
    const EntityHint hint = m_replica.hintOf(change.entity);
    for (const Leaf &leaf : leaves) {
        const KnownName &name = known(leaf.name);
        m_replica.update(step, *entity, hint, *name.text, leaf.value, entity->leaf(name.number));
    }
}

Entity *ClientReplica::Telling::find(size_t place, const NumberedChange &change)
{
    const auto &[id, expected] = this->expected(place);
    if (expected && expected->isAlive() && World::sharesId(*expected, *id))
        return expected;
    // It may have the bytes of an earlier connection, or of the store: not any more.
    if (expected && expected->isAlive() && expected->id() == *id) {
        World::shareId(*expected, *id);
        return expected;
    }
    EntityHint hint;
    Entity *entity = m_replica.m_confirmed.findForWriting(*id, hint);
    m_replica.keepHint(change.entity, hint);
    if (entity)
        World::shareId(*entity, *id);
    return entity;
}

void ClientReplica::Telling::replace(Entity &entity, std::span<const Leaf> leaves)
{
    m_numbers.clear();
    for (const Leaf &leaf : leaves)
        m_numbers.push_back(known(leaf.name).number);
    m_replica.m_confirmed.replace(entity, leaves, m_numbers, ++m_replica.m_lastStamp);
}

/// What the connection calls \a name.
const ClientReplica::Telling::KnownName &ClientReplica::Telling::known(NameNumber name)
{
    KnownName &known = m_names[name % m_names.size()];
    if (!known.text || known.theirs != name) {
        const QByteArray &text = m_changes.name(name);
        known = { &text, name, m_replica.m_confirmed.nameNumber(text) };
    }
    return known;
}

// The store

void ClientReplica::restore(Step &step, const std::vector<StoredReplica> &entities)
{
    step.reserve(entities.size());
    for (const StoredReplica &stored : entities) {
        noteTouched(step, stored.id, Change::Event::Enter);
        Entity &entity = m_confirmed.create(stored.id, ++m_lastStamp);
        for (const auto &[name, value] : stored.values)
            m_confirmed.set(entity, name, value, m_lastStamp);
    }
}

void ClientReplica::restage(Step &step)
{
    for (qsizetype place = 0; place < m_queue.size(); ++place)
        setDirty(step, m_queue.at(place));
}

std::vector<QByteArray> ClientReplica::takeGone()
{
    std::vector<QByteArray> gone = std::exchange(m_gone, {});
    std::erase_if(gone, [this](const QByteArray &id) { return m_confirmed.exists(id); });
    return gone;
}

// Pending transactions

TransactionId ClientReplica::commit(Step &step, std::shared_ptr<Message> message, qint64 size)
{
    shareIds(std::get<Commit>(*message).transaction);
    PendingTransaction &pending = m_queue.append(std::move(message), size);
    Staging staging(m_view, m_operations, m_limits);
    pending.inView = staging.apply(pending.staged()).hasValue();
    if (pending.inView) {
        step.reserve(staging.entities().size());
        m_view.reserve(static_cast<qsizetype>(staging.entities().size()));
        for (const StagedEntity &staged : staging.entities())
            noteStaged(step, staged);
        for (const StagedEntity &staged : staging.entities())
            m_view.layOnTop(staged);
    }
    return pending.id;
}

/// From here on the entities that are held are found by where they are.
void ClientReplica::shareIds(Transaction &transaction)
{
    if (m_confirmed.size() == 0)
        return;
    for (Operation &operation : transaction.operations) {
        if (const Entity *entity = m_confirmed.findForWriting(operation.id, operation.hint))
            operation.id = entity->id();
    }
}

PendingTransaction ClientReplica::takeFirst(Step &step)
{
    // What was left out of the view leaves no gap in it.
    if (m_queue.at(0).inView)
        setDirty(step, m_queue.at(0));
    return m_queue.takeFirst();
}

void ClientReplica::setSettled(Step &step, PendingTransaction &pending, bool settled)
{
    if (pending.settled == settled)
        return;
    pending.settled = settled;
    setDirty(step, pending);
}

std::vector<ViewChange> ClientReplica::finish(Step &step)
{
    layAnew(step);
    return step.m_difference.takeChanges();
}

void ClientReplica::layAnew(Step &step)
{
    const std::vector<TouchedEntity> dirty = std::exchange(step.m_dirty, {});
    if (dirty.empty())
        return;
    step.reserve(dirty.size());
    if (m_queue.isEmpty()) {
        for (const TouchedEntity &touched : dirty)
            noteLaid(step, touched, m_view.laidOver(touched.id), nullptr);
        return m_view.uncoverAll();
    }
    const PendingQueue::Connected part = m_queue.connectedWith(dirty);
    Staging staging(m_confirmed, m_operations, m_limits);
    for (PendingTransaction *pending : part.transactions)
        pending->inView = !pending->settled && staging.apply(pending->staged()).hasValue();
    for (const StagedEntity &staged : staging.entities())
        layAnew(step, { staged.id, staged.hint }, &staged);
    if (staging.entities().size() == part.entities.size())
        return; // these were all
    for (const TouchedEntity &touched : part.entities) {
        if (!staging.staged(touched.id))
            layAnew(step, touched, nullptr);
    }
}

/// \a now: what is to lie over the entity; null: nothing.
void ClientReplica::layAnew(Step &step, const TouchedEntity &touched, const StagedEntity *now)
{
    StagedEntity *const was = m_view.laidOver(touched.id);
    noteLaid(step, touched, was, now);
    if (now)
        m_view.lay(was, *now);
    else if (was)
        m_view.uncover(touched.id);
}

// What is about to change

/// True while something may lie over the entity, or has to.
bool ClientReplica::isTouched(const QByteArray &id) const
{
    return isAnyTouched() && (m_queue.touches(id) || m_view.laidOver(id));
}

/// \a told: what the server said of it.
void ClientReplica::noteTouched(Step &step, const QByteArray &id, std::optional<Change::Event> told)
{
    step.m_difference.noteEntity(id, told);
    if (m_queue.touches(id))
        step.m_dirty.push_back({ id });
}

void ClientReplica::setDirty(Step &step, const PendingTransaction &pending)
{
    for (const Operation &operation : pending.transaction().operations) {
        if (!operation.needsId())
            step.m_dirty.push_back({ operation.id, operation.hint });
    }
}

/// \a staged comes on top of the view.
void ClientReplica::noteStaged(Step &step, const StagedEntity &staged)
{
    if (!isPlain(staged))
        return step.m_difference.noteEntity(staged.id);
    const StagedEntity *const was = m_view.laidOver(staged.id);
    EntityHint hint = staged.hint;
    Entity *entity = !was || isPlain(*was) ? m_confirmed.findForWriting(staged.id, hint) : nullptr;
    for (const auto &[name, value] : staged.properties) {
        if (entity)
            step.m_difference.noteProperty(*entity, name, m_view.value(*entity, was, name), value);
        else
            step.m_difference.noteProperty(staged.id, name, m_view.value(staged.id, name), value);
    }
}

/// \a now will lie over the entity, where \a was does; null: nothing.
void ClientReplica::noteLaid(Step &step, const TouchedEntity &touched, const StagedEntity *was,
                             const StagedEntity *now)
{
    if (!was && !now)
        return;
    const bool isOfProperties = (!was || isPlain(*was)) && (!now || isPlain(*now));
    EntityHint hint = touched.hint;
    Entity *entity = isOfProperties ? m_confirmed.findForWriting(touched.id, hint) : nullptr;
    if (!entity)
        return step.m_difference.noteEntity(touched.id);
    if (was) {
        for (const auto &[name, value] : was->properties)
            step.m_difference.noteProperty(*entity, name, value, m_view.value(*entity, now, name));
    }
    if (!now)
        return;
    for (const auto &[name, value] : now->properties) {
        if (!was || !was->properties.contains(name))
            step.m_difference.noteProperty(*entity, name, m_confirmed.value(*entity, name), value);
    }
}

std::vector<QByteArray> ClientReplica::confirmedIds(const Filter &filter) const
{
    std::vector<QByteArray> ids;
    if (filter.prefix) {
        m_confirmed.visit(*filter.prefix, {}, [&ids](const Entity &entity) {
            ids.push_back(entity.id());
            return true;
        });
    }
    for (const QByteArray &id : filter.ids) {
        if (m_confirmed.exists(id))
            ids.push_back(id);
    }
    return ids;
}

} // namespace ObjectSync::Internal
