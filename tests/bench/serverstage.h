// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>
#include <objectsync/core/serverengine.h>

#include <map>
#include <memory>
#include <vector>

/// A ServerEngine with its codec, a writer and readers, without sockets and store: what a server's
/// own part of an update costs. Bytes for the engine are made beforehand, by prepare().
class ServerStage
{
public:
    /// What readers were told.
    struct Told
    {
        qint64 messages = 0;
        qint64 changes = 0;
        qint64 bytes = 0;
    };

    explicit ServerStage(const ObjectSync::StoredWorld &world,
                         ObjectSync::Encoding encoding = ObjectSync::Encoding::Cbor);

    /// A connection with these subscriptions, which has been told all that they cover.
    void addReader(const std::vector<ObjectSync::Filter> &filters);
    void addReader(const ObjectSync::Filter &filter) { addReader(std::vector{ filter }); }

    /// The writer's messages that set `x` of each of these entities to a new value, a transaction
    /// for each.
    std::vector<QByteArray> prepare(const std::vector<QByteArray> &ids);
    /// The same as one message: one transaction for all of them.
    QByteArray prepareTogether(const std::vector<QByteArray> &ids);
    /// Takes those messages as they come in one turn of a server's event loop: decodes all, then
    /// one flush, then encodes what goes out, once for all who are told the same.
    void turn(const std::vector<QByteArray> &messages);
    Told takeTold() { return std::exchange(m_told, {}); }

    const ObjectSync::ServerEngine &engine() const { return m_engine; }

private:
    void receive(ObjectSync::ConnectionId connection, const ObjectSync::Message &message);
    void run();
    void send(const ObjectSync::ServerAction::Send &send);

    qint64 m_now = 1;
    ObjectSync::Encoding m_encoding;
    ObjectSync::ServerEngine m_engine;
    ObjectSync::ConnectionId m_lastConnection = 1; ///< 1 is the writer's
    ObjectSync::TransactionNumber m_lastTx = 0;
    std::unique_ptr<ObjectSync::Encoder> m_writersEncoder;
    std::unique_ptr<ObjectSync::Decoder> m_decoder;
    std::map<ObjectSync::ConnectionId, std::unique_ptr<ObjectSync::Encoder>> m_encoders;
    double m_lastX = 1e6;
    Told m_told;
};
