// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// How long a server takes to start on a database of 1,000,000 entities with five properties, until
// it answers /healthz, and what memory it then takes for each; `--entities N` takes another number.
// Held against reading the same rows with bare SQLite, in turn, round by round. The file is in the
// system's cache for both.
//
// From the start of the process to the answer, without what that takes with an empty database.
// Memory is the process's own, again without that of a server with an empty database.

#include "baresqlite.h"
#include "driver/processprobe.h"
#include "options.h"
#include "report.h"
#include "sampleworld.h"

#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qprocess.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qtemporarydir.h>
#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qtcpsocket.h>

#include <csignal>
#include <sys/prctl.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

constexpr int Patience = 120000; // milliseconds
constexpr int EntitiesInBatch = 10000;

void writeDatabase(const QString &file, int entities)
{
    SqliteStorage storage(file);
    if (auto loaded = storage.load({}); !loaded)
        qFatal("%ls", qUtf16Printable(loaded.error().message));
    StoredWorld world = sampleWorld(entities, [](int index) {
        return "item/" + QByteArray::number(index).rightJustified(9, '0');
    });
    StorageBatch batch{ .epoch = "epoch", .revision = entities };
    for (int i = 0; i < entities; ++i) {
        StoredEntity &entity = world.entities[static_cast<size_t>(i)];
        // A prime step: they did not change in the order of their ids.
        entity.stamp = entity.created = i * qint64(7919) % entities + 1;
        for (StoredProperty &property : entity.properties)
            property.stamp = entity.stamp;
        batch.entities.push_back(std::move(entity));
        if ((i + 1) % EntitiesInBatch == 0 || i + 1 == entities) {
            if (auto written = storage.write({ batch }); !written)
                qFatal("%ls", qUtf16Printable(written.error().message));
            batch.entities.clear();
        }
    }
}

struct Start
{
    double seconds = 0;
    double cpuSeconds = 0;
    double bytes = 0;
};

void askHealth(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(Patience))
            qFatal("no answer of /healthz: %ls", qUtf16Printable(socket.errorString()));
    }
    if (!socket.readLine().startsWith("HTTP/1.1 200"))
        qFatal("/healthz does not say that all is well");
}

/// Starts a server on that database, and stops it.
Start startServer(const QString &file)
{
    QProcess process;
    process.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    QElapsedTimer timer;
    timer.start();
    process.start(QCoreApplication::applicationDirPath() + "/objectsyncd"_L1,
                  { u"--listen"_s, u"127.0.0.1:0"_s, u"--database"_s, file });
    static const QRegularExpression ready(u"listening on ws://[^:]+:([0-9]+)"_s);
    QRegularExpressionMatch match;
    for (QByteArray output; !match.hasMatch();) {
        if (!process.waitForReadyRead(Patience))
            qFatal("objectsyncd did not start: %s", process.readAllStandardError().constData());
        output += process.readAllStandardOutput();
        match = ready.match(QString::fromUtf8(output));
    }
    askHealth(match.captured(1).toUShort());
    const Start start{ static_cast<double>(timer.nsecsElapsed()) * 1e-9,
                       Bench::cpuNanoseconds(process.processId()) * 1e-9,
                       Bench::privateBytes(process.processId()) };
    process.terminate();
    if (!process.waitForFinished(Patience) || process.exitCode() != 0)
        qFatal("objectsyncd did not end well");
    return start;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Bench::Options options(Bench::Options::Kind::Alone, 3);
    options.addNumber(u"entities"_s, u"In the database"_s, 1000000);
    options.parse(QCoreApplication::arguments());
    const int rounds = options.rounds();
    const int entities = options.number(u"entities"_s);
    const QTemporaryDir folder(QCoreApplication::applicationDirPath()
                               + "/bench_coldstart-XXXXXX"_L1);
    const QString file = folder.filePath(u"full.db"_s);
    const QString emptyFile = folder.filePath(u"empty.db"_s);
    writeDatabase(file, entities);

    std::vector<double> seconds;
    std::vector<double> cpu;
    std::vector<double> bytes;
    std::vector<double> bare;
    for (int round = -1; round < rounds; ++round) {
        const Start empty = startServer(emptyFile);
        const Start full = startServer(file);
        qint64 count = 0;
        const double reading = BareSqlite(file).readEntities(&count);
        if (count != entities)
            qFatal("the database does not hold all entities");
        if (round < 0)
            continue;
        seconds.push_back(full.seconds - empty.seconds);
        cpu.push_back(full.cpuSeconds - empty.cpuSeconds);
        bytes.push_back((full.bytes - empty.bytes) / entities);
        bare.push_back(reading);
    }
    const auto print = [&](const char *figure, const char *name, const char *whose,
                           const Spread &spread) {
        options.keep({ "bench_coldstart", figure, whose, name }, spread);
        std::fprintf(stderr, "%-44s %10.4g (%.4g to %.4g)\n", name, spread.median, spread.least,
                     spread.most);
    };
    print("seconds", "start to /healthz, s", "objectsync", Spread(seconds));
    print("cpu", "the server's CPU time, s", "objectsync", Spread(cpu));
    print("seconds", "bare SQLite reads the rows, s", "sqlite", Spread(bare));
    print("bytes", "memory of the server, B an entity", "objectsync", Spread(bytes));
    report("cold start: seconds, against bare SQLite reading the rows", Spread(seconds).median,
           Spread(bare).median, Bound::Most, 4, 6);
    report("cold start: memory of the server an entity, against 400 B", Spread(bytes).median, 400,
           Bound::Most, 1, 1.25);
    return 0;
}
