// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncsubscription.h>

#include "sessionprivate_p.h"

namespace ObjectSync {

SyncSubscription::SyncSubscription(std::unique_ptr<Internal::SubscriptionPrivate> data,
                                   QObject *parent)
    : QObject(parent), d(std::move(data))
{
}

SyncSubscription::~SyncSubscription()
{
    // Slots may delete the parent, which must not delete this once more.
    setParent(nullptr);
    if (const auto session = d->session.lock())
        session->unsubscribe(this, *d);
}

const Filter &SyncSubscription::filter() const
{
    return d->filter;
}

QString SyncSubscription::prefix() const
{
    return QString::fromUtf8(d->filter.prefix.value_or(QByteArray()));
}

bool SyncSubscription::isReady() const
{
    return d->isReady;
}

Error SyncSubscription::error() const
{
    return d->error;
}

} // namespace ObjectSync
