// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/presence/presence.h>

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qcryptographichash.h>
#include <QtCore/qset.h>
#include <QtCore/qtimer.h>

#include <algorithm>

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
    bool isConnected(const QString &tag) const;
    void sweep(const QString &tag);
    void sweepAll();

    SyncServer *server;
    QString prefix;
    QString world;
    QByteArray prefixBytes;
    int grace = 5000;
    int startGrace = 35000;
    QTimer start;
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
    start.start(startGrace);
}

bool Presence::Private::isConnected(const QString &tag) const
{
    const std::vector<Peer> clients = server->clients(world);
    return std::any_of(clients.begin(), clients.end(),
                       [&](const Peer &peer) { return tagOf(peer) == tag; });
}

void Presence::Private::sweep(const QString &tag)
{
    if (!server->isRunning() || isConnected(tag))
        return;
    SyncSession *session = server->session(world);
    const QString name = QString::fromLatin1(PropertyName);
    for (const QString &id : session->ids(prefix)) {
        if (session->value(id, name).toString() == tag)
            session->destroy(id);
    }
}

void Presence::Private::sweepAll()
{
    SyncSession *session = server->session(world);
    QSet<QString> tags;
    for (const QString &id : session->ids(prefix))
        tags.insert(session->value(id, QString::fromLatin1(PropertyName)).toString());
    for (const QString &tag : std::as_const(tags)) {
        if (!tag.isEmpty()) // not created through us
            sweep(tag);
    }
}

Presence::Presence(SyncServer *server, const QString &prefix, const QString &world, QObject *parent)
    : QObject(parent ? parent : server), d(std::make_unique<Private>(server, prefix, world))
{
    server->addCommitHandler(this, [this](CommitRequest &request) { d->mark(request); });
    connect(server, &SyncServer::clientDisconnected, this,
            [this](const Peer &peer, const QString &where) {
                if (where != d->world || peer.local)
                    return;
                QTimer::singleShot(d->grace, this, [this, tag = tagOf(peer)] { d->sweep(tag); });
            });
    connect(server, &SyncServer::listeningChanged, this, [this](bool listening) {
        if (listening)
            d->begin();
        else
            d->start.stop();
    });
    d->start.setSingleShot(true);
    connect(&d->start, &QTimer::timeout, this, [this] { d->sweepAll(); });
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
