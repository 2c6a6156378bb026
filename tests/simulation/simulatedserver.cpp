// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulatedserver.h"

#include "problem.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

void Disk::write(const StorageBatch &batch)
{
    epoch = batch.epoch;
    revision = batch.revision;
    tombstoneFloor = batch.tombstoneFloor;
    for (const QByteArray &id : batch.goneEntities)
        entities.erase(id);
    for (const StoredEntity &entity : batch.entities)
        entities[entity.id] = entity;
    for (const QByteArray &key : batch.goneClients)
        clients.erase(key);
    for (const StoredClient &client : batch.clients)
        clients[client.key] = client;
}

StoredWorld Disk::read() const
{
    StoredWorld world{ epoch, revision, tombstoneFloor };
    for (const auto &[id, entity] : entities)
        world.entities.push_back(entity);
    std::sort(world.entities.begin(), world.entities.end(),
              [](const StoredEntity &a, const StoredEntity &b) { return a.stamp < b.stamp; });
    for (const auto &[key, client] : clients)
        world.clients.push_back(client);
    return world;
}

SimulatedServer::SimulatedServer(Agenda &agenda, RandomSource &random)
    : m_agenda(agenda), m_random(random)
{
}

void SimulatedServer::start()
{
    ++m_life;
    ServerOptions options;
    options.epoch = "epoch-" + QByteArray::number(++m_epochs);
    options.storage = true;
    options.decideCommits = true;
    options.makeId = [this] { return "made" + QByteArray::number(++m_ids); };
    options.sliceSize = m_random.between(50, 2000);
    options.tombstoneAge = m_random.oneIn(3) ? 2000 : 600'000;
    options.tombstones = m_random.oneIn(3) ? 3 : 100000;
    m_engine = std::make_unique<ServerEngine>(options);
    auto loaded = m_engine->load(m_disk.read(), m_agenda.now());
    require(loaded.hasValue(), QStringLiteral("The disk cannot be loaded: ")
                                       + (loaded ? QString() : loaded.error().message));
    carryOut();
}

void SimulatedServer::crash()
{
    if (m_writing && m_random.oneIn(2))
        m_disk.write(*m_writing);
    m_writing.reset();
    m_engine.reset();
    for (auto &[id, link] : std::exchange(m_links, {})) {
        link->onServer = nullptr;
        link->cut(true, false);
    }
    m_agenda.cancel(m_wake);
}

void SimulatedServer::later(qint64 delay, std::function<void()> event)
{
    m_agenda.after(delay, [this, life = m_life, event = std::move(event)] {
        if (m_engine && life == m_life) {
            event();
            carryOut();
        }
    });
}

void SimulatedServer::accept(const std::shared_ptr<Link> &link)
{
    m_links[link->id] = link;
    link->onServer = [this, raw = link.get()](const QByteArray &bytes) { receive(*raw, bytes); };
    link->onServerLost = [this, raw = link.get()] { lost(*raw); };
    Peer peer;
    peer.connection = link->id;
    peer.trusted = true;
    m_engine->connected(peer, m_agenda.now());
    carryOut();
}

void SimulatedServer::receive(Link &link, const QByteArray &bytes)
{
    if (!m_links.contains(link.id))
        return;
    const Expected<Message> message = link.serverDecoder->decode(bytes);
    require(message.hasValue(), QStringLiteral("The server cannot read a client's message: ")
                                        + (message ? QString() : message.error().message));
    m_engine->received(link.id, *message, m_agenda.now());
    carryOut();
}

void SimulatedServer::lost(Link &link)
{
    if (!m_engine || m_links.erase(link.id) == 0)
        return;
    m_engine->disconnected(link.id, m_agenda.now());
    carryOut();
}

void SimulatedServer::carryOut()
{
    for (auto actions = m_engine->takeActions(); !actions.empty();
         actions = m_engine->takeActions()) {
        for (auto &action : actions)
            std::visit([this](auto &content) { carryOut(content); }, action);
    }
}

void SimulatedServer::carryOut(ServerAction::Send &send)
{
    const auto link = m_links.find(send.connection);
    if (link == m_links.end())
        return;
    link->second->toClient(link->second->serverEncoder->encode(*send.message));
    maybeCongest(send.connection);
}

void SimulatedServer::maybeCongest(ConnectionId connection)
{
    if (calm || !m_random.oneIn(40))
        return;
    later(0, [this, connection] {
        m_engine->congested(connection);
        later(m_random.between(1, 3000), [this, connection] { m_engine->drained(connection); });
    });
}

void SimulatedServer::carryOut(ServerAction::Close &close)
{
    const auto link = m_links.find(close.connection);
    if (link == m_links.end())
        return;
    // A close travels behind what was sent.
    link->second->toClient({});
    m_links.erase(link);
}

void SimulatedServer::carryOut(ServerAction::Authenticate &) { }

void SimulatedServer::carryOut(ServerAction::Decide &action)
{
    Decision decision;
    decision.transaction = action.transaction;
    if (!calm && m_random.oneIn(12)) {
        decision.kind = Decision::Kind::Reject;
        decision.error = { "refused", QStringLiteral("by chance") };
    } else if (!calm && m_random.oneIn(30) && action.transaction.operations[0].id != CounterId) {
        // Not what counts: it would be answered as accepted and not be there.
        decision.kind = Decision::Kind::AcceptSilently;
    }
    const qint64 delay = m_random.oneIn(3) ? m_random.between(1, 400) : 0;
    later(delay, [this, ticket = action.ticket, decision] {
        m_engine->decided(ticket, decision, m_agenda.now());
    });
}

void SimulatedServer::carryOut(ServerAction::DecideFetch &) { }

void SimulatedServer::carryOut(ServerAction::Store &action)
{
    require(!m_writing, QStringLiteral("Two batches at once"));
    m_writing = action.batch;
    later(m_random.between(0, 60), [this] {
        m_disk.write(*std::exchange(m_writing, std::nullopt));
        m_engine->stored(m_agenda.now());
    });
}

void SimulatedServer::carryOut(ServerAction::WantFlush &)
{
    later(m_random.between(0, 5), [this] { m_engine->flush(m_agenda.now()); });
}

void SimulatedServer::carryOut(ServerAction::WakeAt &action)
{
    m_agenda.cancel(m_wake);
    if (action.time < 0)
        return;
    m_wake = m_agenda.at(action.time, [this, life = m_life] {
        if (m_engine && life == m_life) {
            m_engine->timeout(m_agenda.now());
            carryOut();
        }
    });
}

void SimulatedServer::carryOut(ServerAction::ClientConnected &) { }
void SimulatedServer::carryOut(ServerAction::ClientDisconnected &) { }

} // namespace Simulation
