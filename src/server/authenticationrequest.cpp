// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/authenticationrequest.h>

#include "requestdata_p.h"
#include "worldhost_p.h"

namespace ObjectSync {

AuthenticationRequest::AuthenticationRequest(
        std::shared_ptr<Internal::AuthenticationRequestData> data)
    : d(std::move(data))
{
}

AuthenticationRequest::AuthenticationRequest(const AuthenticationRequest &other) = default;
AuthenticationRequest &AuthenticationRequest::operator=(const AuthenticationRequest &other) =
        default;
AuthenticationRequest::~AuthenticationRequest() = default;

const Peer &AuthenticationRequest::peer() const
{
    return d->peer;
}

QString AuthenticationRequest::world() const
{
    return d->worldName;
}

QByteArray AuthenticationRequest::token() const
{
    return d->token;
}

void AuthenticationRequest::accept(const QByteArray &principal)
{
    if (d->takeTurn() && d->host)
        d->host->authenticationAnswered(d->peer.connection, principal);
}

void AuthenticationRequest::reject(const QString &message)
{
    if (d->takeTurn() && d->host) {
        d->host->authenticationAnswered(d->peer.connection,
                                        Error{ ErrorCode::Unauthorized, message });
    }
}

bool AuthenticationRequest::isAnswered() const
{
    return d->isAnswered;
}

} // namespace ObjectSync
