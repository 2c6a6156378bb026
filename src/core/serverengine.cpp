// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/serverengine.h>

#include "serverengine_p.h"

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

namespace {

/// Clients may send on before the authenticator has answered; not without bound.
constexpr size_t MostEarlyMessages = 64;
/// How often deadlines are looked at, in milliseconds: they are seconds long.
constexpr qint64 TimerResolution = 1000;
/// A timer that is so much later was not late: the clock was set, or the process stood still. Either
/// way nobody could be heard. Well below the time that a living client may be silent.
constexpr qint64 ShortestJump = 10 * TimerResolution;

Error error(const char *code, const QString &message)
{
    return Error{ code, message };
}

} // namespace

ServerEngine::Private::Private(ServerOptions serverOptions)
    : options(std::move(serverOptions)), epoch(options.epoch),
      staging(world, options.operations, options.limits)
{
}

void ServerEngine::Private::tick(qint64 time)
{
    qint64 jump = 0;
    if (nextWake >= 0 && time > nextWake + ShortestJump)
        jump = time - nextWake;
    else if (time < now - ShortestJump)
        jump = time - now;
    now = time;
    if (jump == 0)
        return;
    skipped += jump;
    if (nextWake >= 0)
        nextWake += jump;
    for (const auto &[key, record] : records)
        record->lastSeen = std::min(record->lastSeen + jump, now);
}

ServerEngine::ServerEngine(ServerOptions options) : d(std::make_unique<Private>(std::move(options)))
{
}

ServerEngine::~ServerEngine() = default;

Expected<void> ServerEngine::load(const StoredWorld &stored, qint64 now)
{
    d->tick(now);
    Revision &last = d->loadedUpTo;
    for (const StoredEntity &entity : stored.entities) {
        if (entity.stamp < last || entity.stamp > stored.revision || d->world.findAny(entity.id)) {
            return Error{ ErrorCode::StorageFailed,
                          QStringLiteral("The stored entity \"%1\" contradicts the others (stamp "
                                         "%2 in a world at revision %3); restore a backup")
                                  .arg(QString::fromUtf8(entity.id))
                                  .arg(entity.stamp)
                                  .arg(stored.revision),
                          entity.id };
        }
        last = entity.stamp;
        d->world.restore(entity, d->steadyNow());
    }
    d->world.setRevision(stored.revision);
    d->world.setTombstoneFloor(stored.tombstoneFloor);
    d->sealed = d->writtenUpTo = stored.revision;
    if (!stored.epoch.isEmpty())
        d->epoch = stored.epoch;
    for (const StoredClient &client : stored.clients) {
        std::unique_ptr<ClientRecord> &record = d->records[client.key];
        record = std::make_unique<ClientRecord>(client, d->options.limits);
        record->lastSeen = std::min(record->lastSeen, now); // the clock was wrong, then or now
    }
    d->wakeAt(now + TimerResolution);
    return {};
}

// Connections

ServerEngine::Private::Session *ServerEngine::Private::session(ConnectionId connection)
{
    return sessionsById.value(connection, nullptr);
}

void ServerEngine::connected(const Peer &peer, qint64 now)
{
    d->tick(now);
    if (d->shuttingDown) {
        d->actions.push_back(ServerAction::Close{
                peer.connection,
                error(ErrorCode::ShuttingDown, QStringLiteral("The server is shutting down")) });
        return;
    }
    auto session = std::make_unique<ServerSession>(peer, ++d->lastOrder, d->steadyNow());
    d->sessionsById[peer.connection] = session.get();
    d->sessions[peer.connection] = std::move(session);
    d->wakeAt(now + TimerResolution);
}

void ServerEngine::received(ConnectionId connection, Message message, qint64 now)
{
    d->tick(now);
    if (ServerSession *session = d->session(connection); session && !d->shuttingDown) {
        session->lastHeard = d->steadyNow();
        d->receive(*session, message, now);
    }
}

void ServerEngine::receivedBad(ConnectionId connection, const Error &error, qint64 now)
{
    d->tick(now);
    ServerSession *session = d->session(connection);
    if (!session || session->state == ServerSession::State::Closed)
        return;
    session->lastHeard = d->steadyNow();
    // A commit that could not be read leaves a gap in the numbers. Whoever cannot speak the
    // protocol before `hello` will not learn it.
    if (session->state == ServerSession::State::New)
        d->fail(*session, error);
    else
        d->send(*session, Failure{ error });
}

void ServerEngine::heard(ConnectionId connection, qint64 now)
{
    d->tick(now);
    if (ServerSession *session = d->session(connection))
        session->lastHeard = d->steadyNow();
}

