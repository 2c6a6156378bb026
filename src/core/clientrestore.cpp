// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientengine_p.h"

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

namespace {

Error contradiction(const char *what)
{
    return { ErrorCode::StorageFailed,
             QStringLiteral("The client's store contradicts itself (%1); restore a backup, or take "
                            "another store")
                     .arg(QLatin1String(what)) };
}

} // namespace

// Going on from what was stored

Expected<void> ClientEngine::Private::checkState(const ClientState &state) const
{
    TransactionNumber number = state.answered;
    for (const StoredTransaction &each : state.pending) {
        if (each.number != ++number)
            return contradiction("transactions have gaps");
    }
    if (state.client.isEmpty() && number != 0)
        return contradiction("it has no client id");
    if (state.cursor < 0 || state.answered < 0 || state.sent > number || state.settled > number)
        return contradiction("numbers are out of range");
    return {};
}

bool ClientEngine::wantStorage()
{
    if (d->status != ClientStatus::Closed || d->wasOpened)
        return false;
    d->store = Internal::ClientStore(true);
    d->replica.setStored(true);
    return true;
}

Expected<void> ClientEngine::restore(const ClientState &state, qint64 now)
{
    d->latest = now;
    if (!d->store.isRestoring())
        return contradiction("it was restored already");
    if (auto checked = d->checkState(state); !checked)
        return checked;
    if (state.client.isEmpty()) {
        d->store.restored({});
        d->startWaiting();
        return {};
    }
    d->client = state.client;
    d->epoch = state.epoch;
    d->cursor = state.cursor;
    d->subscriptions.inherit(state.subscriptions);
    Private::Turn turn(*d);
    d->replica.restore(turn.step, state.entities);
    d->restoreQueue(turn, state);
    turn.afterwards.push_back(ClientAction::StalenessChanged{});
    for (const SubscriptionNumber sub : d->subscriptions.beginWithinInherited())
        turn.afterwards.push_back(ClientAction::SubscriptionReady{ sub });
    d->finish(turn);

    StorePoint point = d->storePoint();
    point.last = d->restoredLast;
    point.sent = state.sent;
    point.subscriptions = { -1 }; // those of the application are new to the store
    d->store.restored(point);
    d->startWaiting();
    return {};
}

void ClientEngine::Private::restoreQueue(Turn &turn, const ClientState &state)
{
    PendingQueue &queue = replica.queue();
    queue.prepend(state.pending);
    queue.renumber(state.answered + 1, state.sent);
    restoredLast = state.answered + static_cast<TransactionNumber>(state.pending.size());
    for (TransactionNumber number = state.answered + 1; number <= state.settled; ++number)
        queue.at(number - state.answered - 1).settled = true;
    replica.restage(turn.step);
}

void ClientEngine::withoutStorage(qint64 now)
{
    if (!d->store.isRestoring())
        return;
    d->latest = now;
    d->store.giveUp();
    d->replica.setStored(false);
    d->startWaiting();
}

void ClientEngine::Private::startWaiting()
{
    if (status == ClientStatus::Connecting && !saidHello)
        connect(latest);
    else
        sendDue(latest);
}

// What is to be stored

Internal::StorePoint ClientEngine::Private::storePoint() const
{
    const PendingQueue &queue = replica.queue();
    StorePoint point;
    point.client = client;
    point.epoch = epoch;
    point.cursor = cursor;
    point.answered = queue.firstNumber() - 1;
    point.last = queue.lastNumber();
    point.numbering = numbering;
    point.settled = point.answered;
    while (point.settled < point.last && queue.at(point.settled - point.answered).settled)
        ++point.settled;
    // Raised only here, where the server is known to have none but our numbers.
    point.sent = status == ClientStatus::Online
                         ? std::max(std::min(point.last, lastFit()), queue.lastSentNumber())
                         : queue.lastSentNumber();
    if (store.given().numbering == numbering)
        point.sent = std::max(point.sent, store.given().sent);
    point.stamp = replica.lastStamp();
    point.gone = replica.goneCount();
    point.subscriptions = subscriptions.storePoint();
    return point;
}

void ClientEngine::Private::storeDue()
{
    if (!store.isInUse())
        return;
    const StorePoint present = storePoint();
    const ClientStore::Due due = store.due(present, window(), options.storeAfter, latest);
    if (due != ClientStore::Due::Nothing)
        actions.push_back(ClientAction::Store{ makeBatch(present, due) });
}

ClientStorageBatch ClientEngine::Private::makeBatch(const StorePoint &present, ClientStore::Due due)
{
    const StorePoint before = store.given();
    const bool isAll = due == ClientStore::Due::All;
    const StorePoint &confirmed = isAll ? present : before;
    ClientStorageBatch batch{ confirmed.client,   confirmed.epoch,   confirmed.cursor,
                              confirmed.answered, confirmed.settled, present.sent };
    if (isAll) {
        if (present.subscriptions != before.subscriptions)
            batch.subscriptions = subscriptions.toStore();
        batch.goneEntities = replica.takeGone();
        for (const Entity *entity : replica.confirmed().changedSince(before.stamp))
            batch.entities.push_back({ entity->id(), replica.confirmed().values(*entity) });
        batch.isRenumbered = present.numbering != before.numbering;
        store.give(present);
    } else {
        store.giveQueue(present);
    }
    const PendingQueue &queue = replica.queue();
    TransactionNumber number = queue.firstNumber();
    if (!batch.isRenumbered)
        number = std::max(number, before.last + 1);
    for (; number <= present.last; ++number)
        batch.pending.push_back({ number, queue.at(number - queue.firstNumber()).transaction() });
    return batch;
}

void ClientEngine::stored(qint64 now)
{
    d->latest = now;
    if (d->store.stored())
        d->sendDue(now);
}

void ClientEngine::storeFailed(qint64 now)
{
    d->latest = now;
    d->store.failed();
    d->sendDue(now);
}

std::optional<ClientStorageBatch> ClientEngine::takeBatch()
{
    const StorePoint present = d->storePoint();
    const ClientStore::Due due = d->store.dueAtTheEnd(present, d->latest);
    if (due == ClientStore::Due::Nothing)
        return std::nullopt;
    return d->makeBatch(present, due);
}

} // namespace ObjectSync
