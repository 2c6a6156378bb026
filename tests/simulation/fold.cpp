// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "fold.h"

#include <objectsync/core/error.h>

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

const Fold::State *Fold::find(const QByteArray &id) const
{
    const auto found = m_states.find(id);
    return found == m_states.end() ? nullptr : &found->second;
}

Fold::State Fold::state(const QByteArray &id) const
{
    if (const auto found = m_staged.find(id); found != m_staged.end())
        return found->second;
    if (const State *known = find(id))
        return *known;
    std::optional<ValueMap> values = m_base(id);
    return { values.has_value(), false, values ? *std::move(values) : ValueMap() };
}

Fold::State &Fold::stage(const QByteArray &id)
{
    return m_staged.try_emplace(id, state(id)).first->second;
}

std::optional<QByteArray> Fold::apply(const Transaction &transaction)
{
    m_staged.clear();
    const bool allHold = std::all_of(transaction.expectations.begin(),
                                     transaction.expectations.end(),
                                     [this](const Expectation &expectation) {
                                         return holds(expectation);
                                     });
    if (!allHold)
        return ErrorCode::ExpectationFailed;
    for (const Operation &operation : transaction.operations) {
        if (auto refused = apply(operation))
            return refused;
    }
    for (auto &[id, state] : m_staged)
        m_states[id] = std::move(state);
    return std::nullopt;
}

bool Fold::holds(const Expectation &expectation) const
{
    const State now = state(expectation.id);
    if (expectation.exists && *expectation.exists != now.exists)
        return false;
    if (expectation.revision && m_stamp && *expectation.revision != m_stamp(expectation.id))
        return false;
    return std::all_of(expectation.values.begin(), expectation.values.end(),
                       [&now](const ValueMap::Item &item) {
                           return now.values.value(item.name) == item.value;
                       });
}

std::optional<QByteArray> Fold::apply(const Operation &operation)
{
    using Kind = Operation::Kind;
    if (operation.needsId())
        return std::nullopt; // a client does not know the id yet
    State &state = stage(operation.id);
    const bool creates = operation.kind == Kind::Create
                         || (operation.kind == Kind::Save && !state.exists);
    if (operation.kind == Kind::Create && state.exists)
        return ErrorCode::Exists;
    if (!creates && !state.exists)
        return ErrorCode::NotFound;
    if (creates)
        state = { true, true, {} };
    switch (operation.kind) {
    case Kind::Create:
    case Kind::Save:
    case Kind::Set:
        for (const auto &[name, value] : operation.values)
            state.values.insert(name, value);
        break;
    case Kind::Unset:
        for (const QByteArray &name : operation.names)
            state.values.remove(name);
        break;
    case Kind::Destroy:
        state = {};
        break;
    case Kind::Apply:
        return increment(state, operation);
    }
    return std::nullopt;
}

std::optional<QByteArray> Fold::increment(State &state, const Operation &operation)
{
    const Value old = state.values.value(operation.name);
    if (!operation.argument.isNumber() || (!old.isUndefined() && !old.isNumber()))
        return ErrorCode::BadArgument;
    const bool isDouble = old.type() == Value::Type::Double
                          || operation.argument.type() == Value::Type::Double;
    // Far from the bounds of 64 bits.
    state.values.insert(operation.name,
                        isDouble ? Value(old.toDouble() + operation.argument.toDouble())
                                 : Value(old.toInt() + operation.argument.toInt()));
    return std::nullopt;
}

} // namespace Simulation
