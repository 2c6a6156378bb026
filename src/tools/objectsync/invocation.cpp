// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "invocation.h"

#include "commandtable.h"

#include <objectsync/client/websockettransport.h>

#include <QtCore/qcoreapplication.h>

#include <limits>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

/// A value: the arguments of the program, told apart but not yet understood.
struct Pieces
{
    QStringList words;
    QHash<QString, QString> options;
};

/// "-5" is a number and "-" a file; "--json", "-h" are options.
bool isOption(const QString &argument)
{
    return argument.size() > 1 && argument.startsWith(u'-') && !argument.at(1).isDigit()
           && argument.at(1) != u'.';
}

QString longName(const QString &option)
{
    if (option == "-h"_L1)
        return u"help"_s;
    if (option == "-v"_L1)
        return u"version"_s;
    return option.startsWith("--"_L1) ? option.mid(2) : QString();
}

Expected<Pieces> takeApart(const QStringList &arguments)
{
    Pieces pieces;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments.at(i) == "--"_L1) {
            pieces.words += arguments.mid(i + 1);
            break;
        }
        if (!isOption(arguments.at(i))) {
            pieces.words += arguments.at(i);
            continue;
        }
        const QString name = longName(arguments.at(i).section(u'=', 0, 0));
        const OptionInfo *option = findOptionAnywhere(name);
        if (!option)
            return usageError(u"unknown option %1"_s.arg(arguments.at(i)));
        const bool hasValue = arguments.at(i).contains(u'=');
        if (!option->value && hasValue)
            return usageError(u"--%1 takes no value"_s.arg(name));
        if (option->value && !hasValue && i + 1 == arguments.size())
            return usageError(
                    u"--%1 needs a value: --%1 %2"_s.arg(name, QLatin1String(option->value)));
        pieces.options.insert(name, !option->value ? QString()
                                    : hasValue     ? arguments.at(i).section(u'=', 1)
                                                   : arguments.at(++i));
    }
    return pieces;
}

QString fromOptionOrEnvironment(const Invocation &invocation, const QString &option,
                                const char *variable, const QString &fallback)
{
    if (invocation.has(option))
        return invocation.value(option);
    return qEnvironmentVariable(variable, fallback);
}

Expected<void> readCommonOptions(Invocation &invocation)
{
    invocation.url = QUrl(fromOptionOrEnvironment(invocation, u"url"_s, "OBJECTSYNC_URL",
                                                  u"ws://127.0.0.1:8090/sync"_s),
                          QUrl::StrictMode);
    if (!WebSocketTransport::isUsable(invocation.url)) {
        return usageError(u"%1 is not the address of a server; it must be like "
                          "ws://HOST:PORT/sync or wss://HOST/sync"_s.arg(
                                  invocation.url.toDisplayString(QUrl::RemoveQuery)));
    }
    invocation.token = fromOptionOrEnvironment(invocation, u"token"_s, "OBJECTSYNC_TOKEN", {});
    invocation.json = invocation.has(u"json"_s);
    const Expected<int> seconds = invocation.number(u"timeout"_s, 1, 10);
    if (!seconds)
        return seconds.error();
    invocation.timeout = std::min(*seconds, std::numeric_limits<int>::max() / 1000) * 1000;
    return {};
}

Expected<void> checkAgainst(const CommandInfo &command, const Invocation &invocation)
{
    const QString name = QLatin1String(command.name);
    for (auto option = invocation.options.keyBegin(); option != invocation.options.keyEnd();
         ++option) {
        if (!findOption(&command, *option))
            return usageError(u"%1 has no option --%2"_s.arg(name, *option));
    }
    const qsizetype count = invocation.arguments.size();
    if (count < command.least || (command.most >= 0 && count > command.most)) {
        return usageError(u"%1 %2: use it as \"objectsync %1 %3\""_s
                                  .arg(name,
                                       count < command.least ? u"needs more arguments"_s
                                                             : u"got too many arguments"_s,
                                       QString::fromUtf8(command.arguments)));
    }
    return {};
}

Expected<Invocation> help(Invocation invocation)
{
    const QString name = invocation.arguments.value(0);
    const CommandInfo *command = findCommand(name);
    if (!name.isEmpty() && !command)
        return usageError(u"there is no command %1"_s.arg(name));
    invocation.text = command ? helpText(*command) : helpText();
    return invocation;
}

} // namespace

Error usageError(const QString &message)
{
    return { "usage", message };
}

Expected<int> Invocation::number(const QString &option, int least, int fallback) const
{
    if (!has(option))
        return fallback;
    bool ok = false;
    const int number = value(option).toInt(&ok);
    if (!ok || number < least) {
        return usageError(
                u"--%1 must be a whole number, at least %2, not \"%3\""_s.arg(option).arg(least).arg(
                        value(option)));
    }
    return number;
}

Expected<Invocation> Invocation::parse(const QStringList &arguments)
{
    const Expected<Pieces> pieces = takeApart(arguments);
    if (!pieces)
        return usageError(pieces.error().message + u"; see objectsync --help"_s);

    Invocation invocation;
    invocation.arguments = pieces->words;
    invocation.options = pieces->options;
    if (invocation.has(u"version"_s)) {
        invocation.text = u"objectsync %1\n"_s.arg(QCoreApplication::applicationVersion());
        return invocation;
    }
    if (invocation.has(u"help"_s))
        return help(std::move(invocation));
    if (invocation.arguments.isEmpty())
        return usageError(u"which command? See objectsync --help"_s);
    const QString name = invocation.arguments.takeFirst();
    if (name == "help"_L1)
        return help(std::move(invocation));

    invocation.command = findCommand(name);
    if (!invocation.command)
        return usageError(u"there is no command %1; see objectsync --help"_s.arg(name));
    Expected<void> checked = checkAgainst(*invocation.command, invocation);
    if (checked)
        checked = readCommonOptions(invocation);
    if (!checked)
        return usageError(checked.error().message + u"; see objectsync %1 --help"_s.arg(name));
    return invocation;
}

} // namespace ObjectSync::Tool
