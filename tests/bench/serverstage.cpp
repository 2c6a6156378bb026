// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverstage.h"

using namespace ObjectSync;

namespace {

constexpr ConnectionId Writer = 1;

ServerOptions makeOptions()
{
    ServerOptions options;
    options.epoch = "epoch";
    options.limits.operationsPerSecond = 0;
    options.limits.pendingTransactions = 100000;
    options.encodesAtOnce = true;
    options.makeId = [] { return QByteArray("made"); };
    return options;
}

} // namespace

ServerStage::ServerStage(const StoredWorld &world, Encoding encoding)
    : m_encoding(encoding), m_engine(makeOptions()), m_writersEncoder(Encoder::create(encoding)),
      m_decoder(Decoder::create(encoding, m_engine.options().limits, Decoder::Sender::Client,
                                &m_engine.world()))
{
    if (!m_engine.load(world, m_now))
        qFatal("the world was not taken");
    m_engine.connected({ .connection = Writer, .trusted = true }, m_now);
    m_encoders[Writer] = Encoder::create(encoding);
    receive(Writer, Hello{ .client = "writer" });
}

void ServerStage::addReader(const std::vector<Filter> &filters)
{
    const ConnectionId reader = ++m_lastConnection;
    m_engine.connected({ .connection = reader, .trusted = true }, m_now);
    m_encoders[reader] = Encoder::create(m_encoding);
    receive(reader, Hello{ .client = "reader " + QByteArray::number(reader) });
    SubscriptionNumber sub = 0;
    for (const Filter &filter : filters)
        receive(reader, Subscribe{ ++sub, filter });
    takeTold();
}

void ServerStage::receive(ConnectionId connection, const Message &message)
{
    m_engine.received(connection, message, m_now);
    run();
}

std::vector<QByteArray> ServerStage::prepare(const std::vector<QByteArray> &ids)
{
    const TransactionNumber answered = m_lastTx;
    std::vector<QByteArray> messages;
    messages.reserve(ids.size());
    for (const QByteArray &id : ids) {
        Transaction transaction{ { Operation::set(id, { { "x", ++m_lastX + 0.5 } }) }, {} };
        messages.push_back(m_writersEncoder->encode(
                Commit{ ++m_lastTx, std::move(transaction), answered, {} }));
    }
    return messages;
}

QByteArray ServerStage::prepareTogether(const std::vector<QByteArray> &ids)
{
    const TransactionNumber answered = m_lastTx;
    Transaction transaction;
    for (const QByteArray &id : ids)
        transaction.operations.push_back(Operation::set(id, { { "x", ++m_lastX + 0.5 } }));
    return m_writersEncoder->encode(Commit{ ++m_lastTx, std::move(transaction), answered, {} });
}

void ServerStage::turn(const std::vector<QByteArray> &messages)
{
    ++m_now;
    for (const QByteArray &message : messages)
        m_engine.received(Writer, *m_decoder->decode(message), m_now);
    run();
}

void ServerStage::run()
{
    for (auto actions = m_engine.takeActions(); !actions.empty(); actions = m_engine.takeActions()) {
        for (const auto &action : actions) {
            if (const auto *send = std::get_if<ServerAction::Send>(&action))
                this->send(*send);
            else if (std::holds_alternative<ServerAction::WantFlush>(action))
                m_engine.flush(m_now);
            else if (std::holds_alternative<ServerAction::Close>(action))
                qFatal("a connection was closed");
        }
    }
}

void ServerStage::send(const ServerAction::Send &send)
{
    QByteArray bytes; // where they serve several connections
    const auto *changes = std::get_if<Changes>(send.message.get());
    for (const ConnectionId receiver : send.receivers) {
        Encoder &encoder = *m_encoders[receiver];
        if (bytes.isEmpty() || !encoder.isShareable(*send.message))
            bytes = encoder.encode(*send.message);
        if (changes) {
            ++m_told.messages;
            m_told.changes += static_cast<qint64>(changes->count());
        }
        m_told.bytes += bytes.size();
    }
}
