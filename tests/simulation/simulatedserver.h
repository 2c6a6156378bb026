// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "agenda.h"
#include "link.h"
#include "randomsource.h"

#include <objectsync/core/serverengine.h>

#include <map>
#include <memory>

namespace Simulation {

/// The entity that everybody counts in, and its property.
inline constexpr char CounterId[] = "counter";
inline constexpr char CounterName[] = "n";

/// What is on the disk: the rows that batches have left there.
struct Disk
{
    QByteArray epoch;
    ObjectSync::Revision revision = 0;
    ObjectSync::Revision tombstoneFloor = 0;
    std::map<QByteArray, ObjectSync::StoredEntity> entities;
    std::map<QByteArray, ObjectSync::StoredClient> clients;

    void write(const ObjectSync::StorageBatch &batch);
    ObjectSync::StoredWorld read() const;
};

/// A server process: an engine, a disk that takes its time, and crashes.
class SimulatedServer
{
public:
    SimulatedServer(Agenda &agenda, RandomSource &random);

    void start();
    /// Loses everything but the disk; a batch that is being written is there, or it is not.
    void crash();
    bool isUp() const { return m_engine != nullptr; }

    void accept(const std::shared_ptr<Link> &link);
    void receive(Link &link, const QByteArray &bytes);
    void lost(Link &link);

    const ObjectSync::ServerEngine &engine() const { return *m_engine; }
    const Disk &disk() const { return m_disk; }
    /// Forbids what makes the run longer: slow readers, refusals.
    bool calm = false;

private:
    void carryOut();
    void carryOut(ObjectSync::ServerAction::Send &send);
    void carryOut(ObjectSync::ServerAction::Close &close);
    void carryOut(ObjectSync::ServerAction::Authenticate &action);
    void carryOut(ObjectSync::ServerAction::Decide &action);
    void carryOut(ObjectSync::ServerAction::DecideFetch &action);
    void carryOut(ObjectSync::ServerAction::Store &action);
    void carryOut(ObjectSync::ServerAction::WantFlush &action);
    void carryOut(ObjectSync::ServerAction::WakeAt &action);
    void carryOut(ObjectSync::ServerAction::ClientConnected &action);
    void carryOut(ObjectSync::ServerAction::ClientDisconnected &action);
    /// Lets \a event happen later, unless the server has crashed by then.
    void later(qint64 delay, std::function<void()> event);
    void maybeCongest(ObjectSync::ConnectionId connection);

    Agenda &m_agenda;
    RandomSource &m_random;
    Disk m_disk;
    std::unique_ptr<ObjectSync::ServerEngine> m_engine;
    std::map<ObjectSync::ConnectionId, std::shared_ptr<Link>> m_links;
    std::optional<ObjectSync::StorageBatch> m_writing;
    Agenda::Id m_wake{};
    int m_life = 0; ///< counts starts: what a crashed server meant to do must not happen
    int m_epochs = 0;
    int m_ids = 0;
};

} // namespace Simulation
