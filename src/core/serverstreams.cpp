// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Those who catch up: deltas and snapshots, slice by slice.

#include "serverengine_p.h"

#include <QtCore/qscopeguard.h>

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

namespace {

/// What an entity that is passed over counts towards a slice: it takes time, if no bytes.
constexpr qint64 PassedOver = 16;

/// So many go out at a time where the next ones have to wait for the store.
constexpr qint64 SlicesToStore = 16;

// About what is told of an entity takes on the wire; slices need no more precision.

qint64 weight(const QByteArray &id, const auto &values)
{
    qint64 bytes = 16 + id.size();
    for (const auto &each : values)
        bytes += each.value.isUndefined() ? 1 : 2 + valueSize(each.value);
    return bytes;
}

qint64 weight(const Change &change)
{
    return weight(change.id, change.properties);
}

qint64 weight(const Entity &entity)
{
    return weight(entity.id(), entity.leaves());
}

} // namespace

/// A crowd that comes at once, as after a restart, has its slices one after the other: what they
/// take in memory, and how long all others wait, does not depend on how many there are.
void ServerEngine::Private::sealStreams(bool waitsForStore)
{
    // The next flush comes in the next turn, or when the store has written: then more at a time.
    leftToStream = options.sliceSize * (waitsForStore ? SlicesToStore : 1);
    std::vector<ConnectionId> readers(busy.begin(), busy.end());
    std::rotate(readers.begin(), std::upper_bound(readers.begin(), readers.end(), lastStreamed),
                readers.end());
    for (const ConnectionId connection : readers) {
        Session *reader = session(connection);
        if (!reader || reader->state != Session::State::Joined || !reader->welcomed) {
            busy.erase(connection);
            continue;
        }
        const bool hadItsTurn = stream(*reader);
        if (std::exchange(reader->wasServed, false) || hadItsTurn)
            regroup(*reader);
        if (reader->hasWork() && !reader->congested)
            wantFlush();
        else
            busy.erase(connection);
    }
}

/// Whether it had its turn, or needs none. One slice at most: the owner must be able to say in between
/// that the connection is congested.
bool ServerEngine::Private::stream(Session &session)
{
    if (session.congested)
        return true;
    if (session.behind || !session.snapshots.empty()) {
        if (leftToStream <= 0)
            return false;
        lastStreamed = session.peer.connection;
    }
    if (session.behind && session.cursor < world.tombstoneFloor())
        startOver(session);
    if (session.behind)
        streamDelta(session);
    else if (!session.snapshots.empty())
        streamSnapshot(session);
    // Not before: where it starts over, the client has to know that first.
    if (!session.behind && hasAnswers(session))
        answered.insert(session.record->key);
    return true;
}

void ServerEngine::Private::streamDelta(Session &session)
{
    if (!session.walk)
        session.walk = std::make_unique<World::Walk>(world, session.cursor);
    Changes message{ .cursor = sealed };
    qint64 size = 0;
    while (size < options.sliceSize) {
        const Entity *entity = session.walk->next();
        if (!entity)
            break;
        if (!session.covers(entity->id())) {
            size += PassedOver;
            continue;
        }
        message.changes.push_back(world.changeSince(*entity, session.cursor));
        size += weight(*message.changes.back());
    }
    leftToStream -= size;
    const bool done = session.walk->atEnd();
    const bool opensStep = done && hasAnswers(session);
    message.more = !done || opensStep;
    if (done || !message.changes.empty())
        post(session, std::move(message));
    if (opensStep)
        openStep(session);
    if (done)
        catchUpDone(session);
}

void ServerEngine::Private::catchUpDone(Session &session)
{
    session.walk.reset();
    session.behind = false;
    session.cursor = sealed;
}

void ServerEngine::Private::startOver(Session &session)
{
    if (!session.canStartOver()) {
        fail(session, Error{ ErrorCode::TooSlow,
                             QStringLiteral("Too much has changed before the initial state was "
                                            "told; connect again") });
        return;
    }
    // A delta that was under way ends with the first snapshot: it must not be shown half told
    // before the client knows that all is told anew.
    if (session.walk && session.subscriptions.empty())
        post(session, Changes{ .cursor = sealed });
    // The first must be one that the client takes for complete: from it, it learns of this.
    session.snapshots.clear();
    for (const bool wasComplete : { true, false }) {
        for (const auto &[number, subscription] : session.subscriptions) {
            if (subscription.complete == wasComplete)
                session.snapshots.push_back(number);
        }
    }
    for (auto &[number, subscription] : session.subscriptions) {
        subscription.complete = false;
        subscription.reset = true;
        subscription.toldUpTo.clear();
    }
    catchUpDone(session);
}

void ServerEngine::Private::streamSnapshot(Session &session)
{
    const SubscriptionNumber number = session.snapshots.front();
    ServerSubscription &subscription = session.subscriptions[number];
    Changes message{ .cursor = sealed, .sub = number, .reset = subscription.reset };
    const bool isFirst = subscription.toldUpTo.isEmpty();
    const auto wholes = std::make_shared<WholeEntities>(world);
    const bool finished = gather(session, subscription, *wholes);
    if (!options.encodesAtOnce || session.peer.local)
        message.changes = wholes->toChanges();
    else if (wholes->size() > 0)
        message.wholes = wholes;
    // The snapshot has what they have done.
    message.more = hasAnswers(session);
    if (message.more)
        openStep(session);
    if (message.count() > 0 || message.more || (message.reset && isFirst))
        post(session, std::move(message));
    if (!finished)
        return;
    subscription.complete = true;
    session.snapshots.pop_front();
    if (session.snapshots.isEmpty())
        session.snapshots = QList<SubscriptionNumber>();
    session.cursor = sealed;
    post(session, Subscribed{ number, sealed });
}

/// Puts the next slice into \a slice; true where it was the last one.
bool ServerEngine::Private::gather(const Session &session, ServerSubscription &subscription,
                                   WholeEntities &slice)
{
    qint64 size = 0;
    const auto count = qScopeGuard([&] { leftToStream -= size; });
    const Entity *last = nullptr;
    const auto tell = [&](const Entity &entity) {
        last = &entity;
        if (session.isCoveredByComplete(entity.id())) {
            size += PassedOver;
        } else {
            slice.add(entity);
            size += weight(entity);
        }
        return size < options.sliceSize;
    };
    if (subscription.filter.prefix) {
        world.visit(*subscription.filter.prefix, subscription.toldUpTo, tell);
        if (last)
            subscription.toldUpTo = last->id();
        return size < options.sliceSize;
    }
    const std::vector<QByteArray> &ids = subscription.filter.ids;
    for (auto id = std::upper_bound(ids.begin(), ids.end(), subscription.toldUpTo); id != ids.end();
         ++id) {
        const Entity *entity = world.find(*id);
        subscription.toldUpTo = *id;
        if (entity && !tell(*entity))
            return false;
    }
    return true;
}

void ServerEngine::Private::regroup(Session &session)
{
    interest.leave(session);
    if (session.isLive())
        interest.join(session);
}

} // namespace ObjectSync
