// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/memorystorage.h>

#include <QtCore/qmutex.h>

#include <algorithm>
#include <map>

namespace ObjectSync {

class MemoryStorage::Memory
{
public:
    StoredWorld contents(const QByteArray &name) const;
    void write(const StorageBatch &batch);

    mutable QMutex mutex;

private:
    struct Kept
    {
        QByteArray epoch;
        Revision revision = 0;
        Revision tombstoneFloor = 0;
        std::map<QByteArray, StoredEntity> entities;
        std::map<QByteArray, StoredClient> clients;
    };
    std::map<QByteArray, Kept> m_worlds;
};

StoredWorld MemoryStorage::Memory::contents(const QByteArray &name) const
{
    const auto found = m_worlds.find(name);
    if (found == m_worlds.end())
        return {};
    const Kept &kept = found->second;
    StoredWorld world{ kept.epoch, kept.revision, kept.tombstoneFloor };
    for (const auto &[id, entity] : kept.entities)
        world.entities.push_back(entity);
    std::sort(world.entities.begin(), world.entities.end(),
              [](const StoredEntity &a, const StoredEntity &b) {
                  return std::tie(a.stamp, a.id) < std::tie(b.stamp, b.id);
              });
    for (const auto &[key, client] : kept.clients)
        world.clients.push_back(client);
    return world;
}

void MemoryStorage::Memory::write(const StorageBatch &batch)
{
    Kept &kept = m_worlds[batch.world];
    kept.epoch = batch.epoch;
    kept.revision = batch.revision;
    kept.tombstoneFloor = batch.tombstoneFloor;
    for (const QByteArray &id : batch.goneEntities)
        kept.entities.erase(id);
    for (const StoredEntity &entity : batch.entities)
        kept.entities[entity.id] = entity;
    for (const QByteArray &key : batch.goneClients)
        kept.clients.erase(key);
    for (const StoredClient &client : batch.clients)
        kept.clients[client.key] = client;
}

std::shared_ptr<MemoryStorage::Memory> MemoryStorage::makeMemory()
{
    return std::make_shared<Memory>();
}

StoredWorld MemoryStorage::contents(const std::shared_ptr<Memory> &memory, const QByteArray &world)
{
    const QMutexLocker lock(&memory->mutex);
    return memory->contents(world);
}

MemoryStorage::MemoryStorage(std::shared_ptr<Memory> memory)
    : m_memory(memory ? std::move(memory) : makeMemory())
{
}

MemoryStorage::~MemoryStorage() = default;

Expected<StoredWorld> MemoryStorage::load(const QByteArray &world)
{
    return contents(m_memory, world);
}

Expected<void> MemoryStorage::write(const std::vector<StorageBatch> &batches)
{
    const QMutexLocker lock(&m_memory->mutex);
    for (const StorageBatch &batch : batches)
        m_memory->write(batch);
    return {};
}

} // namespace ObjectSync
