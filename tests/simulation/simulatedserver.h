// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "disk.h"
#include "simulatedworld.h"

#include <memory>
#include <optional>

namespace Simulation {

/// A server process with its worlds, and the disk that they share: it takes its time, fails, is
/// backed up and restored; the process crashes at any moment.
class SimulatedServer
{
public:
    explicit SimulatedServer(Stage &stage);

    /// With the disk as it is, or with the backup put in its place.
    void start();
    /// Loses everything but the disk. Of the batches that were not confirmed the first few are
    /// there, or none, or all.
    void crash();
    void shutDown(); ///< in good order; then it is down
    bool isUp() const { return m_isUp; }
    /// Nothing is left to be done.
    bool isIdle() const;

    /// Something that befalls it.
    void befall();

    SimulatedWorld &world(size_t number) { return *m_worlds[number]; }
    size_t worlds() const { return m_worlds.size(); }
    /// After all: the disk, read again, is the world.
    void checkDisk() const;

private:
    struct Backup
    {
        Disk disk;
        std::vector<Ledger::Mark> marks;
    };

    void store(const ObjectSync::StorageBatch &batch);
    void write();
    void written(bool failed);
    void backUp();
    void restore();

    Stage &m_stage;
    std::vector<std::unique_ptr<SimulatedWorld>> m_worlds;
    Disk m_disk;
    std::vector<ObjectSync::StorageBatch> m_queue; ///< wait to be written
    std::vector<ObjectSync::StorageBatch> m_writing; ///< all at once
    bool m_isOnDisk = false; ///< what is being written is there, although it is said to have failed
    std::optional<Backup> m_backup;
    qint64 m_clockOffset = 0;
    bool m_isUp = false;
    int m_life = 0;
    int m_epochs = 0;
};

} // namespace Simulation
