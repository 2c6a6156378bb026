// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/transaction.h>

#include <bit>
#include <cmath>
#include <limits>

namespace ObjectSync {

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

namespace {

/// FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
class Hasher
{
public:
    void byte(quint8 byte) { m_state = (m_state ^ byte) * 0x100000001b3ULL; }

    void number(quint64 number)
    {
        for (int shift = 0; shift < 64; shift += 8)
            byte(static_cast<quint8>(number >> shift));
    }

    /// Each text and each container is preceded by its size, so that "ab","c" and "a","bc" differ.
    void text(const QByteArray &text)
    {
        number(static_cast<quint64>(text.size()));
        for (const char c : text)
            byte(static_cast<quint8>(c));
    }

    void value(const Value &value);
    void numericValue(const Value &value);

    void values(const ValueMap &map)
    {
        number(static_cast<quint64>(map.size()));
        for (const auto &[name, item] : map) {
            text(name);
            value(item);
        }
    }

    quint64 result() const { return m_state; }

private:
    quint64 m_state = 0xcbf29ce484222325ULL;
};

/// Numbers that are equal hash alike, whatever their type and bits.
void Hasher::numericValue(const Value &value)
{
    const double real = value.toDouble();
    if (value.type() == Value::Type::Int && Value(real) != value) {
        byte(static_cast<quint8>(Value::Type::Int));
        number(static_cast<quint64>(value.toInt()));
        return;
    }
    byte(static_cast<quint8>(Value::Type::Double));
    const double bits = std::isnan(real) ? std::numeric_limits<double>::quiet_NaN()
                                         : real + 0.0; // -0.0 becomes 0.0
    number(std::bit_cast<quint64>(bits));
}

void Hasher::value(const Value &value)
{
    if (value.isNumber()) {
        numericValue(value);
        return;
    }
    byte(static_cast<quint8>(value.type()));
    byte(value.toBool());
    number(static_cast<quint64>(value.toMSecsSinceEpoch()));
    text(value.toUtf8());
    text(value.toBytes());
    number(value.toList().size());
    for (const Value &item : value.toList())
        this->value(item);
    values(value.toMap());
}

void hash(Hasher &hasher, const Operation &operation)
{
    hasher.byte(static_cast<quint8>(operation.kind));
    hasher.text(operation.id);
    hasher.values(operation.values);
    hasher.number(operation.names.size());
    for (const QByteArray &name : operation.names)
        hasher.text(name);
    hasher.text(operation.type);
    hasher.text(operation.name);
    hasher.value(operation.argument);
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