void ServerEngine::disconnected(ConnectionId connection, qint64 now)
{
    d->tick(now);
    if (ServerSession *session = d->session(connection))
        d->remove(*session);
}

void ServerEngine::congested(ConnectionId connection)
{
    ServerSession *session = d->session(connection);
    if (!session || session->congested)
        return;
    session->congested = true;
    if (!session->welcomed)
        return;
    session->fallBehind(d->sealed);
    d->interest.leave(*session);
}

void ServerEngine::drained(ConnectionId connection)
{
    ServerSession *session = d->session(connection);
    if (!session || !session->congested)
        return;
    session->congested = false;
    if (session->hasWork()) {
        d->busy.insert(connection);
        d->wantFlush();
    }
}

void ServerEngine::close(ConnectionId connection, const Error &error, qint64 now)
{
    d->tick(now);
    if (ServerSession *session = d->session(connection))
        d->fail(*session, error);
}

void ServerEngine::shutDown(qint64 now)
{
    d->tick(now);
    d->shuttingDown = true;
    d->flush(now);
    d->endIfIdle();
}

void ServerEngine::Private::endIfIdle()
{
    if (!shuttingDown || storing)
        return;
    for (const auto &[connection, session] : sessions) {
        fail(*session, error(ErrorCode::ShuttingDown,
                             QStringLiteral("The server is shutting down; it may come back")));
    }
}

void ServerEngine::Private::send(const Session &session, Message message)
{
    actions.push_back(ServerAction::Send{ { session.peer.connection },
                                          std::make_shared<const Message>(std::move(message)) });
}

void ServerEngine::Private::fail(Session &session, const Error &reason)
{
    if (session.state == Session::State::Closed)
        return;
    send(session, Failure{ reason, true });
    end(session, reason);
}

void ServerEngine::Private::end(Session &session, const Error &reason)
{
    actions.push_back(ServerAction::Close{ session.peer.connection, reason });
    session.state = Session::State::Closed;
    hasEnded = true;
    interest.leave(session);
    session.walk.reset();
    session.requests.clear();
    if (session.record && session.record->connection == session.peer.connection) {
        session.record->connection = 0;
        session.record->lastSeen = now;
        leavers.push_back(session.record->key);
    }
    if (session.welcomed)
        actions.push_back(ServerAction::ClientDisconnected{ session.peer });
    session.welcomed = false;
    closed.push_back(session.peer.connection);
}

void ServerEngine::Private::remove(Session &session)
{
    if (session.state != Session::State::Closed) {
        end(session, {});
        // The connection is gone: there is nothing to close.
        std::erase_if(actions, [&](const ServerActionVariant &action) {
            const auto *close = std::get_if<ServerAction::Close>(&action);
            return close && close->connection == session.peer.connection;
        });
    }
    busy.erase(session.peer.connection);
    drop(session.peer.connection);
}

void ServerEngine::Private::drop(ConnectionId connection)
{
    sessionsById.remove(connection);
    sessions.erase(connection);
}

void ServerEngine::Private::wantFlush()
{
    if (flushWanted)
        return;
    flushWanted = true;
    // While the store writes, the next batch gathers; stored() goes on.
    if (!storing)
        actions.push_back(ServerAction::WantFlush{});
}

void ServerEngine::Private::wakeAt(qint64 time)
{
    if (nextWake >= 0 && nextWake <= time)
        return;
    nextWake = time;
    actions.push_back(ServerAction::WakeAt{ time });
}

void ServerEngine::timeout(qint64 now)
{
    d->tick(now);
    d->nextWake = -1;
    for (auto place = d->sessions.begin(); place != d->sessions.end();) {
        ServerSession &session = *(place++)->second;
        if (session.peer.local || session.state == ServerSession::State::Closed)
            continue;
        if (session.state == ServerSession::State::New
            && d->steadyNow() - session.connectedAt >= d->options.helloTimeout) {
            d->fail(session,
                    error(ErrorCode::NoHello, QStringLiteral("No `hello` came within %1 ms")
                                                      .arg(d->options.helloTimeout)));
        } else if (d->steadyNow() - session.lastHeard >= d->options.deadAfter) {
            d->fail(session,
                    error(ErrorCode::Silent,
                          QStringLiteral("Nothing came for %1 ms").arg(d->options.deadAfter)));
        }
    }
    d->expire();
    if (!d->sessions.empty() || d->world.tombstones() > 0 || !d->records.empty())
        d->wakeAt(now + TimerResolution);
}

// Messages

