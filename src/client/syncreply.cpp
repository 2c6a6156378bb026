// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncreply.h>

#include "sessionprivate_p.h"

namespace ObjectSync {

SyncReply::SyncReply(std::unique_ptr<Internal::ReplyPrivate> data, QObject *parent)
    : QObject(parent), d(std::move(data))
{
}

SyncReply::~SyncReply() = default;

void SyncReply::finish(std::optional<Error> error)
{
    d->isFinished = true;
    d->error = std::move(error);
    const QPointer<SyncReply> guard = this;
    Q_EMIT finished();
    if (guard && d->autoDelete)
        deleteLater();
}

bool SyncReply::isFinished() const
{
    return d->isFinished;
}

std::optional<Error> SyncReply::error() const
{
    return d->error;
}

bool SyncReply::isRefusedHere() const
{
    return d->isRefusedHere;
}

QString SyncReply::errorCode() const
{
    return d->error ? QString::fromUtf8(d->error->code) : QString();
}

QString SyncReply::errorString() const
{
    return d->error ? d->error->message : QString();
}

QVariant SyncReply::value() const
{
    return d->value;
}

QStringList SyncReply::ids() const
{
    QStringList ids;
    for (const QByteArray &id : d->answer ? d->answer->ids() : d->asked)
        ids.append(QString::fromUtf8(id));
    return ids;
}

QList<qint64> SyncReply::revisions() const
{
    return d->revisions;
}

TransactionId SyncReply::transaction() const
{
    return d->transaction;
}

void SyncReply::setAutoDelete(bool autoDelete)
{
    d->autoDelete = autoDelete;
}

bool SyncReply::autoDelete() const
{
    return d->autoDelete;
}

} // namespace ObjectSync
