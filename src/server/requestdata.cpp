// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "requestdata_p.h"

#include "worldhost_p.h"

namespace ObjectSync::Internal {

RequestData::RequestData(WorldHost *worldHost, Peer asking)
    : host(worldHost), peer(std::move(asking)), worldName(worldHost->name())
{
}

const EntityReader &RequestData::state() const
{
    static const World empty;
    if (host)
        return host->engine().world();
    return empty;
}

AuthenticationRequestData::~AuthenticationRequestData()
{
    if (takeTurn() && host) {
        host->authenticationAnswered(peer.connection,
                                     Error{ ErrorCode::Unauthorized,
                                            QStringLiteral(
                                                    "The server's authenticator did not answer") });
    }
}

CommitRequestData::~CommitRequestData()
{
    answer({ Decision::Kind::Reject,
             {},
             { ErrorCode::NoAnswer,
               QStringLiteral("The server's handler did not answer; try again") } });
}

void CommitRequestData::answer(Decision decision)
{
    if (takeTurn() && host)
        host->commitAnswered(ticket, handler, peer, std::move(decision));
}

FetchRequestData::~FetchRequestData()
{
    if (takeTurn() && host) {
        host->fetchAnswered(ticket, Error{ ErrorCode::NoAnswer,
                                           QStringLiteral("The server's handler did not "
                                                          "answer; try again") });
    }
}

} // namespace ObjectSync::Internal
