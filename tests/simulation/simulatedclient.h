// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientdisk.h"
#include "simulatedserver.h"
#include "user.h"
#include "witness.h"

#include <objectsync/core/clientengine.h>

#include <memory>
#include <vector>

namespace Simulation {

/// A client process: an engine, its transport, and its user.
class SimulatedClient
{
public:
    SimulatedClient(Stage &stage, SimulatedServer &server, SimulatedWorld &world, int number);

    /// Does something that a user might do.
    void act();
    void open();
    /// Something that befalls it, or its connection.
    void befall();

    /// Online, on a connection that works, and nothing is left to do.
    bool isSettled() const;
    /// Compares the replica with the world, all of it.
    void checkConverged() const;
    qint64 answers() const { return m_answers; }
    QString state() const; ///< for people

private:
    void start();
    void restore();
    void crash();
    void changeSubscriptions();
    void edit();
    void submit(const ObjectSync::Transaction &transaction);
    qint64 clock() const { return m_stage.agenda.now() + m_clockOffset; }

    void carryOut();
    void carryOut(ObjectSync::ClientAction::OpenTransport &action);
    void carryOut(ObjectSync::ClientAction::CloseTransport &action);
    void carryOut(ObjectSync::ClientAction::Send &send);
    void carryOut(ObjectSync::ClientAction::WakeAt &action);
    void carryOut(ObjectSync::ClientAction::StatusChanged &action);
    void carryOut(ObjectSync::ClientAction::ViewChanged &action);
    void carryOut(ObjectSync::ClientAction::Answered &action);
    void carryOut(ObjectSync::ClientAction::Fetched &action);
    void carryOut(ObjectSync::ClientAction::SubscriptionReady &action);
    void carryOut(ObjectSync::ClientAction::SubscriptionFailed &action);
    void carryOut(ObjectSync::ClientAction::LatencyMeasured &action);
    void carryOut(ObjectSync::ClientAction::StalenessChanged &) { }
    void carryOut(ObjectSync::ClientAction::Store &action);

    void connect();
    void receive(Link &link, const QByteArray &bytes);
    void lost(Link &link);
    void leave(); ///< the connection, for what becomes of it
    void resend();
    QString name() const;

    Stage &m_stage;
    SimulatedServer &m_server;
    SimulatedWorld &m_world;
    const int m_number;
    qint64 m_clockOffset = 0;
    int m_clientIds = 0;
    int m_attempt = 0; ///< counts transports: an older one must not be heard
    Agenda::Id m_wake{};
    qint64 m_wakeTime = -1; ///< by the client's clock
    qint64 m_answers = 0;
    qint64 m_lastHeard = 0; ///< anything while online
    qint64 m_silence = 0; ///< for so long before it welcomed the client last

    std::unique_ptr<ClientDisk> m_disk; ///< null: nothing is kept
    int m_life = 0; ///< counts processes

    // What a crash ends
    User m_user;
    std::unique_ptr<Witness> m_witness;
    std::unique_ptr<ObjectSync::ClientEngine> m_engine;
    std::shared_ptr<Link> m_link;
    std::map<ObjectSync::TransactionNumber, ObjectSync::Commit> m_sent; ///< on this connection
    std::vector<ObjectSync::SubscriptionNumber> m_subscriptions;
    std::vector<qint64> m_fetches;
};

} // namespace Simulation
