// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientreplica_p.h"

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
    if (Entity *entity = m_confirmed.findForWriting(change.id))
        update(step, *entity, change);
}

void ClientReplica::update(Step &step, Entity &entity, const Change &change)
{
    const bool isTouched = m_queue.touches(change.id);
    if (isTouched)
        noteTouched(step, change.id);
    ++m_lastStamp;
    for (const Change::Property &property : change.properties) {
        Value old = m_confirmed.exchange(entity, property.name, property.value, m_lastStamp);
        if (!isTouched)
            step.m_difference.noteProperty(entity, property.name, std::move(old), property.value);
    }
}

void ClientReplica::replace(Step &step, const Change &change)
{
    if (m_queue.touches(change.id)) {
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
    if (m_notesGone)
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
        noteTransaction(step, m_queue.at(place));
}

std::vector<QByteArray> ClientReplica::takeGone()
{
    std::vector<QByteArray> gone = std::exchange(m_gone, {});
    std::erase_if(gone, [this](const QByteArray &id) { return m_confirmed.exists(id); });
    return gone;
}

// Pending transactions

TransactionId ClientReplica::commit(Step &step, Transaction transaction)
{
    PendingTransaction &pending = m_queue.append(std::move(transaction));
    Staging staging(m_view, m_operations, m_limits);
    pending.inView = staging.apply(pending.staged()).hasValue();
    if (pending.inView) {
        for (const StagedEntity &staged : staging.entities())
            noteStaged(step, staged);
        for (const StagedEntity &staged : staging.entities())
            m_view.layOnTop(staged);
    }
    return pending.id;
}

PendingTransaction ClientReplica::takeFirst(Step &step)
{
    // What was left out of the view leaves no gap in it.
    if (m_queue.at(0).inView)
        noteTransaction(step, m_queue.at(0));
    return m_queue.takeFirst();
}

void ClientReplica::setSettled(Step &step, PendingTransaction &pending, bool settled)
{
    if (pending.settled == settled)
        return;
    pending.settled = settled;
    noteTransaction(step, pending);
}

std::vector<ViewChange> ClientReplica::finish(Step &step)
{
    layAnew(step);
    return step.m_difference.takeChanges();
}

void ClientReplica::layAnew(Step &step)
{
    if (step.m_dirty.empty())
        return;
    const PendingQueue::Connected part = m_queue.connectedWith(step.m_dirty);
    step.m_dirty.clear();
    for (const QByteArray &id : part.ids)
        step.m_difference.noteEntity(id);
    Staging staging(m_confirmed, m_operations, m_limits);
    for (PendingTransaction *pending : part.transactions)
        pending->inView = !pending->settled && staging.apply(pending->staged()).hasValue();
    for (const QByteArray &id : part.ids) {
        if (const StagedEntity *staged = staging.staged(id))
            m_view.lay(*staged);
        else
            m_view.uncover(id);
    }
}

// What is about to change

/// \a told: what the server said of it.
void ClientReplica::noteTouched(Step &step, const QByteArray &id, std::optional<Change::Event> told)
{
    step.m_difference.noteEntity(id, told);
    if (m_queue.touches(id))
        step.m_dirty.push_back(id);
}

void ClientReplica::noteTransaction(Step &step, const PendingTransaction &pending)
{
    const auto note = [&](const QByteArray &id) {
        step.m_difference.noteEntity(id);
        step.m_dirty.push_back(id);
    };
    for (const Operation &operation : pending.transaction.operations) {
        if (!operation.needsId())
            note(operation.id);
    }
}

void ClientReplica::noteStaged(Step &step, const StagedEntity &staged)
{
    const QByteArray &id = staged.id;
    if (!staged.existed || !staged.exists || staged.replaced)
        return step.m_difference.noteEntity(id);
    for (const auto &[name, value] : staged.properties)
        step.m_difference.noteProperty(id, name, m_view.value(id, name), value);
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
