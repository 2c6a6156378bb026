// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulatedclient.h"

#include "problem.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

namespace {

/// Where somebody is refused, again and again, he does not subscribe to more and more.
constexpr size_t MostSubscriptions = 8;

/// A server forgets a client half a minute after it was there at the earliest; the client may have
/// heard of it much later than that.
constexpr qint64 SoonestForgotten = 5'000;

QString json(const Message &message)
{
    return QString::fromUtf8(Encoder::create(Encoding::Json)->encode(message));
}

} // namespace

SimulatedClient::SimulatedClient(Stage &stage, SimulatedServer &server, SimulatedWorld &world,
                                 int number)
    : m_stage(stage), m_server(server), m_world(world), m_number(number),
      m_user(stage.random, stage.settings.isCrowded)
{
    if (stage.settings.clientsKeep)
        m_disk = std::make_unique<ClientDisk>(stage);
    start();
}

QString SimulatedClient::name() const
{
    return QStringLiteral("client %1").arg(m_number);
}

// The process

void SimulatedClient::start()
{
    ClientOptions options;
    options.token = QByteArray::number(m_number);
    options.random = [this] { return m_stage.random.fraction(); };
    // The same ids in each world: they must not be mixed up.
    options.makeClientId = [this] {
        return QByteArray("client-")
               + QByteArray::number(m_number / static_cast<int>(m_server.worlds())) + '-'
               + QByteArray::number(++m_clientIds);
    };
    const Settings &settings = m_stage.settings;
    const QByteArray principal = settings.authenticates ? "user-" + options.token : QByteArray();
    const bool mayForget = settings.forgetsClients || settings.rollsBack;
    options.storage = m_disk != nullptr;
    m_witness = std::make_unique<Witness>(name(), principal, m_world.ledger(), mayForget);
    m_engine = std::make_unique<ClientEngine>(std::move(options));
    ++m_life;
    if (!m_disk)
        return;
    // Reading takes its time; the user does not wait.
    const qint64 delay = m_stage.random.oneIn(2) ? 0 : m_stage.random.between(1, 400);
    m_stage.agenda.after(delay, [this, life = m_life] {
        if (life == m_life)
            restore();
    });
}

void SimulatedClient::restore()
{
    const ClientState state = m_disk->state();
    m_witness->restores(state);
    const auto restored = m_engine->restore(state, clock());
    require(Invariant::Durable, restored.hasValue(), [&] {
        return name() + QStringLiteral(" cannot be restored: ") + restored.error().message;
    });
    carryOut();
}

/// All that was in memory is gone. Without a store of its own the client comes back under another
/// client id, and what was under way is done or not.
void SimulatedClient::crash()
{
    leave();
    ++m_attempt;
    m_stage.agenda.cancel(m_wake);
    m_wakeTime = -1;
    m_subscriptions.clear();
    m_fetches.clear();
    if (m_disk)
        m_disk->crash();
    start();
    open();
}

