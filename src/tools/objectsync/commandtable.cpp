// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "commandtable.h"

#include "benchcommand.h"
#include "importcommand.h"
#include "listcommand.h"
#include "requestcommands.h"
#include "watchcommand.h"

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

template<typename T>
std::unique_ptr<Command> make(const Invocation &invocation)
{
    return std::make_unique<T>(invocation);
}

constexpr OptionInfo commonOptions[] = {
    { "url", "URL", "the server [ws://127.0.0.1:8090/sync, or OBJECTSYNC_URL]" },
    { "token", "TOKEN", "for a server that asks who you are [OBJECTSYNC_TOKEN]" },
    { "timeout", "SECONDS", "how long to wait for the server [10]" },
    { "json", nullptr, "print one JSON object a line" },
    { "help", nullptr, "this text; \"objectsync COMMAND --help\" for a command's" },
    { "version", nullptr, "print the version" },
};

constexpr OptionInfo watchOptions[] = {
    { "count", "N", "end after N lines" },
};

constexpr OptionInfo exportOptions[] = {
    { "output", "FILE", "write to FILE, in place of standard output" },
};

constexpr OptionInfo importOptions[] = {
    { "key", "NAME", "the array is the member NAME of the file's object" },
    { "id-field", "NAME", "the field that holds the id; the others are the properties" },
    { "prefix", "PREFIX", "put PREFIX before each id" },
};

constexpr OptionInfo benchOptions[] = {
    { "seconds", "S", "how long to measure the throughput [3]" },
    { "round-trips", "N", "how many commits to send one by one [200]" },
    { "entities", "N", "how many entities to change [100]" },
};

constexpr char valuesHelp[] = "A VALUE is JSON where it parses as JSON, else a string: 7, 0.5, "
                              "true, null, [1,2],\n{\"a\":1} and \"7\" (with quotes) are JSON, "
                              "and hello is a string.\n";

constexpr CommandInfo commandTable[] = {
    { "get",
      "ID...",
      1,
      -1,
      "print entities as the server has them",
      "Fetches the entities and prints them in the order asked. An entity that is not there\n"
      "is told on standard error, and makes the exit status 1.\n\n"
      "  objectsync get lamps/kitchen lamps/hall\n"
      "  objectsync get --json lamps/kitchen\n",
      {},
      make<GetCommand> },
    { "set",
      "ID NAME=VALUE...",
      2,
      -1,
      "change properties of an entity that is there",
      "  objectsync set lamps/kitchen on=true brightness=80 note='Needs a new bulb'\n"
      "  objectsync set lamps/kitchen 'code=\"0042\"'\n",
      {},
      make<SetCommand> },
    { "create",
      "[ID] NAME=VALUE...",
      1,
      -1,
      "make an entity that is not there, print its id",
      "The first argument without '=' is the id. Without one the server makes an id; it\n"
      "completes one that ends in '/'.\n\n"
      "  objectsync create lamps/kitchen on=false brightness=10\n"
      "  objectsync create lamps/ on=false\n",
      {},
      make<CreateCommand> },
    { "destroy",
      "ID...",
      1,
      -1,
      "destroy entities, all or none",
      "  objectsync destroy lamps/kitchen lamps/hall\n",
      {},
      make<DestroyCommand> },
    { "unset",
      "ID NAME...",
      2,
      -1,
      "remove properties of an entity",
      "  objectsync unset lamps/kitchen note\n",
      {},
      make<UnsetCommand> },
    { "increment",
      "ID NAME [BY]",
      2,
      3,
      "add BY (1) to a number, whatever others add meanwhile",
      "Prints the new number.\n\n"
      "  objectsync increment doors/front visitors\n"
      "  objectsync increment doors/front visitors -2\n",
      {},
      make<IncrementCommand> },
    { "watch", "[PREFIX]", 0, 1, "print what is there, then every change, until Ctrl-C",
      "Watches the entities whose ids begin with PREFIX, or all. Each line begins with what\n"
      "happened and to which entity:\n\n"
      "  enter    it is there already, with its properties\n"
      "  create   it is new, with its properties\n"
      "  update   these properties have new values; -NAME: that one was removed\n"
      "  destroy  it is gone\n"
      "  leave    it is no longer shown to us\n\n"
      "Goes on by itself when the server was restarted or the connection was lost.\n\n"
      "  objectsync watch players/\n"
      "  objectsync watch --json | jq .values\n",
      watchOptions, make<WatchCommand> },
    { "list",
      "[PREFIX]",
      0,
      1,
      "print the entities whose ids begin with PREFIX, or all",
      "In the order of ids.\n\n  objectsync list lamps/\n",
      {},
      make<ListCommand> },
    { "export", "[PREFIX]", 0, 1, "write entities as a JSON array, for import",
      "[{\"id\":ID,\"values\":{NAME:VALUE...}}...], an entity a line, in the order of ids; so\n"
      "exports can be compared byte by byte.\n\n"
      "  objectsync export > world.json\n"
      "  objectsync export lamps/ --output lamps.json\n",
      exportOptions, make<ExportCommand> },
    { "import", "FILE", 1, 1, "make or change entities from a JSON file",
      "Takes a file from export, or any array of JSON objects; - is standard input. Entities\n"
      "that are there keep the properties that the file does not have. What the server refuses\n"
      "is told on standard error, the rest is imported.\n\n"
      "  objectsync import world.json\n"
      "  objectsync import --key 639-3 --id-field alpha_3 --prefix languages/ \\\n"
      "      /usr/share/iso-codes/json/iso_639-3.json\n",
      importOptions, make<ImportCommand> },
    { "bench", "", 0, 0, "measure round trips and commits per second",
      "Works on entities of its own, under bench/, and destroys them when done.\n\n"
      "  objectsync bench --seconds 10\n",
      benchOptions, make<BenchCommand> },
};

