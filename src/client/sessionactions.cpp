// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// How a session carries out what its engine asks for.

#include "logging_p.h"
#include "sessionprivate_p.h"

#include <objectsync/client/syncsubscription.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace ObjectSync::Internal {

namespace {

SyncSession::Status toStatus(ClientStatus status)
{
    switch (status) {
    case ClientStatus::Closed:
        return SyncSession::Status::Closed;
    case ClientStatus::Connecting:
        return SyncSession::Status::Connecting;
    case ClientStatus::Online:
        return SyncSession::Status::Online;
    case ClientStatus::Waiting:
        return SyncSession::Status::Waiting;
    case ClientStatus::Failed:
        return SyncSession::Status::Failed;
    }
    return SyncSession::Status::Closed;
}

/// These run no user code and need not wait for what is being told.
bool isForDevices(const ClientActionVariant &action)
{
    return std::holds_alternative<ClientAction::OpenTransport>(action)
           || std::holds_alternative<ClientAction::CloseTransport>(action)
           || std::holds_alternative<ClientAction::Send>(action)
           || std::holds_alternative<ClientAction::WakeAt>(action)
           || std::holds_alternative<ClientAction::Store>(action);
}

/// Of the name of a property: the same few come again and again.
const QString &nameText(const QByteArray &name)
{
    struct Known
    {
        QByteArray name;
        QString text;
    };
    static thread_local std::array<Known, 32> known;
    Known &entry = known[qHash(name) % known.size()];
    if (entry.name != name)
        entry = { name, QString::fromUtf8(name) };
    return entry.text;
}

/// As ValueMap::toVariantMap().
QVariantMap toVariantMap(const ValueMap &values)
{
    QVariantMap result;
    for (const auto &[name, value] : values)
        result.insert(result.cend(), nameText(name), value.toVariant()); // mostly in this order
    return result;
}

QVariantMap withId(const QByteArray &id, const ValueMap &values)
{
    QVariantMap result = values.toVariantMap();
    result.insert(QStringLiteral("id"), QString::fromUtf8(id));
    return result;
}

} // namespace

void SessionPrivate::takeActions()
{
    if (!m_engine)
        return;
    for (ClientActionVariant &action : m_engine->takeActions()) {
        if (isForDevices(action))
            std::visit([this](auto &it) { carryOut(it); }, action);
        else
            m_actions.push_back(std::move(action));
    }
}

void SessionPrivate::drain()
{
    while (q && (m_changes || !m_actions.empty())) {
        if (m_changes) {
            tellChanges();
        } else {
            ClientActionVariant action = std::move(m_actions.front());
            m_actions.pop_front();
            std::visit([this](auto &it) { carryOut(it); }, action);
        }
        if (q && !m_changes && m_actions.empty())
            tellPendingCount();
    }
}

/// The rest of a step. What is called may run an event loop, and this in it, and delete the session.
void SessionPrivate::tellChanges()
{
    const std::shared_ptr<const std::vector<ViewChange>> changes = m_changes;
    if (m_changesTold == 0 && !isAnyoneTold())
        m_changesTold = changes->size();
    while (q && m_changes == changes && m_changesTold < changes->size())
        tell((*changes)[m_changesTold++], m_viewStep);
    if (!q || m_changes != changes)
        return;
    m_changes.reset();
    Q_EMIT q->viewChanged(*changes);
}

void SessionPrivate::tellPendingCount()
{
    const int count = static_cast<int>(m_engine->pendingCount());
    if (std::exchange(m_pendingTold, count) != count)
        Q_EMIT q->pendingCountChanged(count);
}

// The transport and the clock

void SessionPrivate::carryOut(const ClientAction::OpenTransport &)
{
    m_isTransportOpen = true;
    if (Transport *const opening = ensureTransport())
        opening->open(url);
}

void SessionPrivate::carryOut(const ClientAction::CloseTransport &)
{
    m_isTransportOpen = false;
    if (transport)
        transport->close();
}

void SessionPrivate::carryOut(const ClientAction::Send &action)
{
    if (transport && m_isTransportOpen)
        transport->send(*action.message);
}

void SessionPrivate::carryOut(const ClientAction::WakeAt &action)
{
    if (action.time < 0) {
        m_timer.stop();
        return;
    }
    const qint64 wait = std::clamp<qint64>(action.time - now(), 0, std::numeric_limits<int>::max());
    m_timer.start(static_cast<int>(wait));
}

// What happened

