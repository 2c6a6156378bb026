// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/transport.h>
#include <objectsync/core/serverengine.h>

#include <QtCore/qpointer.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>

class EngineTransport;

/// A real ServerEngine in the test's own event loop, without sockets, storage or threads. Clients
/// reach it through the transports that it makes. It can be unreachable, cut its connections, keep
/// its messages back, and decide about commits.
class EngineServer : public QObject
{
public:
    using Decide = std::function<ObjectSync::Decision(const ObjectSync::Transaction &)>;

    explicit EngineServer(ObjectSync::ServerOptions options = {}) : m_engine(complete(options)) { }

    std::unique_ptr<ObjectSync::Transport> makeTransport();

    void setReachable(bool reachable) { m_isReachable = reachable; }
    /// All clients lose their connection.
    inline void cut();
    /// While held, what the server sends is kept back.
    void setHeld(bool held)
    {
        m_isHeld = held;
        deliverLater();
    }
    void setDecide(Decide decide)
    {
        m_decide = std::move(decide);
        m_engine.setDecideCommits(m_decide != nullptr);
    }

    using Authenticate = std::function<ObjectSync::Expected<QByteArray>(const QByteArray &token)>;
    void setAuthenticate(Authenticate authenticate) { m_authenticate = std::move(authenticate); }

    /// Changes the world as another client would: through a connection of its own.
    void commit(std::vector<ObjectSync::Operation> operations)
    {
        using namespace ObjectSync;
        if (m_otherTx == 0) {
            m_engine.connected({ .connection = 1, .trusted = true }, m_now);
            m_engine.received(1, Hello{ .client = "another" }, m_now);
        }
        m_engine.received(1, Commit{ ++m_otherTx, { std::move(operations) } }, m_now);
        run();
    }
    const ObjectSync::World &world() const { return m_engine.world(); }
    ObjectSync::ServerEngine &engine() { return m_engine; }

    /// What clients sent, by the word in `type`.
    int count(const char *type) const
    {
        const auto found = m_counts.find(type);
        return found == m_counts.end() ? 0 : found->second;
    }
    /// The newest commit that a client sent.
    const ObjectSync::Transaction &lastCommit() const { return m_lastCommit; }

private:
    friend class EngineTransport;

    static ObjectSync::ServerOptions complete(ObjectSync::ServerOptions options)
    {
        if (options.epoch.isEmpty())
            options.epoch = "epoch-1";
        if (!options.makeId)
            options.makeId = [n = 0]() mutable { return "made-" + QByteArray::number(++n); };
        return options;
    }

    inline ObjectSync::ConnectionId connectTransport(EngineTransport *transport);
    void received(ObjectSync::ConnectionId connection, const ObjectSync::Message &message)
    {
        ++m_counts[ObjectSync::typeName(message)];
        if (const auto *commit = std::get_if<ObjectSync::Commit>(&message))
            m_lastCommit = commit->transaction;
        m_engine.received(connection, message, m_now);
        run();
    }
    void disconnected(ObjectSync::ConnectionId connection)
    {
        m_transports.erase(connection);
        m_engine.disconnected(connection, m_now);
        run();
    }

    void run()
    {
        ++m_now;
        for (auto &action : m_engine.takeActions())
            std::visit([this](auto &it) { carryOut(it); }, action);
    }
    void carryOut(const ObjectSync::ServerAction::Send &action)
    {
        for (const ObjectSync::ConnectionId receiver : action.receivers) {
            m_outgoing.emplace_back(receiver, action.message);
            deliverLater();
        }
    }
    inline void carryOut(const ObjectSync::ServerAction::Close &action);
    void carryOut(const ObjectSync::ServerAction::WantFlush &)
    {
        QMetaObject::invokeMethod(
                this,
                [this] {
                    m_engine.flush(m_now);
                    run();
                },
                Qt::QueuedConnection);
    }
    void carryOut(const ObjectSync::ServerAction::Decide &action)
    {
        m_engine.decided(action.ticket, m_decide(action.transaction), m_now);
        run();
    }
    void carryOut(const ObjectSync::ServerAction::Authenticate &action)
    {
        m_engine.authenticated(action.peer.connection, m_authenticate(action.token), m_now);
        run();
    }
    template<typename Other>
    void carryOut(const Other &)
    {
    }

