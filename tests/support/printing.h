// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <QtTest/qtest.h>

// How QCOMPARE shows values that differ; found by argument-dependent lookup.

namespace ObjectSync {

inline char *toString(const Value &value)
{
    return qstrdup(value.toDisplayString().toUtf8().constData());
}

inline char *toString(const ValueMap &values)
{
    return toString(Value(values));
}

inline char *toString(const Error &error)
{
    return qstrdup((error.code + ": " + error.message.toUtf8()).constData());
}

} // namespace ObjectSync

Q_DECLARE_METATYPE(ObjectSync::Value)
Q_DECLARE_METATYPE(ObjectSync::ValueMap)
