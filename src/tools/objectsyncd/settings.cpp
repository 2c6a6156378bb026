// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "settings.h"

#include <objectsync/core/limits.h>

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qfile.h>
#include <QtCore/qhash.h>
#include <QtCore/qstandardpaths.h>
#include <QtCore/qurl.h>

namespace ObjectSync::Daemon {

using namespace Qt::StringLiterals;

namespace {

Error usage(const QString &message)
{
    return Error{ "usage", message };
}

/// The options that may also stand in a file, under the same names.
const QList<QCommandLineOption> &options()
{
    static const QList<QCommandLineOption> all = {
        { u"listen"_s, u"Where to listen; port 0 takes any free one. Default: 127.0.0.1:8090."_s,
          u"ADDRESS:PORT"_s },
        { u"path"_s, u"Where clients connect to. Default: /sync."_s, u"PATH"_s },
        { u"database"_s,
          u"The SQLite file that keeps the worlds. Default: objectsync/world.db in "
          "your data folder."_s,
          u"FILE"_s },
        { u"memory"_s, u"Keep the worlds in memory only."_s },
        { u"world"_s, u"Host another world at PATH/NAME. May be repeated."_s, u"NAME"_s },
        { u"ephemeral"_s,
          u"Entities whose ids begin with PREFIX go when the client that created "
          "them has gone. May be repeated."_s,
          u"PREFIX"_s },
        { u"rate"_s,
          u"Operations a second that a client may do; 0: no limit. Default: 100. "
          "Clients on this machine have no limit."_s,
          u"N"_s },
        { u"allow-origin"_s,
          u"A web page that browsers may connect from, as https://example.org; *: all. May be "
          "repeated. Programs that are no browsers need not be named."_s,
          u"ORIGIN"_s },
        { u"new-epoch"_s, u"After restoring a backup, once: clients that have seen more than the "
                          "backup holds start over."_s },
    };
    return all;
}

using Lines = QHash<QString, QStringList>; ///< of the file: values by name, in order

/// What was said of an option on the command line, or else in the file.
class Sources
{
public:
    Sources(const QCommandLineParser &parser, const Lines &lines) : m_parser(parser), m_lines(lines)
    {
    }

