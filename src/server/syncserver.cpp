// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/syncserver.h>

#include "syncserver_p.h"

#include "localtransport_p.h"
#include "logging_p.h"

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

namespace {

bool isWorldName(const QString &name)
{
    const auto isAlphanumeric = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
    };
    return !name.isEmpty() && name.size() <= 64 && isAlphanumeric(name.front())
           && std::all_of(name.begin(), name.end(), [&](QChar c) {
                  return isAlphanumeric(c) || c == u'.' || c == u'_' || c == u'-';
              });
}

/// The address that a client on this machine uses.
QHostAddress reachable(const QHostAddress &address)
{
    if (address == QHostAddress(QHostAddress::Any) || address == QHostAddress(QHostAddress::AnyIPv4))
        return QHostAddress(QHostAddress::LocalHost);
    if (address == QHostAddress(QHostAddress::AnyIPv6))
        return QHostAddress(QHostAddress::LocalHostIPv6);
    return address;
}

} // namespace

SyncServer::SyncServer(QObject *parent) : QObject(parent), d(std::make_unique<Private>(this)) { }

SyncServer::~SyncServer() = default;

// Settings

void SyncServer::setPath(const QString &path)
{
    if (!d->isSettable("path"))
        return;
    if (!path.startsWith(u'/')) {
        qCWarning(logServer, "The path must begin with '/'; \"%ls\" is ignored",
                  qUtf16Printable(path));
        return;
    }
    d->path = path;
    while (d->path.size() > 1 && d->path.endsWith(u'/'))
        d->path.chop(1);
}

QString SyncServer::path() const
{
    return d->path;
}

Expected<void> SyncServer::addWorld(const QString &name)
{
    const QByteArray world = name.toUtf8();
    if (std::find(d->worlds.begin(), d->worlds.end(), world) != d->worlds.end())
        return {};
    if (!isWorldName(name)) {
        return Error{ ErrorCode::BadName,
                      QStringLiteral("\"%1\" cannot be the name of a world: use 1 to 64 letters, "
                                     "digits, '.', '_' and '-', beginning with a letter or digit")
                              .arg(name) };
    }
    if (d->state == Private::State::Running) {
        if (auto loaded = d->loadWorld(world); !loaded)
            return loaded;
    }
    d->worlds.push_back(world);
    d->admitWaiting();
    return {};
}

QStringList SyncServer::worlds() const
{
    QStringList names;
    for (const QByteArray &world : d->worlds)
        names.append(QString::fromUtf8(world));
    return names;
}

void SyncServer::setStorage(std::unique_ptr<Storage> storage)
{
    if (!d->isSettable("storage"))
        return;
    d->storageThread.reset();
    d->shared.storage = nullptr;
    d->storage = std::move(storage);
}

void SyncServer::setStartsNewEpoch(bool starts)
{
    if (d->isSettable("new epoch"))
        d->startsNewEpoch = starts;
}

void SyncServer::setLimits(const Limits &limits)
{
    if (d->isSettable("limits"))
        d->shared.limits = limits;
}

Limits SyncServer::limits() const
{
    return d->shared.limits;
}

void SyncServer::setConnectionLimits(const ConnectionLimits &limits)
{
    if (d->isSettable("limits of connections"))
        d->shared.connectionLimits = limits;
}

ConnectionLimits SyncServer::connectionLimits() const
{
    return d->shared.connectionLimits;
}

void SyncServer::setAuthenticator(Authenticator authenticator)
{
    if (d->isSettable("authenticator"))
        d->shared.authenticator = std::move(authenticator);
}

Expected<void> SyncServer::addOperationType(const OperationType &type)
{
    if (!d->isSettable("operation types"))
        return Error{ ErrorCode::BadArgument, QStringLiteral("The server is running already") };
    return d->shared.operations.add(type);
}

void SyncServer::setAllowedOrigins(const QStringList &origins)
{
    if (!d->isSettable("allowed origins"))
        return;
    d->originRule.allowed.clear();
    for (const QString &origin : origins)
        d->originRule.allowed.append(origin.toUtf8());
}

void SyncServer::setSslConfiguration(const QSslConfiguration &configuration)
{
    if (d->isSettable("TLS configuration"))
        d->sslConfiguration = configuration;
}

// Handlers

void SyncServer::addCommitHandler(CommitHandler handler)
{
    d->shared.commitHandlers.push_back({ std::move(handler), nullptr, false });
    d->handlersChanged();
}

void SyncServer::addCommitHandler(const QObject *context, CommitHandler handler)
{
    d->shared.commitHandlers.push_back({ std::move(handler), context, true });
    d->handlersChanged();
}

void SyncServer::addFetchHandler(FetchHandler handler)
{
    d->shared.fetchHandlers.push_back({ std::move(handler), nullptr, false });
    d->handlersChanged();
}

