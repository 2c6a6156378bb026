// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A server that keeps its world in a file, and a client of it, in one program.

#include <objectsync/client/syncreply.h>
#include <objectsync/client/syncsession.h>
#include <objectsync/core/value.h>
#include <objectsync/presence/presence.h>
#include <objectsync/server/syncserver.h>
#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>

#include <cstdio>
#include <memory>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QTemporaryDir folder;

    ObjectSync::SyncServer server;
    server.setStorage(std::make_unique<ObjectSync::SqliteStorage>(folder.filePath("world.db")));
    const ObjectSync::Presence presence(&server, "visitors/");
    if (!server.listen()) {
        std::fprintf(stderr, "%s\n", qPrintable(server.errorString()));
        return 1;
    }

    ObjectSync::SyncSession session;
    session.open(server.url());
    session.save({ { "id", "lamps/hall" }, { "on", true } }, &session,
                 [](const ObjectSync::SyncReply &reply) {
                     QCoreApplication::exit(reply.error() ? 1 : 0);
                 });
    QTimer::singleShot(10000, &application, [] { QCoreApplication::exit(2); });
    return QCoreApplication::exec();
}
