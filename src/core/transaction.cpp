// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/transaction.h>

#include "hasher_p.h"

namespace ObjectSync {

using Internal::Hasher;

Operation Operation::create(QByteArray id, ValueMap values)
{
    return { .kind = Kind::Create, .id = std::move(id), .values = std::move(values) };
}

Operation Operation::save(QByteArray id, ValueMap values)
{
    return { .kind = Kind::Save, .id = std::move(id), .values = std::move(values) };
}

Operation Operation::set(QByteArray id, ValueMap values)
{
    return { .kind = Kind::Set, .id = std::move(id), .values = std::move(values) };
}

Operation Operation::unset(QByteArray id, std::vector<QByteArray> names)
{
    return { .kind = Kind::Unset, .id = std::move(id), .names = std::move(names) };
}

Operation Operation::destroy(QByteArray id)
{
    return { .kind = Kind::Destroy, .id = std::move(id) };
}

Operation Operation::apply(QByteArray type, QByteArray id, QByteArray name, Value argument)
{
    return { .kind = Kind::Apply,
             .id = std::move(id),
             .type = std::move(type),
             .name = std::move(name),
             .argument = std::move(argument) };
}

bool Operation::needsId() const
{
    return (kind == Kind::Create || kind == Kind::Save) && (id.isEmpty() || id.endsWith('/'));
}

namespace Internal {

void Hasher::otherValue(const Value &value)
{
    if (value.type() == Value::Type::Int && Value(value.toDouble()) == value)
        return real(value.toDouble());
    byte(static_cast<quint8>(value.type()));
    switch (value.type()) {
    case Value::Type::Bool:
        byte(value.toBool());
        break;
    case Value::Type::Int:
        number(static_cast<quint64>(value.toInt()));
        break;
    case Value::Type::DateTime:
        number(static_cast<quint64>(value.toMSecsSinceEpoch()));
        break;
    case Value::Type::String:
        text(value.utf8View());
        break;
    case Value::Type::Bytes:
        text(value.bytesView());
        break;
    case Value::Type::List:
        number(value.toList().size());
        for (const Value &item : value.toList())
            this->value(item);
        break;
    case Value::Type::Map:
        values(value.toMap());
        break;
    default: // the type says it all
        break;
    }
}

} // namespace Internal

namespace {

void hash(Hasher &hasher, const Operation &operation)
{
    using Kind = Operation::Kind;
    hasher.byte(static_cast<quint8>(operation.kind));
    hasher.text(operation.id);
    switch (operation.kind) {
    case Kind::Create:
    case Kind::Save:
    case Kind::Set:
        hasher.values(operation.values);
        break;
    case Kind::Unset:
        hasher.number(operation.names.size());
        for (const QByteArray &name : operation.names)
            hasher.text(name);
        break;
    case Kind::Destroy:
        break;
    case Kind::Apply:
        hasher.text(operation.type);
        hasher.text(operation.name);
        hasher.value(operation.argument);
        break;
    }
}

void hash(Hasher &hasher, const Expectation &expectation)
{
    hasher.text(expectation.id);
    hasher.byte(expectation.exists ? 1 + *expectation.exists : 0);
    hasher.byte(expectation.revision.has_value());
    hasher.number(static_cast<quint64>(expectation.revision.value_or(0)));
    hasher.values(expectation.values);
}

} // namespace

quint64 fingerprint(const Transaction &transaction) noexcept
{
    Hasher hasher;
    hasher.number(transaction.operations.size());
    for (const Operation &operation : transaction.operations)
        hash(hasher, operation);
    hasher.number(transaction.expectations.size());
    for (const Expectation &expectation : transaction.expectations)
        hash(hasher, expectation);
    return hasher.result();
}

} // namespace ObjectSync
