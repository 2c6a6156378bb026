// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/presence/presence.h>

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qcryptographichash.h>
#include <QtCore/qhash.h>
#include <QtCore/qset.h>
#include <QtCore/qtimer.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace ObjectSync {

namespace {

/// Names a client to others without giving its id away: with the id one could pose as the client.
QString tagOf(const Peer &peer)
{
    const QByteArray key = peer.principal + '\n' + peer.client;
    return QString::fromLatin1(
            QCryptographicHash::hash(key, QCryptographicHash::Sha256).left(8).toHex());
}

} // namespace

class Presence::Private
{
public:
    Private(SyncServer *hub, const QString &ids, const QString &where)
        : server(hub), prefix(ids), world(where), prefixBytes(ids.toUtf8())
    {
    }

    bool concerns(const Operation &operation, const EntityReader &state) const
    {
        const bool creates = operation.kind == Operation::Kind::Create
                             || (operation.kind == Operation::Kind::Save
                                 && !state.exists(operation.id));
        return creates && operation.id.startsWith(prefixBytes);
    }

    void mark(CommitRequest &request) const;
    void begin();
    void countConnections();
    void connected(const Peer &peer);
    void disconnected(const Peer &peer);
    void sweep(const std::function<bool(const QString &tag)> &isDue);

    SyncServer *server;
    QString prefix;
    QString world;
    QByteArray prefixBytes;
    int grace = 5000;
    int startGrace = 35000;
    QTimer start;
    QTimer sweeper; ///< many that go at a time are swept at once
    QSet<QString> due; ///< tags of those whose grace is over
    QHash<QString, int> connections; ///< by tag
    SyncSubscription *subscription = nullptr;
};

/// Puts the creator's tag into what is created.
void Presence::Private::mark(CommitRequest &request) const
{
    const std::vector<Operation> &operations = request.operations();
    const bool isOurs = request.world() == world && !request.peer().local
                        && std::any_of(operations.begin(), operations.end(),
                                       [&](const Operation &operation) {
                                           return concerns(operation, request.state());
                                       });
    if (!isOurs) {
        request.accept();
        return;
    }
    Transaction marked = request.transaction();
    for (Operation &operation : marked.operations) {
        if (concerns(operation, request.state()))
            operation.values.insert(PropertyName, tagOf(request.peer()));
    }
    request.accept(std::move(marked));
}

void Presence::Private::begin()
{
    if (!subscription)
        subscription = server->session(world)->subscribe(prefix);
    countConnections();
    start.start(startGrace);
}

void Presence::Private::countConnections()
{
    connections.clear();
    const std::vector<Peer> clients = server->clients(world);
    for (const Peer &peer : clients)
        connected(peer);
}

void Presence::Private::connected(const Peer &peer)
{
    if (!peer.local)
        ++connections[tagOf(peer)];
}

void Presence::Private::disconnected(const Peer &peer)
{
    const QString tag = tagOf(peer);
    if (peer.local || --connections[tag] > 0)
        return;
    connections.remove(tag);
    QTimer::singleShot(grace, &sweeper, [this, tag] {
        due.insert(tag);
        sweeper.start(0);
    });
}

/// Destroys what those have left behind who are due and not connected.
void Presence::Private::sweep(const std::function<bool(const QString &tag)> &isDue)
{
    if (!server->isRunning())
        return;
    SyncSession *session = server->session(world);
    const QString name = QString::fromLatin1(PropertyName);
    const QStringList ids = session->ids(prefix);
    for (const QString &id : ids) {
        const QString tag = session->value(id, name).toString();
        if (!tag.isEmpty() && isDue(tag) && !connections.contains(tag))
            session->destroy(id);
    }
}

Presence::Presence(SyncServer *server, const QString &prefix, const QString &world, QObject *parent)
    : QObject(parent ? parent : server), d(std::make_unique<Private>(server, prefix, world))
{
    server->addCommitHandler(this, [this](CommitRequest &request) { d->mark(request); });
    connect(server, &SyncServer::clientConnected, this,
            [this](const Peer &peer, const QString &where) {
                if (where == d->world)
                    d->connected(peer);
            });
    connect(server, &SyncServer::clientDisconnected, this,
            [this](const Peer &peer, const QString &where) {
                if (where == d->world)
                    d->disconnected(peer);
            });
    d->countConnections();
    d->sweeper.setSingleShot(true);
    connect(&d->sweeper, &QTimer::timeout, this, [this] {
        const QSet<QString> due = std::exchange(d->due, {});
        d->sweep([&due](const QString &tag) { return due.contains(tag); });
    });
    connect(server, &SyncServer::listeningChanged, this, [this](bool listening) {
        if (listening)
            d->begin();
        else
            d->start.stop();
    });
    d->start.setSingleShot(true);
    connect(&d->start, &QTimer::timeout, this,
            [this] { d->sweep([](const QString &) { return true; }); });
    if (server->isListening())
        d->begin();
}

Presence::~Presence() = default;

void Presence::setGrace(int milliseconds)
{
    d->grace = milliseconds;
}

int Presence::grace() const
{
    return d->grace;
}

void Presence::setStartGrace(int milliseconds)
{
    d->startGrace = milliseconds;
    if (d->start.isActive())
        d->start.start(milliseconds);
}

int Presence::startGrace() const
{
    return d->startGrace;
}

} // namespace ObjectSync
