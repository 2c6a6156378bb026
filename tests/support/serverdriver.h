// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>

#include <algorithm>
#include <map>
#include <vector>

/// A `create` of the lamp of that name.
inline ObjectSync::Operation lamp(const char *name, ObjectSync::ValueMap values)
{
    return ObjectSync::Operation::create(QByteArray("lamps/") + name, std::move(values));
}

/// The ids in a message, each with a sign for its event: "=update +create >enter -destroy <leave".
inline QByteArray summary(const ObjectSync::Changes &changes)
{
    QByteArray text;
    for (const ObjectSync::ChangePtr &change : changes.changes)
        text += QByteArray(1, "=+>-<"[static_cast<int>(change->event)]) + change->id + ' ';
    return text.trimmed();
}

/// A ServerEngine with an owner that does what a server does, in virtual time and without sockets:
/// carries out the actions and keeps what was sent, by connection.
class ServerDriver
{
public:
    explicit ServerDriver(ObjectSync::ServerOptions options = {}) : engine(complete(options)) { }

    /// Lets flushes happen and stores what wants to be stored, until nothing is left to do.
    void run()
    {
        while (step()) { }
    }

    /// Carries out what is there; true where a flush or a store brought more.
    bool step()
    {
        bool more = false;
        for (auto &action : engine.takeActions())
            more = std::visit([this](auto &content) { return carryOut(content); }, action) || more;
        if (flushWanted && !holdFlush) {
            flushWanted = false;
            engine.flush(now);
            return true;
        }
        if (!batches.empty() && storeAtOnce) {
            storedBatches.push_back(batches.front());
            batches.erase(batches.begin());
            engine.stored(now);
            return true;
        }
        return more;
    }

    void confirmStore()
    {
        storedBatches.push_back(batches.front());
        batches.erase(batches.begin());
        engine.stored(now);
        run();
    }

    ObjectSync::ConnectionId connect(bool local = false)
    {
        const ObjectSync::ConnectionId connection = ++lastConnection;
        engine.connected({ .connection = connection,
                           .address = QStringLiteral("test"),
                           .local = local,
                           .trusted = trusted },
                         now);
        run();
        return connection;
    }

    /// Connects and says hello.
    ObjectSync::ConnectionId join(const QByteArray &client,
                                  std::optional<ObjectSync::Resume> resume = {})
    {
        const ObjectSync::ConnectionId connection = connect();
        receive(connection, ObjectSync::Hello{ .client = client, .resume = std::move(resume) });
        return connection;
    }

    void receive(ObjectSync::ConnectionId connection, ObjectSync::Message message)
    {
        engine.received(connection, message, now);
        run();
    }

    void commit(ObjectSync::ConnectionId connection, ObjectSync::TransactionNumber tx,
                std::vector<ObjectSync::Operation> operations)
    {
        receive(connection, ObjectSync::Commit{ tx, { std::move(operations) } });
    }

    void subscribe(ObjectSync::ConnectionId connection, ObjectSync::SubscriptionNumber sub,
                   ObjectSync::Filter filter)
    {
        receive(connection, ObjectSync::Subscribe{ sub, std::move(filter) });
    }

    /// Time passes as it does on a server, which looks at deadlines every second. The connections in
    /// \a alive are heard meanwhile.
    void pass(qint64 duration, const std::vector<ObjectSync::ConnectionId> &alive = {})
    {
        for (const qint64 end = now + duration; now < end;) {
            now = std::min(now + 1000, end);
            for (const ObjectSync::ConnectionId connection : alive)
                engine.heard(connection, now);
            engine.timeout(now);
            run();
        }
    }

    /// Accepts what the engine asked about, in the order of asking.
    void decide(size_t question)
    {
        engine.decided(decisions[question].ticket,
                       { .transaction = decisions[question].transaction }, now);
        run();
    }

    /// What was sent to the connection since the last call.
    std::vector<ObjectSync::MessagePtr> take(ObjectSync::ConnectionId connection)
    {
        return std::exchange(sent[connection], {});
    }

    /// Of those, the messages of one type; the others are forgotten.
    template<typename Type>
    std::vector<Type> takeAll(ObjectSync::ConnectionId connection)
    {
        std::vector<Type> result;
        for (const auto &message : take(connection)) {
            if (const auto *content = std::get_if<Type>(message.get()))
                result.push_back(*content);
        }
        return result;
    }

    bool isClosed(ObjectSync::ConnectionId connection) const { return closed.contains(connection); }

    qint64 now = 1'000'000;
    bool storeAtOnce = true;
    bool holdFlush = false;
    bool trusted = true;
    bool flushWanted = false;
    std::map<ObjectSync::ConnectionId, std::vector<ObjectSync::MessagePtr>> sent;
    std::map<ObjectSync::ConnectionId, ObjectSync::Error> closed;
    std::vector<ObjectSync::StorageBatch> batches; ///< handed over, not confirmed
    std::vector<ObjectSync::StorageBatch> storedBatches;
    std::vector<ObjectSync::ServerAction::Decide> decisions;
    std::vector<ObjectSync::ServerAction::DecideFetch> fetches;
    std::vector<ObjectSync::ServerAction::Authenticate> authentications;
    std::vector<ObjectSync::Peer> arrived;
    std::vector<ObjectSync::Peer> gone;
    qint64 wakeAt = -1;
    ObjectSync::ServerEngine engine;

private:
    ObjectSync::ServerOptions complete(ObjectSync::ServerOptions options)
    {
        if (options.epoch.isEmpty())
            options.epoch = "epoch-1";
        if (!options.makeId)
            options.makeId = [this] { return "made-" + QByteArray::number(++lastId); };
        return options;
    }

    bool carryOut(ObjectSync::ServerAction::Send &send)
    {
        const ObjectSync::MessagePtr message = lasting(send.message);
        for (const ObjectSync::ConnectionId receiver : send.receivers)
            sent[receiver].push_back(message);
        return false;
    }
    /// The same, valid even if the world changes.
    static ObjectSync::MessagePtr lasting(const ObjectSync::MessagePtr &message)
    {
        const auto *changes = std::get_if<ObjectSync::Changes>(message.get());
        if (!changes || changes->isInGeneralForm())
            return message;
        return std::make_shared<const ObjectSync::Message>(changes->inGeneralForm());
    }
    bool carryOut(ObjectSync::ServerAction::Close &close)
    {
        closed[close.connection] = close.error;
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::Authenticate &action)
    {
        authentications.push_back(action);
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::Decide &action)
    {
        decisions.push_back(action);
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::DecideFetch &action)
    {
        fetches.push_back(action);
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::Store &action)
    {
        batches.push_back(action.batch);
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::WantFlush &)
    {
        flushWanted = true;
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::WakeAt &action)
    {
        wakeAt = action.time;
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::ClientConnected &action)
    {
        arrived.push_back(action.peer);
        return false;
    }
    bool carryOut(ObjectSync::ServerAction::ClientDisconnected &action)
    {
        gone.push_back(action.peer);
        return false;
    }

    ObjectSync::ConnectionId lastConnection = 0;
    int lastId = 0;
};
