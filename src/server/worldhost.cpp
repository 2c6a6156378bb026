// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "worldhost_p.h"

#include "localconnection_p.h"
#include "localtransport_p.h"
#include "logging_p.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qrandom.h>
#include <QtWebSockets/qwebsocket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ObjectSync::Internal {

namespace {

constexpr qint64 LongestWait = 60 * 60 * 1000; // a timer has 31 bits; it may wake for nothing

/// 128 bits, in 22 characters that need no escaping anywhere.
QByteArray makeId()
{
    std::array<quint32, 4> random = {};
    QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
    return QByteArray(reinterpret_cast<const char *>(random.data()), sizeof random)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

int tickInterval(const ConnectionLimits &limits)
{
    const int shortest = std::min({ limits.pingInterval, limits.stallTimeout, limits.closeGrace,
                                    limits.fragmentTimeout });
    return std::clamp(shortest / 4, 5, 1000);
}

} // namespace

WorldHost::WorldHost(const QByteArray &name, ServerShared &shared, QObject *parent)
    : QObject(parent), m_name(name), m_shared(shared), m_engine(makeOptions(name, shared))
{
    m_waker.setSingleShot(true);
    connect(&m_waker, &QTimer::timeout, this, &WorldHost::wake);
    m_ticker.setInterval(tickInterval(shared.connectionLimits));
    connect(&m_ticker, &QTimer::timeout, this, &WorldHost::tick);
}

WorldHost::~WorldHost()
{
    m_isShuttingDown = false; // nobody is told any more
    const ConnectionTable connections = std::exchange(m_connections, {});
    for (const auto &[id, connection] : connections.entries())
        delete connection;
    for (Connection *connection : std::exchange(m_closing, {}))
        delete connection;
}

ServerOptions WorldHost::makeOptions(const QByteArray &name, const ServerShared &shared)
{
    ServerOptions options;
    options.world = name;
    options.epoch = makeId();
    options.operations = shared.operations;
    options.limits = shared.limits;
    options.storage = shared.storage != nullptr;
    options.authenticate = static_cast<bool>(shared.authenticator);
    options.decideCommits = !shared.commitHandlers.empty();
    options.decideFetches = !shared.fetchHandlers.empty();
    options.deadAfter = std::max<qint64>(options.deadAfter,
                                         shared.connectionLimits.pingInterval * qint64(9) / 4);
    options.encodesAtOnce = true;
    options.makeId = &makeId;
    return options;
}

qint64 WorldHost::now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

Expected<void> WorldHost::load(const StoredWorld &part)
{
    auto loaded = m_engine.load(part, now());
    carryOut();
    return loaded;
}

// Connections

void WorldHost::addWebSocket(const Upgraded &upgraded, Encoding encoding)
{
    Peer peer;
    peer.connection = ++m_shared.lastConnection;
    peer.address = upgraded.address;
    peer.trusted = upgraded.trusted;
    const WebSocketConnection::Context context{ m_shared.limits, m_shared.connectionLimits,
                                                m_frames, m_engine.world() };
    ConnectionEvents &events = *this;
    add(std::make_unique<WebSocketConnection>(peer.connection, events, upgraded, encoding, context,
                                              m_shared.clock.elapsed()),
        peer);
}

void WorldHost::addLocal(LocalTransport *transport)
{
    Peer peer;
    peer.connection = ++m_shared.lastConnection;
    peer.local = true;
    peer.trusted = true;
    ConnectionEvents &events = *this;
    auto connection = std::make_unique<LocalConnection>(peer.connection, events, transport);
    transport->attach(connection.get());
    add(std::move(connection), peer);
}

void WorldHost::add(std::unique_ptr<Connection> connection, const Peer &peer)
{
    connection->setParent(this);
    connect(connection.get(), &QObject::destroyed, this, [this, raw = connection.get()] {
        std::erase(m_closing, raw);
        std::erase(m_dirty, raw);
        checkEmpty();
    });
    m_connections.append(peer.connection, connection.release());
    if (!m_ticker.isActive())
        m_ticker.start();
    m_engine.connected(peer, now());
    carryOut();
}

Connection *WorldHost::find(ConnectionId connection) const
{
    return m_connections.find(connection);
}

void WorldHost::forget(Connection *connection)
{
    m_connections.remove(connection->id());
    m_closing.push_back(connection);
}

void WorldHost::messageReceived(ConnectionId connection, Message message)
{
    m_engine.received(connection, std::move(message), now());
    carryOut();
}

void WorldHost::badMessageReceived(ConnectionId connection, const Error &error)
{
    m_engine.receivedBad(connection, error, now());
    carryOut();
}

void WorldHost::signOfLife(ConnectionId connection)
{
    m_engine.heard(connection, now());
}

void WorldHost::congested(ConnectionId connection)
{
    m_engine.congested(connection);
    scheduleTurn();
}

void WorldHost::drained(ConnectionId connection)
{
    m_engine.drained(connection);
    scheduleTurn();
}

void WorldHost::misbehaved(ConnectionId connection, const Error &error)
{
    m_engine.close(connection, error, now());
    scheduleTurn();
}

void WorldHost::ended(ConnectionId connection)
{
    if (Connection *known = find(connection))
        forget(known);
    m_engine.disconnected(connection, now());
    carryOut();
}

bool WorldHost::disconnectClient(ConnectionId connection, const Error &error)
{
    if (!find(connection))
        return false;
    m_engine.close(connection, error, now());
    scheduleTurn();
    return true;
}

// The engine

void WorldHost::handlersChanged()
{
    m_engine.setDecideCommits(!m_shared.commitHandlers.empty());
    m_engine.setDecideFetches(!m_shared.fetchHandlers.empty());
}

void WorldHost::storageDone()
{
    if (m_isCarryingOut) // an application lets its event loop run: see carryOut()
        return post([this] { m_engine.stored(now()); });
    m_engine.stored(now());
    endTurn();
}

void WorldHost::shutDown()
{
    m_isShuttingDown = true;
    m_engine.shutDown(now());
    scheduleTurn();
}

bool WorldHost::isEmpty() const
{
    return m_engine.isIdle() && m_connections.isEmpty() && m_closing.empty();
}

void WorldHost::checkEmpty()
{
    if (m_isShuttingDown && isEmpty())
        Q_EMIT emptied();
}

void WorldHost::wake()
{
    m_engine.timeout(now());
    endTurn();
}

void WorldHost::tick()
{
    const qint64 time = m_shared.clock.elapsed();
    std::vector<Connection *> connections = m_closing;
    for (const auto &[id, connection] : m_connections.entries())
        connections.push_back(connection);
    for (Connection *connection : connections)
        connection->tick(time);
    if (connections.empty())
        m_ticker.stop();
    endTurn();
}

void WorldHost::post(std::function<void()> answer)
{
    m_answers.push_back(std::move(answer));
    if (!m_isCarryingOut)
        scheduleTurn();
}

/// Applications are called from here only, and may call back: what they do waits in the engine or
/// in m_answers until the loop comes to it. They may even let the event loop run, so that the engine is
/// told more, and its world changes: so messages, which may name what is in the world, are encoded before
/// an application is called, and nothing is flushed meanwhile.
void WorldHost::carryOut()
{
    if (std::exchange(m_isCarryingOut, true))
        return;
    const QPointer<WorldHost> self(this);
    for (;;) {
        const auto actions = m_engine.takeActions();
        for (const ServerActionVariant &variant : actions) {
            if (const auto *send = std::get_if<ServerAction::Send>(&variant))
                carryOut(*send);
        }
        for (const ServerActionVariant &variant : actions) {
            if (!std::holds_alternative<ServerAction::Send>(variant))
                std::visit([this](const auto &action) { carryOut(action); }, variant);
            if (!self)
                return; // an application has deleted the server
        }
        if (!actions.empty())
            continue;
        if (m_answers.empty())
            break;
        const auto answer = std::move(m_answers.front());
        m_answers.pop_front();
        answer();
        if (!self)
            return;
    }
    m_isCarryingOut = false;
    if (m_wantsFlush || !m_dirty.empty())
        scheduleTurn();
    checkEmpty();
}

void WorldHost::scheduleTurn()
{
    if (!std::exchange(m_isTurnScheduled, true))
        QMetaObject::invokeMethod(this, &WorldHost::endTurn, Qt::QueuedConnection);
}

/// Once after all that has come in at a time: one batch for the store, one piece of bytes for each
/// socket.
void WorldHost::endTurn()
{
    const QPointer<WorldHost> self(this);
    m_isTurnScheduled = true; // what comes now is part of this one
    carryOut();
    if (self && !m_isCarryingOut && std::exchange(m_wantsFlush, false)) {
        m_engine.flush(now());
        carryOut();
    }
    if (!self)
        return;
    m_isTurnScheduled = false; // what sockets tell from here on needs another one
    flushConnections();
    if (!m_isCarryingOut && (m_wantsFlush || !m_dirty.empty()))
        scheduleTurn();
}

void WorldHost::flushConnections()
{
    auto flushing = std::exchange(m_flushing, {}); // whatever leads here again must not touch it
    flushing.swap(m_dirty);
    for (Connection *connection : flushing) {
        connection->isDirty = false;
        connection->flush();
    }
    flushing.clear();
    m_flushing = std::move(flushing); // both keep their memory for the next turn
    m_frames.clear();
}

void WorldHost::carryOut(const ServerAction::Send &action)
{
    for (const ConnectionId receiver : action.receivers) {
        Connection *connection = find(receiver);
        if (!connection)
            continue;
        connection->send(action.message);
        if (!std::exchange(connection->isDirty, true))
            m_dirty.push_back(connection);
    }
}

void WorldHost::carryOut(const ServerAction::Close &action)
{
    Connection *connection = find(action.connection);
    if (!connection)
        return;
    forget(connection);
    connection->close(action.error);
}

void WorldHost::carryOut(const ServerAction::Store &action)
{
    m_shared.storage->write(action.batch);
}

void WorldHost::carryOut(const ServerAction::WantFlush &)
{
    m_wantsFlush = true;
    scheduleTurn();
}

void WorldHost::carryOut(const ServerAction::WakeAt &action)
{
    if (action.time < 0)
        m_waker.stop();
    else
        m_waker.start(static_cast<int>(std::clamp<qint64>(action.time - now(), 0, LongestWait)));
}

void WorldHost::carryOut(const ServerAction::ClientConnected &action)
{
    if (!action.peer.principal.isEmpty())
        ++m_principals[action.peer.principal];
    Q_EMIT clientConnected(action.peer);
}

void WorldHost::carryOut(const ServerAction::ClientDisconnected &action)
{
    const auto count = m_principals.find(action.peer.principal);
    if (count != m_principals.end() && --*count == 0)
        m_principals.erase(count);
    Q_EMIT clientDisconnected(action.peer);
}

} // namespace ObjectSync::Internal
