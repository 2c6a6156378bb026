// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/storage.h>

namespace ObjectSync {

Storage::~Storage() = default;

} // namespace ObjectSync
