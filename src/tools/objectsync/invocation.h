// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include <QtCore/qhash.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qurl.h>

namespace ObjectSync::Tool {

struct CommandInfo;

/// The exit status of the program; also in the help text.
enum ExitStatus : int {
    Done = 0,
    Refused = 1, ///< by the server
    Usage = 2, ///< a wrong command line, or a file that cannot be read or written
    Unreachable = 3, ///< no server, or no answer, within the timeout
};

/// A value: what the command line asks for.
struct Invocation
{
    const CommandInfo *command = nullptr;
    QStringList arguments; ///< without the command's name and the options
    QHash<QString, QString> options; ///< as given, by name without dashes
    QString text; ///< not empty: print this and end; there is no command

    QUrl url;
    QString token;
    int timeout = 10000; ///< milliseconds
    bool json = false;

    bool has(const QString &option) const { return options.contains(option); }
    QString value(const QString &option) const { return options.value(option); }
    /// The option as a number of at least \a least; \a fallback where it was not given.
    Expected<int> number(const QString &option, int least, int fallback) const;

    /// Errors are of usage: the message alone counts.
    static Expected<Invocation> parse(const QStringList &arguments);
};

/// What makes an error of usage.
Error usageError(const QString &message);

} // namespace ObjectSync::Tool
