// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncsession.h>

#include "objectprivate_p.h"
#include "sessionprivate_p.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsubscription.h>

namespace ObjectSync {

using Internal::ReplyPrivate;
using Internal::SessionPrivate;

SyncSession::SyncSession(QObject *parent)
    : QObject(parent), d(std::make_shared<SessionPrivate>(this))
{
}

SyncSession::~SyncSession()
{
    d->die();
}

// Settings

QUrl SyncSession::url() const
{
    return d->url;
}

void SyncSession::setUrl(const QUrl &url)
{
    if (url == d->url)
        return;
    const auto data = d;
    const bool wasOpen = (data->status != Status::Closed && data->status != Status::Failed)
                         || data->lacksUsableUrl;
    if (wasOpen)
        data->close();
    if (!data->q)
        return;
    data->url = url;
    Q_EMIT urlChanged();
    if (data->q && wasOpen)
        data->open();
}

QString SyncSession::token() const
{
    return QString::fromUtf8(d->options.token);
}

void SyncSession::setToken(const QString &token)
{
    const QByteArray utf8 = token.toUtf8();
    if (utf8 == d->options.token)
        return;
    d->options.token = utf8;
    if (d->isInUse())
        d->engine().setToken(utf8);
    Q_EMIT tokenChanged();
}

QString SyncSession::clientId() const
{
    return QString::fromUtf8(d->isInUse() ? d->engine().client() : d->options.client);
}

void SyncSession::setClientId(const QString &id)
{
    const QByteArray utf8 = id.toUtf8();
    if (utf8 == d->options.client || !d->changeSetting("setClientId()"))
        return;
    d->setClientId(utf8);
    Q_EMIT clientIdChanged();
}

int SyncSession::reconnectFirst() const
{
    return static_cast<int>(d->options.reconnectFirst);
}

void SyncSession::setReconnectFirst(int milliseconds)
{
    if (milliseconds == reconnectFirst() || !d->changeSetting("setReconnectFirst()"))
        return;
    d->options.reconnectFirst = milliseconds;
    Q_EMIT reconnectChanged();
}

int SyncSession::reconnectMost() const
{
    return static_cast<int>(d->options.reconnectMost);
}

void SyncSession::setReconnectMost(int milliseconds)
{
    if (milliseconds == reconnectMost() || !d->changeSetting("setReconnectMost()"))
        return;
    d->options.reconnectMost = milliseconds;
    Q_EMIT reconnectChanged();
}

ClientOptions SyncSession::options() const
{
    return d->options;
}

void SyncSession::setOptions(const ClientOptions &options)
{
    if (!d->changeSetting("setOptions()"))
        return;
    d->setOptions(options);
    const auto data = d;
    Q_EMIT clientIdChanged();
    if (data->q)
        Q_EMIT tokenChanged();
    if (data->q)
        Q_EMIT reconnectChanged();
}

Expected<void> SyncSession::addOperationType(const OperationType &type)
{
    if (d->isInUse()) {
        return Error{ ErrorCode::BadArgument,
                      QStringLiteral("Operation types are added before the session is used") };
    }
    return d->options.operations.add(type);
}

void SyncSession::setTransport(std::unique_ptr<Transport> transport)
{
    if (d->status != Status::Closed && d->status != Status::Failed) {
        qWarning("SyncSession::setTransport: close the session first");
        return;
    }
    d->setTransport(std::move(transport));
}

void SyncSession::setStorage(std::unique_ptr<ClientStorage> storage)
{
    d->setStorage(std::move(storage));
}

Transport *SyncSession::transport() const
{
    return d->ensureTransport();
}

// Connection

void SyncSession::open()
{
    d->open();
}

void SyncSession::open(const QUrl &url)
{
    const auto data = d;
    data->lacksUsableUrl = false; // or setUrl() would open it, too
    setUrl(url);
    if (data->q)
        data->open();
}

void SyncSession::close()
{
    d->lacksUsableUrl = false;
    d->close();
}

SyncSession::Status SyncSession::status() const
{
    return d->status;
}

bool SyncSession::isOnline() const
{
    return d->status == Status::Online;
}

int SyncSession::pendingCount() const
{
    return d->isInUse() ? static_cast<int>(d->engine().pendingCount()) : 0;
}

int SyncSession::latency() const
{
    return d->latency;
}

bool SyncSession::isRestoring() const
{
    return d->isRestoring;
}

Error SyncSession::storageError() const
{
    return d->storageError;
}

QString SyncSession::storageErrorString() const
{
    return d->storageError.message;
}

Error SyncSession::error() const
{
    return d->error;
}

QString SyncSession::errorCode() const
{
    return QString::fromUtf8(d->error.code);
}

QString SyncSession::errorString() const
{
    return d->error.message;
}

// Objects and subscriptions

SyncedObject *SyncSession::object(const QString &id)
{
    return object<SyncedObject>(id);
}

SyncedObject *SyncSession::findOwned(const QString &id, const QMetaObject &type) const
{
    return d->index.findOwned(id.toUtf8(), type);
}

void SyncSession::adopt(SyncedObject *object, const QString &id)
{
    object->setParent(this);
    object->d->id = id.toUtf8();
    object->d->session = d;
    object->d->owned = true;
    object->d->start();
}

void SyncSession::release(SyncedObject *object)
{
    if (!object || object->d->session != d || !object->d->owned) {
        qWarning("SyncSession::release: not an object of this session");
        return;
    }
    const QPointer<SyncedObject> guard = object;
    object->d->retire();
    if (guard)
        object->deleteLater();
}

SyncSubscription *SyncSession::subscribe(const QString &prefix)
{
    return d->subscribe(Filter::byPrefix(prefix.toUtf8()));
}

SyncSubscription *SyncSession::subscribe(const QStringList &ids)
{
    std::vector<QByteArray> utf8;
    for (const QString &id : ids)
        utf8.push_back(id.toUtf8());
    return d->subscribe(Filter::byIds(std::move(utf8)));
}

SyncSubscription *SyncSession::subscribe(const Filter &filter)
{
    return d->subscribe(filter);
}

// The view

bool SyncSession::exists(const QString &id) const
{
    return view().exists(id.toUtf8());
}

QVariant SyncSession::value(const QString &id, const QString &name) const
{
    return view().value(id.toUtf8(), name.toUtf8()).toVariant();
}

QVariantMap SyncSession::values(const QString &id) const
{
    return view().values(id.toUtf8()).toVariantMap();
}

QStringList SyncSession::ids(const QString &prefix) const
{
    QStringList result;
    for (const QByteArray &id : ids(Filter::byPrefix(prefix.toUtf8())))
        result.append(QString::fromUtf8(id));
    return result;
}

bool SyncSession::isCovered(const QString &id) const
{
    return d->engine().isCovered(id.toUtf8());
}

bool SyncSession::isPending(const QString &id) const
{
    return d->engine().hasPending(id.toUtf8());
}

const EntityReader &SyncSession::view() const
{
    return d->engine().view();
}

std::vector<QByteArray> SyncSession::ids(const Filter &filter) const
{
    return d->engine().ids(filter);
}

// Requests

SyncReply *SyncSession::save(const QVariantMap &values)
{
    QVariantMap properties = values;
    const QByteArray id = properties.take(QStringLiteral("id")).toString().toUtf8();
    auto data = std::make_unique<ReplyPrivate>();
    data->kind = ReplyPrivate::Kind::Save;
    const Expected<ValueMap> converted = ValueMap::fromVariantMap(properties);
    if (!converted)
        return d->refuse(std::move(data), { converted.error().code, converted.error().message, id });
    data->sent = *converted;
    return d->request(std::move(data), { { Operation::save(id, *converted) } });
}

SyncReply *SyncSession::destroy(const QString &id)
{
    auto data = std::make_unique<ReplyPrivate>();
    data->kind = ReplyPrivate::Kind::Destroy;
    return d->request(std::move(data), { { Operation::destroy(id.toUtf8()) } });
}

SyncReply *SyncSession::fetch(const QStringList &ids)
{
    return d->fetch(ids);
}

SyncReply *SyncSession::increment(const QString &id, const QString &name, const QVariant &by)
{
    auto data = std::make_unique<ReplyPrivate>();
    data->kind = ReplyPrivate::Kind::Apply;
    data->name = name.toUtf8();
    SyncTransaction transaction;
    transaction.increment(id, name, by);
    if (transaction.error())
        return d->refuse(std::move(data), *transaction.error());
    return d->request(std::move(data), std::move(transaction.m_transaction));
}

SyncReply *SyncSession::retry(const SyncConflict &conflict)
{
    return transaction(Transaction{ conflict.transaction().operations });
}

SyncReply *SyncSession::transaction(const SyncTransaction &transaction)
{
    return this->transaction(SyncTransaction(transaction));
}

SyncReply *SyncSession::transaction(SyncTransaction &&transaction)
{
    auto data = std::make_unique<ReplyPrivate>();
    if (transaction.error())
        return d->refuse(std::move(data), *transaction.error());
    return d->request(std::move(data), std::move(transaction.m_transaction));
}

SyncReply *SyncSession::transaction(const Transaction &transaction)
{
    return d->request(std::make_unique<ReplyPrivate>(), transaction);
}

SyncReply *SyncSession::transaction(Transaction &&transaction)
{
    return d->request(std::make_unique<ReplyPrivate>(), std::move(transaction));
}

SyncReply *SyncSession::transaction(const std::function<void(SyncTransaction &)> &fill)
{
    const auto data = d;
    SyncTransaction content;
    fill(content);
    return data->q ? transaction(std::move(content)) : nullptr;
}

} // namespace ObjectSync
