// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <QtQuickTest/quicktest.h>

// Runs the tst_*.qml beside this file.
QUICK_TEST_MAIN(objectsync)
