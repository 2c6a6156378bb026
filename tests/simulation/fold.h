// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/transaction.h>

#include <functional>
#include <map>
#include <optional>

namespace Simulation {

/// What transactions mean, written a second time and as plainly as can be: the engines are checked
/// against it. Transactions are laid over one another, on top of a base that does not change.
class Fold
{
public:
    struct State
    {
        bool exists = false;
        bool isRemade = false; ///< destroyed and created again, or created
        ObjectSync::ValueMap values = {};
    };
    /// None: there is no such entity.
    using Base = std::function<std::optional<ObjectSync::ValueMap>(const QByteArray &id)>;
    using Stamp = std::function<ObjectSync::Revision(const QByteArray &id)>;

    /// Without \a stamp expected revisions are taken to hold.
    explicit Fold(Base base, Stamp stamp = {}) : m_base(std::move(base)), m_stamp(std::move(stamp))
    {
    }

    /// The code of the error with which it is refused as a whole; none: it is done.
    std::optional<QByteArray> apply(const ObjectSync::Transaction &transaction);

    /// What was touched; it may be as it was.
    const std::map<QByteArray, State> &states() const { return m_states; }
    const State *find(const QByteArray &id) const; ///< null: not touched

private:
    State state(const QByteArray &id) const;
    State &stage(const QByteArray &id);
    bool holds(const ObjectSync::Expectation &expectation) const;
    std::optional<QByteArray> apply(const ObjectSync::Operation &operation);
    static std::optional<QByteArray> increment(State &state, const ObjectSync::Operation &operation);

    Base m_base;
    Stamp m_stamp;
    std::map<QByteArray, State> m_states;
    std::map<QByteArray, State> m_staged; ///< by the transaction in progress
};

} // namespace Simulation
