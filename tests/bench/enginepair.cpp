// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "enginepair.h"

#include "sampleworld.h"

#include <algorithm>
#include <ctime>

using namespace ObjectSync;

namespace {

constexpr ConnectionId Other = 1; ///< the connection of the one who changes things

QByteArray idOf(int index)
{
    return "item/" + QByteArray::number(index).rightJustified(9, '0');
}

ServerOptions serverOptions()
{
    ServerOptions options;
    options.epoch = "epoch";
    options.limits.operationsPerSecond = 0;
    options.encodesAtOnce = true;
    options.makeId = [] { return QByteArray("made"); };
    return options;
}

ClientOptions clientOptions()
{
    ClientOptions options;
    options.random = [] { return 0.0; };
    options.makeClientId = [] { return QByteArray("client"); };
    return options;
}

} // namespace

double cpuSeconds()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

EnginePair::EnginePair(int entities)
    : m_entities(entities), m_server(serverOptions()), m_client(clientOptions())
{
    if (!m_server.load(sampleWorld(entities, idOf), m_now))
        qFatal("the world was not taken");
    m_server.connected({ .connection = Other, .trusted = true }, m_now);
    m_server.received(Other, Hello{ .client = "other" }, m_now);
    m_client.open(m_now);
    run();
    m_cost = {};
}

void EnginePair::connect()
{
    if (m_client.status() == ClientStatus::Waiting) {
        m_now += 60000;
        m_client.timeout(m_now);
    }
    const Limits limits = m_server.options().limits;
    m_clientEncoder = Encoder::create(Encoding::Cbor);
    m_clientDecoder = Decoder::create(Encoding::Cbor, limits, Decoder::Sender::Server);
    m_serverEncoder = Encoder::create(Encoding::Cbor);
    m_serverDecoder = Decoder::create(Encoding::Cbor, limits, Decoder::Sender::Client);
    m_server.connected({ .connection = ++m_connection, .trusted = true }, m_now);
    m_client.transportOpened(m_now);
    run();
}

void EnginePair::disconnect()
{
    m_server.disconnected(m_connection, m_now);
    m_client.transportClosed({ ErrorCode::Unreachable, QStringLiteral("cut") }, m_now);
    run();
}

void EnginePair::change(int count)
{
    Transaction transaction;
    for (int i = 0; i < count; ++i) {
        const int index = static_cast<int>(qint64(i) * m_entities / count);
        transaction.operations.push_back(
                Operation::set(idOf(index), { { "x", double(m_now) + i } }));
    }
    ++m_now;
    m_server.received(Other, Commit{ ++m_otherTx, std::move(transaction) }, m_now);
    run();
}

void EnginePair::subscribe(const QByteArray &prefix)
{
    if (!m_client.subscribe(Filter::byPrefix(prefix)))
        qFatal("not subscribed");
    run();
}

void EnginePair::run()
{
    bool more = true;
    while (more) {
        const double begin = cpuSeconds();
        more = runServer();
        const double middle = cpuSeconds();
        more = runClient() || more;
        m_cost.serverSeconds += middle - begin;
        m_cost.clientSeconds += cpuSeconds() - middle;
    }
}

bool EnginePair::runServer()
{
    for (; !m_toServer.empty(); m_toServer.pop_front())
        m_server.received(m_connection, *m_serverDecoder->decode(m_toServer.front()), m_now);
    const auto actions = m_server.takeActions();
    for (const auto &action : actions) {
        if (const auto *send = std::get_if<ServerAction::Send>(&action))
            toClient(*send);
        else if (std::holds_alternative<ServerAction::WantFlush>(action))
            m_server.flush(m_now);
        else if (std::holds_alternative<ServerAction::Store>(action))
            m_server.stored(m_now);
    }
    return !actions.empty();
}

void EnginePair::toClient(const ServerAction::Send &send)
{
    const auto &all = send.receivers;
    if (m_connection == Other || std::find(all.begin(), all.end(), m_connection) == all.end())
        return;
    if (const auto *changes = std::get_if<Changes>(send.message.get()))
        m_cost.changes += static_cast<qint64>(changes->count());
    m_toClient.push_back(m_serverEncoder->encode(*send.message));
    m_cost.bytesToClient += m_toClient.back().size();
}

bool EnginePair::runClient()
{
    for (; !m_toClient.empty(); m_toClient.pop_front())
        m_client.received(*m_clientDecoder->decode(m_toClient.front()), m_now);
    const auto actions = m_client.takeActions();
    for (const auto &action : actions) {
        if (const auto *send = std::get_if<ClientAction::Send>(&action))
            toServer(*send->message);
    }
    return !actions.empty() || !m_toServer.empty();
}

void EnginePair::toServer(const Message &message)
{
    m_toServer.push_back(m_clientEncoder->encode(message));
    m_cost.bytesToServer += m_toServer.back().size();
}