    void deliverLater()
    {
        QMetaObject::invokeMethod(
                this, [this] { deliver(); }, Qt::QueuedConnection);
    }
    inline void deliver();

    ObjectSync::ServerEngine m_engine;
    qint64 m_now = 1000; // milliseconds; virtual: nothing here times out
    ObjectSync::ConnectionId m_lastConnection = 1;
    ObjectSync::TransactionNumber m_otherTx = 0;
    std::map<ObjectSync::ConnectionId, EngineTransport *> m_transports;
    std::deque<std::pair<ObjectSync::ConnectionId, ObjectSync::MessagePtr>> m_outgoing;
    std::map<std::string, int> m_counts;
    ObjectSync::Transaction m_lastCommit;
    Decide m_decide;
    Authenticate m_authenticate;
    bool m_isReachable = true;
    bool m_isHeld = false;
};

/// The client's end.
class EngineTransport : public ObjectSync::Transport
{
public:
    explicit EngineTransport(EngineServer *server) : m_server(server) { }
    ~EngineTransport() override { EngineTransport::close(); }

    void open(const QUrl &) override
    {
        close();
        later([this] {
            if (!m_server || !m_server->m_isReachable) {
                Q_EMIT closed({ ObjectSync::ErrorCode::Unreachable,
                                QStringLiteral("Nothing listens there") });
                return;
            }
            m_connection = m_server->connectTransport(this);
            Q_EMIT opened();
        });
    }
    void send(const ObjectSync::Message &message) override
    {
        if (m_server && m_connection != 0)
            m_server->received(m_connection, message);
    }
    void close() override
    {
        ++m_generation;
        const auto connection = std::exchange(m_connection, 0);
        if (m_server && connection != 0)
            m_server->disconnected(connection);
    }

    void deliver(const ObjectSync::MessagePtr &message) { Q_EMIT received(message); }
    void end(const ObjectSync::Error &reason)
    {
        m_connection = 0;
        later([this, reason] { Q_EMIT closed(reason); });
    }

private:
    /// From the event loop, unless open() or close() come first.
    template<typename Function>
    void later(Function function)
    {
        const int generation = ++m_generation;
        QMetaObject::invokeMethod(
                this,
                [this, generation, function] {
                    if (generation == m_generation)
                        function();
                },
                Qt::QueuedConnection);
    }

    QPointer<EngineServer> m_server;
    ObjectSync::ConnectionId m_connection = 0;
    int m_generation = 0;
};

inline std::unique_ptr<ObjectSync::Transport> EngineServer::makeTransport()
{
    return std::make_unique<EngineTransport>(this);
}

inline ObjectSync::ConnectionId EngineServer::connectTransport(EngineTransport *transport)
{
    const auto connection = ++m_lastConnection;
    m_transports[connection] = transport;
    m_engine.connected({ .connection = connection, .trusted = true }, m_now);
    run();
    return connection;
}

inline void EngineServer::cut()
{
    const auto transports = std::exchange(m_transports, {});
    for (const auto &[connection, transport] : transports) {
        m_engine.disconnected(connection, m_now);
        transport->end({ ObjectSync::ErrorCode::Unreachable, QStringLiteral("cut") });
    }
    run();
}

inline void EngineServer::carryOut(const ObjectSync::ServerAction::Close &action)
{
    deliver();
    if (auto found = m_transports.extract(action.connection))
        found.mapped()->end(action.error);
}

inline void EngineServer::deliver()
{
    while (!m_isHeld && !m_outgoing.empty()) {
        const auto [receiver, message] = std::move(m_outgoing.front());
        m_outgoing.pop_front();
        const auto found = m_transports.find(receiver);
        if (found != m_transports.end())
            found->second->deliver(message);
    }
}
