// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>
#include <objectsync/server/export.h>

#include <memory>

namespace ObjectSync {

/// A resource: keeps worlds in memory, so long as somebody holds on to that memory. For tests, and
/// for servers that may forget everything with their process, and yet are to be closed and opened.
class OBJECTSYNC_SERVER_EXPORT MemoryStorage : public Storage
{
public:
    /// What several storages, one after the other, can share. May be used from any thread.
    class Memory;
    static std::shared_ptr<Memory> makeMemory();
    /// A copy of what is kept of a world now. From any thread.
    static StoredWorld contents(const std::shared_ptr<Memory> &memory, const QByteArray &world);

    /// With a memory of its own where \a memory is null.
    explicit MemoryStorage(std::shared_ptr<Memory> memory = nullptr);
    ~MemoryStorage() override;

    /// Never fails.
    Expected<StoredWorld> load(const QByteArray &world) override;
    /// Never fails.
    Expected<void> write(const std::vector<StorageBatch> &batches) override;

private:
    std::shared_ptr<Memory> m_memory;
};

} // namespace ObjectSync
