// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>

/// The five properties of an entity of the benchmarks.
inline ObjectSync::ValueMap sampleProperties(int index)
{
    using ObjectSync::Value;
    return { { "x", index * 0.5 },
             { "y", index * 0.25 },
             { "name", Value::string("item " + QByteArray::number(index)) },
             { "kind", index % 10 },
             { "open", index % 2 == 0 } };
}

/// A world at revision 1, with entities whose ids \a makeId tells; the ids must rise.
template<typename MakeId>
ObjectSync::StoredWorld sampleWorld(int entities, const MakeId &makeId)
{
    ObjectSync::StoredWorld world{ .epoch = "epoch", .revision = 1 };
    world.entities.reserve(static_cast<size_t>(entities));
    for (int i = 0; i < entities; ++i) {
        ObjectSync::StoredEntity entity{ makeId(i), 1, 1, true };
        for (const auto &[name, value] : sampleProperties(i))
            entity.properties.push_back({ name, value, 1 });
        world.entities.push_back(std::move(entity));
    }
    return world;
}
