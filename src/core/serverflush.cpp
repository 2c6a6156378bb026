// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Everything that goes out. A flush seals what has come since the last one, in this order: changes
// for those who are live, what was asked for (serverreads.cpp), slices for those who catch up
// (serverstreams.cpp), answers to transactions. So whoever is told of an answer has been told of the
// changes before it.

#include "prefetch_p.h"
#include "serverengine_p.h"

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

namespace {

/// A resource: makes changes some at a time, which then share one piece of memory.
class ChangeMaker
{
public:
    /// At most so many will be asked for.
    explicit ChangeMaker(size_t most) : m_left(most) { }

    std::shared_ptr<Change> make()
    {
        if (m_next == m_end) {
            const size_t size = std::min(m_left, Most);
            m_piece = std::make_shared<Change[]>(size);
            m_next = m_piece.get();
            m_end = m_next + size;
            m_left -= size;
        }
        return { m_piece, m_next++ };
    }

private:
    static constexpr size_t Most = 64;
    size_t m_left;
    std::shared_ptr<Change[]> m_piece;
    Change *m_next = nullptr;
    Change *m_end = nullptr;
};

} // namespace

void ServerEngine::flush(qint64 now)
{
    d->tick(now);
    d->flush(now);
}

void ServerEngine::Private::flush(qint64 time)
{
    if (storing)
        return;
    flushWanted = false;
    now = time;
    const bool isWritten = options.encodesAtOnce && writtenUpTo == world.revision();
    std::vector<const Entity *> changed;
    if (!isWritten || options.storage)
        changed = world.changedSince(sealed);
    if (isWritten)
        sealWritten();
    else
        sealChanges(changed);
    written.clear();
    sealed = writtenUpTo = world.revision();
    sealReads();
    sealStreams(options.storage && !changed.empty());
    sealAnswers();
    closeSteps();
    sealBatch(changed);
    world.completeOrder(); // whoever comes next does not have to wait for it
    if (batch) {
        storing = true;
        keepOutbox();
        actions.push_back(ServerAction::Store{ *std::exchange(batch, std::nullopt) });
    } else {
        deliver();
    }
}

void ServerEngine::stored(qint64 now)
{
    d->tick(now);
    d->storing = false;
    d->deliver();
    if (d->flushWanted)
        d->flush(now);
    d->endIfIdle();
}

/// What is told waits for the store, and the world changes meanwhile. Updates stay valid: they have
/// their values, and no entity is forgotten before its readers were told.
void ServerEngine::Private::keepOutbox()
{
    for (ServerAction::Send &send : outbox) {
        const auto *changes = std::get_if<Changes>(send.message.get());
        if (changes && changes->wholes)
            send.message = std::make_shared<const Message>(changes->inGeneralForm());
    }
}

void ServerEngine::Private::deliver()
{
    const auto isGone = [this](ConnectionId connection) {
        const Session *receiver = session(connection);
        return !receiver || receiver->state == Session::State::Closed;
    };
    const bool mayBeGone = std::exchange(hasEnded, false);
    for (ServerAction::Send &send : std::exchange(outbox, {})) {
        if (mayBeGone)
            std::erase_if(send.receivers, isGone);
        if (!send.receivers.empty())
            actions.push_back(std::move(send));
    }
}

void ServerEngine::Private::post(const Session &session, Message message)
{
    outbox.push_back(
            { { session.peer.connection }, std::make_shared<const Message>(std::move(message)) });
}

// Changes for those who are live

/// The same as sealChanges() of all that has changed, without a look at the world.
void ServerEngine::Private::sealWritten()
{
    if (written.empty())
        return;
    if (InterestGroup *group = soleGroup(written)) {
        group->updates = std::make_shared<LeafUpdates>(world, std::exchange(written, {}));
        return tell(*group);
    }
    std::vector<InterestGroup *> told;
    const auto end = written.end();
    for (auto leaf = written.begin(); leaf != end;) {
        const auto begin = leaf;
        while (leaf != end && leaf->entity == begin->entity)
            ++leaf;
        const QByteArray &id = begin->entity->id();
        interest.route(id, [&](InterestGroup &group) {
            if (!isTold(group, id))
                return;
            if (!group.updates) {
                group.updates = std::make_shared<LeafUpdates>(world, group.lastUpdates);
                told.push_back(&group);
            }
            group.updates->add({ begin, leaf });
        });
    }
    for (InterestGroup *group : told)
        tell(*group);
}

/// The only group that is told of these entities, where it is told of all of them; else null.
InterestGroup *ServerEngine::Private::soleGroup(const std::vector<EntityLeaf> &leaves)
{
    constexpr size_t Ahead = 8; // so that their ids have come from memory
    InterestGroup *sole = nullptr;
    const Entity *last = nullptr;
    for (size_t i = 0; i < leaves.size(); ++i) {
        if (i + Ahead < leaves.size())
            prefetch(leaves[i + Ahead].entity->id().constData());
        const Entity *entity = leaves[i].entity;
        if (std::exchange(last, entity) == entity)
            continue;
        const QByteArray &id = entity->id();
        size_t groups = 0;
        bool isOther = false;
        interest.route(id, [&](InterestGroup &group) {
            if (!isTold(group, id))
                return;
            ++groups;
            isOther = isOther || (sole && sole != &group);
            sole = &group;
        });
        if (groups != 1 || isOther)
            return nullptr;
    }
    return sole;
}

