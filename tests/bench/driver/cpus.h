// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

namespace Bench {

/// The first (0) or second (1) CPU that we may use; -1, so any, where there are less than two.
int usableCpu(int index);

/// Keeps the calling thread, and what it starts, on that CPU. False where that cannot be done. Only
/// plain system calls.
bool pinToCpu(int cpu);

} // namespace Bench
