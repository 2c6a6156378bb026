// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientdriver.h"
#include "serverdriver.h"

#include <deque>

/// A real ServerEngine and real ClientEngines, without sockets, in virtual time. Messages lie on the
/// line until they are delivered: a test can cut a connection between any two of them.
///
/// The drivers check after each step that what was signalled adds up to the view.
class JoinedEngines
{
public:
    struct Client
    {
        explicit Client(const QByteArray &id)
            : driver(ObjectSync::ClientOptions{ .client = id }) { }

        ClientDriver driver;
        ObjectSync::ConnectionId connection = 0;
        int transport = 0; ///< which of the client's this is
        std::deque<ObjectSync::Message> up; ///< on the line to the server
        std::deque<ObjectSync::MessagePtr> down; ///< on the line to the client
        std::vector<ObjectSync::Message> said; ///< all that the client has sent, since forget()
        std::vector<ObjectSync::MessagePtr> told; ///< all that has been delivered to it

        /// The messages of one type.
        template<typename Type>
        std::vector<Type> saidOf() const
        {
            std::vector<Type> result;
            for (const auto &message : said) {
                if (const auto *content = std::get_if<Type>(&message))
                    result.push_back(*content);
            }
            return result;
        }
        /// The ids that it was told of, each with the sign of its event, as summary() has them.
        QByteArrayList toldIds() const
        {
            QByteArrayList ids;
            for (const auto &message : told) {
                const auto *changes = std::get_if<ObjectSync::Changes>(message.get());
                if (changes && !changes->changes.empty())
                    ids.append(summary(*changes).split(' '));
            }
            return ids;
        }
    };

    explicit JoinedEngines(ObjectSync::ServerOptions options = {}) : server(std::move(options)) { }

    Client &add(const QByteArray &id)
    {
        return *clients.emplace_back(std::make_unique<Client>(id));
    }
    /// A new client that is connected.
    Client &join(const QByteArray &id)
    {
        Client &client = add(id);
        reconnect(client);
        return client;
    }
    /// The same, with a complete subscription to everything.
    Client &joinForAll(const QByteArray &id)
    {
        Client &client = join(id);
        subscribe(client, ObjectSync::Filter::byPrefix({}));
        forget(client);
        return client;
    }

    /// Makes a connection; `hello` is on the line.
    void connect(Client &client)
    {
        ClientDriver &driver = client.driver;
        if (driver.engine.status() == ObjectSync::ClientStatus::Waiting)
            driver.advanceTo(driver.wakeAt);
        else if (driver.engine.status() != ObjectSync::ClientStatus::Connecting)
            driver.engine.open(driver.now);
        driver.run();
        client.connection = server.connect();
        client.transport = driver.transportsOpened;
        driver.engine.transportOpened(driver.now);
        driver.run();
        gather();
    }
    void reconnect(Client &client)
    {
        connect(client);
        run();
    }
    /// What is on the line is lost. Where the server does not learn of it, it goes on telling.
    void cut(Client &client, bool serverKnows = true)
    {
        client.driver.cut();
        client.driver.sent.clear();
        dropLine(client, serverKnows);
        gather();
    }

    // One message, where there is one
    bool deliverUp(Client &client)
    {
        gather();
        if (client.up.empty())
            return false;
        server.receive(client.connection, take(client.up));
        gather();
        return true;
    }
    bool deliverDown(Client &client)
    {
        gather();
        if (client.down.empty())
            return false;
        client.told.push_back(take(client.down));
        client.driver.receive(*client.told.back());
        gather();
        return true;
    }
    void deliverAllUp(Client &client)
    {
        while (deliverUp(client)) { }
    }
    /// The same, as one batch of the server.
    void deliverTogether(const std::vector<Client *> &senders)
    {
        server.holdFlush = true;
        for (Client *client : senders)
            deliverAllUp(*client);
        server.holdFlush = false;
        server.run();
        gather();
    }
    /// Everything, until nothing is on any line.
    void run()
    {
        server.run();
        for (bool more = true; more;) {
            more = false;
            for (const auto &client : clients)
                more = deliverUp(*client) || deliverDown(*client) || more;
        }
    }

    // What users do; all of it is delivered, and what follows from it
    ObjectSync::TransactionId commit(Client &client, std::vector<ObjectSync::Operation> operations)
    {
        const auto id = client.driver.commit(std::move(operations));
        run();
        return id;
    }
    ObjectSync::SubscriptionNumber subscribe(Client &client, ObjectSync::Filter filter)
    {
        const auto sub = *client.driver.engine.subscribe(std::move(filter));
        client.driver.run();
        run();
        return sub;
    }
    void unsubscribe(Client &client, ObjectSync::SubscriptionNumber sub)
    {
        client.driver.engine.unsubscribe(sub);
        client.driver.run();
        run();
    }
    void forget(Client &client)
    {
        gather(); // what is still to be sent is not forgotten
        client.driver.forget();
        client.driver.ready.clear();
        client.said.clear();
        client.told.clear();
    }

    /// Nothing is pending, and everybody who has subscribed to everything shows the server's world.
    void checkSettled()
    {
        run();
        const ObjectSync::World &world = server.engine.world();
        for (const auto &client : clients) {
            const ObjectSync::ClientEngine &engine = client->driver.engine;
            QCOMPARE(engine.pendingCount(), 0);
            QVERIFY(client->driver.engine.isCovered("anything"));
            QCOMPARE(static_cast<qsizetype>(client->driver.ids().size()), world.size());
            for (const QByteArray &id : client->driver.ids())
                QCOMPARE(client->driver.values(id), world.values(id));
        }
    }

    ServerDriver server;
    std::vector<std::unique_ptr<Client>> clients;

private:
    template<typename Type>
    static Type take(std::deque<Type> &line)
    {
        Type message = std::move(line.front());
        line.pop_front();
        return message;
    }
    void dropLine(Client &client, bool serverKnows)
    {
        client.up.clear();
        client.down.clear();
        if (serverKnows)
            server.engine.disconnected(client.connection, server.now);
        server.run();
        client.connection = 0;
    }
    /// Puts onto the lines what the drivers have sent.
    void gather()
    {
        for (const auto &client : clients) {
            const ClientDriver &driver = client->driver;
            const bool isOpen = driver.transportOpen
                                && driver.transportsOpened == client->transport;
            if (client->connection != 0 && !isOpen)
                dropLine(*client, true);
            for (auto &message : std::exchange(client->driver.sent, {})) {
                client->said.push_back(message);
                client->up.push_back(std::move(message));
            }
            for (auto &message : server.take(client->connection))
                client->down.push_back(std::move(message));
        }
    }
};