/// Of an entity whose id the group's routes match.
bool ServerEngine::Private::isTold(const InterestGroup &group, const QByteArray &id) const
{
    return !group.exclusive || group.members.front()->covers(id);
}

void ServerEngine::Private::sealChanges(const std::vector<const Entity *> &changed)
{
    std::vector<InterestGroup *> told;
    ChangeMaker maker(changed.size());
    for (const Entity *entity : changed) {
        std::shared_ptr<Change> change;
        const quint64 updated = options.encodesAtOnce ? World::smallChangesSince(*entity, sealed)
                                                      : 0;
        interest.route(entity->id(), [&](InterestGroup &group) {
            if (!isTold(group, entity->id()))
                return;
            if (group.changes.empty() && !group.updates)
                told.push_back(&group);
            if (updated != 0) {
                if (!group.updates)
                    group.updates = std::make_shared<LeafUpdates>(world, group.lastUpdates);
                return group.updates->add(*entity, updated);
            }
            if (change) {
                change->isShared = true;
            } else {
                change = maker.make();
                world.changeSince(*entity, sealed, *change);
            }
            group.changes.push_back(change);
        });
    }
    for (InterestGroup *group : told)
        tell(*group);
}

void ServerEngine::Private::tell(InterestGroup &group)
{
    Changes message{ .cursor = world.revision() };
    message.changes = std::exchange(group.changes, {});
    group.lastUpdates = group.updates ? group.updates->leaves().size() : 0;
    if (group.updates && options.storage)
        group.updates->keepNames();
    message.updates = std::exchange(group.updates, {});
    std::vector<ConnectionId> readers;
    std::vector<ConnectionId> writers; // are told the same, as a step that ends after their answers
    for (Session *member : group.members) {
        const bool writes = hasAnswers(*member);
        if (message.updates && member->peer.local)
            postCopy(*member, message, writes);
        else
            (writes ? writers : readers).push_back(member->peer.connection);
        member->cursor = message.cursor;
        if (writes)
            openStep(*member);
    }
    if (!readers.empty())
        outbox.push_back({ std::move(readers), std::make_shared<const Message>(message) });
    message.more = true;
    if (!writers.empty()) {
        outbox.push_back(
                { std::move(writers), std::make_shared<const Message>(std::move(message)) });
    }
}

/// For who does not encode it at once.
void ServerEngine::Private::postCopy(const Session &session, const Changes &message, bool more)
{
    Changes copy = message.inGeneralForm();
    copy.more = more;
    post(session, std::move(copy));
}

/// An own increment must not be seen twice, in the change and as pending, not even for a moment: so
/// changes and the answers that belong to them are one step for the client.
bool ServerEngine::Private::hasAnswers(const Session &session) const
{
    const auto &known = session.record->answers();
    return !known.empty() && known.back().tx > session.answeredUpTo;
}

void ServerEngine::Private::openStep(Session &session)
{
    if (!std::exchange(session.isStepOpen, true))
        openSteps.push_back(&session);
}

void ServerEngine::Private::closeSteps()
{
    for (Session *writer : std::exchange(openSteps, {})) {
        writer->isStepOpen = false;
        post(*writer, Changes{ .cursor = sealed });
    }
}

// Answers to transactions

void ServerEngine::Private::sealAnswers()
{
    for (const QByteArray &key : std::exchange(answered, {})) {
        const Record &record = *records.at(key);
        Session *receiver = session(record.connection);
        // They may name changes that it has not been told yet: the record keeps them until then.
        if (receiver && receiver->welcomed && !receiver->behind && !receiver->congested)
            tellAnswers(*receiver, record);
    }
}

void ServerEngine::Private::tellAnswers(Session &session, const Record &record)
{
    std::optional<Ack> ack; // one may stand for several transactions
    const auto tellAck = [&] {
        if (ack)
            post(session, *std::exchange(ack, std::nullopt));
    };
    for (const StoredAnswer &decided : record.answers()) {
        if (decided.tx <= session.answeredUpTo)
            continue;
        if (decided.error) {
            tellAck();
            post(session, Reject{ decided.tx, *decided.error });
        } else if (!decided.ids.empty()) {
            tellAck();
            post(session, Ack{ decided.tx, sealed, decided.ids });
        } else {
            ack = Ack{ decided.tx, sealed };
        }
    }
    tellAck();
    session.answeredUpTo = session.countedFrom = record.lastTx();
}

// The store

void ServerEngine::Private::sealBatch(const std::vector<const Entity *> &changed)
{
    const bool nothing = changed.empty() && dirtyRecords.empty() && goneEntities.empty()
                         && goneClients.empty();
    if (nothing)
        return;
    if (options.storage) {
        batch = StorageBatch{ options.world, epoch, sealed, world.tombstoneFloor() };
        for (const Entity *entity : changed)
            batch->entities.push_back(world.stored(*entity));
        batch->goneEntities = std::move(goneEntities);
        batch->goneClients = std::move(goneClients);
    }
    for (const QByteArray &key : std::exchange(dirtyRecords, {})) {
        Record &record = *records.at(key);
        record.storedSeen = record.lastSeen;
        if (batch)
            batch->clients.push_back(record.toStore());
    }
    goneEntities.clear();
    goneClients.clear();
}

} // namespace ObjectSync
