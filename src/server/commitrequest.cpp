// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/commitrequest.h>

#include "requestdata_p.h"

namespace ObjectSync {

CommitRequest::CommitRequest(std::shared_ptr<Internal::CommitRequestData> data) : d(std::move(data))
{
}

CommitRequest::CommitRequest(const CommitRequest &other) = default;
CommitRequest &CommitRequest::operator=(const CommitRequest &other) = default;
CommitRequest::~CommitRequest() = default;

const Peer &CommitRequest::peer() const
{
    return d->peer;
}

QString CommitRequest::world() const
{
    return d->worldName;
}

const Transaction &CommitRequest::transaction() const
{
    return d->transaction;
}

const EntityReader &CommitRequest::state() const
{
    return d->state();
}

void CommitRequest::accept()
{
    d->answer({ Decision::Kind::Accept, d->transaction, {} });
}

void CommitRequest::accept(Transaction changed)
{
    d->answer({ Decision::Kind::Accept, std::move(changed), {} });
}

void CommitRequest::acceptSilently()
{
    d->answer({ Decision::Kind::AcceptSilently, {}, {} });
}

void CommitRequest::reject(const QByteArray &code, const QString &message,
                           const QByteArray &entityId)
{
    d->answer({ Decision::Kind::Reject, {}, { code, message, entityId } });
}

bool CommitRequest::isAnswered() const
{
    return d->isAnswered;
}

} // namespace ObjectSync
