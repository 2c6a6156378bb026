// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "invocation.h"
#include "output.h"

#include <objectsync/client/syncsession.h>

#include <QtCore/qtimer.h>

namespace ObjectSync::Tool {

class Interrupt;

/// Base of the commands: connects, and gives up where the server is away for too long. A command
/// says what to do in begin() and ends with one of the functions finish() and fail().
class Command : public QObject
{
    Q_OBJECT

public:
    explicit Command(const Invocation &invocation);
    ~Command() override;

    /// Reads the arguments, before anything is connected. Errors are of usage.
    virtual Expected<void> prepare();
    void run();

Q_SIGNALS:
    void finished(int status);

protected:
    /// What the timeout is for.
    enum class Patience {
        All, ///< the whole command
        Outage, ///< each time without a connection
        Start, ///< the first connection; after that the command waits for ever
    };

    /// Called once, when the server has said welcome.
    virtual void begin() = 0;
    /// The connection was lost, and is there again. For commands that tell.
    virtual void wentOffline() { }
    virtual void wentOnline() { }
    /// Ctrl-C, where catchInterrupts() was called.
    virtual void interrupted() { finish(Done); }

    void setPatience(Patience patience) { m_patience = patience; }
    void catchInterrupts();
    const Invocation &invocation() const { return m_invocation; }
    SyncSession &session() { return m_session; }
    Output &output() { return m_output; }

    void finish(ExitStatus status);
    /// Prints the error; the exit status is the one that fits its code.
    void fail(const Error &error);
    /// finish() where everything could be printed, else a word on that.
    void finishOutput(ExitStatus status = Done);

private:
    void onStatusChanged(SyncSession::Status status);
    void onOnline();
    void onTimeout();

    const Invocation m_invocation;
    Output m_output;
    SyncSession m_session;
    QTimer m_timeout;
    Patience m_patience = Patience::All;
    Interrupt *m_interrupt = nullptr;
    bool m_wasOnline = false;
    bool m_hasBegun = false;
    bool m_isFinished = false;
};

/// Runs what the command line asks for, from an event loop of its own. Returns the exit status.
int runCommand(const Invocation &invocation);

} // namespace ObjectSync::Tool
