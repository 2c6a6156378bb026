// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// How a session keeps its engine's state in a store, and goes on from it.

#include "clientstoragethread_p.h"
#include "logging_p.h"
#include "sessionprivate_p.h"

#include <utility>

namespace ObjectSync::Internal {

void SessionPrivate::setStorage(std::unique_ptr<ClientStorage> to)
{
    if (m_engine && !m_engine->wantStorage()) {
        qCWarning(logClient, "setStorage() comes too late: the session has been opened");
        return;
    }
    deleteStorage();
    isRestoring = to != nullptr;
    if (!to) {
        if (m_engine)
            m_engine->withoutStorage(now());
        return;
    }
    m_storage = std::make_unique<ClientStorageThread>(std::move(to));
    QObject::connect(m_storage.get(), &ClientStorageThread::loaded, q,
                     [this](const ClientState &state) {
                         fromStorage([this, &state] { storageLoaded(state); });
                     });
    QObject::connect(m_storage.get(), &ClientStorageThread::unusable, q, [this](const Error &why) {
        fromStorage([this, &why] { storageUnusable(why); });
    });
    QObject::connect(m_storage.get(), &ClientStorageThread::stored, q,
                     [this] { fromStorage([this] { storageStored(); }); });
    QObject::connect(m_storage.get(), &ClientStorageThread::failed, q, [this](const Error &why) {
        fromStorage([this, &why] { storageFailed(why); });
    });
}

template<typename Function>
void SessionPrivate::fromStorage(Function function)
{
    const auto self = shared_from_this();
    ++m_storageDepth;
    function();
    --m_storageDepth;
}

void SessionPrivate::deleteStorage()
{
    if (!m_storage)
        return;
    m_storage->disconnect(q);
    m_storage->finish();
    // Not inside of its own signal.
    if (m_storageDepth > 0)
        m_storage.release()->deleteLater();
    else
        m_storage.reset();
}

/// The last thing that the session does: what it holds is kept.
void SessionPrivate::finishStorage()
{
    if (!m_storage)
        return;
    if (m_engine && m_engine->isRestoring() && m_engine->pendingCount() > 0) {
        const Expected<ClientState> state = m_storage->waitUntilLoaded();
        if (!state || !m_engine->restore(*state, now()))
            m_engine->withoutStorage(now());
    }
    std::optional<ClientStorageBatch> batch;
    if (m_engine)
        batch = m_engine->takeBatch();
    if (batch)
        m_storage->write(*std::move(batch));
    deleteStorage();
}

void SessionPrivate::carryOut(ClientAction::Store &action)
{
    if (m_storage)
        m_storage->write(std::move(action.batch));
}

void SessionPrivate::carryOut(const ClientAction::StalenessChanged &)
{
    index.stalenessChanged();
}

// What the store says

void SessionPrivate::storageLoaded(const ClientState &state)
{
    if (const auto restored = engine().restore(state, now()); !restored) {
        storageUnusable(restored.error());
        return;
    }
    endRestoring();
}

void SessionPrivate::storageUnusable(const Error &why)
{
    engine().withoutStorage(now());
    setStorageError(why);
    if (q)
        endRestoring();
}

void SessionPrivate::endRestoring()
{
    if (std::exchange(m_clientTold, m_engine->client()) != m_engine->client())
        Q_EMIT q->clientIdChanged();
    run();
    isRestoring = false;
    if (q)
        Q_EMIT q->restoringChanged(false);
}

void SessionPrivate::storageStored()
{
    m_engine->stored(now());
    run();
    if (q)
        setStorageError({});
}

void SessionPrivate::storageFailed(const Error &why)
{
    m_engine->storeFailed(now());
    run();
    if (q)
        setStorageError(why);
}

void SessionPrivate::setStorageError(const Error &why)
{
    if (storageError == why)
        return;
    storageError = why;
    const Error to = storageError; // slots may replace the store
    if (!to.code.isEmpty()) {
        qCWarning(logClient).noquote() << "The session goes on without its store:" << to.message;
    }
    Q_EMIT q->storageErrorChanged();
    if (q && !to.code.isEmpty())
        Q_EMIT q->storageFailed(to);
}

} // namespace ObjectSync::Internal
