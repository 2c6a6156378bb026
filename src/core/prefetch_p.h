// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

namespace ObjectSync::Internal {

/// Begins to bring what lies there into the processor's cache.
inline void prefetch([[maybe_unused]] const void *place)
{
#if defined(__GNUC__)
    __builtin_prefetch(place);
#endif
}

} // namespace ObjectSync::Internal
