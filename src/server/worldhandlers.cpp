// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The part of WorldHost that asks an application's handlers.

#include "worldhost_p.h"

namespace ObjectSync::Internal {

void WorldHost::carryOut(const ServerAction::Authenticate &action)
{
    const auto data = std::make_shared<AuthenticationRequestData>(this, action.peer);
    data->token = action.token;
    AuthenticationRequest request(data);
    const Authenticator authenticator = m_shared.authenticator;
    if (authenticator)
        authenticator(request);
    else
        request.accept({});
}

void WorldHost::authenticationAnswered(ConnectionId connection, Expected<QByteArray> principal)
{
    post([this, connection, principal = std::move(principal)] {
        const int most = m_shared.connectionLimits.connectionsPerPrincipal;
        if (principal && !principal->isEmpty() && m_principals.value(*principal) >= most) {
            m_engine.authenticated(connection,
                                   Error{ ErrorCode::TooManyConnections,
                                          QStringLiteral("You have %1 connections already; close "
                                                         "one of them")
                                                  .arg(most) },
                                   now());
            return;
        }
        m_engine.authenticated(connection, principal, now());
    });
}

void WorldHost::carryOut(const ServerAction::Decide &action)
{
    askCommitHandler(action.ticket, 0, action.peer, action.transaction);
}

void WorldHost::askCommitHandler(quint64 ticket, size_t handler, const Peer &peer,
                                 Transaction transaction)
{
    const auto &handlers = m_shared.commitHandlers;
    while (handler < handlers.size() && !handlers[handler].isAlive())
        ++handler;
    if (handler >= handlers.size()) {
        m_engine.decided(ticket, { Decision::Kind::Accept, std::move(transaction), {} }, now());
        return;
    }
    const auto data = std::make_shared<CommitRequestData>(this, peer);
    data->ticket = ticket;
    data->handler = handler;
    data->transaction = std::move(transaction);
    CommitRequest request(data);
    const CommitHandler function = handlers[handler].function; // it may add others
    function(request);
}

void WorldHost::commitAnswered(quint64 ticket, size_t handler, const Peer &peer, Decision decision)
{
    post([this, ticket, handler, peer, decision = std::move(decision)] {
        if (decision.kind == Decision::Kind::Accept)
            askCommitHandler(ticket, handler + 1, peer, decision.transaction);
        else
            m_engine.decided(ticket, decision, now());
    });
}

void WorldHost::carryOut(const ServerAction::DecideFetch &action)
{
    askFetchHandler(action.ticket, 0, action.peer, action.ids);
}

void WorldHost::askFetchHandler(quint64 ticket, size_t handler, const Peer &peer,
                                const std::vector<QByteArray> &ids)
{
    const auto &handlers = m_shared.fetchHandlers;
    while (handler < handlers.size() && !handlers[handler].isAlive())
        ++handler;
    if (handler >= handlers.size()) {
        m_engine.fetched(ticket, lookUp(ids));
        return;
    }
    const auto data = std::make_shared<FetchRequestData>(this, peer);
    data->ticket = ticket;
    data->handler = handler;
    data->ids = ids;
    FetchRequest request(data);
    const FetchHandler function = handlers[handler].function; // it may add others
    function(request);
}

FetchedEntities WorldHost::lookUp(const std::vector<QByteArray> &ids) const
{
    const World &world = m_engine.world();
    FetchedEntities entities;
    for (const QByteArray &id : ids) {
        if (world.exists(id))
            entities.push_back(Result::Entity{ id, world.stamp(id), world.values(id) });
        else
            entities.push_back(std::nullopt);
    }
    return entities;
}

void WorldHost::fetchAnswered(quint64 ticket, Expected<FetchedEntities> entities)
{
    post([this, ticket, entities = std::move(entities)] { m_engine.fetched(ticket, entities); });
}

void WorldHost::fetchPassed(quint64 ticket, size_t handler, const Peer &peer,
                            const std::vector<QByteArray> &ids)
{
    post([this, ticket, handler, peer, ids] { askFetchHandler(ticket, handler + 1, peer, ids); });
}

} // namespace ObjectSync::Internal
