// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/storage.h>

namespace ObjectSync {

Storage::~Storage() = default;

Expected<void> Storage::loadInParts(const QByteArray &world, const TakePart &take)
{
    auto loaded = load(world);
    return loaded ? take(*std::move(loaded)) : loaded.error();
}

} // namespace ObjectSync
