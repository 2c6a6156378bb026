// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectiontable_p.h"
#include "requestdata_p.h"
#include "storagethread_p.h"
#include "websocketconnection_p.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qhash.h>
#include <QtCore/qtimer.h>

#include <deque>

namespace ObjectSync::Internal {

class LocalTransport;

/// A value: an application's handler, and the object that it dies with.
template<typename Function>
struct Handler
{
    Function function;
    QPointer<const QObject> context;
    bool hasContext = false;
    bool isAlive() const { return !hasContext || context; }
};

/// What the worlds of a server have in common.
struct ServerShared
{
    Limits limits;
    ConnectionLimits connectionLimits;
    OperationRegistry operations = OperationRegistry::standard();
    Authenticator authenticator;
    std::vector<Handler<CommitHandler>> commitHandlers;
    std::vector<Handler<FetchHandler>> fetchHandlers;
    StorageThread *storage = nullptr; ///< null: nothing is kept
    ConnectionId lastConnection = 0;
    QElapsedTimer clock;
};

/// A resource: one world with its engine and its connections. Brings to the engine what happened,
/// and carries out its actions.
class WorldHost : public QObject, private ConnectionEvents
{
    Q_OBJECT

public:
    WorldHost(const QByteArray &name, ServerShared &shared, QObject *parent);
    ~WorldHost() override;

    /// Before anything else; whole or part by part.
    Expected<void> load(const StoredWorld &part);
    QString name() const { return QString::fromUtf8(m_name); }
    const ServerEngine &engine() const { return m_engine; }
    int connections() const { return m_connections.count(); }

    void addWebSocket(const Upgraded &upgraded, Encoding encoding);
    void addLocal(LocalTransport *transport);
    /// False where there is no such connection.
    bool disconnectClient(ConnectionId connection, const Error &error);
    void handlersChanged();
    void storageDone();
    /// Takes nothing more; emits emptied() when all is stored, said, and closed.
    void shutDown();
    bool isEmpty() const;

    // Answers of the application. They take effect from the event loop, or after the handler that
    // is running.
    void authenticationAnswered(ConnectionId connection, Expected<QByteArray> principal);
    void commitAnswered(quint64 ticket, size_t handler, const Peer &peer, Decision decision);
    void fetchAnswered(quint64 ticket, Expected<FetchedEntities> entities);
    void fetchPassed(quint64 ticket, size_t handler, const Peer &peer,
                     const std::vector<QByteArray> &ids);

Q_SIGNALS:
    void clientConnected(const ObjectSync::Peer &peer);
    void clientDisconnected(const ObjectSync::Peer &peer);
    void emptied();

private:
    void messageReceived(ConnectionId connection, Message message) override;
    void badMessageReceived(ConnectionId connection, const Error &error) override;
    void signOfLife(ConnectionId connection) override;
    void congested(ConnectionId connection) override;
    void drained(ConnectionId connection) override;
    void misbehaved(ConnectionId connection, const Error &error) override;
    void ended(ConnectionId connection) override;

    static qint64 now();
    static ServerOptions makeOptions(const QByteArray &name, const ServerShared &shared);
    void add(std::unique_ptr<Connection> connection, const Peer &peer);
    void forget(Connection *connection);
    Connection *find(ConnectionId connection) const;
    void post(std::function<void()> answer);
    void carryOut();
    void scheduleTurn();
    void endTurn();
    void flushConnections();
    void wake();
    void tick();
    void checkEmpty();

    void carryOut(const ServerAction::Send &action);
    void carryOut(const ServerAction::Close &action);
    void carryOut(const ServerAction::Authenticate &action);
    void carryOut(const ServerAction::Decide &action);
    void carryOut(const ServerAction::DecideFetch &action);
    void carryOut(const ServerAction::Store &action);
    void carryOut(const ServerAction::WantFlush &action);
    void carryOut(const ServerAction::WakeAt &action);
    void carryOut(const ServerAction::ClientConnected &action);
    void carryOut(const ServerAction::ClientDisconnected &action);
    void askCommitHandler(quint64 ticket, size_t handler, const Peer &peer, Transaction transaction);
    void askFetchHandler(quint64 ticket, size_t handler, const Peer &peer,
                         const std::vector<QByteArray> &ids);
    FetchedEntities lookUp(const std::vector<QByteArray> &ids) const;

    const QByteArray m_name;
    ServerShared &m_shared;
    ServerEngine m_engine;
    FrameCache m_frames;
    ConnectionTable m_connections;
    std::vector<Connection *> m_closing; ///< the engine is done with them
    std::vector<Connection *> m_dirty;
    std::vector<Connection *> m_flushing; ///< empty: memory for those that are being flushed
    std::deque<std::function<void()>> m_answers;
    QHash<QByteArray, int> m_principals; ///< how many connections each has
    QTimer m_waker;
    QTimer m_ticker;
    bool m_isCarryingOut = false;
    bool m_isTurnScheduled = false;
    bool m_wantsFlush = false;
    bool m_isShuttingDown = false;
};

} // namespace ObjectSync::Internal
