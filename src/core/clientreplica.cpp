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
    if (change.isWhole())
        return replace(step, change);
    // What is not held any more may still be told of, by messages that were under way.
    EntityHint hint = hintOf(change.number);
    Entity *entity = m_confirmed.findForWriting(change.id, hint);
    keepHint(change.number, hint);
    if (!entity)
        return;
    for (const Change::Property &property : change.properties)
        update(step, *entity, hint, property.name, property.value, nullptr);
}

void ClientReplica::apply(Step &step, const NumberedUpdates &updates)
{
    constexpr size_t Ahead = 12; // so that what comes from memory is there in time
    const std::span<const NumberedLeaf> all = updates.leaves();
    for (size_t i = 0; i < std::min(2 * Ahead, all.size()); ++i)
        prefetch(updates, all[i]);
    for (size_t i = 0; i < std::min(Ahead, all.size()); ++i)
        m_confirmed.prefetchContent(hintOf(all[i].entity));
    KnownName name;
    for (size_t i = 0; i < all.size(); ++i) {
        if (i + 2 * Ahead < all.size())
            prefetch(updates, all[i + 2 * Ahead]);
        if (i + Ahead < all.size())
            m_confirmed.prefetchContent(hintOf(all[i + Ahead].entity));
        apply(step, updates, all[i], name);
    }
}

void ClientReplica::prefetch(const NumberedUpdates &updates, const NumberedLeaf &told) const
{
    Internal::prefetch(&updates.id(told.entity));
    m_confirmed.prefetch(hintOf(told.entity));
}

/// \a name: of the update before.
void ClientReplica::apply(Step &step, const NumberedUpdates &updates, const NumberedLeaf &told,
                          KnownName &name)
{
    EntityHint hint = hintOf(told.entity);
    Entity *entity = m_confirmed.findForWriting(updates.id(told.entity), hint);
    keepHint(told.entity, hint);
    if (!entity)
        return;
    const QByteArray *text = &updates.name(told.leaf.name);
    if (name.text != text || !name.number)
        name = { text, m_confirmed.findName(*text) };
    const Leaf *leaf = name.number ? entity->leaf(*name.number) : nullptr;
    update(step, *entity, hint, *text, told.leaf.value, leaf);
}

/// The ids that are told have the bytes that the decoder has of them, and mostly so have the entities
/// that were made of them: then the number is as good as the id.
EntityHint ClientReplica::hintOf(EntityNumber number) const
{
    return number < m_hints.size() ? m_hints[number] : EntityHint();
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
    const bool isKept = leaf && !leaf->value.isUndefined();
    Value old = isKept ? m_confirmed.exchange(entity, *leaf, value, m_lastStamp)
                       : m_confirmed.exchange(entity, name, value, m_lastStamp);
    if (!m_queue.isEmpty() || m_view.isCovered()) {
        const QByteArray &id = entity.id();
        if (m_queue.touches(id))
            step.m_dirty.push_back({ id, hint });
        const StagedEntity *over = m_view.laidOver(id);
        if (over && (!isPlain(*over) || over->properties.contains(name)))
            return;
    }
    step.m_difference.noteProperty(entity, name, std::move(old), value);
}

void ClientReplica::replace(Step &step, const Change &change)
{
    if (isTouched(change.id)) {
        noteTouched(step, change.id, change.event);
        m_confirmed.replace(m_confirmed.findOrCreate(change.id).first, change.properties,
                            ++m_lastStamp);
        return;
    }
    const auto [entity, isNew] = m_confirmed.findOrCreate(change.id);
    step.m_difference.noteEntity(entity, isNew, change.event);
    m_confirmed.replace(entity, change.properties, ++m_lastStamp);
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
    return m_queue.touches(id) || m_view.laidOver(id);
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