const OptionInfo *findIn(std::span<const OptionInfo> options, const QString &name)
{
    for (const OptionInfo &option : options) {
        if (name == QLatin1String(option.name))
            return &option;
    }
    return nullptr;
}

QString optionLines(std::span<const OptionInfo> options)
{
    QString lines;
    for (const OptionInfo &option : options) {
        QString left = u"--"_s + QLatin1String(option.name);
        if (option.value)
            left += u' ' + QLatin1String(option.value);
        lines += u"  %1 %2\n"_s.arg(left, -20).arg(QLatin1String(option.help));
    }
    return lines;
}

} // namespace

std::span<const CommandInfo> commands()
{
    return commandTable;
}

const CommandInfo *findCommand(const QString &name)
{
    for (const CommandInfo &command : commandTable) {
        if (name == QLatin1String(command.name))
            return &command;
    }
    return nullptr;
}

const OptionInfo *findOption(const CommandInfo *command, const QString &name)
{
    const OptionInfo *found = command ? findIn(command->options, name) : nullptr;
    return found ? found : findIn(commonOptions, name);
}

const OptionInfo *findOptionAnywhere(const QString &name)
{
    for (const CommandInfo &command : commandTable) {
        if (const OptionInfo *found = findOption(&command, name))
            return found;
    }
    return nullptr;
}

QString helpText()
{
    QString text = u"usage: objectsync [OPTION...] COMMAND [ARGUMENT...]\n\n"
                   "Looks at and changes the world of an ObjectSync server.\n\n"
                   "Commands:\n"_s;
    for (const CommandInfo &command : commandTable) {
        const QString left = QLatin1String(command.name) + u' ' + QLatin1String(command.arguments);
        text += u"  %1 %2\n"_s.arg(left, -26).arg(QLatin1String(command.summary));
    }
    text += u"\nOptions:\n"_s + optionLines(commonOptions) + u'\n' + QLatin1String(valuesHelp);
    text += u"\nExit status: 0 done; 1 refused by the server (code and text on standard error);\n"
            "2 a wrong command line or file; 3 the server was not reached, or did not answer,\n"
            "within the timeout.\n"_s;
    return text;
}

QString helpText(const CommandInfo &command)
{
    QString text = u"usage: objectsync %1 %2\n\n%3.\n\n%4"_s.arg(QLatin1String(command.name),
                                                                 QLatin1String(command.arguments),
                                                                 QLatin1String(command.summary),
                                                                 QLatin1String(command.help));
    text[text.indexOf(u"\n\n"_s) + 2] = text.at(text.indexOf(u"\n\n"_s) + 2).toUpper();
    if (QLatin1String(command.arguments).contains(u"VALUE"_s))
        text += u'\n' + QLatin1String(valuesHelp);
    text += u"\nOptions:\n"_s + optionLines(command.options) + optionLines(commonOptions);
    return text;
}

} // namespace ObjectSync::Tool
