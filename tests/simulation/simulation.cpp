// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulation.h"

#include "problem.h"
#include "simulatedclient.h"
#include "simulatedserver.h"

#include <objectsync/core/codec.h>

using namespace ObjectSync;

namespace Simulation {

namespace {

/// After healing everything must settle within this virtual time: the longest wait for a
/// reconnect, a dead connection that is noticed late, and some.
constexpr qint64 SettleTime = 240'000;

class Run
{
public:
    explicit Run(quint64 seed) : m_random(seed), m_server(m_agenda, m_random)
    {
        m_server.start();
        const qint64 clients = m_random.between(1, 4);
        for (int number = 0; number < clients; ++number) {
            m_clients.push_back(std::make_unique<SimulatedClient>(m_agenda, m_random, m_server,
                                                                  number, m_lastLink));
            m_clients.back()->open();
        }
    }

    void play(qint64 steps)
    {
        for (qint64 step = 0; step < steps; ++step) {
            const qint64 next = m_agenda.now()
                                + m_random.between(0, m_random.oneIn(50) ? 9000 : 90);
            runUntil(next);
            if (m_random.oneIn(60))
                fate();
            else
                client().act();
        }
    }

    void settle()
    {
        m_server.calm = true;
        if (!m_server.isUp())
            m_server.start();
        for (const auto &client : m_clients) {
            client->calm = true;
            client->open();
        }
        runUntil(m_agenda.now() + SettleTime);
        qint64 counted = 0;
        for (const auto &client : m_clients) {
            client->checkConverged();
            counted += client->counted();
        }
        const Value counter = m_server.engine().world().value(CounterId, CounterName);
        require(counter.toInt() == counted, QStringLiteral("The counter is %1; %2 were accepted")
                                                    .arg(counter.toInt())
                                                    .arg(counted));
        checkDisk();
    }

    void report(Outcome &outcome) const
    {
        outcome.events = m_events;
        for (const auto &client : m_clients)
            outcome.answers += client->answers();
        quint64 digest = 0xcbf29ce484222325ULL;
        for (const auto &[id, entity] : m_server.disk().entities) {
            for (const char byte : id + QByteArray::number(entity.stamp))
                digest = (digest ^ static_cast<quint8>(byte)) * 0x100000001b3ULL;
        }
        outcome.digest = digest;
    }
    qint64 events() const { return m_events; }

private:
    void runUntil(qint64 time)
    {
        while (m_agenda.step(time))
            ++m_events;
        // The time goes on although nothing happens.
        m_agenda.at(time, [] {});
        m_agenda.step(time);
    }

    SimulatedClient &client()
    {
        return *m_clients[static_cast<size_t>(m_random.below(static_cast<qint64>(m_clients.size())))];
    }

    void fate()
    {
        if (!m_server.isUp())
            m_server.start();
        else if (m_random.oneIn(3))
            m_server.crash();
        else
            client().cutLink();
    }

    /// Everything that was answered is durable: the disk is the world.
    void checkDisk() const
    {
        const World &world = m_server.engine().world();
        const Disk &disk = m_server.disk();
        require(disk.revision == world.revision(), QStringLiteral("The disk is at revision %1, the "
                                                                  "world at %2")
                                                           .arg(disk.revision)
                                                           .arg(world.revision()));
        qsizetype alive = 0;
        for (const auto &[id, entity] : disk.entities) {
            if (!entity.alive)
                continue;
            ++alive;
            const Entity *living = world.find(id);
            require(living && world.stored(*living).stamp == entity.stamp,
                    QStringLiteral("The disk has another \"%1\"").arg(QString::fromUtf8(id)));
        }
        require(alive == world.size(), QStringLiteral("The disk has %1 entities, the world %2")
                                               .arg(alive)
                                               .arg(world.size()));
    }

    Agenda m_agenda;
    RandomSource m_random;
    SimulatedServer m_server;
    std::vector<std::unique_ptr<SimulatedClient>> m_clients;
    quint64 m_lastLink = 0;
    qint64 m_events = 0;
};

} // namespace

Outcome simulate(quint64 seed, qint64 steps)
{
    Outcome outcome{ seed };
    Run run(seed);
    try {
        run.play(steps);
        run.settle();
        run.report(outcome);
    } catch (const Problem &problem) {
        outcome.problem = QString::fromUtf8(problem.what());
        outcome.failedAt = run.events();
    }
    return outcome;
}

} // namespace Simulation
