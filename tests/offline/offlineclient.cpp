// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A client to be killed: offlineclient URL STORE RUN makes a transaction each millisecond, which
// counts and leaves an entity "log/RUN/N", and says so on standard output.

#include <objectsync/client/syncsession.h>
#include <objectsync/sqlite/sqliteclientstorage.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qtimer.h>

#include <cstdio>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 4)
        return 2;
    SyncSession session;
    session.setReconnectFirst(20);
    session.setReconnectMost(50);
    session.setStorage(std::make_unique<SqliteClientStorage>(arguments[2]));
    QObject::connect(&session, &SyncSession::storageFailed, &session, [](const Error &error) {
        std::fprintf(stderr, "%s\n", qPrintable(error.message));
    });
    session.subscribe(QString());
    session.open(QUrl(arguments[1]));

    int made = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &session, [&] {
        const QString id = u"log/%1/%2"_s.arg(arguments[3]).arg(++made);
        session.transaction([&](SyncTransaction &transaction) {
            transaction.save(u"counter"_s, {});
            transaction.increment(u"counter"_s, u"n"_s);
            transaction.create(id, { { u"n"_s, made } });
        });
        std::printf("made %d\n", made);
        std::fflush(stdout);
    });
    timer.start(1);
    return QCoreApplication::exec();
}
