// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulatedserver.h"

#include "problem.h"

using namespace ObjectSync;

namespace Simulation {

namespace {

/// What a server waits before it writes again what has failed, in milliseconds.
constexpr qint64 RetryAfter = 1000;

} // namespace

SimulatedServer::SimulatedServer(Stage &stage) : m_stage(stage)
{
    for (qint64 number = 0; number < stage.settings.worlds; ++number) {
        m_worlds.push_back(
                std::make_unique<SimulatedWorld>(stage, "world-" + QByteArray::number(number),
                                                 m_clockOffset, [this](const StorageBatch &batch) {
                                                     store(batch);
                                                 }));
    }
}

void SimulatedServer::start()
{
    if (m_backup && m_stage.random.oneIn(2))
        restore();
    m_isUp = true;
    ++m_life;
    for (const auto &world : m_worlds)
        world->start(m_disk.read(world->name()), "epoch-" + QByteArray::number(++m_epochs));
}

void SimulatedServer::crash()
{
    std::vector<StorageBatch> unconfirmed = std::exchange(m_writing, {});
    const auto least = static_cast<qint64>(m_isOnDisk ? unconfirmed.size() : 0);
    for (StorageBatch &batch : std::exchange(m_queue, {}))
        unconfirmed.push_back(std::move(batch));
    const qint64 kept = m_stage.random.between(least, static_cast<qint64>(unconfirmed.size()));
    for (qint64 i = 0; i < kept; ++i)
        m_disk.write(unconfirmed[static_cast<size_t>(i)]);
    m_isUp = m_isOnDisk = false;
    for (const auto &world : m_worlds) {
        bool isKept = false;
        for (qint64 i = 0; i < kept; ++i)
            isKept = isKept || unconfirmed[static_cast<size_t>(i)].world == world->name();
        world->ledger().crash(isKept);
        world->stop();
    }
}

void SimulatedServer::shutDown()
{
    for (const auto &world : m_worlds)
        world->shutDown();
    m_stage.agenda.after(500, [this, life = m_life] {
        if (m_isUp && life == m_life)
            crash();
    });
}

bool SimulatedServer::isIdle() const
{
    return m_isUp && std::all_of(m_worlds.begin(), m_worlds.end(), [](const auto &world) {
               return world->isIdle();
           });
}

void SimulatedServer::befall()
{
    RandomSource &random = m_stage.random;
    const Settings &settings = m_stage.settings;
    trace(m_stage.agenda.now(), [] { return QStringLiteral("something befalls the server"); });
    if (!m_isUp) {
        start();
    } else if (settings.serverCrashes && random.oneIn(3)) {
        random.oneIn(4) ? shutDown() : crash();
    } else if (settings.restoresBackups && random.oneIn(2)) {
        backUp();
    } else if (settings.clocksJump) {
        m_clockOffset += random.oneIn(2) ? random.between(-3'600'000, 3'600'000)
                                         : random.between(-5000, 5000);
    } else {
        m_worlds[static_cast<size_t>(random.below(static_cast<qint64>(m_worlds.size())))]
                ->closeSomebody();
    }
}

// The disk

void SimulatedServer::store(const StorageBatch &batch)
{
    m_queue.push_back(batch);
    if (m_writing.empty())
        write();
}

void SimulatedServer::write()
{
    for (StorageBatch &batch : std::exchange(m_queue, {}))
        m_writing.push_back(std::move(batch));
    const bool fails = !m_stage.isCalm && m_stage.settings.storageFails && m_stage.random.oneIn(15);
    m_stage.agenda.after(m_stage.random.between(0, 60), [this, fails, life = m_life] {
        if (m_isUp && life == m_life)
            written(fails);
    });
}

void SimulatedServer::written(bool failed)
{
    // What is said to have failed may be there all the same. It comes again.
    if (!failed || m_stage.random.oneIn(2)) {
        for (const StorageBatch &batch : m_writing)
            m_disk.write(batch);
        m_isOnDisk = true;
    }
    if (failed) {
        m_stage.agenda.after(RetryAfter, [this, life = m_life] {
            if (m_isUp && life == m_life)
                write();
        });
        return;
    }
    m_isOnDisk = false;
    for (const StorageBatch &batch : std::exchange(m_writing, {})) {
        for (const auto &world : m_worlds) {
            if (world->name() == batch.world)
                world->stored();
        }
    }
    if (m_writing.empty() && !m_queue.empty())
        write();
}

void SimulatedServer::backUp()
{
    if (m_isOnDisk)
        return; // nobody knows it yet
    m_backup = Backup{ m_disk, {} };
    for (const auto &world : m_worlds)
        m_backup->marks.push_back(world->ledger().durable());
}

void SimulatedServer::restore()
{
    m_disk = m_backup->disk;
    for (size_t number = 0; number < m_worlds.size(); ++number) {
        SimulatedWorld &world = *m_worlds[number];
        world.ledger().restore(m_backup->marks[number]);
        if (m_stage.settings.rollsBack)
            continue;
        const StoredWorld stored = m_disk.read(world.name());
        StorageBatch batch;
        batch.world = world.name();
        batch.epoch = "epoch-" + QByteArray::number(++m_epochs);
        batch.revision = stored.revision;
        batch.tombstoneFloor = stored.tombstoneFloor;
        m_disk.write(batch);
    }
}

void SimulatedServer::checkDisk() const
{
    for (const auto &world : m_worlds) {
        ServerOptions options;
        options.epoch = "unused";
        ServerEngine engine(options);
        const auto loaded = engine.load(m_disk.read(world->name()), 0);
        require(Invariant::Durable, loaded.hasValue(),
                [&] { return QStringLiteral("The disk cannot be loaded"); });
        world->ledger().checkLoaded(engine.world());
        require(Invariant::Fold, world->engine().world().revision() == engine.world().revision(),
                [&] { return QStringLiteral("The disk lags behind the world at rest"); });
    }
}

} // namespace Simulation
