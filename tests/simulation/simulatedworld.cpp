// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulatedworld.h"

#include "problem.h"

using namespace ObjectSync;

namespace Simulation {

namespace {

/// Some day in 2026, in milliseconds.
constexpr qint64 FirstDay = 1'780'000'000'000;
/// Where tombstones expire; well below the time for which a run rests in the end.
constexpr qint64 LongestCongestion = 8000;

} // namespace

SimulatedWorld::SimulatedWorld(Stage &stage, QByteArray name, const qint64 &clockOffset, Store store)
    : m_stage(stage), m_name(std::move(name)), m_clockOffset(clockOffset), m_store(std::move(store))
{
}

qint64 SimulatedWorld::clock() const
{
    return FirstDay + m_stage.agenda.now() + m_clockOffset;
}

// The process

ServerOptions SimulatedWorld::options(const QByteArray &epoch)
{
    RandomSource &random = m_stage.random;
    const Settings &settings = m_stage.settings;
    ServerOptions options;
    options.world = m_name;
    options.epoch = epoch;
    options.storage = true;
    options.authenticate = settings.authenticates;
    options.decideCommits = true; // see acceptsAtOnce()
    options.encodesAtOnce = random.oneIn(2);
    options.decideFetches = settings.decidesFetches;
    options.makeId = [this] { return "made" + QByteArray::number(++m_ids); };
    options.sliceSize = random.between(50, 2000);
    if (settings.tombstonesExpire) {
        options.tombstoneAge = random.oneIn(2) ? 2000 : 60'000;
        options.tombstones = random.oneIn(2) ? random.below(4) : 100'000;
    }
    if (settings.forgetsClients)
        options.clientAge = 60'000;
    if (settings.isPaced) {
        options.limits.operationsPerSecond = 10;
        options.limits.operationsBurst = 20;
    }
    if (settings.smallWindow)
        options.limits.pendingTransactions = random.between(1, 5);
    return options;
}

void SimulatedWorld::start(const StoredWorld &stored, const QByteArray &epoch)
{
    ++m_life;
    m_engine = std::make_unique<ServerEngine>(options(epoch));
    const auto loaded = m_engine->load(stored, clock());
    require(Invariant::Durable, loaded.hasValue(),
            [&] { return QStringLiteral("The disk cannot be loaded: ") + loaded.error().message; });
    require(Invariant::Durable, stored.epoch.isEmpty() || m_engine->epoch() == stored.epoch,
            [] { return QStringLiteral("A restart begins another history"); });
    m_ledger.begin(m_engine->epoch());
    m_ledger.checkLoaded(m_engine->world());
    carryOut();
}

void SimulatedWorld::stop()
{
    m_engine.reset();
    m_keys.clear();
    m_present.clear();
    m_asking.clear();
    m_isEnding = false;
    for (auto &[id, link] : std::exchange(m_links, {})) {
        link->onServer = nullptr;
        link->onServerLost = nullptr;
        link->leaveServer(m_stage.random.oneIn(2));
    }
    m_stage.agenda.cancel(m_wake);
}

void SimulatedWorld::shutDown()
{
    m_isEnding = true;
    m_engine->shutDown(clock());
    carryOut();
}

void SimulatedWorld::stored()
{
    m_ledger.stored();
    m_engine->stored(clock());
    carryOut();
}

void SimulatedWorld::closeSomebody()
{
    if (m_links.empty())
        return;
    auto link = m_links.begin();
    std::advance(link, m_stage.random.below(static_cast<qint64>(m_links.size())));
    m_engine->close(link->first, { ErrorCode::TooSlow, {} }, clock());
    carryOut();
}

Agenda::Id SimulatedWorld::later(qint64 delay, std::function<void()> event)
{
    return m_stage.agenda.after(delay, [this, life = m_life, event = std::move(event)] {
        if (m_engine && life == m_life) {
            event();
            carryOut();
        }
    });
}

// Clients

void SimulatedWorld::accept(const std::shared_ptr<Link> &link)
{
    m_links[link->id] = link;
    link->makeServerDecoder(m_engine->world());
    link->onServer = [this, raw = link.get()](const QByteArray &bytes) { receive(*raw, bytes); };
    link->onServerLost = [this, raw = link.get()] { lost(*raw); };
    Peer peer;
    peer.connection = link->id;
    peer.trusted = !m_stage.settings.isPaced;
    m_engine->connected(peer, clock());
    carryOut();
}

void SimulatedWorld::receive(Link &link, const QByteArray &bytes)
{
    if (!m_links.contains(link.id))
        return;
    const Expected<Message> message = link.serverDecoder->decode(bytes);
    require(Invariant::Protocol, message.hasValue(), [&] {
        return QStringLiteral("The server cannot read a client: ") + message.error().message;
    });
    const auto *commit = std::get_if<Commit>(&*message);
    const bool isAccepted = commit && acceptsAtOnce(link, *commit);
    m_engine->setDecideCommits(!isAccepted);
    m_engine->received(link.id, *message, clock());
    m_engine->setDecideCommits(true);
    carryOut();
}

/// Without handlers the engine accepts what comes as it is. True where it will do so; then the ledger
/// knows.
bool SimulatedWorld::acceptsAtOnce(const Link &link, const Commit &commit)
{
    const auto key = m_keys.find(link.id);
    if (!m_stage.settings.acceptsAtOnce || m_isEnding || key == m_keys.end()
        || m_asking.contains(key->second) || m_ledger.next(key->second) != commit.tx
        || m_stage.random.oneIn(3))
        return false;
    Decision decision;
    decision.transaction = commit.transaction;
    if (!commit.writes.isEmpty())
        decision.transaction.operations = m_engine->world().operations(commit.writes);
    for (const Operation &operation : decision.transaction.operations) {
        if (operation.needsId())
            return false; // the ledger learns ids from what handlers are asked
    }
    m_ledger.ask(key->second, decision.transaction);
    m_ledger.decide(key->second, decision);
    return true;
}

void SimulatedWorld::lost(Link &link)
{
    if (m_links.erase(link.id) == 0)
        return;
    m_engine->disconnected(link.id, clock());
    carryOut();
}

// What the engine wants

void SimulatedWorld::carryOut()
{
    for (auto actions = m_engine->takeActions(); !actions.empty();
         actions = m_engine->takeActions()) {
        for (auto &action : actions)
            std::visit([this](auto &content) { carryOut(content); }, action);
    }
}

void SimulatedWorld::carryOut(ServerAction::Send &send)
{
    for (const ConnectionId receiver : send.receivers) {
        const auto link = m_links.find(receiver);
        if (link == m_links.end())
            continue;
        check(receiver, *send.message);
        link->second->toClient(link->second->serverEncoder->encode(*send.message));
        maybeCongest(receiver);
    }
}

void SimulatedWorld::check(ConnectionId receiver, const Message &message)
{
    const auto key = m_keys.find(receiver);
    if (key != m_keys.end())
        m_ledger.checkTold(key->second, message);
    if (const auto *result = std::get_if<Result>(&message);
        result && !m_stage.settings.decidesFetches)
        m_ledger.checkResult(*result);
}

void SimulatedWorld::maybeCongest(ConnectionId connection)
{
    const qint64 odds = m_stage.settings.isStormy ? 8 : 30;
    if (m_stage.isCalm || !m_stage.settings.congests || !m_stage.random.oneIn(odds))
        return;
    later(0, [this, connection] {
        m_engine->congested(connection);
        const qint64 longest = m_stage.settings.tombstonesExpire ? LongestCongestion : 3000;
        later(m_stage.random.between(1, longest), [this, connection] { drain(connection); });
    });
}

/// What is told then often comes late: the user goes on without it.
void SimulatedWorld::drain(ConnectionId connection)
{
    m_engine->drained(connection);
    const auto link = m_links.find(connection);
    if (link != m_links.end() && !m_stage.isCalm && m_stage.random.oneIn(2))
        link->second->stall(m_stage.random.between(0, 1500));
}

void SimulatedWorld::carryOut(ServerAction::Close &close)
{
    const auto link = m_links.find(close.connection);
    if (link == m_links.end())
        return;
    // A close travels behind what was sent.
    link->second->toClient({});
    link->second->onServer = nullptr;
    link->second->onServerLost = nullptr;
    m_links.erase(link);
}

void SimulatedWorld::carryOut(ServerAction::Authenticate &action)
{
    Expected<QByteArray> principal = "user-" + action.token;
    if (!m_stage.isCalm && m_stage.random.oneIn(30))
        principal = Error{ ErrorCode::Unauthorized, QStringLiteral("by chance") };
    later(m_stage.random.between(0, 300), [this, connection = action.peer.connection, principal] {
        m_engine->authenticated(connection, principal, clock());
    });
}

Decision SimulatedWorld::decision(const Transaction &transaction)
{
    Decision decision;
    decision.transaction = transaction;
    if (m_stage.isCalm)
        return decision;
    if (m_stage.random.oneIn(12)) {
        decision.kind = Decision::Kind::Reject;
        decision.error = { "refused", QStringLiteral("by chance") };
    } else if (m_stage.random.oneIn(30)) {
        decision.kind = Decision::Kind::AcceptSilently;
    } else if (m_stage.random.oneIn(20)) {
        decision.transaction.operations.push_back(
                Operation::save("log", { { "last", m_stage.random.below(100) } }));
    }
    return decision;
}

void SimulatedWorld::carryOut(ServerAction::Decide &action)
{
    const QByteArray key = recordKey(action.peer.principal, action.peer.client);
    m_asking.insert(key);
    m_ledger.ask(key, action.transaction);
    const qint64 delay = m_stage.random.oneIn(3) ? m_stage.random.between(1, 400) : 0;
    later(delay, [this, key, ticket = action.ticket, decided = decision(action.transaction)] {
        m_ledger.decide(key, decided);
        m_asking.erase(key);
        m_engine->decided(ticket, decided, clock());
    });
}

void SimulatedWorld::carryOut(ServerAction::DecideFetch &action)
{
    later(m_stage.random.between(0, 300), [this, ticket = action.ticket, ids = action.ids] {
        if (m_stage.random.oneIn(4)) {
            m_engine->fetched(ticket, Error{ ErrorCode::Forbidden, QStringLiteral("by chance") });
            return;
        }
        std::vector<std::optional<Result::Entity>> entities(ids.size());
        for (size_t i = 0; i < ids.size(); ++i)
            entities[i] = Result::Entity{ ids[i], 1, {} };
        m_engine->fetched(ticket, std::move(entities));
    });
}

void SimulatedWorld::carryOut(ServerAction::Store &action)
{
    m_ledger.seal(action.batch);
    m_store(action.batch);
}

void SimulatedWorld::carryOut(ServerAction::WantFlush &)
{
    later(m_stage.random.between(0, 5), [this] { m_engine->flush(clock()); });
}

void SimulatedWorld::carryOut(ServerAction::WakeAt &action)
{
    m_stage.agenda.cancel(m_wake);
    if (action.time < 0)
        return;
    // As timers do, it waits for a duration, whatever becomes of the clock.
    const qint64 delay = std::max<qint64>(0, action.time - clock());
    m_wake = later(delay, [this] { m_engine->timeout(clock()); });
}

void SimulatedWorld::carryOut(ServerAction::ClientConnected &action)
{
    const QByteArray key = recordKey(action.peer.principal, action.peer.client);
    m_keys[action.peer.connection] = key;
    require(Invariant::Fence, m_present.insert(key).second,
            [] { return QStringLiteral("Two connections of one client at once"); });
}

void SimulatedWorld::carryOut(ServerAction::ClientDisconnected &action)
{
    m_present.erase(recordKey(action.peer.principal, action.peer.client));
}

} // namespace Simulation
