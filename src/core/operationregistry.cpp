// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/operationregistry.h>

#include <objectsync/core/limits.h>

#include <QtCore/qnumeric.h>

#include <algorithm>
#include <array>

namespace ObjectSync {

namespace {

constexpr std::array BuiltIn = { "create", "save", "set", "unset", "destroy" };

Error badArgument(const QString &message)
{
    return Error{ ErrorCode::BadArgument, message };
}

Expected<Value> increment(const Value &old, const Value &argument)
{
    if (!argument.isNumber())
        return badArgument(QStringLiteral("`increment` needs a number, not %1")
                                   .arg(argument.toDisplayString()));
    if (!old.isUndefined() && !old.isNumber())
        return badArgument(QStringLiteral("`increment` needs a property that holds a number; "
                                          "this one holds %1")
                                   .arg(old.toDisplayString()));
    if (old.type() == Value::Type::Double || argument.type() == Value::Type::Double)
        return Value(old.toDouble() + argument.toDouble());
    qint64 sum = 0;
    if (qAddOverflow(old.toInt(), argument.toInt(), &sum))
        return badArgument(QStringLiteral("The sum of %1 and %2 does not fit into 64 bits")
                                   .arg(old.toInt())
                                   .arg(argument.toInt()));
    return Value(sum);
}

} // namespace

Expected<void> OperationRegistry::add(OperationType type)
{
    if (auto checked = checkName(type.name, Limits()); !checked)
        return checked;
    if (std::find(BuiltIn.begin(), BuiltIn.end(), type.name) != BuiltIn.end()) {
        return Error{ ErrorCode::BadName,
                      QStringLiteral("`%1` is a built-in operation; choose another name")
                              .arg(QString::fromUtf8(type.name)) };
    }
    if (!type.apply) {
        return badArgument(QStringLiteral("The operation `%1` has no function")
                                   .arg(QString::fromUtf8(type.name)));
    }
    m_types[type.name] = std::move(type);
    return {};
}

const OperationType *OperationRegistry::find(const QByteArray &name) const
{
    const auto found = m_types.find(name);
    return found == m_types.end() ? nullptr : &found->second;
}

OperationRegistry OperationRegistry::standard()
{
    OperationRegistry registry;
    // Cannot fail: the name is valid and not built in.
    (void)registry.add(incrementOperation());
    return registry;
}

OperationType incrementOperation()
{
    return { "increment", increment };
}

} // namespace ObjectSync
