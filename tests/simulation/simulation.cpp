// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulation.h"

#include "problem.h"
#include "simulatedclient.h"
#include "simulatedserver.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

namespace {

/// After healing everything must settle within this virtual time: the longest wait for a
/// reconnect, a dead connection that is noticed late, and some.
constexpr qint64 SettleTime = 240'000;
/// What has settled must stay as it is for so long.
constexpr qint64 RestTime = 10'000;
/// No run needs as many: something goes round in circles.
constexpr qint64 MostEvents = 300'000;

class Run
{
public:
    explicit Run(quint64 seed) : m_stage(seed), m_server(m_stage)
    {
        m_server.start();
        for (int number = 0; number < m_stage.settings.clients; ++number) {
            SimulatedWorld &world = m_server.world(static_cast<size_t>(number) % m_server.worlds());
            m_clients.push_back(std::make_unique<SimulatedClient>(m_stage, m_server, world, number));
            m_clients.back()->open();
        }
    }

    void play(qint64 steps)
    {
        RandomSource &random = m_stage.random;
        for (qint64 step = 0; step < steps; ++step) {
            // Now and then long enough for connections to be found dead, and tombstones to go.
            const bool isLong = random.oneIn(m_stage.settings.forgetsClients ? 60 : 300);
            const qint64 longest = isLong ? 90'000 : random.oneIn(50) ? 9000 : 90;
            runUntil(m_stage.agenda.now() + random.between(0, longest));
            const bool isSpared = isLong ? random.oneIn(2)
                                         : !random.oneIn(m_stage.settings.isStormy ? 12 : 40);
            if (isSpared)
                client().act();
            else if (!m_server.isUp() || random.oneIn(3))
                m_server.befall();
            else
                client().befall();
        }
    }

    void settle()
    {
        m_stage.isCalm = true;
        if (!m_server.isUp())
            m_server.start();
        const qint64 end = m_stage.agenda.now() + SettleTime;
        while (!isSettled() && m_stage.agenda.now() < end) {
            wake();
            runUntil(m_stage.agenda.now() + 500);
        }
        require(Invariant::Settle, isSettled(), [this] { return state(); });
        runUntil(m_stage.agenda.now() + RestTime);
        checkAll();
    }

    void report(RunResult &result) const
    {
        result.events = m_events;
        for (const auto &client : m_clients)
            result.answers += client->answers();
        result.digest = m_stage.digest.value();
    }
    qint64 events() const { return m_events; }

private:
    void runUntil(qint64 time)
    {
        while (m_stage.agenda.step(time)) {
            ++m_events;
            require(Invariant::Settle, m_events < MostEvents,
                    [] { return QStringLiteral("It goes round in circles"); });
        }
        m_stage.agenda.passTo(time);
    }

    SimulatedClient &client()
    {
        return *m_clients[static_cast<size_t>(
                m_stage.random.below(static_cast<qint64>(m_clients.size())))];
    }

    /// Users want to be online; a server that was told to shut down is started again.
    void wake()
    {
        if (!m_server.isUp())
            m_server.start();
        for (const auto &client : m_clients)
            client->open();
    }

    bool isSettled() const
    {
        return m_server.isIdle()
               && std::all_of(m_clients.begin(), m_clients.end(),
                              [](const auto &client) { return client->isSettled(); });
    }

    QString state() const
    {
        QStringList states = { QStringLiteral("It does not settle") };
        for (const auto &client : m_clients)
            states.push_back(client->state());
        return states.join(QStringLiteral("; "));
    }

    void checkAll()
    {
        for (const auto &client : m_clients)
            client->checkConverged();
        m_server.checkDisk();
        for (size_t number = 0; number < m_server.worlds(); ++number) {
            SimulatedWorld &world = m_server.world(number);
            const qint64 count = world.engine().world().value(CounterId, CounterName).toInt();
            m_stage.digest.add(world.engine().world().revision());
            require(Invariant::Counter, count == world.ledger().counted(), [&] {
                return QStringLiteral("The counter is %1; %2 were accepted")
                        .arg(count)
                        .arg(world.ledger().counted());
            });
        }
    }

    Stage m_stage;
    SimulatedServer m_server;
    std::vector<std::unique_ptr<SimulatedClient>> m_clients;
    qint64 m_events = 0;
};

} // namespace

RunResult simulate(quint64 seed, qint64 steps)
{
    RunResult result{ seed };
    Run run(seed);
    try {
        run.play(steps);
        run.settle();
    } catch (const Problem &problem) {
        result.problem = QString::fromUtf8(problem.what());
        result.invariant = QString::fromLatin1(problem.invariant);
        result.failedAt = run.events();
    } catch (const std::exception &error) {
        result.problem = QString::fromUtf8(error.what());
        result.invariant = QString::fromLatin1(Invariant::Crash);
        result.failedAt = run.events();
    }
    run.report(result);
    return result;
}

} // namespace Simulation