void SessionPrivate::carryOut(const ClientAction::StatusChanged &action)
{
    const SyncSession::Status to = toStatus(action.status);
    const bool wasOnline = status == SyncSession::Status::Online;
    const bool isOnline = to == SyncSession::Status::Online;
    const bool isBad = to == SyncSession::Status::Waiting || to == SyncSession::Status::Failed;
    const bool isNew = std::exchange(status, to) != to;
    // While it tries again, the reason of the last failure stays.
    if (isBad && action.error != error)
        qCInfo(logClient).noquote() << action.error.code << action.error.message;
    if (isBad || isOnline || to == SyncSession::Status::Closed)
        setError(isBad ? action.error : Error());
    if (q && std::exchange(m_clientTold, m_engine->client()) != m_engine->client())
        Q_EMIT q->clientIdChanged();
    if (q && isNew)
        Q_EMIT q->statusChanged(to);
    if (q && isOnline != wasOnline)
        Q_EMIT q->onlineChanged(isOnline);
    if (q && isBad)
        Q_EMIT q->errorOccurred(action.error);
}

void SessionPrivate::carryOut(const ClientAction::LatencyMeasured &action)
{
    const auto milliseconds = static_cast<int>(action.milliseconds);
    if (std::exchange(latency, milliseconds) != milliseconds)
        Q_EMIT q->latencyChanged(milliseconds);
}

void SessionPrivate::carryOut(const ClientAction::SubscriptionReady &action)
{
    const QPointer<SyncSubscription> subscription = findSubscription(action.sub);
    if (!subscription) {
        index.subscriptionReady(action.sub);
        return;
    }
    const bool isFirst = !std::exchange(subscription->d->isReady, true);
    index.coverageGained(subscription->d->filter);
    if (isFirst && subscription)
        Q_EMIT subscription->ready();
}

void SessionPrivate::carryOut(const ClientAction::SubscriptionFailed &action)
{
    SyncSubscription *const subscription = findSubscription(action.sub);
    if (!subscription) {
        index.subscriptionFailed(action.sub, action.error);
        return;
    }
    subscription->d->error = action.error;
    index.coverageLost(subscription->d->filter);
    Q_EMIT subscription->failed(action.error);
}

// The view

void SessionPrivate::carryOut(ClientAction::ViewChanged &action)
{
    ++m_viewStep;
    m_changesTold = 0;
    if (action.changes.empty())
        return; // nobody was there to hear of them
    m_changes = std::make_shared<const std::vector<ViewChange>>(std::move(action.changes));
}

bool SessionPrivate::isViewHeard() const
{
    static const QMetaMethod changed = QMetaMethod::fromSignal(&SyncSession::viewChanged);
    return q && (isAnyoneTold() || q->isSignalConnected(changed));
}

/// Whether single changes have to be told.
bool SessionPrivate::isAnyoneTold() const
{
    static const std::array signalsOfChanges = {
        QMetaMethod::fromSignal(&SyncSession::entityUpdated),
        QMetaMethod::fromSignal(&SyncSession::entityCreated),
        QMetaMethod::fromSignal(&SyncSession::entityEntered),
        QMetaMethod::fromSignal(&SyncSession::entityDestroyed),
        QMetaMethod::fromSignal(&SyncSession::entityLeft),
    };
    const auto isConnected = [this](const QMetaMethod &it) { return q->isSignalConnected(it); };
    const auto isThere = [](const ViewObserver *it) { return it != nullptr; };
    return !index.isEmpty() || std::any_of(m_observers.begin(), m_observers.end(), isThere)
           || std::any_of(signalsOfChanges.begin(), signalsOfChanges.end(), isConnected);
}

void SessionPrivate::tell(const ViewChange &change, quint64 step)
{
    index.viewChanged(change, step);
    for (size_t at = 0; q && at < m_observers.size(); ++at) {
        if (m_observers[at])
            m_observers[at]->viewChanged(change);
    }
    if (q)
        tellSession(change);
}

void SessionPrivate::tellSession(const ViewChange &change)
{
    using Event = ViewChange::Event;
    static const QMetaMethod created = QMetaMethod::fromSignal(&SyncSession::entityCreated);
    static const QMetaMethod entered = QMetaMethod::fromSignal(&SyncSession::entityEntered);
    static const QMetaMethod updated = QMetaMethod::fromSignal(&SyncSession::entityUpdated);
    const bool isUnheard = (change.event == Event::Updated && !q->isSignalConnected(updated))
                           || (change.event == Event::Entered && !q->isSignalConnected(entered))
                           || (change.event == Event::Created && !q->isSignalConnected(created));
    if (isUnheard)
        return;
    const QString id = QString::fromUtf8(change.id);
    switch (change.event) {
    case Event::Created:
        Q_EMIT q->entityCreated(id, toVariantMap(change.properties));
        break;
    case Event::Entered:
        Q_EMIT q->entityEntered(id, toVariantMap(change.properties));
        break;
    case Event::Updated:
        Q_EMIT q->entityUpdated(id, toVariantMap(change.properties));
        break;
    case Event::Destroyed:
        Q_EMIT q->entityDestroyed(id);
        break;
    case Event::Left:
        Q_EMIT q->entityLeft(id);
        break;
    }
}

