// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "printing.h"

#include <objectsync/core/world.h>

namespace Fixtures {

using namespace ObjectSync;

/// A world that is changed by transactions, as a server's.
class WorldFixture
{
public:
    /// The new revision, or the present one where nothing differs or the operations are refused.
    Revision commit(std::vector<Operation> operations)
    {
        Staging staging(world, registry, limits);
        if (staging.apply({ std::move(operations), {} }))
            world.apply(staging, world.revision() + 1, now);
        return world.revision();
    }

    /// Lets visit() run in slices of so many.
    QByteArrayList visited(const QByteArray &prefix, int slice = 1000) const
    {
        QByteArrayList all;
        int taken = slice;
        while (taken == slice) {
            taken = 0;
            world.visit(prefix, all.isEmpty() ? QByteArray() : all.last(),
                        [&](const Entity &entity) {
                            all.append(entity.id());
                            return ++taken < slice;
                        });
        }
        return all;
    }

    QByteArrayList changedSince(Revision after) const
    {
        QByteArrayList ids;
        for (const Entity *entity : world.changedSince(after))
            ids.append(entity->id());
        return ids;
    }

    /// What a reader of \a id is told who knows everything up to \a after: the event's letter, then
    /// the properties, "=x:1 y:undefined".
    QByteArray told(const QByteArray &id, Revision after) const
    {
        const ChangePtr change = world.changeSince(*world.findAny(id), after);
        QByteArray text(1, "=+>-<"[static_cast<int>(change->event)]);
        ValueMap sorted;
        for (const auto &property : change->properties)
            sorted.insert(property.name, property.value);
        for (const auto &[name, value] : sorted)
            text += name + ':' + value.toDisplayString().toUtf8() + ' ';
        return text.trimmed();
    }

    qint64 now = 1000;
    Limits limits;
    OperationRegistry registry = OperationRegistry::standard();
    World world;
};

inline Operation create(const char *id, ValueMap values = {})
{
    return Operation::create(id, std::move(values));
}

inline Operation set(const char *id, ValueMap values)
{
    return Operation::set(id, std::move(values));
}

inline Operation destroy(const char *id)
{
    return Operation::destroy(id);
}

} // namespace Fixtures