    QStringList values(const QString &name) const
    {
        return m_parser.isSet(name) ? m_parser.values(name) : m_lines.value(name);
    }
    std::optional<QString> value(const QString &name) const
    {
        const QStringList all = values(name);
        return all.isEmpty() ? std::nullopt : std::optional(all.last());
    }
    bool flag(const QString &name) const
    {
        return m_parser.isSet(name) || m_lines.value(name) == QStringList{ u"yes"_s };
    }
    /// Of two options that exclude each other, the command line's counts.
    bool flagUnless(const QString &name, const QString &other) const
    {
        return m_parser.isSet(name) || (!m_parser.isSet(other) && flag(name));
    }

private:
    const QCommandLineParser &m_parser;
    const Lines m_lines;
};

Expected<void> setListen(Settings &settings, const QString &text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    QString address = text.left(colon);
    if (address.startsWith(u'[') && address.endsWith(u']'))
        address = address.mid(1, address.size() - 2);
    bool isNumber = false;
    const ushort port = text.mid(colon + 1).toUShort(&isNumber);
    const QHostAddress host(address == "localhost"_L1 ? u"127.0.0.1"_s : address);
    if (colon < 1 || !isNumber || host.isNull()) {
        return usage(u"--listen %1: write an address and a port, as 127.0.0.1:8090, 0.0.0.0:8090 "
                     "or [::]:8090"_s.arg(text));
    }
    settings.address = host;
    settings.port = port;
    return {};
}

Expected<void> setRate(Settings &settings, const QString &text)
{
    bool isNumber = false;
    const qint64 rate = text.toLongLong(&isNumber);
    if (!isNumber || rate < 0)
        return usage(u"--rate %1: write a number, 0 or more"_s.arg(text));
    settings.rate = rate;
    return {};
}

/// As browsers write it: without a path.
bool isOrigin(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    return text == "*"_L1
           || (url.isValid() && !url.scheme().isEmpty() && !url.host().isEmpty()
               && url.path().isEmpty() && !url.hasQuery() && !url.hasFragment());
}

/// One line of the file: NAME=VALUE, as it stands; a flag has the value yes or no.
Expected<void> readLine(const QString &line, Lines &lines)
{
    const qsizetype sign = line.indexOf(u'=');
    if (sign < 0)
        return usage(u"write NAME=VALUE, not `%1`"_s.arg(line));
    const QString name = line.left(sign).trimmed();
    const QString value = line.mid(sign + 1).trimmed();
    const auto option = std::find_if(options().begin(), options().end(),
                                     [&](const auto &each) { return each.names().contains(name); });
    if (option == options().end())
        return usage(u"there is no setting `%1`"_s.arg(name));
    const bool isFlag = option->valueName().isEmpty();
    if (isFlag && value != "yes"_L1 && value != "no"_L1)
        return usage(u"%1 is yes or no, not `%2`"_s.arg(name, value));
    lines[name].append(value);
    return {};
}

Expected<Lines> readFile(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return usage(u"--config %1: there is no such file that can be read"_s.arg(name));
    Lines lines;
    for (int number = 1; !file.atEnd(); ++number) {
        const QString line = QString::fromUtf8(file.readLine()).trimmed();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        if (auto done = readLine(line, lines); !done)
            return usage(
                    u"--config %1, line %2: %3"_s.arg(name).arg(number).arg(done.error().message));
    }
    return lines;
}

Expected<void> setDatabase(Settings &settings, const Sources &sources)
{
    if (sources.flagUnless(u"memory"_s, u"database"_s))
        return {};
    const auto database = sources.value(u"database"_s);
    if (database && database->isEmpty())
        return usage(u"--database: name a file, or say --memory"_s);
    settings.databaseIsDefault = !database;
    settings.database = database.value_or(
            QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
            + "/objectsync/world.db"_L1);
    return {};
}

Expected<void> setEphemeral(Settings &settings, const QStringList &prefixes)
{
    for (const QString &prefix : prefixes) {
        if (prefix.isEmpty() || !checkId(prefix.toUtf8() + 'x', Limits()))
            return usage(u"--ephemeral %1: write the beginning of ids, as players/"_s.arg(prefix));
    }
    settings.ephemeral = prefixes;
    return {};
}

Expected<Settings> read(const Sources &sources)
{
    Settings settings;
    if (const auto listen = sources.value(u"listen"_s)) {
        if (auto set = setListen(settings, *listen); !set)
            return set.error();
    }
    if (const auto rate = sources.value(u"rate"_s)) {
        if (auto set = setRate(settings, *rate); !set)
            return set.error();
    }
    settings.path = sources.value(u"path"_s).value_or(settings.path);
    if (!settings.path.startsWith(u'/'))
        return usage(u"--path %1: a path begins with '/'"_s.arg(settings.path));
    settings.worlds = sources.values(u"world"_s);
    settings.allowedOrigins = sources.values(u"allow-origin"_s);
    for (const QString &origin : std::as_const(settings.allowedOrigins)) {
        if (!isOrigin(origin))
            return usage(
                    u"--allow-origin %1: write https://HOST, http://HOST:PORT or *"_s.arg(origin));
    }
    settings.newEpoch = sources.flag(u"new-epoch"_s);
    if (auto set = setEphemeral(settings, sources.values(u"ephemeral"_s)); !set)
        return set.error();
    if (auto set = setDatabase(settings, sources); !set)
        return set.error();
    return settings;
}

} // namespace

Expected<Settings> Settings::parse(const QStringList &arguments, QString &text)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
            u"A server of ObjectSync: keeps entities the same for all clients that connect.\n"
            "Example: objectsyncd --listen 0.0.0.0:8090 --database /var/lib/objectsync/world.db"_s);
    parser.addOptions(options());
    const QCommandLineOption config(
            u"config"_s,
            u"Settings in a file: lines of NAME=VALUE with the names of the options, as they "
            u"stand; "
            "`yes` or `no` for those without a value; # begins a comment. Options win over it."_s,
            u"FILE"_s);
    parser.addOption(config);
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    if (!parser.parse(arguments))
        return usage(parser.errorText() + u" See objectsyncd --help"_s);
    if (parser.isSet(help)) {
        text = parser.helpText();
        return Settings();
    }
    if (parser.isSet(version)) {
        text = u"objectsyncd %1\n"_s.arg(QCoreApplication::applicationVersion());
        return Settings();
    }
    if (!parser.positionalArguments().isEmpty()) {
        return usage(u"What is \"%1\" to mean? See objectsyncd --help"_s.arg(
                parser.positionalArguments().first()));
    }
    if (parser.isSet(u"memory"_s) && parser.isSet(u"database"_s))
        return usage(u"--memory and --database exclude each other"_s);
    if (!parser.isSet(config))
        return read(Sources(parser, {}));
    const auto lines = readFile(parser.value(config));
    if (!lines)
        return lines.error();
    return read(Sources(parser, *lines));
}

} // namespace ObjectSync::Daemon
