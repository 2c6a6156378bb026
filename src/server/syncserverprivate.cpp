// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "syncserver_p.h"

#include "healthhandler_p.h"
#include "localtransport_p.h"
#include "logging_p.h"

#include <QtCore/qrandom.h>
#include <QtNetwork/qsslsocket.h>
#include <QtWebSockets/qwebsocket.h>

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

SyncServer::Private::Private(SyncServer *server) : q(server)
{
    qRegisterMetaType<Peer>();
    qRegisterMetaType<Error>();
    shared.clock.start();
    shutdownTimer.setSingleShot(true);
    QObject::connect(&shutdownTimer, &QTimer::timeout, q, [this] {
        qCWarning(logServer, "Not everything could be written, answered or sent within %d ms",
                  shared.connectionLimits.shutdownTimeout);
        finishClosing();
    });
}

SyncServer::Private::~Private()
{
    for (const auto &[name, session] : std::exchange(sessions, {}))
        delete session;
    hosts.clear();
    frontDoor.reset();
    storageThread.reset();
}

bool SyncServer::Private::isSettable(const char *setting) const
{
    if (state == State::Stopped)
        return true;
    qCWarning(logServer, "The server is running: its %s cannot be changed", setting);
    return false;
}

bool SyncServer::Private::fail(const Error &reason)
{
    error = reason;
    qCWarning(logServer, "%ls", qUtf16Printable(reason.message));
    return false;
}

WorldHost *SyncServer::Private::host(const QByteArray &name) const
{
    const auto found = hosts.find(name);
    return found == hosts.end() ? nullptr : found->second.get();
}

// Worlds

void SyncServer::Private::makeStorageThread()
{
    storageThread = std::make_unique<StorageThread>(std::move(storage));
    shared.storage = storageThread.get();
    QObject::connect(storageThread.get(), &StorageThread::stored, q, [this](const QByteArray &name) {
        if (WorldHost *stored = host(name))
            stored->storageDone();
    });
    QObject::connect(storageThread.get(), &StorageThread::failed, q,
                     [this](const Error &reason, int retryIn) {
                         isStorageFailing = true;
                         qCWarning(logStorage, "%ls Trying again in %d ms.",
                                   qUtf16Printable(reason.message), retryIn);
                         Q_EMIT q->storageError(reason);
                     });
    QObject::connect(storageThread.get(), &StorageThread::recovered, q, [this] {
        isStorageFailing = false;
        qCInfo(logStorage, "Writing goes on");
        Q_EMIT q->storageRecovered();
    });
}

Expected<void> SyncServer::Private::loadWorlds()
{
    if (storage)
        makeStorageThread();
    for (const QByteArray &name : worlds) {
        if (auto loaded = loadWorld(name); !loaded)
            return loaded;
    }
    startsNewEpoch = false;
    return {};
}

Expected<void> SyncServer::Private::loadWorld(const QByteArray &name)
{
    auto host = std::make_unique<WorldHost>(name, shared, nullptr);
    StorageBatch epochOnly;
    const auto take = [&](StoredWorld part) {
        if (startsNewEpoch)
            part.epoch.clear();
        epochOnly.revision = part.revision;
        epochOnly.tombstoneFloor = part.tombstoneFloor;
        return host->load(part);
    };
    auto loaded = shared.storage ? shared.storage->load(name, take) : take({});
    if (!loaded)
        return loaded;
    if (startsNewEpoch && shared.storage) {
        epochOnly.world = name;
        epochOnly.epoch = host->engine().epoch();
        if (auto written = shared.storage->writeNow(epochOnly); !written)
            return written;
    }
    const QString title = QString::fromUtf8(name);
    QObject::connect(host.get(), &WorldHost::clientConnected, q,
                     [this, title](const Peer &peer) { Q_EMIT q->clientConnected(peer, title); });
    QObject::connect(host.get(), &WorldHost::clientDisconnected, q,
                     [this, title](const Peer &peer) { Q_EMIT q->clientDisconnected(peer, title); });
    QObject::connect(
            host.get(), &WorldHost::emptied, q, [this] { checkClosed(); }, Qt::QueuedConnection);
    hosts[name] = std::move(host);
    return {};
}

