// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientstoragethread_p.h"

#include "clientstorageworker_p.h"

#include <utility>

namespace ObjectSync::Internal {

ClientStorageThread::ClientStorageThread(std::unique_ptr<ClientStorage> storage)
    : m_worker(new ClientStorageWorker(std::move(storage)))
{
    m_worker->moveToThread(&m_thread);
    connect(m_worker, &ClientStorageWorker::loaded, this, [this] {
        const Expected<ClientState> &result = *m_worker->result();
        if (result)
            Q_EMIT loaded(*result);
        else
            Q_EMIT unusable(result.error());
    });
    connect(m_worker, &ClientStorageWorker::stored, this, &ClientStorageThread::stored);
    connect(m_worker, &ClientStorageWorker::failed, this, &ClientStorageThread::failed);
    m_thread.setObjectName(QStringLiteral("ObjectSync client storage"));
    m_thread.start();
    QMetaObject::invokeMethod(m_worker, &ClientStorageWorker::load, Qt::QueuedConnection);
}

ClientStorageThread::~ClientStorageThread()
{
    finish();
}

Expected<ClientState> ClientStorageThread::waitUntilLoaded()
{
    // In the thread, this comes after load().
    QMetaObject::invokeMethod(
            m_worker, [] {}, Qt::BlockingQueuedConnection);
    return *m_worker->result();
}

void ClientStorageThread::write(ClientStorageBatch batch)
{
    QMetaObject::invokeMethod(
            m_worker, [worker = m_worker, content = std::move(batch)] { worker->write(content); },
            Qt::QueuedConnection);
}

void ClientStorageThread::finish()
{
    ClientStorageWorker *const worker = std::exchange(m_worker, nullptr);
    if (!worker)
        return;
    worker->disconnect(this);
    QMetaObject::invokeMethod(worker, &ClientStorageWorker::finish, Qt::BlockingQueuedConnection);
    worker->deleteLater();
    m_thread.quit();
    m_thread.wait();
}

} // namespace ObjectSync::Internal
