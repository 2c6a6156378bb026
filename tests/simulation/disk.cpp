// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "disk.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

void Disk::write(const StorageBatch &batch)
{
    Rows &rows = m_worlds[batch.world];
    rows.epoch = batch.epoch;
    rows.revision = batch.revision;
    rows.tombstoneFloor = batch.tombstoneFloor;
    for (const QByteArray &id : batch.goneEntities)
        rows.entities.erase(id);
    for (const StoredEntity &entity : batch.entities)
        rows.entities[entity.id] = entity;
    for (const QByteArray &key : batch.goneClients)
        rows.clients.erase(key);
    for (const StoredClient &client : batch.clients)
        rows.clients[client.key] = client;
}

StoredWorld Disk::read(const QByteArray &name) const
{
    const auto found = m_worlds.find(name);
    if (found == m_worlds.end())
        return {};
    const Rows &rows = found->second;
    StoredWorld world{ rows.epoch, rows.revision, rows.tombstoneFloor };
    for (const auto &[id, entity] : rows.entities)
        world.entities.push_back(entity);
    std::sort(world.entities.begin(), world.entities.end(),
              [](const StoredEntity &a, const StoredEntity &b) {
                  return a.stamp != b.stamp ? a.stamp < b.stamp : a.id < b.id;
              });
    for (const auto &[key, client] : rows.clients)
        world.clients.push_back(client);
    return world;
}

} // namespace Simulation