void SyncServer::Private::handlersChanged()
{
    for (const auto &[name, host] : hosts)
        host->handlersChanged();
}

// Connections

QByteArray SyncServer::Private::pathOf(const QByteArray &world) const
{
    QByteArray root = path.toUtf8();
    if (world.isEmpty())
        return root;
    return root.endsWith('/') ? root + world : root + '/' + world;
}

std::optional<QByteArray> SyncServer::Private::worldOf(const QByteArray &requested) const
{
    const auto found = std::find_if(worlds.begin(), worlds.end(), [&](const QByteArray &world) {
        return pathOf(world) == requested;
    });
    return found == worlds.end() ? std::nullopt : std::optional(*found);
}

void SyncServer::Private::makeFrontDoor()
{
    // The first use of it loads the TLS libraries, even for plain connections: not while clients
    // are waiting.
    QSslSocket::supportsSsl();
    frontDoor = std::make_unique<FrontDoor>(shared.connectionLimits);
    frontDoor->setSslConfiguration(sslConfiguration);
    frontDoor->setOriginRule(originRule);
    frontDoor->addHandler(std::make_unique<HealthHandler>([this] {
        HealthHandler::Health health;
        health.status = isStorageFailing ? "storage-failed" : "ok";
        health.worlds = static_cast<qsizetype>(hosts.size());
        health.clients = frontDoor->connections();
        return health;
    }));
    frontDoor->setEndpoints([this](const QByteArray
                                           &requested) { return worldOf(requested).has_value(); },
                            [this] {
                                QByteArrayList paths;
                                for (const QByteArray &world : worlds)
                                    paths.append(pathOf(world));
                                return paths;
                            });
    QObject::connect(frontDoor.get(), &FrontDoor::upgraded, q,
                     [this](const Upgraded &upgraded) { onUpgraded(upgraded); });
}

void SyncServer::Private::onUpgraded(const Upgraded &upgraded)
{
    QWebSocket *webSocket = upgraded.webSocket;
    const auto encoding = encodingOf(webSocket->subprotocol());
    const auto world = worldOf(upgraded.request.path);
    WorldHost *entered = world ? host(*world) : nullptr;
    if (encoding && entered && state == State::Running) {
        entered->addWebSocket(upgraded, *encoding);
        return;
    }
    webSocket->setParent(q);
    QObject::connect(webSocket, &QWebSocket::disconnected, webSocket, &QObject::deleteLater);
    QTimer::singleShot(shared.connectionLimits.closeGrace, webSocket, &QWebSocket::abort);
    if (!encoding) {
        webSocket->close(QWebSocketProtocol::CloseCodeProtocolError,
                         QStringLiteral("Offer the subprotocol %1 or %2")
                                 .arg(QLatin1String(CborSubprotocol),
                                      QLatin1String(JsonSubprotocol)));
    } else {
        webSocket->close(QWebSocketProtocol::CloseCodeGoingAway,
                         QLatin1String(ErrorCode::ShuttingDown));
    }
}

void SyncServer::Private::enter(const QByteArray &world, LocalTransport *transport)
{
    WorldHost *entered = host(world);
    if (entered && state == State::Running)
        entered->addLocal(transport);
    else
        waiting.push_back({ world, transport });
}

void SyncServer::Private::admitWaiting()
{
    for (const Waiting &each : std::exchange(waiting, {})) {
        if (each.transport && each.transport->isWaiting())
            enter(each.world, each.transport);
    }
}

// Closing

void SyncServer::Private::checkClosed()
{
    const bool areEmpty = std::all_of(hosts.begin(), hosts.end(),
                                      [](const auto &host) { return host.second->isEmpty(); });
    if (state == State::Closing && areEmpty)
        finishClosing();
}

void SyncServer::Private::finishClosing()
{
    shutdownTimer.stop();
    hosts.clear();
    frontDoor.reset();
    state = State::Stopped;
    Q_EMIT q->closed();
}

} // namespace ObjectSync
