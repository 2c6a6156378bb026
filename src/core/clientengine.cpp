// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientengine_p.h"

namespace ObjectSync {

using namespace Internal;

namespace {

Error closed()
{
    return { ErrorCode::NotOpen, QStringLiteral("The session is closed; open it first") };
}

} // namespace

ClientEngine::Private::Private(ClientOptions clientOptions)
    : options(std::move(clientOptions)),
      client(options.client.isEmpty() ? options.makeClientId() : options.client),
      store(options.storage)
{
    pacer.setLimits(limits);
    replica.setStored(options.storage);
}

ClientEngine::ClientEngine(ClientOptions options) : d(std::make_unique<Private>(std::move(options)))
{
}

ClientEngine::~ClientEngine() = default;

void ClientEngine::Private::finish(Turn &turn)
{
    std::vector<ViewChange> changes = replica.finish(turn.step);
    if (!changes.empty() || !turn.isHeard) {
        ++viewSteps;
        actions.push_back(ClientAction::ViewChanged{ std::move(changes) });
    }
    for (ClientActionVariant &action : turn.afterwards)
        actions.push_back(std::move(action));
}

// Opening and closing

void ClientEngine::open(qint64 now)
{
    if (d->status != ClientStatus::Closed && d->status != ClientStatus::Failed)
        return;
    d->latest = now;
    d->wasOpened = true;
    d->connect(now);
}

void ClientEngine::close()
{
    if (d->status == ClientStatus::Closed)
        return;
    if (d->hasTransport())
        d->actions.push_back(ClientAction::CloseTransport{});
    d->disconnected();
    d->clock.stopped();
    d->setStatus(ClientStatus::Closed);
    d->answerFetches(d->fetches.takeAll(), closed());
}

void ClientEngine::setToken(const QByteArray &token)
{
    d->options.token = token;
}

// Transactions

Expected<TransactionId> ClientEngine::commit(Transaction transaction, qint64 now)
{
    d->latest = now;
    const qint64 size = encodedSize(transaction);
    const qint64 operations = static_cast<qint64>(transaction.operations.size());
    auto message = std::make_shared<Message>(Commit{ 0, std::move(transaction) });
    if (auto checked = d->check(*message, size); !checked)
        return checked.error();
    if (auto checked = d->checkQueue(operations, size); !checked)
        return checked.error();
    Private::Turn turn(*d);
    const TransactionId id = d->replica.commit(turn.step, std::move(message), size);
    d->finish(turn);
    d->sendTransactions(now);
    return id;
}

// Subscriptions

Expected<SubscriptionNumber> ClientEngine::subscribe(Filter filter)
{
    auto added = d->subscriptions.add(std::move(filter), d->limits);
    if (!added)
        return added;
    if (d->subscriptions.beginWithinOthers(*added))
        d->actions.push_back(ClientAction::SubscriptionReady{ *added });
    d->sendSubscriptions();
    return added;
}

void ClientEngine::unsubscribe(SubscriptionNumber sub, qint64 now)
{
    const std::optional<Filter> filter = d->subscriptions.remove(sub);
    if (!filter)
        return;
    if (now >= 0)
        d->latest = now;
    d->store.noteGivenUp(d->latest);
    Private::Turn turn(*d);
    d->dropUncovered(turn, *filter);
    d->finish(turn);
    d->sendSubscriptions();
}

void ClientEngine::Private::dropUncovered(Turn &turn, const Filter &filter)
{
    for (const QByteArray &id : replica.confirmedIds(filter)) {
        if (!subscriptions.keeps(id))
            replica.remove(turn.step, id, Change::Event::Leave);
    }
}

std::vector<QByteArray> ClientEngine::Private::heldIds() const
{
    return replica.confirmedIds(Filter::byPrefix({}));
}

// Fetches

qint64 ClientEngine::fetch(std::vector<QByteArray> ids, qint64 now)
{
    auto checked = d->checkFetch(ids);
    if (checked && d->status == ClientStatus::Closed)
        checked = closed();
    if (checked && d->status == ClientStatus::Failed)
        checked = d->lastError;
    const qint64 timeout = d->options.fetchTimeout;
    const qint64 request = d->fetches.add(std::move(ids), timeout > 0 ? now + timeout : -1);
    if (!checked) {
        d->fetches.take(request);
        d->answerFetches({ request }, checked.error());
    }
    d->sendDue(now);
    return request;
}

void ClientEngine::Private::answerFetches(const std::vector<qint64> &requests, const Error &error)
{
    for (const qint64 request : requests)
        actions.push_back(ClientAction::Fetched{ request, error });
}

// Time

void ClientEngine::timeout(qint64 now)
{
    d->latest = now;
    d->wakeAt = -1; // it was for this
    d->answerFetches(d->fetches.takeExpired(now),
                     { ErrorCode::TimedOut, QStringLiteral("The server did not answer in time") });
    if (d->status == ClientStatus::Waiting && d->clock.isReconnectDue(now)) {
        d->connect(now);
    } else if (d->status == ClientStatus::Connecting && d->clock.isHandshakeOver(now)) {
        d->drop({ ErrorCode::TimedOut,
                  QStringLiteral("The server did not let us in within %1 s")
                          .arg(static_cast<double>(d->options.handshakeTimeout) / 1000) },
                now);
    } else if (d->status == ClientStatus::Online && d->clock.isSilent(now)) {
        d->drop({ ErrorCode::Silent,
                  QStringLiteral("Nothing was heard of the server for %1 s")
                          .arg(static_cast<double>(d->options.deadAfter) / 1000) },
                now);
    } else if (d->status == ClientStatus::Online) {
        if (d->clock.takePing(now))
            d->send(Ping{ now });
        d->pacer.timeout(now);
        d->sendTransactions(now);
    }
}

qint64 ClientEngine::Private::nextWake() const
{
    const qint64 time = earlier(earlier(clock.nextDeadline(), fetches.nextDeadline()),
                                store.dueAt());
    return status == ClientStatus::Online ? earlier(time, pacer.readyAt()) : time;
}

std::vector<ClientActionVariant> ClientEngine::takeActions()
{
    d->storeDue();
    if (const qint64 time = d->nextWake(); time != d->wakeAt) {
        d->wakeAt = time;
        d->actions.push_back(ClientAction::WakeAt{ time });
    }
    return std::exchange(d->actions, {});
}

// What is there

ClientStatus ClientEngine::status() const
{
    return d->status;
}

const Error &ClientEngine::lastError() const
{
    return d->lastError;
}

QByteArray ClientEngine::client() const
{
    return d->client;
}

Cursor ClientEngine::cursor() const
{
    return d->cursor;
}

const EntityReader &ClientEngine::view() const
{
    return d->replica.view();
}

quint64 ClientEngine::viewSteps() const
{
    return d->viewSteps;
}

const World &ClientEngine::confirmed() const
{
    return d->replica.confirmed();
}

std::vector<QByteArray> ClientEngine::ids(const Filter &filter) const
{
    return d->replica.view().ids(filter);
}

bool ClientEngine::isCovered(const QByteArray &id) const
{
    return d->subscriptions.isReady(id);
}

bool ClientEngine::isReady(SubscriptionNumber sub) const
{
    const ClientSubscription *subscription = d->subscriptions.find(sub);
    return subscription && subscription->isReady;
}

bool ClientEngine::isStale(const QByteArray &id) const
{
    const bool isThere = d->replica.confirmed().exists(id);
    if (!isThere && !isCovered(id))
        return false;
    if (d->status != ClientStatus::Online || d->catchingUp)
        return true;
    return isThere ? d->subscriptions.isStale(id) : !d->subscriptions.isFresh(id);
}

bool ClientEngine::isRestoring() const
{
    return d->store.isRestoring();
}

bool ClientEngine::hasPending(const QByteArray &id) const
{
    return d->replica.queue().touches(id);
}

qsizetype ClientEngine::pendingCount() const
{
    return d->replica.queue().size();
}

bool ClientEngine::isSettled(TransactionId transaction) const
{
    const Internal::PendingTransaction *found = d->replica.queue().find(transaction);
    return found && found->settled;
}

const Transaction *ClientEngine::pending(TransactionId transaction) const
{
    const PendingTransaction *pending = d->replica.queue().find(transaction);
    return pending ? &pending->transaction() : nullptr;
}

const Limits &ClientEngine::limits() const
{
    return d->limits;
}

} // namespace ObjectSync
