// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "ledger.h"
#include "link.h"

#include <memory>
#include <set>

namespace Simulation {

/// One world of a server process: its engine, the connections to it, and the handlers that decide.
/// What the engine says is checked against the ledger.
class SimulatedWorld
{
public:
    using Store = std::function<void(const ObjectSync::StorageBatch &)>;
    /// \a clock is the server's; \a store takes batches, and calls stored() for each.
    SimulatedWorld(Stage &stage, QByteArray name, const qint64 &clockOffset, Store store);

    const QByteArray &name() const { return m_name; }
    Ledger &ledger() { return m_ledger; }
    const Ledger &ledger() const { return m_ledger; }

    // The process
    void start(const ObjectSync::StoredWorld &stored, const QByteArray &epoch);
    void stop(); ///< nothing of it is left but what arrives somewhere
    bool isUp() const { return m_engine != nullptr; }
    void shutDown(); ///< in good order
    bool isIdle() const { return m_engine && m_engine->isIdle(); }
    void stored(); ///< the batch handed out last
    void closeSomebody(); ///< as an application, or a full backlog, demands

    // Clients
    void accept(const std::shared_ptr<Link> &link);

    const ObjectSync::ServerEngine &engine() const { return *m_engine; }

private:
    void receive(Link &link, const QByteArray &bytes);
    bool acceptsAtOnce(const Link &link, const ObjectSync::Commit &commit);
    void lost(Link &link);
    qint64 clock() const;
    ObjectSync::ServerOptions options(const QByteArray &epoch);
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
    void check(ObjectSync::ConnectionId receiver, const ObjectSync::Message &message);
    ObjectSync::Decision decision(const ObjectSync::Transaction &transaction);
    /// Lets \a event happen later, unless the process has ended by then.
    Agenda::Id later(qint64 delay, std::function<void()> event);
    void maybeCongest(ObjectSync::ConnectionId connection);
    void drain(ObjectSync::ConnectionId connection);

    Stage &m_stage;
    const QByteArray m_name;
    const qint64 &m_clockOffset;
    Store m_store;
    Ledger m_ledger;
    std::unique_ptr<ObjectSync::ServerEngine> m_engine;
    std::map<ObjectSync::ConnectionId, std::shared_ptr<Link>> m_links;
    std::map<ObjectSync::ConnectionId, QByteArray> m_keys; ///< of records, by connection
    std::set<QByteArray> m_present; ///< keys of those who are welcomed and connected
    std::set<QByteArray> m_asking; ///< keys of those whose next transaction is with the handlers
    bool m_isEnding = false; ///< it takes no messages any more
    Agenda::Id m_wake{};
    int m_life = 0; ///< counts starts: what an ended process meant to do must not happen
    int m_ids = 0;
};

} // namespace Simulation
