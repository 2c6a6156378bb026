// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>

#include <QtCore/qmutex.h>
#include <QtCore/qwaitcondition.h>

#include <memory>
#include <optional>

/// A "disk" for clients' stores, which can be slow, and fail. Safe from all threads.
class FakeDisk
{
public:
    std::unique_ptr<ObjectSync::ClientStorage> makeStorage();

    /// While held, reading and writing do not return.
    void setHeld(bool held)
    {
        const QMutexLocker lock(&m_mutex);
        m_isHeld = held;
        m_released.wakeAll();
    }
    void setLoadError(std::optional<ObjectSync::Error> error)
    {
        const QMutexLocker lock(&m_mutex);
        m_loadError = std::move(error);
    }
    void setWriteError(std::optional<ObjectSync::Error> error)
    {
        const QMutexLocker lock(&m_mutex);
        m_writeError = std::move(error);
    }
    ObjectSync::ClientState state() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_state;
    }
    void setState(const ObjectSync::ClientState &state)
    {
        const QMutexLocker lock(&m_mutex);
        m_state = state;
    }
    int writes() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_writes;
    }
    /// Storages that have not been deleted.
    int users() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_users;
    }

private:
    friend class FakeClientStorage;

    mutable QMutex m_mutex;
    QWaitCondition m_released;
    bool m_isHeld = false;
    std::optional<ObjectSync::Error> m_loadError;
    std::optional<ObjectSync::Error> m_writeError;
    ObjectSync::ClientState m_state;
    int m_writes = 0;
    int m_users = 0;
};

class FakeClientStorage : public ObjectSync::ClientStorage
{
public:
    explicit FakeClientStorage(FakeDisk &disk) : m_disk(disk)
    {
        const QMutexLocker lock(&m_disk.m_mutex);
        ++m_disk.m_users;
    }
    ~FakeClientStorage() override
    {
        const QMutexLocker lock(&m_disk.m_mutex);
        --m_disk.m_users;
    }
    ObjectSync::Expected<ObjectSync::ClientState> load() override
    {
        const QMutexLocker lock(&m_disk.m_mutex);
        waitWhileHeld();
        if (m_disk.m_loadError)
            return *m_disk.m_loadError;
        return m_disk.m_state;
    }
    ObjectSync::Expected<void> write(const ObjectSync::ClientStorageBatch &batch) override
    {
        const QMutexLocker lock(&m_disk.m_mutex);
        waitWhileHeld();
        if (m_disk.m_writeError)
            return *m_disk.m_writeError;
        ++m_disk.m_writes;
        m_disk.m_state.apply(batch);
        return {};
    }

private:
    void waitWhileHeld()
    {
        while (m_disk.m_isHeld)
            m_disk.m_released.wait(&m_disk.m_mutex);
    }

    FakeDisk &m_disk;
};

inline std::unique_ptr<ObjectSync::ClientStorage> FakeDisk::makeStorage()
{
    return std::make_unique<FakeClientStorage>(*this);
}
