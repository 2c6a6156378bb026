// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "requestcommands.h"

#include "assignments.h"

#include <objectsync/core/codec.h>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

void CommitCommand::begin()
{
    commit()->then(this, [this](const SyncReply &reply) {
        if (const std::optional<Error> error = reply.error())
            return fail(*error);
        committed(reply);
        finishOutput();
    });
}

SyncReply *CommitCommand::commit()
{
    return session().transaction(transaction);
}

void CommitCommand::committed(const SyncReply &)
{
    for (const Operation &operation : transaction.operations)
        output().result({}, { { "id", Value::string(operation.id) } });
}

Expected<void> SetCommand::prepare()
{
    const Expected<ValueMap> values = parseAssignments(invocation().arguments.mid(1));
    if (!values)
        return values.error();
    transaction.operations = { Operation::set(invocation().arguments.at(0).toUtf8(), *values) };
    return {};
}

Expected<void> CreateCommand::prepare()
{
    QStringList assignments = invocation().arguments;
    QByteArray id;
    if (!assignments.at(0).contains(u'='))
        id = assignments.takeFirst().toUtf8();
    const Expected<ValueMap> values = parseAssignments(assignments);
    if (!values)
        return values.error();
    transaction.operations = { Operation::create(id, *values) };
    return {};
}

void CreateCommand::committed(const SyncReply &reply)
{
    const QByteArray id = reply.ids().value(0).toUtf8();
    output().result(id, { { "id", Value::string(id) } });
}

Expected<void> DestroyCommand::prepare()
{
    for (const QString &id : invocation().arguments)
        transaction.operations.push_back(Operation::destroy(id.toUtf8()));
    return {};
}

Expected<void> UnsetCommand::prepare()
{
    std::vector<QByteArray> names;
    for (const QString &name : invocation().arguments.mid(1))
        names.push_back(name.toUtf8());
    transaction.operations = { Operation::unset(invocation().arguments.at(0).toUtf8(), names) };
    return {};
}

Expected<void> IncrementCommand::prepare()
{
    const QStringList &arguments = invocation().arguments;
    const Expected<Value> by = parseValue(arguments.value(2, u"1"_s));
    if (!by || !by->isNumber())
        return usageError(u"increment: \"%1\" is not a number"_s.arg(arguments.value(2)));
    transaction.operations = { Operation::apply("increment", arguments.at(0).toUtf8(),
                                                arguments.at(1).toUtf8(), *by) };
    return {};
}

SyncReply *IncrementCommand::commit()
{
    const Operation &operation = transaction.operations.front();
    return session().increment(QString::fromUtf8(operation.id), QString::fromUtf8(operation.name),
                               operation.argument.toVariant());
}

void IncrementCommand::committed(const SyncReply &reply)
{
    const Operation &operation = transaction.operations.front();
    ValueMap result{ { "id", Value::string(operation.id) } };
    const Expected<Value> now = Value::fromVariant(reply.value());
    if (!now || now->isUndefined())
        return output().result({}, result);
    result.insert("values", ValueMap{ { operation.name, *now } });
    output().result(toJson(*now), result);
}

void GetCommand::begin()
{
    session().fetch(invocation().arguments, this, [this](const SyncReply &reply) {
        if (const std::optional<Error> error = reply.error())
            return fail(*error);
        print(reply);
    });
}

void GetCommand::print(const SyncReply &reply)
{
    const QVariantList entities = reply.value().toList();
    ExitStatus status = Done;
    for (qsizetype i = 0; i < invocation().arguments.size(); ++i) {
        const QByteArray id = invocation().arguments.at(i).toUtf8();
        QVariantMap entity = entities.value(i).toMap();
        if (entity.isEmpty()) {
            output().missing(id);
            printError(Error{ ErrorCode::NotFound, u"there is no such entity"_s, id });
            status = Refused;
            continue;
        }
        entity.remove(u"id"_s);
        output().entity(id, ValueMap::fromVariantMap(entity).value());
    }
    finishOutput(status);
}

} // namespace ObjectSync::Tool