void SyncServer::addFetchHandler(const QObject *context, FetchHandler handler)
{
    d->shared.fetchHandlers.push_back({ std::move(handler), context, true });
    d->handlersChanged();
}

// Running

bool SyncServer::start()
{
    if (d->state == Private::State::Running)
        return true;
    if (d->state == Private::State::Closing) {
        return d->fail({ ErrorCode::ShuttingDown,
                         QStringLiteral("The server is closing: wait for closed()") });
    }
    if (const auto loaded = d->loadWorlds(); !loaded) {
        d->hosts.clear();
        return d->fail(loaded.error());
    }
    d->state = Private::State::Running;
    d->admitWaiting();
    return true;
}

bool SyncServer::listen(const QHostAddress &address, quint16 port)
{
    if (isListening()) {
        return d->fail(
                { ErrorCode::ListenFailed,
                  QStringLiteral("The server listens already, on port %1").arg(serverPort()) });
    }
    if (!start())
        return false;
    d->makeFrontDoor();
    if (!d->frontDoor->listen(address, port)) {
        const QString reason = d->frontDoor->errorString();
        d->frontDoor.reset();
        return d->fail({ ErrorCode::ListenFailed,
                         QStringLiteral("Cannot listen on %1, port %2: %3. Choose another port or "
                                        "address, or end the program that uses it.")
                                 .arg(address.toString())
                                 .arg(port)
                                 .arg(reason) });
    }
    d->error = {};
    Q_EMIT listeningChanged(true);
    return true;
}

bool SyncServer::isRunning() const
{
    return d->state != Private::State::Stopped;
}

bool SyncServer::isListening() const
{
    return d->frontDoor && d->frontDoor->isListening();
}

QHostAddress SyncServer::serverAddress() const
{
    return isListening() ? d->frontDoor->serverAddress() : QHostAddress();
}

quint16 SyncServer::serverPort() const
{
    return isListening() ? d->frontDoor->serverPort() : quint16(0);
}

QUrl SyncServer::url(const QString &world) const
{
    const QByteArray name = world.toUtf8();
    if (!isListening() || std::find(d->worlds.begin(), d->worlds.end(), name) == d->worlds.end())
        return {};
    QUrl url;
    url.setScheme(d->sslConfiguration.isNull() ? QStringLiteral("ws") : QStringLiteral("wss"));
    url.setHost(reachable(serverAddress()).toString());
    url.setPort(serverPort());
    url.setPath(QString::fromUtf8(d->pathOf(name)));
    return url;
}

Error SyncServer::error() const
{
    return d->error;
}

QString SyncServer::errorString() const
{
    return d->error.message;
}

void SyncServer::close()
{
    if (d->state == Private::State::Closing)
        return;
    if (d->state == Private::State::Stopped) {
        QMetaObject::invokeMethod(this, &SyncServer::closed, Qt::QueuedConnection);
        return;
    }
    d->state = Private::State::Closing;
    const bool wasListening = isListening();
    if (d->frontDoor)
        d->frontDoor->shut();
    d->shutdownTimer.start(d->shared.connectionLimits.shutdownTimeout);
    for (const auto &[name, host] : d->hosts)
        host->shutDown();
    if (wasListening)
        Q_EMIT listeningChanged(false);
}

// Clients

std::vector<Peer> SyncServer::clients(const QString &world) const
{
    const WorldHost *host = d->host(world.toUtf8());
    return host ? host->engine().clients() : std::vector<Peer>();
}

bool SyncServer::disconnectClient(ConnectionId connection, const Error &reason)
{
    return std::any_of(d->hosts.begin(), d->hosts.end(), [&](const auto &host) {
        return host.second->disconnectClient(connection, reason);
    });
}

SyncSession *SyncServer::session(const QString &world)
{
    const QByteArray name = world.toUtf8();
    if (std::find(d->worlds.begin(), d->worlds.end(), name) == d->worlds.end()) {
        qCWarning(logServer, "There is no world \"%ls\": add it with addWorld()",
                  qUtf16Printable(world));
        return nullptr;
    }
    QPointer<SyncSession> &session = d->sessions[name];
    if (session)
        return session;
    session = new SyncSession(this);
    ClientOptions options = session->options();
    options.operations = d->shared.operations;
    options.reconnectMost = options.reconnectFirst; // it costs nothing to try
    session->setOptions(options);
    session->setTransport(std::make_unique<LocalTransport>(
            [this, name](LocalTransport *transport) { d->enter(name, transport); }));
    session->open(QUrl(QStringLiteral("ws://localhost") + QString::fromUtf8(d->pathOf(name))));
    return session;
}

} // namespace ObjectSync
