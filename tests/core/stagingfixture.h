// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "printing.h"

#include <objectsync/core/world.h>

namespace Fixtures {

using namespace ObjectSync;

inline const ValueMap lampValues{ { "on", true }, { "watts", 7 } };

/// A world with the entities "lamp" { on: true, watts: 7 } at revision 3 and "box" {} at 4.
class StagingFixture
{
public:
    StagingFixture()
    {
        Entity &lamp = world.create("lamp", 2);
        world.set(lamp, "on", true, 2);
        world.set(lamp, "watts", 7, 3);
        world.create("box", 4);
    }

    Expected<void> apply(std::vector<Operation> steps)
    {
        return staging.apply({ std::move(steps), {} });
    }

    /// The code of the error, empty where there is none.
    QByteArray codeOf(std::vector<Operation> steps)
    {
        const auto applied = apply(std::move(steps));
        return applied ? QByteArray() : applied.error().code;
    }

    bool isChange(const QByteArray &id) const
    {
        const StagedEntity *staged = staging.staged(id);
        return staged && staging.isChange(*staged);
    }

    /// What extent() of an entity with these properties has to be.
    static EntityExtent extentOf(const ValueMap &values)
    {
        EntityExtent extent;
        for (const auto &[name, value] : values)
            extent.add(name, value);
        return extent;
    }

    Limits limits;
    OperationRegistry operations = OperationRegistry::standard();
    World world;
    Staging staging{ world, operations, limits };
};

} // namespace Fixtures
