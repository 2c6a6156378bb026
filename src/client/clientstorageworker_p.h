// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientstoragethread_p.h"

#include <QtCore/qtimer.h>

#include <deque>
#include <optional>

namespace ObjectSync::Internal {

/// A resource: the part of ClientStorageThread that lives in the thread, where all of its functions
/// are called.
class ClientStorageWorker : public QObject
{
    Q_OBJECT

public:
    explicit ClientStorageWorker(std::unique_ptr<ClientStorage> storage);
    ~ClientStorageWorker() override;

    void load();
    const std::optional<Expected<ClientState>> &result() const { return m_result; }
    void write(const ClientStorageBatch &batch);
    void finish();

Q_SIGNALS:
    void loaded();
    void stored();
    void failed(const ObjectSync::Error &error);

private:
    void work();

    std::unique_ptr<ClientStorage> m_storage;
    std::optional<Expected<ClientState>> m_result; ///< not changed once it is there
    std::deque<ClientStorageBatch> m_batches; ///< to be written
    QTimer *m_retryTimer; ///< a child, so that it goes to the thread
    int m_retryIn = 0; ///< milliseconds; 0: the last write was good
};

} // namespace ObjectSync::Internal
