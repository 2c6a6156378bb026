// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

namespace ObjectSync::Tool {

/// Base of the commands that commit one transaction and wait for the answer.
class CommitCommand : public Command
{
    Q_OBJECT

public:
    using Command::Command;

protected:
    void begin() override;
    virtual SyncReply *commit();
    virtual void committed(const SyncReply &reply);

    Transaction transaction; ///< filled by prepare()
};

class SetCommand : public CommitCommand
{
    Q_OBJECT

public:
    using CommitCommand::CommitCommand;
    Expected<void> prepare() override;
};

class CreateCommand : public CommitCommand
{
    Q_OBJECT

public:
    using CommitCommand::CommitCommand;
    Expected<void> prepare() override;

protected:
    void committed(const SyncReply &reply) override;
};

class DestroyCommand : public CommitCommand
{
    Q_OBJECT

public:
    using CommitCommand::CommitCommand;
    Expected<void> prepare() override;
};

class UnsetCommand : public CommitCommand
{
    Q_OBJECT

public:
    using CommitCommand::CommitCommand;
    Expected<void> prepare() override;
};

class IncrementCommand : public CommitCommand
{
    Q_OBJECT

public:
    using CommitCommand::CommitCommand;
    Expected<void> prepare() override;

protected:
    SyncReply *commit() override;
    void committed(const SyncReply &reply) override;
};

class GetCommand : public Command
{
    Q_OBJECT

public:
    using Command::Command;

protected:
    void begin() override;

private:
    void print(const SyncReply &reply);
};

} // namespace ObjectSync::Tool
