// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "randomsource.h"

#include <objectsync/core/message.h>

#include <map>

namespace Simulation {

/// Somebody who wants things: makes transactions and filters at random. Ids and names are few, so
/// that people meet.
class User
{
public:
    /// \a isCrowded: ids are so few that all work on the same entities, and mostly set numbers.
    User(RandomSource &random, bool isCrowded) : m_random(random), m_isCrowded(isCrowded) { }

    ObjectSync::Transaction transaction();
    /// Writes what is there, as most users do most of the time.
    ObjectSync::Transaction move();
    ObjectSync::Transaction count(); ///< an increment of the counter that all share
    ObjectSync::Filter filter();
    QByteArray id();
    /// What a fetch told: a revision to expect.
    void learn(const ObjectSync::Result::Entity &entity) { m_stamps[entity.id] = entity.revision; }

private:
    ObjectSync::Operation operation();
    ObjectSync::Expectation expectation();
    ObjectSync::Value value();

    RandomSource &m_random;
    const bool m_isCrowded;
    std::map<QByteArray, ObjectSync::Revision> m_stamps;
};

} // namespace Simulation
