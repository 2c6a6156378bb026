// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>
#include <objectsync/core/codec.h>
#include <objectsync/core/serverengine.h>

#include <deque>
#include <memory>

/// What a step cost: CPU time of each engine with its half of the codec, and the bytes between
/// them.
struct Cost
{
    double serverSeconds = 0;
    double clientSeconds = 0;
    qint64 bytesToClient = 0;
    qint64 bytesToServer = 0;
    qint64 changes = 0; ///< entities that the client was told of
};

/// CPU time of this thread.
double cpuSeconds();

/// A ServerEngine and a ClientEngine with both codecs between them, and neither sockets nor a store:
/// what is left is what the engines themselves cost.
class EnginePair
{
public:
    /// A world with entities "item/000000000" and so on, of five properties.
    explicit EnginePair(int entities);

    void connect();
    void disconnect();
    /// Changes one property of \a count entities, spread evenly, as another client.
    void change(int count);
    void subscribe(const QByteArray &prefix);

    /// The cost of all since the last call.
    Cost takeCost() { return std::exchange(m_cost, {}); }
    const ObjectSync::ClientEngine &client() const { return m_client; }
    const ObjectSync::ServerEngine &server() const { return m_server; }

private:
    void run();
    bool runClient();
    bool runServer();
    void toServer(const ObjectSync::Message &message);
    void toClient(const ObjectSync::ServerAction::Send &send);

    int m_entities;
    qint64 m_now = 1;
    ObjectSync::ServerEngine m_server;
    ObjectSync::ClientEngine m_client;
    ObjectSync::ConnectionId m_connection = 1; ///< of the client; 1 itself is the other one's
    ObjectSync::TransactionNumber m_otherTx = 0;
    std::unique_ptr<ObjectSync::Encoder> m_clientEncoder;
    std::unique_ptr<ObjectSync::Decoder> m_clientDecoder;
    std::unique_ptr<ObjectSync::Encoder> m_serverEncoder;
    std::unique_ptr<ObjectSync::Decoder> m_serverDecoder;
    std::deque<QByteArray> m_toClient;
    std::deque<QByteArray> m_toServer;
    Cost m_cost;
};
