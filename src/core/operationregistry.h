// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <functional>
#include <map>

namespace ObjectSync {

/// A value: an operation on one property that clients and servers know by name, beyond `set` and
/// `unset`. Register the same types on both sides.
struct OBJECTSYNC_CORE_EXPORT OperationType
{
    /// A pure function: the new value from the old one (Undefined where the property is absent)
    /// and the argument, or an error (`bad-argument`). Returning Undefined removes the property.
    using Function = std::function<Expected<Value>(const Value &old, const Value &argument)>;

    QByteArray name;
    Function apply;
};

/// A value: the operation types that a session or a server knows, by name.
class OBJECTSYNC_CORE_EXPORT OperationRegistry
{
public:
    /// Replaces a type of the same name. The names of the built-in operations (`create`, `save`,
    /// `set`, `unset`, `destroy`) and invalid property names are refused with `bad-name`, a type
    /// without a function with `bad-argument`.
    Expected<void> add(OperationType type);
    /// Null where there is none.
    const OperationType *find(const QByteArray &name) const;

    /// What sessions and servers start with: `increment`.
    static OperationRegistry standard();

private:
    std::map<QByteArray, OperationType> m_types;
};

/// `increment`: adds a number to a number; an absent property counts as 0. Int plus Int stays Int
/// and is refused where it would leave 64 bits; anything with a Double is a Double.
OBJECTSYNC_CORE_EXPORT OperationType incrementOperation();

} // namespace ObjectSync
