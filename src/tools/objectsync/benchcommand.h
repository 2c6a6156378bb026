// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <QtCore/qelapsedtimer.h>

namespace ObjectSync::Tool {

/// Measures a server from here: how long a commit takes until it is answered, and how many get
/// through in a second. Makes entities of its own and destroys them at the end, also of a refusal
/// or of Ctrl-C.
class BenchCommand : public Command
{
    Q_OBJECT

public:
    explicit BenchCommand(const Invocation &invocation);
    Expected<void> prepare() override;

protected:
    void begin() override;
    void interrupted() override;

private:
    using Next = void (BenchCommand::*)();

    void commit(const Transaction &transaction, Next next);
    void makeRoundTrip();
    void roundTripDone();
    void fillWindow();
    void windowMoved();
    void cleanUp(ExitStatus status);
    void report();

    Transaction change();
    QByteArray id(int entity) const;

    int m_entities = 0;
    int m_roundTrips = 0;
    int m_seconds = 0;
    QByteArray m_prefix;
    qint64 m_changes = 0; ///< so that each change is one
    std::vector<double> m_times; ///< of the round trips, milliseconds
    QElapsedTimer m_clock;
    int m_sent = 0; ///< commits without an answer
    qint64 m_commits = 0;
    double m_elapsed = 0; ///< seconds, for m_commits
    bool m_hasEntities = false;
    bool m_isCleaningUp = false;
};

} // namespace ObjectSync::Tool
