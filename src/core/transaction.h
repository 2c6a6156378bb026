// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <optional>
#include <vector>

namespace ObjectSync {

/// Counts the accepted changes of one world: 1, 2, 3, … without gaps. 0 is before the first.
using Revision = qint64;

/// Where a world may hold the entity with an id, which saves it a look-up. The world checks it, so
/// it may be out of date. Hints are not part of the value that has them: all are equal.
struct EntityHint
{
    quint32 place = 0; ///< plus one; 0: nothing is known
    friend bool operator==(EntityHint, EntityHint) { return true; }
};

/// A value: one step of a transaction.
struct OBJECTSYNC_CORE_EXPORT Operation
{
    enum class Kind : quint8 {
        Create, ///< a new entity with `values`; refused with `exists` where it is there. An empty id,
        ///< or one that ends in '/', asks the server to choose (the rest of) the id
        Save, ///< `create` where the entity is absent, else `set`
        Set, ///< `values` on an entity that is there, else refused with `not-found`
        Unset, ///< removes the properties `names`; absent ones are no error
        Destroy, ///< refused with `not-found` where there is none
        Apply, ///< the registered operation `type` on property `name`, with `argument`
    };

    Kind kind = Kind::Set;
    QByteArray id = {};
    ValueMap values = {}; ///< Create, Save, Set
    std::vector<QByteArray> names = {}; ///< Unset
    QByteArray type = {}; ///< Apply: name of a registered operation type, as "increment"
    QByteArray name = {}; ///< Apply: the property
    Value argument = {}; ///< Apply
    EntityHint hint = {}; ///< of a decoder

    static Operation create(QByteArray id, ValueMap values);
    static Operation save(QByteArray id, ValueMap values);
    static Operation set(QByteArray id, ValueMap values);
    static Operation unset(QByteArray id, std::vector<QByteArray> names);
    static Operation destroy(QByteArray id);
    static Operation apply(QByteArray type, QByteArray id, QByteArray name, Value argument);

    /// True for a `create` or `save` whose id the server has to choose or complete.
    bool needsId() const;

    friend bool operator==(const Operation &, const Operation &) = default;
};

/// A value: what must hold for a transaction to be accepted, checked before its first operation.
/// Everything that is set must hold.
struct OBJECTSYNC_CORE_EXPORT Expectation
{
    QByteArray id = {};
    std::optional<bool> exists = {};
    std::optional<Revision> revision = {}; ///< the entity's stamp, as told by `fetch`
    ValueMap values = {}; ///< these properties have these values

    friend bool operator==(const Expectation &, const Expectation &) = default;
};

/// A value: operations on one or more entities, done all or none, in order.
struct OBJECTSYNC_CORE_EXPORT Transaction
{
    std::vector<Operation> operations = {};
    std::vector<Expectation> expectations = {};

    friend bool operator==(const Transaction &, const Transaction &) = default;
};

/// A number that tells transactions of different content apart (XXH3, 64 bits, over the contents,
/// the same on every machine). Equal transactions have equal fingerprints.
OBJECTSYNC_CORE_EXPORT quint64 fingerprint(const Transaction &transaction) noexcept;

} // namespace ObjectSync
