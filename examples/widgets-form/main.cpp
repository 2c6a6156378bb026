// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "mainwindow.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qtimer.h>
#include <QtGui/qpixmap.h>
#include <QtWidgets/qapplication.h>

#include <cstdio>

using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"widgets-form"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(OBJECTSYNC_VERSION_STRING));

    const QCommandLineOption urlOption(u"url"_s, u"The world to show."_s, u"URL"_s,
                                       u"ws://localhost:8090/sync"_s);
    const QCommandLineOption screenshot(u"screenshot"_s,
                                        u"Saves a picture of the window, then ends."_s, u"FILE"_s);
    const QCommandLineOption after(u"after"_s, u"When to take the picture: 2000 by itself."_s,
                                   u"MS"_s, u"2000"_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Lamps in a table and a form, without QML."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({ urlOption, screenshot, after });
    parser.process(app);

    bool isNumber = false;
    const int delay = parser.value(after).toInt(&isNumber);
    if (!isNumber || delay < 0 || !parser.positionalArguments().isEmpty()) {
        std::fputs(qPrintable(parser.helpText()), stderr);
        return 2;
    }

    MainWindow window((QUrl(parser.value(urlOption))));
    window.show();
    if (const QString file = parser.value(screenshot); !file.isEmpty()) {
        QTimer::singleShot(delay, &window, [&window, file] {
            const bool done = window.grab().save(file);
            if (!done)
                std::fprintf(stderr, "widgets-form: cannot write a picture to %s\n",
                             qPrintable(file));
            QCoreApplication::exit(done ? 0 : 1);
        });
    }
    return QApplication::exec();
}