void SimulatedClient::befall()
{
    RandomSource &random = m_stage.random;
    const Settings &settings = m_stage.settings;
    // While its store fails, a client is not safe from crashes; that is not promised.
    const bool isSafe = !m_disk || m_disk->isSafe();
    if (settings.clientsCrash && isSafe && random.oneIn(4)) {
        trace(m_stage.agenda.now(), [&] { return name() + QStringLiteral(" crashes"); });
        crash();
    } else if (settings.clocksJump && random.oneIn(4)) {
        // It slept. Its clock never goes back.
        m_clockOffset += random.between(0, 120'000);
        ClientAction::WakeAt wake{ m_wakeTime };
        carryOut(wake);
    } else if (m_link && random.oneIn(4)) {
        m_link->stall(random.between(0, 20'000));
    } else if (m_link && settings.isLossy) {
        trace(m_stage.agenda.now(), [&] { return name() + QStringLiteral(" is cut off"); });
        m_link->cut(!random.oneIn(4), !random.oneIn(4));
    }
}

// What a user does

void SimulatedClient::open()
{
    m_engine->open(clock());
    carryOut();
}

void SimulatedClient::act()
{
    if (m_stage.settings.isRestless && m_stage.random.oneIn(3)) {
        changeSubscriptions();
        carryOut();
        return;
    }
    switch (m_stage.random.below(10)) {
    case 0:
    case 1:
        changeSubscriptions();
        break;
    case 2:
        submit(m_user.count());
        break;
    case 3:
        if (m_stage.random.oneIn(4))
            m_engine->close();
        else
            m_fetches.push_back(m_engine->fetch({ m_user.id(), m_user.id() }, clock()));
        break;
    case 4:
        m_engine->open(clock());
        break;
    case 5:
        resend();
        break;
    default:
        edit();
        break;
    }
    carryOut();
}

/// In a crowd some move things about: several edits arrive at the server in one turn.
void SimulatedClient::edit()
{
    submit(m_user.transaction());
    if (!m_stage.settings.isCrowded)
        return;
    for (qint64 left = m_stage.random.below(3); left > 0; --left) {
        carryOut();
        submit(m_user.move());
    }
}

void SimulatedClient::submit(const Transaction &transaction)
{
    trace(m_stage.agenda.now(), [&] {
        return QStringLiteral("%1 commits %2").arg(name(), json(Commit{ 0, transaction }));
    });
    if (const auto committed = m_engine->commit(transaction, clock()))
        m_witness->committed(*committed, transaction);
}

void SimulatedClient::changeSubscriptions()
{
    RandomSource &random = m_stage.random;
    if (m_subscriptions.size() >= MostSubscriptions
        || (!m_subscriptions.empty() && random.oneIn(2))) {
        const SubscriptionNumber sub = random.pick(m_subscriptions);
        std::erase(m_subscriptions, sub);
        m_witness->unsubscribed(sub);
        m_engine->unsubscribe(sub);
        return;
    }
    Filter filter = m_user.filter();
    if (const auto subscribed = m_engine->subscribe(filter)) {
        m_witness->subscribed(*subscribed, filter);
        m_subscriptions.push_back(*subscribed);
    }
}

/// The protocol lets a client send again what has not been answered; ours does so on a new
/// connection only.
void SimulatedClient::resend()
{
    const auto &unanswered = m_witness->unanswered();
    if (!m_stage.settings.resends || !m_link || unanswered.empty())
        return;
    const Commit &commit = m_sent.at(m_stage.random.oneIn(2) ? *unanswered.begin()
                                                             : *unanswered.rbegin());
    m_link->toServer(m_link->clientEncoder->encode(commit));
}

// What the engine wants

void SimulatedClient::carryOut()
{
    m_witness->turnBegins();
    auto actions = m_engine->takeActions();
    if (actions.empty())
        return;
    for (; !actions.empty(); actions = m_engine->takeActions()) {
        for (auto &action : actions)
            std::visit([this](auto &content) { carryOut(content); }, action);
    }
    m_witness->check(*m_engine);
}

void SimulatedClient::carryOut(ClientAction::OpenTransport &)
{
    m_stage.agenda.after(m_stage.random.between(0, 50), [this, attempt = ++m_attempt] {
        if (attempt != m_attempt)
            return;
        if (!m_server.isUp() || (!m_stage.isCalm && m_stage.random.oneIn(8)))
            m_engine->transportClosed({ ErrorCode::Unreachable, {} }, clock());
        else
            connect();
        carryOut();
    });
}

void SimulatedClient::connect()
{
    m_link = std::make_shared<Link>(m_stage,
                                    m_stage.random.oneIn(2) ? Encoding::Cbor : Encoding::Json);
    m_link->onClient = [this, raw = m_link.get()](const QByteArray &bytes) { receive(*raw, bytes); };
    m_link->onClientLost = [this, raw = m_link.get()] { lost(*raw); };
    m_sent.clear();
    m_world.accept(m_link);
    m_engine->transportOpened(clock());
}

void SimulatedClient::receive(Link &link, const QByteArray &bytes)
{
    if (m_link.get() != &link)
        return;
    if (bytes.isEmpty()) {
        lost(link);
        return;
    }
    const Expected<Message> message = link.clientDecoder->decode(bytes);
    require(Invariant::Protocol, message.hasValue(), [&] {
        return QStringLiteral("%1 cannot read the server: %2").arg(name(), message.error().message);
    });
    trace(m_stage.agenda.now(),
          [&] { return QStringLiteral("%1 <- %2").arg(name(), json(*message)); });
    const qint64 now = m_stage.agenda.now();
    if (std::holds_alternative<Welcome>(*message))
        m_silence = now - m_lastHeard;
    else if (m_engine->status() == ClientStatus::Online)
        m_lastHeard = now;
    m_witness->hears(*message);
    m_engine->received(*message, clock());
    m_witness->hasHeard(*message, *m_engine);
    carryOut();
}

void SimulatedClient::lost(Link &link)
{
    if (m_link.get() != &link)
        return;
    m_link.reset();
    m_engine->transportClosed({ ErrorCode::Unreachable, {} }, clock());
    carryOut();
}

void SimulatedClient::leave()
{
    if (m_link)
        m_link->leaveClient(m_stage.random.oneIn(2), m_stage.isCalm || !m_stage.random.oneIn(4));
    m_link.reset();
}

void SimulatedClient::carryOut(ClientAction::CloseTransport &)
{
    ++m_attempt;
    leave();
}

void SimulatedClient::carryOut(ClientAction::Send &send)
{
    trace(m_stage.agenda.now(),
          [&] { return QStringLiteral("%1 -> %2").arg(name(), json(*send.message)); });
    if (const auto *hello = std::get_if<Hello>(send.message.get())) {
        const Settings &settings = m_stage.settings;
        const bool mayBeNew = m_witness->client().isEmpty() || settings.rollsBack
                              || settings.clocksJump || m_silence >= SoonestForgotten
                              || m_witness->isInBackup();
        require(Invariant::Durable, mayBeNew || hello->client == m_witness->client(), [&] {
            return name() + QStringLiteral(" was forgotten by the server, although it was there");
        });
        m_witness->sent(*hello);
    }
    if (const auto *commit = std::get_if<Commit>(send.message.get())) {
        m_witness->sent(*commit);
        if (m_disk)
            m_witness->checkStored(*commit, *m_disk);
        m_world.ledger().sent(m_witness->key(), *commit);
        m_sent[commit->tx] = *commit;
    }
    if (m_link)
        m_link->toServer(m_link->clientEncoder->encode(*send.message));
}

void SimulatedClient::carryOut(ClientAction::Store &action)
{
    trace(m_stage.agenda.now(), [&] {
        return QStringLiteral("%1 stores: answered %2, sent %3")
                .arg(name())
                .arg(action.batch.answered)
                .arg(action.batch.sent);
    });
    m_disk->write(action.batch, [this](bool failed) {
        failed ? m_engine->storeFailed(clock()) : m_engine->stored(clock());
        carryOut();
    });
}

void SimulatedClient::carryOut(ClientAction::WakeAt &action)
{
    m_stage.agenda.cancel(m_wake);
    m_wakeTime = action.time;
    if (action.time < 0)
        return;
    const qint64 delay = std::max<qint64>(0, action.time - clock());
    m_wake = m_stage.agenda.after(delay, [this] {
        m_engine->timeout(clock());
        carryOut();
    });
}

void SimulatedClient::carryOut(ClientAction::StatusChanged &action)
{
    trace(m_stage.agenda.now(), [&] {
        return QStringLiteral("%1 has status %2, %3 %4")
                .arg(name())
                .arg(static_cast<int>(action.status))
                .arg(QString::fromUtf8(action.error.code), action.error.message);
    });
    const bool mayFail = m_stage.settings.authenticates
                         && action.error.code == ErrorCode::Unauthorized;
    require(Invariant::Protocol,
            mayFail
                    || (action.status != ClientStatus::Failed
                        && action.error.code != ErrorCode::BadMessage
                        && action.error.code != ErrorCode::TooManyPending),
            [&] {
                return QStringLiteral("%1 is at odds with the server: %2 %3")
                        .arg(name(), QString::fromUtf8(action.error.code), action.error.message);
            });
}

void SimulatedClient::carryOut(ClientAction::ViewChanged &action)
{
    for (const ViewChange &change : action.changes) {
        trace(m_stage.agenda.now(), [&] {
            return QStringLiteral("%1 shows %2 (%3) %4")
                    .arg(name(), QString::fromUtf8(change.id))
                    .arg(static_cast<int>(change.event))
                    .arg(Value(change.properties).toDisplayString());
        });
    }
    m_witness->told(action);
}

void SimulatedClient::carryOut(ClientAction::Answered &action)
{
    require(Invariant::Protocol, !action.error || action.error->code != ErrorCode::SlowDown,
            [&] { return QStringLiteral("%1 is told to slow down").arg(name()); });
    m_witness->told(action);
    ++m_answers;
}

void SimulatedClient::carryOut(ClientAction::Fetched &action)
{
    require(Invariant::Answer, std::erase(m_fetches, action.request) == 1,
            [&] { return QStringLiteral("%1: a result of no fetch").arg(name()); });
    if (!action.entities)
        return;
    for (const auto &entity : *action.entities) {
        if (entity)
            m_user.learn(*entity);
    }
}

void SimulatedClient::carryOut(ClientAction::SubscriptionReady &action)
{
    require(Invariant::Signals, m_engine->isReady(action.sub),
            [&] { return QStringLiteral("%1: ready and not").arg(name()); });
    m_witness->told(action);
}

void SimulatedClient::carryOut(ClientAction::SubscriptionFailed &action)
{
    throw Problem(Invariant::Protocol, QStringLiteral("%1: a subscription is refused: %2")
                                               .arg(name(), action.error.message));
}

void SimulatedClient::carryOut(ClientAction::LatencyMeasured &) { }

// In the end

bool SimulatedClient::isSettled() const
{
    return m_engine->status() == ClientStatus::Online && m_link && m_link->isAtRest()
           && !m_witness->hasOutstanding() && m_witness->isReady() && m_fetches.empty();
}

QString SimulatedClient::state() const
{
    return QStringLiteral("%1: status %2, %3 pending, %4 fetches")
            .arg(name())
            .arg(static_cast<int>(m_engine->status()))
            .arg(m_engine->pendingCount())
            .arg(m_fetches.size());
}

void SimulatedClient::checkConverged() const
{
    m_witness->checkConverged(*m_engine);
    require(Invariant::Durable, !m_disk || m_disk->state().pending.empty(),
            [&] { return name() + QStringLiteral(" keeps transactions that were answered"); });
}

} // namespace Simulation
