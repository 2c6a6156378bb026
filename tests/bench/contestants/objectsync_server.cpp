// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// ObjectSync, as a program uses it that is a server: a SyncServer without a storage, in the event
// loop for servers, with all that is on by default. Only the limit on operations a second is lifted.
// The server's own session fills the world.

#include "items.h"
#include "servermain.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/server/eventloop.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qcoreapplication.h>

#include <algorithm>

namespace {

using namespace ObjectSync;

constexpr int MostCreates = 1000; ///< in one transaction

void fill(SyncServer &server, int from, int entities, const std::function<void()> &done)
{
    if (from == entities) {
        server.session()->deleteLater(); // it was needed for this alone
        return done();
    }
    const int end = std::min(entities, from + MostCreates);
    Transaction transaction;
    for (int i = from; i < end; ++i) {
        const Bench::Item item = Bench::makeItem(i);
        transaction.operations.push_back(
                Operation::create(Bench::itemId(i), { { "x", item.x },
                                                      { "y", item.y },
                                                      { "name", Value::string(item.name) },
                                                      { "kind", item.kind },
                                                      { "open", item.open } }));
    }
    server.session()->transaction(transaction, &server,
                                  [&server, end, entities, done](const SyncReply &reply) {
                                      if (reply.error())
                                          qFatal("%s", qPrintable(reply.errorString()));
                                      fill(server, end, entities, done);
                                  });
}

} // namespace

int main(int argc, char **argv)
{
    const Bench::ServerArguments arguments = Bench::serverArguments(argc, argv);
    useServerEventLoop();
    const QCoreApplication application(argc, argv);
    SyncServer server;
    Limits limits;
    limits.operationsPerSecond = 0;
    server.setLimits(limits);
    if (!server.listen())
        qFatal("%s", qPrintable(server.errorString()));
    fill(server, 0, arguments.entities, [&server] { Bench::announce(server.serverPort()); });
    Bench::endWithInput();
    return QCoreApplication::exec();
}
