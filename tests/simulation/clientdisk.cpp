// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientdisk.h"

#include "problem.h"

using namespace ObjectSync;

namespace Simulation {

namespace {

/// What a client waits before it writes again what has failed, in milliseconds.
constexpr qint64 RetryAfter = 1000;

} // namespace

void ClientDisk::write(const ClientStorageBatch &batch, std::function<void(bool failed)> done)
{
    m_writing = batch;
    m_done = std::move(done);
    attempt();
}

void ClientDisk::attempt()
{
    const bool fails = !m_stage.isCalm && m_stage.settings.clientStoresFail
                       && m_stage.random.oneIn(30);
    m_stage.agenda.after(m_stage.random.between(0, 60), [this, fails, life = m_life] {
        if (life == m_life)
            finish(fails);
    });
}

void ClientDisk::finish(bool failed)
{
    m_isBehind = std::exchange(m_isFailing, failed) || failed;
    if (failed) {
        trace(m_stage.agenda.now(), [] { return QStringLiteral("a client's store fails"); });
        m_stage.agenda.after(RetryAfter, [this, life = m_life] {
            if (life == m_life)
                attempt();
        });
    } else {
        m_state.apply(*std::exchange(m_writing, std::nullopt));
    }
    const auto done = m_done; // which may write on
    done(failed);
}

void ClientDisk::crash()
{
    ++m_life;
    if (m_writing && m_stage.random.oneIn(2))
        m_state.apply(*m_writing);
    m_writing.reset();
}

} // namespace Simulation
