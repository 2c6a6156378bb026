// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "agenda.h"
#include "link.h"
#include "randomsource.h"
#include "simulatedserver.h"

#include <objectsync/core/clientengine.h>

#include <map>
#include <memory>
#include <vector>

namespace Simulation {

/// A client process: an engine, its user, and what the user has been told.
class SimulatedClient
{
public:
    SimulatedClient(Agenda &agenda, RandomSource &random, SimulatedServer &server, int number,
                    quint64 &lastLink);

    /// Does something that a user might do.
    void act();
    void cutLink();
    void open();
    /// Once nothing is left to do: compares the replica with the world.
    void checkConverged() const;
    bool isSettled() const;
    qint64 counted() const { return m_counted; } ///< accepted increments of the counter
    qint64 answers() const { return m_answers; }
    bool calm = false; ///< connections are made at once

private:
    struct Outstanding
    {
        ObjectSync::TransactionId id = 0;
        ObjectSync::Transaction transaction;
    };

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
    void carryOut(ObjectSync::ClientAction::Store &) { }

    void connect();
    void receive(Link &link, const QByteArray &bytes);
    void lost(Link &link);
    void commit();
    void count();
    void submit(const ObjectSync::Transaction &transaction);
    void changeSubscriptions();
    ObjectSync::Operation randomOperation();
    ObjectSync::Value randomValue();
    QByteArray randomId();
    void fold(const ObjectSync::ViewChange &change);
    void check() const;
    QString name() const { return QStringLiteral("client %1").arg(m_number); }

    Agenda &m_agenda;
    RandomSource &m_random;
    SimulatedServer &m_server;
    int m_number;
    quint64 &m_lastLink;
    ObjectSync::ClientOptions m_options;
    std::unique_ptr<ObjectSync::ClientEngine> m_engine;
    std::shared_ptr<Link> m_link;
    int m_attempt = 0; ///< counts transports: an older one must not be heard
    Agenda::Id m_wake{};
    std::map<QByteArray, ObjectSync::ValueMap> m_told; ///< the view, from signals alone
    std::vector<Outstanding> m_outstanding;
    std::vector<ObjectSync::SubscriptionNumber> m_subscriptions;
    std::vector<qint64> m_fetches;
    int m_clientIds = 0;
    qint64 m_counted = 0;
    qint64 m_answers = 0;
};

} // namespace Simulation
