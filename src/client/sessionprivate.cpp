// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "sessionprivate_p.h"

#include "clientstoragethread_p.h"
#include "logging_p.h"
#include "objectprivate_p.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsubscription.h>
#include <objectsync/client/websockettransport.h>

#include <QtCore/qrandom.h>
#include <QtCore/qthread.h>
#include <QtCore/quuid.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace ObjectSync::Internal {

namespace {

QByteArray newClientId()
{
    return QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

double randomFraction()
{
    return QRandomGenerator::global()->generateDouble();
}

/// Slots may still call the session while it is being deleted.
Error sessionIsGone()
{
    return { ErrorCode::NotOpen, QStringLiteral("The session is being deleted") };
}

/// Each once, and in order.
QList<QByteArray> inOrder(QList<QByteArray> ids)
{
    if (!std::is_sorted(ids.cbegin(), ids.cend()))
        std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

} // namespace

QList<QByteArray> changedIds(const Transaction &transaction)
{
    QList<QByteArray> ids;
    ids.reserve(static_cast<qsizetype>(transaction.operations.size()));
    for (const Operation &operation : transaction.operations) {
        if (!operation.needsId())
            ids.append(operation.id);
    }
    return inOrder(std::move(ids));
}

QList<QByteArray> expectedIds(const Transaction &transaction)
{
    QList<QByteArray> ids;
    for (const Expectation &expectation : transaction.expectations)
        ids.append(expectation.id);
    return inOrder(std::move(ids));
}

SessionPrivate::SessionPrivate(SyncSession *session) : q(session), index(*this)
{
    setOptions({});
    m_clock.start();
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, q, [this] {
        const auto self = shared_from_this();
        engine().timeout(now());
        run();
    });
}

SessionPrivate::~SessionPrivate()
{
    delete transport;
}

ClientEngine &SessionPrivate::engine()
{
    if (!m_engine) {
        options.storage = m_storage != nullptr;
        ClientOptions own = options;
        own.isViewHeard = [this] { return isViewHeard(); };
        m_engine = std::make_unique<ClientEngine>(std::move(own));
    }
    return *m_engine;
}

void SessionPrivate::setOptions(const ClientOptions &to)
{
    options = to;
    if (!options.random)
        options.random = randomFraction;
    if (!options.makeClientId)
        options.makeClientId = newClientId;
    setClientId(options.client.isEmpty() ? options.makeClientId() : options.client);
}

void SessionPrivate::setClientId(const QByteArray &id)
{
    options.client = id;
    m_clientTold = id;
}

bool SessionPrivate::changeSetting(const char *what) const
{
    if (!m_engine)
        return true;
    qCWarning(logClient) << what << "comes too late: the session is in use";
    return false;
}

void SessionPrivate::die()
{
    // From here on nothing is carried out but sending.
    m_timer.stop();
    SyncSession *const session = std::exchange(q, nullptr);
    index.flushDirty();
    takeActions();
    finishStorage();
    if (transport) {
        transport->disconnect(session);
        transport->close();
        deleteTransport();
    }
    m_actions.clear();
    m_changes.reset();
    for (size_t at = 0; at < m_observers.size(); ++at) {
        if (ViewObserver *observer = std::exchange(m_observers[at], nullptr))
            observer->sessionGone();
    }
    for (const auto &object : index.takeAll()) {
        object->sessionGone();
        if (object->owned)
            delete object->q;
    }
}

// Connection

Transport *SessionPrivate::ensureTransport()
{
    if (!transport && q)
        setTransport(std::make_unique<WebSocketTransport>());
    return transport;
}

void SessionPrivate::setTransport(std::unique_ptr<Transport> to)
{
    deleteTransport();
    if (!to || !q)
        return;
    transport = to.release();
    QObject::connect(transport, &Transport::opened, q,
                     [this] { fromTransport([this] { m_engine->transportOpened(now()); }); });
    QObject::connect(transport, &Transport::received, q, [this](const MessagePtr &message) {
        fromTransport([this, &message] { m_engine->received(*message, now()); });
    });
    QObject::connect(transport, &Transport::closed, q,
                     [this](const Error &reason) { transportGone(reason); });
    QObject::connect(transport, &QObject::destroyed, q, [this] {
        transportGone({ ErrorCode::Unreachable, QStringLiteral("The transport has been deleted") });
    });
}

void SessionPrivate::transportGone(const Error &reason)
{
    fromTransport([this, &reason] {
        m_isTransportOpen = false;
        m_engine->transportClosed(reason, now());
    });
}

void SessionPrivate::deleteTransport()
{
    if (!transport)
        return;
    transport->disconnect(q);
    // Not inside of its own signal.
    if (m_transportDepth > 0)
        std::exchange(transport, nullptr)->deleteLater();
    else
        delete transport;
}

template<typename Function>
void SessionPrivate::fromTransport(Function function)
{
    if (!m_isTransportOpen)
        return;
    const auto self = shared_from_this();
    ++m_transportDepth;
    function();
    run();
    --m_transportDepth;
}

bool SessionPrivate::prepareToOpen()
{
    const bool isWebSocket = qobject_cast<WebSocketTransport *>(ensureTransport());
    if (!isWebSocket || WebSocketTransport::isUsable(url))
        return true;
    const QString text =
            url.isEmpty()
                    ? QStringLiteral("The session has no URL; it looks like ws://host:8090/sync")
                    : QStringLiteral("The URL %1 cannot be used; it looks like ws://host:8090/sync")
                              .arg(url.isValid() ? url.toDisplayString(QUrl::RemoveQuery)
                                                 : url.errorString());
    qCWarning(logClient).noquote() << text;
    setError({ ErrorCode::Unreachable, text });
    return false;
}

void SessionPrivate::open()
{
    const auto self = shared_from_this();
    if (!q)
        return;
    lacksUsableUrl = !prepareToOpen();
    if (lacksUsableUrl) {
        if (q)
            Q_EMIT q->errorOccurred(error);
        return;
    }
    engine().open(now());
    run();
}

void SessionPrivate::close()
{
    if (!q || !m_engine)
        return;
    m_engine->close();
    run();
}

void SessionPrivate::setError(const Error &to)
{
    if (error == to)
        return;
    error = to;
    Q_EMIT q->errorChanged();
}

// Requests

Expected<TransactionId> SessionPrivate::commit(Transaction transaction, Record record)
{
    const auto self = shared_from_this();
    if (q)
        index.flushDirty();
    if (!q)
        return sessionIsGone();
    return commitNow(std::move(transaction), std::move(record));
}

Expected<TransactionId> SessionPrivate::commitNow(Transaction transaction, Record record)
{
    const auto self = shared_from_this();
    const bool hasObjects = !index.isEmpty();
    const auto ids = hasObjects ? changedIds(transaction) : QList<QByteArray>();
    const auto expected = hasObjects ? expectedIds(transaction) : QList<QByteArray>();
    Expected<TransactionId> result = engine().commit(std::move(transaction), now());
    if (!result)
        return result;
    if (record.reply)
        record.reply->d->transaction = *result;
    m_records.emplace(*result, std::move(record));
    run();
    if (q)
        index.updatePending(ids);
    if (q)
        index.updatePending(expected);
    return result;
}

SyncReply *SessionPrivate::request(std::unique_ptr<ReplyPrivate> data, Transaction transaction)
{
    const auto reply = new SyncReply(std::move(data), q);
    const QPointer<SyncReply> guard = reply;
    const auto result = commit(std::move(transaction), { .reply = reply });
    if (!result && guard)
        finishLater(reply, result.error());
    return guard;
}

SyncReply *SessionPrivate::refuse(std::unique_ptr<ReplyPrivate> data, const Error &why)
{
    const auto reply = new SyncReply(std::move(data), q);
    finishLater(reply, why);
    return reply;
}

void SessionPrivate::finishLater(SyncReply *reply, const Error &why)
{
    reply->d->isRefusedHere = true;
    QMetaObject::invokeMethod(
            reply, [reply, why] { reply->finish(why); }, Qt::QueuedConnection);
}

SyncReply *SessionPrivate::fetch(const QStringList &ids)
{
    auto data = std::make_unique<ReplyPrivate>();
    data->kind = ReplyPrivate::Kind::Fetch;
    for (const QString &id : ids)
        data->asked.push_back(id.toUtf8());
    if (!q)
        return refuse(std::move(data), sessionIsGone());
    const auto reply = new SyncReply(std::move(data), q);
    m_fetches.emplace(engine().fetch(reply->d->asked, now()), reply);
    // A closed session answers at once, but the caller has to get the reply first.
    takeActions();
    wantTurnEnd();
    return reply;
}

SyncSubscription *SessionPrivate::subscribe(const Filter &filter)
{
    auto data = std::make_unique<SubscriptionPrivate>();
    data->session = weak_from_this();
    data->filter = filter;
    const Expected<SubscriptionNumber> number = q ? engine().subscribe(filter) : sessionIsGone();
    if (number)
        data->number = *number;
    else
        data->error = number.error();
    const auto subscription = new SyncSubscription(std::move(data), q);
    if (number) {
        m_subscriptions.push_back(subscription);
        // What it gives may be there already; the caller has to get the subscription first.
        takeActions();
        wantTurnEnd();
    } else {
        QMetaObject::invokeMethod(
                subscription,
                [subscription, why = number.error()] { Q_EMIT subscription->failed(why); },
                Qt::QueuedConnection);
        if (!q)
            subscription->deleteLater(); // there is no parent for it
    }
    return subscription;
}

void SessionPrivate::unsubscribe(SyncSubscription *subscription, const SubscriptionPrivate &data)
{
    if (std::erase(m_subscriptions, subscription) == 0 || !q)
        return;
    // Objects that it covered get subscriptions of their own first, so that they stay in the view.
    const auto self = shared_from_this();
    index.coverageLost(data.filter);
    index.subscribeWanted();
    if (!q)
        return;
    engine().unsubscribe(data.number, now());
    run();
}

bool SessionPrivate::isSubscribed(const QByteArray &id) const
{
    return std::any_of(m_subscriptions.begin(), m_subscriptions.end(),
                       [&id](const SyncSubscription *subscription) {
                           return subscription->d->error.code.isEmpty()
                                  && subscription->d->filter.matches(id);
                       });
}

SyncSubscription *SessionPrivate::findSubscription(SubscriptionNumber number) const
{
    const auto found = std::find_if(m_subscriptions.begin(), m_subscriptions.end(),
                                    [number](const SyncSubscription *subscription) {
                                        return subscription->d->number == number;
                                    });
    return found == m_subscriptions.end() ? nullptr : *found;
}

void SessionPrivate::addObserver(ViewObserver *observer)
{
    // Not at the end if it can be helped: the list does not shrink while it may be walked through.
    const auto gap = std::find(m_observers.begin(), m_observers.end(), nullptr);
    if (gap != m_observers.end())
        *gap = observer;
    else
        m_observers.push_back(observer);
}

void SessionPrivate::removeObserver(ViewObserver *observer)
{
    std::replace(m_observers.begin(), m_observers.end(), observer,
                 static_cast<ViewObserver *>(nullptr));
}

// The turn of the event loop

void SessionPrivate::wantTurnEnd()
{
    if (!q || std::exchange(m_isTurnEndWanted, true))
        return;
    QMetaObject::invokeMethod(
            q, [this] { atTurnEnd(); }, Qt::QueuedConnection);
}

void SessionPrivate::atTurnEnd()
{
    const auto self = shared_from_this();
    m_isTurnEndWanted = false;
    index.flushDirty();
    if (q)
        index.subscribeWanted();
    if (q)
        run();
}

void SessionPrivate::run()
{
    const auto self = shared_from_this();
    takeActions();
    // Inside of a slot the outer call goes on when the slot returns, so that everybody hears
    // everything in order; but an event loop of the slot's own (a dialog's) must not stop the
    // session.
    const int level = QThread::currentThread()->loopLevel();
    if (m_runLevel >= level)
        return;
    const int outer = std::exchange(m_runLevel, level);
    drain();
    m_runLevel = outer;
}

} // namespace ObjectSync::Internal
