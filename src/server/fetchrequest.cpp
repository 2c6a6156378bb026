// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/fetchrequest.h>

#include "requestdata_p.h"
#include "worldhost_p.h"

namespace ObjectSync {

FetchRequest::FetchRequest(std::shared_ptr<Internal::FetchRequestData> data)
    : d(std::move(data)) { }

FetchRequest::FetchRequest(const FetchRequest &other) = default;
FetchRequest &FetchRequest::operator=(const FetchRequest &other) = default;
FetchRequest::~FetchRequest() = default;

const Peer &FetchRequest::peer() const
{
    return d->peer;
}

QString FetchRequest::world() const
{
    return d->worldName;
}

const std::vector<QByteArray> &FetchRequest::ids() const
{
    return d->ids;
}

const EntityReader &FetchRequest::state() const
{
    return d->state();
}

void FetchRequest::answer(const std::vector<std::optional<ValueMap>> &entities)
{
    if (!d->takeTurn() || !d->host)
        return;
    Internal::FetchedEntities fetched(d->ids.size());
    for (size_t i = 0; i < std::min(entities.size(), fetched.size()); ++i) {
        if (entities[i])
            fetched[i] = Result::Entity{ d->ids[i], state().stamp(d->ids[i]), *entities[i] };
    }
    d->host->fetchAnswered(d->ticket, std::move(fetched));
}

void FetchRequest::pass()
{
    if (d->takeTurn() && d->host)
        d->host->fetchPassed(d->ticket, d->handler, d->peer, d->ids);
}

void FetchRequest::reject(const QByteArray &code, const QString &message, const QByteArray &entityId)
{
    if (d->takeTurn() && d->host)
        d->host->fetchAnswered(d->ticket, Error{ code, message, entityId });
}

bool FetchRequest::isAnswered() const
{
    return d->isAnswered;
}

} // namespace ObjectSync
