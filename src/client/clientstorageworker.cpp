// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientstorageworker_p.h"

#include "logging_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

// Milliseconds; doubles with each failure.
constexpr int FirstRetry = 1000;
constexpr int LastRetry = 30000;

} // namespace

ClientStorageWorker::ClientStorageWorker(std::unique_ptr<ClientStorage> storage)
    : m_storage(std::move(storage)), m_retryTimer(new QTimer(this))
{
    m_retryTimer->setSingleShot(true);
    connect(m_retryTimer, &QTimer::timeout, this, &ClientStorageWorker::work);
}

ClientStorageWorker::~ClientStorageWorker() = default;

void ClientStorageWorker::load()
{
    m_result = m_storage->load();
    if (!*m_result)
        m_storage.reset(); // what is there is left as it is, for whoever can use it
    Q_EMIT loaded();
}

void ClientStorageWorker::write(const ClientStorageBatch &batch)
{
    m_batches.push_back(batch);
    if (!m_retryTimer->isActive())
        work();
}

void ClientStorageWorker::work()
{
    while (m_storage && !m_batches.empty()) {
        const Expected<void> written = m_storage->write(m_batches.front());
        if (!written) {
            m_retryIn = std::clamp(2 * m_retryIn, FirstRetry, LastRetry);
            m_retryTimer->start(m_retryIn);
            Q_EMIT failed(written.error());
            return;
        }
        m_retryIn = 0;
        m_batches.pop_front();
        Q_EMIT stored();
    }
}

void ClientStorageWorker::finish()
{
    m_retryTimer->stop();
    work();
    m_retryTimer->stop();
    if (m_storage && !m_batches.empty())
        qCWarning(logClient, "What the session did last could not be stored.");
    m_storage.reset();
}

} // namespace ObjectSync::Internal
