// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <QtCore/qstringlist.h>

namespace ObjectSync::Tool {

/// JSON where \a text parses, else a string. An error is one of usage: JSON that no value can be
/// made of, such as a number that is too large.
Expected<Value> parseValue(const QString &text);

/// "NAME=VALUE" each. Errors are of usage.
Expected<ValueMap> parseAssignments(const QStringList &assignments);

} // namespace ObjectSync::Tool
