// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "contestant.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qfile.h>
#include <QtCore/qfileinfo.h>
#include <QtCore/qstandardpaths.h>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

constexpr Workloads All = Workload::FanOut | Workload::Latency | Workload::Join | Workload::Idle
                          | Workload::Burst;

/// A program that was built with the benchmarks.
QString built(const QString &name)
{
    return QCoreApplication::applicationDirPath() + u'/' + name;
}

/// The scripts with the packages they need, as ./dev bench installs them.
QString nodeFolder()
{
    return qEnvironmentVariable("OBJECTSYNC_BENCH_NODE", QStringLiteral(BENCH_NODE_FOLDER));
}

Contestant cpp(const QString &name, const QString &title)
{
    return { .name = name,
             .title = title,
             .server = { built(u"bench-server-"_s + name) },
             .client = { built(u"bench-client-"_s + name) },
             .workloads = All,
             .updates = { 20000, 8000, 2000, 1000 },
             .latencies = 2000,
             .subscribers = 2000 };
}

/// The same as \a base, with options.
Contestant variant(Contestant base, const QString &name, const QString &title,
                   const QStringList &serverOptions, const QStringList &clientOptions)
{
    base.name = name;
    base.title = title;
    base.server += serverOptions;
    base.client += clientOptions;
    return base;
}

Contestant node(const QString &name, const QString &title)
{
    const QString folder = nodeFolder() + u'/' + name;
    return { .name = name,
             .title = title,
             .server = { u"node"_s, folder + "/server.mjs"_L1 },
             .client = { u"node"_s, folder + "/client.mjs"_L1 },
             .workloads = All,
             .updates = { 4000, 2000, 1000, 0 },
             .latencies = 500,
             .subscribers = 100 };
}

/// The server is a program of Qt, the client a script of Qt. It has no way to tell a client less
/// than everything, and takes some 700 bytes of JSON to tell of one entity.
Contestant webChannel()
{
    const QString server = built(u"bench-server-webchannel"_s);
    Contestant contestant = node(u"webchannel"_s, u"QWebChannel"_s);
    contestant.server = QStringList{ server };
    contestant.client += { u"--server-program"_s, server };
    contestant.workloads = Workload::FanOut | Workload::Latency;
    contestant.updates = { 2000, 1000, 1000, 0 };
    contestant.latencies = 20;
    return contestant;
}

} // namespace

std::vector<Contestant> contestants()
{
    const Contestant webSocket = cpp(u"qwebsocket"_s, u"raw QWebSocket, a message an update"_s);
    Contestant remoteObjects = cpp(u"remoteobjects"_s, u"Qt Remote Objects, TCP"_s);
    remoteObjects.subscribers = 100;
    Contestant dynamic = variant(remoteObjects, u"remoteobjects-dynamic"_s,
                                 u"Qt Remote Objects, dynamic"_s, {}, { u"--dynamic"_s });
    dynamic.updates = { 8000, 4000, 1000, 0 };
    // Those of whom a delivery costs least do more of them.
    constexpr std::array Many = { 20000, 10000, 8000, 4000 };
    Contestant ours = cpp(Ours, u"ObjectSync"_s);
    Contestant limit = cpp(u"epoll"_s, u"limit: epoll, a send a client and turn"_s);
    ours.updates = limit.updates = Many;
    Contestant single = variant(ours, Ours + "-single"_L1, u"ObjectSync, a transaction an update"_s,
                                {}, { u"--single"_s });
    single.updates = webSocket.updates;
    single.workloads = Workload::FanOut | Workload::Burst;
    Contestant plain = variant(ours, OursPlain, u"ObjectSync, readers without replicas"_s, {},
                               { u"--plain"_s });
    plain.workloads = Workload::FanOut;
    Contestant colyseus = node(u"colyseus"_s, u"Colyseus, patches every 50 ms"_s);
    colyseus.updates = { 8000, 4000, 8000, 0 }; // one patch takes thousands of them
    colyseus.latencies = 100; // and comes after 50 ms
    Contestant quick = variant(colyseus, u"colyseus-quick"_s, u"Colyseus, patches every 5 ms"_s,
                               { u"--patch-rate"_s, u"5"_s }, {});
    quick.workloads = Workload::Latency | Workload::Burst;
    return {
        ours,
        plain,
        single,
        limit,
        webSocket,
        variant(webSocket, u"qwebsocket-together"_s, u"raw QWebSocket, a message a turn"_s,
                { u"--together"_s }, {}),
        remoteObjects,
        dynamic,
        webChannel(),
        node(u"socketio"_s, u"the seed, on socket.io"_s),
        colyseus,
        quick,
        node(u"sharedb"_s, u"ShareDB"_s),
        node(u"yjs"_s, u"Yjs"_s),
    };
}

QString whatIsMissing(const Contestant &contestant)
{
    for (const QStringList &command : { contestant.server, contestant.client }) {
        if (QStandardPaths::findExecutable(command.first()).isEmpty())
            return u"there is no program %1"_s.arg(QFileInfo(command.first()).fileName());
        if (command.first() == "node"_L1 && !QFile::exists(nodeFolder() + "/node_modules"_L1))
            return u"its packages are not installed in %1"_s.arg(nodeFolder());
        if (command.first() == "node"_L1 && !QFile::exists(command[1]))
            return u"there is no %1"_s.arg(command[1]);
    }
    return {};
}

} // namespace Bench
