// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

#include <optional>
#include <vector>

namespace Bench {

/// Holds what every reader is told against what was written. At most one update of an entity is
/// under way at a time; so each reader must be told of each update, once, with its value.
class Deliveries
{
public:
    explicit Deliveries(int entities);

    void addReaders(int count);
    int readers() const { return static_cast<int>(m_shown.size()); }

    /// An update is about to be written. False where the one before of this entity is under way.
    bool write(int entity, double x);

    enum class Step { OneReader, LastReader };
    /// A reader was told; LastReader: all have been now. Nothing where it should not have been told
    /// so; problem() says why.
    std::optional<Step> told(int reader, int entity, double x);
    QString problem() const { return m_problem; }

    qint64 count() const { return m_count; } ///< of all that readers were told

private:
    struct Written
    {
        double x = 0;
        int missing = 0; ///< readers
        bool isKnown = false;
    };

    std::optional<Step> refuse(int reader, int entity, double x, const char *why);

    std::vector<Written> m_written;
    std::vector<std::vector<double>> m_shown; ///< by reader and entity
    qint64 m_count = 0;
    QString m_problem;
};

} // namespace Bench
