// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qcryptographichash.h>
#include <QtCore/qfileinfo.h>
#include <QtCore/qsysinfo.h>
#include <QtCore/qtimer.h>
#include <QtCore/qurl.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qsurfaceformat.h>
#include <QtQml/qqmlapplicationengine.h>
#include <QtQuick/qquickwindow.h>

#include <cstdio>
#include <memory>
#include <optional>

using namespace Qt::StringLiterals;

namespace {

struct Options
{
    QUrl url;
    QString name;
    QString store;
    QString screenshot;
    int after = 2000;
    bool isScripted = false;
};

[[noreturn]] void usageError(const QString &text)
{
    std::fprintf(stderr, "walk-and-talk: %s\n", qPrintable(text));
    std::exit(2);
}

/// What a long option is given as in \a arguments; none where it is not given.
std::optional<QString> valueOf(const QString &option, const QStringList &arguments)
{
    for (qsizetype index = 0; index < arguments.size(); ++index) {
        if (arguments[index] == option)
            return arguments.value(index + 1);
        if (arguments[index].startsWith(option + u'='))
            return arguments[index].mid(option.size() + 1);
    }
    return std::nullopt;
}

Options readOptions(const QCoreApplication &app, const QString &givenName)
{
    const QCommandLineOption url(u"url"_s, u"The world to enter."_s, u"URL"_s,
                                 u"ws://localhost:8090/sync"_s);
    const QCommandLineOption name(u"name"_s, u"Your name; the login name by itself."_s, u"NAME"_s);
    const QCommandLineOption
            scripted(u"scripted"_s,
                     u"Plays by itself; without a window, unless there is a --screenshot."_s);
    const QCommandLineOption store(u"store"_s,
                                   u"Keeps the last world, and what was not sent, in this file."_s,
                                   u"FILE"_s);
    const QCommandLineOption screenshot(u"screenshot"_s,
                                        u"Saves a picture of the window, then ends."_s, u"FILE"_s);
    const QCommandLineOption after(u"after"_s, u"When to take the picture: 2000 by itself."_s,
                                   u"MS"_s, u"2000"_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(
            u"Walk with the arrow keys, talk with any other key. Everyone sees everyone."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({ url, name, store, scripted, screenshot, after });
    parser.process(app);

    Options options;
    options.url = QUrl(parser.value(url));
    options.name = givenName.simplified().left(24);
    if (options.name.isEmpty())
        options.name = qEnvironmentVariable("USER", u"Guest"_s);
    options.store = parser.value(store);
    options.screenshot = parser.value(screenshot);
    options.isScripted = parser.isSet(scripted);
    bool isNumber = false;
    options.after = parser.value(after).toInt(&isNumber);
    if (!isNumber || options.after < 0)
        usageError(u"--after takes milliseconds, such as 2000, not '%1'"_s.arg(parser.value(after)));
    if (!options.url.isValid() || !options.url.scheme().startsWith("ws"_L1))
        usageError(u"--url takes a URL such as ws://localhost:8090/sync, not '%1'"_s.arg(
                parser.value(url)));
    if (!parser.positionalArguments().isEmpty())
        usageError(u"unknown argument '%1'; see --help"_s.arg(parser.positionalArguments().first()));
    return options;
}

/// Where the QML module is, in the build tree and when installed.
void addImportPaths(QQmlEngine &engine)
{
    const QString bin = QCoreApplication::applicationDirPath();
    engine.addImportPath(bin + u"/../"_s + QStringLiteral(OBJECTSYNC_INSTALL_QMLDIR));
    engine.addImportPath(bin + u"/../qml"_s);
}

/// Who plays with this store: the same one each time.
QString playerOf(const QString &store)
{
    const QByteArray place = QSysInfo::machineUniqueId() + ' '
                             + QFileInfo(store).absoluteFilePath().toUtf8();
    return QString::fromLatin1(
            QCryptographicHash::hash(place, QCryptographicHash::Sha256).toHex().first(16));
}

bool saveScreenshot(QQuickWindow &window, const QString &file)
{
    const bool done = window.grabWindow().save(file);
    if (!done)
        std::fprintf(stderr, "walk-and-talk: cannot write a picture to %s\n", qPrintable(file));
    return done;
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int index = 1; index < argc; ++index)
        arguments.append(QString::fromLocal8Bit(argv[index]));
    // On X11, the application would keep --name for itself.
    const QString name = valueOf(u"--name"_s, arguments).value_or(QString());
    // A player that plays by itself is a matter of the network alone: it runs without a display.
    const bool isHelp = arguments.contains(u"--help"_s) || arguments.contains(u"--version"_s);
    const bool isScripted = arguments.contains(u"--scripted"_s);
    const bool hasWindow = valueOf(u"--screenshot"_s, arguments) || !(isScripted || isHelp);

    std::unique_ptr<QCoreApplication> app;
    if (hasWindow) {
        QSurfaceFormat format = QSurfaceFormat::defaultFormat();
        format.setSamples(4);
        QSurfaceFormat::setDefaultFormat(format);
        app = std::make_unique<QGuiApplication>(argc, argv);
    } else {
        app = std::make_unique<QCoreApplication>(argc, argv);
    }
    QCoreApplication::setApplicationName(u"walk-and-talk"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(OBJECTSYNC_VERSION_STRING));
    const Options options = readOptions(*app, name);

    QQmlApplicationEngine engine;
    addImportPaths(engine);
    QVariantMap properties{ { u"url"_s, options.url }, { u"name"_s, options.name } };
    if (hasWindow) {
        properties.insert(u"scripted"_s, options.isScripted);
        properties.insert(u"store"_s, options.store);
        if (!options.store.isEmpty())
            properties.insert(u"player"_s, playerOf(options.store));
    }
    engine.setInitialProperties(properties);
    engine.load(QUrl(hasWindow ? u"qrc:/WalkAndTalk/Main.qml"_s : u"qrc:/WalkAndTalk/Bot.qml"_s));
    if (engine.rootObjects().isEmpty())
        return 1;

    bool isFine = true;
    if (auto *const window = qobject_cast<QQuickWindow *>(engine.rootObjects().constFirst());
        window && !options.screenshot.isEmpty()) {
        QTimer::singleShot(options.after, window, [&, window] {
            isFine = saveScreenshot(*window, options.screenshot);
            window->close();
        });
    }
    const int status = QCoreApplication::exec();
    return isFine ? status : 1;
}
