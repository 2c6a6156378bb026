// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/export.h>
#include <objectsync/core/value.h>
#include <objectsync/server/export.h>
#include <objectsync/sqlite/export.h>

int main()
{
    const ObjectSync::Value one = 1;
    return one == ObjectSync::Value(1.0) ? 0 : 1;
}
