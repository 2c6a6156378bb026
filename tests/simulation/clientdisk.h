// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "settings.h"

#include <objectsync/core/clientstorage.h>

#include <functional>

namespace Simulation {

/// What of a client outlives its process: its store, which takes its time and fails.
class ClientDisk
{
public:
    explicit ClientDisk(Stage &stage) : m_stage(stage) { }

    const ObjectSync::ClientState &state() const { return m_state; }
    /// Calls \a done for each attempt, until one did not fail, unless the process has ended.
    void write(const ObjectSync::ClientStorageBatch &batch, std::function<void(bool failed)> done);
    /// The process ends: what was being written is there, or it is not.
    void crash();
    /// A batch has failed and was not written yet: nothing waits for the store meanwhile.
    bool isFailing() const { return m_isFailing; }
    /// It has all that was sent, even if it has failed before.
    bool isSafe() const { return !m_isFailing && !m_isBehind; }

private:
    void attempt();
    void finish(bool failed);

    Stage &m_stage;
    ObjectSync::ClientState m_state;
    std::optional<ObjectSync::ClientStorageBatch> m_writing;
    std::function<void(bool failed)> m_done;
    int m_life = 0; ///< counts processes
    bool m_isFailing = false;
    bool m_isBehind = false; ///< the batch that failed is there now; what was sent meanwhile is not
};

} // namespace Simulation
