// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "settings.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qfileinfo.h>
#include <QtCore/qsettings.h>
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

/// What was said of an option on the command line, or else in the file.
class Sources
{
public:
    Sources(const QCommandLineParser &parser, const QSettings *file)
        : m_parser(parser), m_file(file)
    {
    }

    QStringList values(const QString &name) const
    {
        if (m_parser.isSet(name) || !m_file)
            return m_parser.values(name);
        return m_file->value(name).toStringList();
    }
    std::optional<QString> value(const QString &name) const
    {
        const QStringList all = values(name);
        return all.isEmpty() ? std::nullopt : std::optional(all.last());
    }
    bool flag(const QString &name) const
    {
        return m_parser.isSet(name) || (m_file && m_file->value(name).toBool());
    }
    /// Of two options that exclude each other, the command line's counts.
    bool flagUnless(const QString &name, const QString &other) const
    {
        return m_parser.isSet(name) || (!m_parser.isSet(other) && flag(name));
    }

private:
    const QCommandLineParser &m_parser;
    const QSettings *m_file;
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

Expected<void> checkFile(const QSettings &file, const QString &name)
{
    if (!QFileInfo(name).isReadable())
        return usage(u"--config %1: there is no such file that can be read"_s.arg(name));
    if (file.status() != QSettings::NoError)
        return usage(u"--config %1: write lines of the form NAME=VALUE"_s.arg(name));
    for (const QString &key : file.allKeys()) {
        const auto isKnown = [&key](const QCommandLineOption &option) {
            return option.names().contains(key);
        };
        if (std::none_of(options().begin(), options().end(), isKnown))
            return usage(u"--config %1: there is no setting `%2`"_s.arg(name, key));
    }
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
    settings.ephemeral = sources.values(u"ephemeral"_s);
    settings.newEpoch = sources.flag(u"new-epoch"_s);
    if (sources.flagUnless(u"memory"_s, u"database"_s))
        return settings;
    const auto database = sources.value(u"database"_s);
    settings.databaseIsDefault = !database;
    settings.database = database.value_or(
            QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
            + "/objectsync/world.db"_L1);
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
    const QCommandLineOption
            config(u"config"_s,
                   u"Settings in a file, lines of NAME=VALUE with the names of the options; "
                   "options win over it."_s,
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
        return read(Sources(parser, nullptr));
    const QSettings file(parser.value(config), QSettings::IniFormat);
    if (auto checked = checkFile(file, parser.value(config)); !checked)
        return checked.error();
    return read(Sources(parser, &file));
}

} // namespace ObjectSync::Daemon
