// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "invocation.h"

#include <memory>
#include <span>

namespace ObjectSync::Tool {

class Command;

/// A value: an option, with the dashes left out.
struct OptionInfo
{
    const char *name;
    const char *value; ///< what its value is called; null for a switch
    const char *help;
};

/// A value: all there is to know about a command. A new one is a line in the table.
struct CommandInfo
{
    const char *name;
    const char *arguments; ///< "ID NAME=VALUE..."
    int least; ///< number of arguments
    int most; ///< -1: any number
    const char *summary;
    const char *help; ///< paragraphs and examples
    std::span<const OptionInfo> options; ///< of its own, besides the common ones
    std::unique_ptr<Command> (*make)(const Invocation &invocation);
};

std::span<const CommandInfo> commands();
const CommandInfo *findCommand(const QString &name);
/// Of the command, or common to all; null where there is none.
const OptionInfo *findOption(const CommandInfo *command, const QString &name);
/// Of any command: so that options may stand before the command.
const OptionInfo *findOptionAnywhere(const QString &name);

QString helpText();
QString helpText(const CommandInfo &command);

} // namespace ObjectSync::Tool
