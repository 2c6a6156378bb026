// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "assignments.h"

#include "invocation.h"

#include <objectsync/core/codec.h>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

Expected<Value> parseValue(const QString &text)
{
    Expected<Value> value = fromJson(text.toUtf8(), Limits{});
    if (value)
        return value;
    if (value.error().code == ErrorCode::BadMessage)
        return Value(text);
    return usageError(u"%1: %2"_s.arg(text.left(60), value.error().message));
}

Expected<ValueMap> parseAssignments(const QStringList &assignments)
{
    ValueMap values;
    for (const QString &assignment : assignments) {
        const qsizetype equals = assignment.indexOf(u'=');
        if (equals <= 0)
            return usageError(u"\"%1\" is not NAME=VALUE"_s.arg(assignment));
        const Expected<Value> value = parseValue(assignment.mid(equals + 1));
        if (!value)
            return value.error();
        const QByteArray name = assignment.left(equals).toUtf8();
        if (values.contains(name))
            return usageError(u"%1 is given twice"_s.arg(QString::fromUtf8(name)));
        values.insert(name, *value);
    }
    return values;
}

} // namespace ObjectSync::Tool