// Answers

void SessionPrivate::carryOut(ClientAction::Answered &action)
{
    Record record; // stays empty where an earlier process committed it
    if (auto found = m_records.extract(action.transaction))
        record = std::move(found.mapped());
    const bool quiet = record.existsIsFine && action.error
                       && action.error->code == ErrorCode::Exists;
    if (!index.isEmpty()) {
        index.answered(changedIds(action.content), action.error, quiet);
        if (q)
            index.updatePending(expectedIds(action.content));
    }
    if (q && action.error && !quiet)
        Q_EMIT q->rejected(action.transaction, *action.error, conflict(action.content));
    if (q && record.reply)
        finishCommit(record.reply, action);
}

SyncConflict SessionPrivate::conflict(const Transaction &transaction) const
{
    const World &confirmed = m_engine->confirmed();
    Staging mine(confirmed, options.operations, m_engine->limits());
    for (Operation operation : transaction.operations) {
        // Without the obstacles: who comes last may overwrite, and make anew.
        if (operation.kind == Operation::Kind::Create || operation.kind == Operation::Kind::Set)
            operation.kind = Operation::Kind::Save;
        (void)mine.apply({ { std::move(operation) } });
    }
    QList<QByteArray> ids = changedIds(transaction) + expectedIds(transaction);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    QStringList names;
    QVariantMap both[2];
    for (const QByteArray &id : ids) {
        names.append(QString::fromUtf8(id));
        const EntityReader *readers[] = { &mine, &confirmed };
        for (int side = 0; side < 2; ++side) {
            if (readers[side]->exists(id))
                both[side].insert(names.last(), readers[side]->values(id).toVariantMap());
        }
    }
    return { transaction, std::move(names), std::move(both[0]), std::move(both[1]) };
}

void SessionPrivate::finishCommit(SyncReply *reply, ClientAction::Answered &answer)
{
    ReplyPrivate &data = *reply->d;
    data.answer = std::move(answer);
    if (data.answer->error) {
        reply->finish(data.answer->error);
        return;
    }
    const bool wantsEntity = data.kind == ReplyPrivate::Kind::Save
                             || data.kind == ReplyPrivate::Kind::Apply;
    const QByteArray id = wantsEntity ? data.entity() : QByteArray();
    if (id.isEmpty()) {
        reply->finish({});
        return;
    }
    if (m_engine->isCovered(id)) {
        const ValueMap values = m_engine->confirmed().values(id);
        data.value = data.kind == ReplyPrivate::Kind::Save ? withId(id, values)
                                                           : values.value(data.name).toVariant();
        reply->finish({});
        return;
    }
    m_fetches.emplace(m_engine->fetch({ id }, now()), reply);
    takeActions();
}

void SessionPrivate::carryOut(const ClientAction::Fetched &action)
{
    const auto found = m_fetches.extract(action.request);
    const QPointer<SyncReply> reply = found ? found.mapped() : nullptr;
    if (!reply)
        return;
    if (reply->d->kind == ReplyPrivate::Kind::Fetch)
        finishFetch(reply, action);
    else
        finishAfterFetch(reply, action);
}

void SessionPrivate::finishFetch(SyncReply *reply, const ClientAction::Fetched &fetched)
{
    if (!fetched.entities) {
        reply->finish(fetched.entities.error());
        return;
    }
    QVariantList entities;
    for (const std::optional<Result::Entity> &entity : *fetched.entities) {
        entities.append(entity ? QVariant(withId(entity->id, entity->values))
                               : QVariant::fromValue(nullptr));
        reply->d->revisions.append(entity ? entity->revision : 0);
    }
    reply->d->value = entities;
    reply->finish({});
}

void SessionPrivate::finishAfterFetch(SyncReply *reply, const ClientAction::Fetched &fetched)
{
    // The commit was accepted, whatever became of looking at it: destroyed since, or offline.
    ReplyPrivate &data = *reply->d;
    const QByteArray id = data.entity();
    const bool isThere = fetched.entities && !fetched.entities->empty()
                         && fetched.entities->front().has_value();
    if (data.kind == ReplyPrivate::Kind::Save)
        data.value = withId(id, isThere ? fetched.entities->front()->values : data.sent);
    else if (isThere)
        data.value = fetched.entities->front()->values.value(data.name).toVariant();
    reply->finish({});
}

} // namespace ObjectSync::Internal
