// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>

#include <map>

namespace Simulation {

/// A value: what is on a server's disk, the rows that batches have left there. A copy is a backup.
class Disk
{
public:
    void write(const ObjectSync::StorageBatch &batch);
    ObjectSync::StoredWorld read(const QByteArray &world) const;

private:
    struct Rows
    {
        QByteArray epoch;
        ObjectSync::Revision revision = 0;
        ObjectSync::Revision tombstoneFloor = 0;
        std::map<QByteArray, ObjectSync::StoredEntity> entities;
        std::map<QByteArray, ObjectSync::StoredClient> clients;
    };
    std::map<QByteArray, Rows> m_worlds;
};

} // namespace Simulation