void ServerEngine::Private::receive(Session &session, Message &message, qint64 time)
{
    switch (session.state) {
    case Session::State::Closed:
        return;
    case Session::State::New:
        if (!std::holds_alternative<Hello>(message)) {
            fail(session, error(ErrorCode::NoHello,
                                QStringLiteral("The first message must be `hello`, not `%1`")
                                        .arg(QLatin1String(typeName(message)))));
            return;
        }
        break;
    case Session::State::Authenticating:
        if (session.early.size() >= MostEarlyMessages) {
            fail(session, error(ErrorCode::NoHello,
                                QStringLiteral("Wait for `welcome` before sending so much")));
            return;
        }
        if (auto *commit = std::get_if<Commit>(&message))
            toGeneralForm(*commit);
        session.early.push_back(std::move(message));
        return;
    case Session::State::Joined:
        break;
    }
    std::visit([&](auto &content) { receive(session, content, time); }, message);
}

template<typename ServerMessage>
void ServerEngine::Private::receive(Session &session, const ServerMessage &message, qint64)
{
    send(session, Failure{ error(ErrorCode::UnknownType,
                                 QStringLiteral("Only a server sends `%1`")
                                         .arg(QLatin1String(typeName(Message(message))))) });
}

void ServerEngine::Private::receive(Session &session, const Hello &hello, qint64 time)
{
    if (session.state != Session::State::New) {
        fail(session, error(ErrorCode::BadMessage, QStringLiteral("A second `hello`")));
        return;
    }
    if (hello.protocol != ProtocolVersion) {
        fail(session, error(ErrorCode::UnsupportedProtocol,
                            QStringLiteral("This server speaks protocol %1, not %2")
                                    .arg(ProtocolVersion)
                                    .arg(hello.protocol)));
        return;
    }
    session.hello = hello;
    session.peer.client = hello.client;
    if (options.authenticate && !session.peer.local) {
        session.state = Session::State::Authenticating;
        actions.push_back(ServerAction::Authenticate{ session.peer, hello.token });
        return;
    }
    join(session, {}, time);
}

void ServerEngine::authenticated(ConnectionId connection, const Expected<QByteArray> &principal,
                                 qint64 now)
{
    d->tick(now);
    ServerSession *session = d->session(connection);
    if (!session || session->state != ServerSession::State::Authenticating)
        return;
    if (!principal) {
        d->fail(*session, principal.error());
        return;
    }
    d->join(*session, *principal, now);
    for (Message &message : std::exchange(session->early, {}))
        d->receive(*session, message, now);
}

void ServerEngine::Private::join(Session &session, const QByteArray &principal, qint64 time)
{
    session.peer.principal = principal;
    Record &known = record(session.peer);
    if (Session *other = this->session(known.connection)) {
        // The older one goes, even where its `hello`, or the authenticator's word on it, is late.
        const bool isLate = session.order < other->order;
        const QString &address = (isLate ? *other : session).peer.address;
        fail(isLate ? session : *other,
             error(ErrorCode::Replaced,
                   QStringLiteral("The same client connected again, from %1").arg(address)));
        if (isLate)
            return;
    }
    session.state = Session::State::Joined;
    known.peer = session.peer;
    known.connection = session.peer.connection;
    known.lastSeen = time;
    known.forgetAnswers(session.hello.answered);
    session.record = &known;
    session.countedFrom = known.lastTx();
    read(session, Join{});
}

// What is there

const World &ServerEngine::world() const
{
    return d->world;
}

const ServerOptions &ServerEngine::options() const
{
    return d->options;
}

void ServerEngine::setDecideCommits(bool decide)
{
    d->options.decideCommits = decide;
}

void ServerEngine::setDecideFetches(bool decide)
{
    d->options.decideFetches = decide;
}

QByteArray ServerEngine::epoch() const
{
    return d->epoch;
}

std::vector<Peer> ServerEngine::clients() const
{
    std::vector<Peer> peers;
    for (const auto &[connection, session] : d->sessions) {
        if (session->welcomed)
            peers.push_back(session->peer);
    }
    return peers;
}

bool ServerEngine::isIdle() const
{
    return !d->storing && !d->flushWanted && !d->waitsForDecisions();
}

bool ServerEngine::Private::waitsForDecisions() const
{
    return !decisions.empty() || !fetches.empty();
}

std::vector<ServerActionVariant> ServerEngine::takeActions()
{
    // Not before: whoever closed a session may have been in the middle of using it.
    for (const ConnectionId connection : std::exchange(d->closed, {}))
        d->drop(connection);
    d->forgetUnused();
    return std::exchange(d->actions, {});
}

} // namespace ObjectSync
