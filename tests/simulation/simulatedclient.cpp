// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "simulatedclient.h"

#include "problem.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

namespace {

const std::vector<QByteArray> Prefixes = { "", "a/", "b/", "a/1" };
const std::vector<QByteArray> Names = { "x", "y", "z" };

QString text(const ValueMap &values)
{
    return Value(values).toDisplayString();
}

QString json(const Message &message)
{
    return QString::fromUtf8(Encoder::create(Encoding::Json)->encode(message));
}

bool countsIn(const Transaction &transaction)
{
    return std::any_of(transaction.operations.begin(), transaction.operations.end(),
                       [](const Operation &operation) { return operation.id == CounterId; });
}

} // namespace

SimulatedClient::SimulatedClient(Agenda &agenda, RandomSource &random, SimulatedServer &server,
                                 int number, quint64 &lastLink)
    : m_agenda(agenda), m_random(random), m_server(server), m_number(number), m_lastLink(lastLink)
{
    m_options.random = [this] { return m_random.fraction(); };
    m_options.makeClientId = [this] {
        return QByteArray("client-") + QByteArray::number(m_number) + '-'
               + QByteArray::number(++m_clientIds);
    };
    m_engine = std::make_unique<ClientEngine>(m_options);
}

// What a user does

void SimulatedClient::act()
{
    switch (m_random.below(10)) {
    case 0:
    case 1:
        changeSubscriptions();
        break;
    case 2:
        count();
        break;
    case 3:
        if (m_random.oneIn(4))
            m_engine->close();
        else
            m_fetches.push_back(m_engine->fetch({ randomId(), randomId() }, m_agenda.now()));
        break;
    case 4:
        open();
        break;
    default:
        commit();
        break;
    }
    carryOut();
}

void SimulatedClient::open()
{
    m_engine->open(m_agenda.now());
    carryOut();
}

void SimulatedClient::count()
{
    const Transaction transaction{ {
            Operation::save(CounterId, {}),
            Operation::apply("increment", CounterId, CounterName, m_random.between(1, 3)),
    } };
    submit(transaction);
}

void SimulatedClient::commit()
{
    Transaction transaction;
    const qint64 operations = m_random.oneIn(3) ? m_random.between(2, 4) : 1;
    for (qint64 i = 0; i < operations; ++i)
        transaction.operations.push_back(randomOperation());
    if (m_random.oneIn(6)) {
        Expectation expectation{ randomId() };
        if (m_random.oneIn(2))
            expectation.exists = m_random.oneIn(2);
        else
            expectation.values.insert(m_random.pick(Names), randomValue());
        transaction.expectations.push_back(expectation);
    }
    submit(transaction);
}

void SimulatedClient::submit(const Transaction &transaction)
{
    trace(m_agenda.now(), [&] {
        return QStringLiteral("%1 commits %2").arg(name(), json(Commit{ 0, transaction }));
    });
    if (const auto committed = m_engine->commit(transaction, m_agenda.now()))
        m_outstanding.push_back({ *committed, transaction });
}

Operation SimulatedClient::randomOperation()
{
    const QByteArray id = randomId();
    const QByteArray name = m_random.pick(Names);
    switch (m_random.below(9)) {
    case 0:
        return Operation::create(m_random.oneIn(5) ? QByteArray("a/") : id,
                                 { { name, randomValue() } });
    case 1:
    case 2:
        return Operation::save(id, { { name, randomValue() } });
    case 3:
        return Operation::unset(id, { name });
    case 4:
        return Operation::destroy(id);
    case 5:
        return Operation::apply("increment", id, name, 1);
    default:
        return Operation::set(id, { { name, randomValue() } });
    }
}

Value SimulatedClient::randomValue()
{
    switch (m_random.below(6)) {
    case 0:
        return QStringLiteral("text");
    case 1:
        return m_random.fraction();
    case 2:
        return Value(Value::List{ 1, nullptr });
    default:
        return Value(m_random.below(3));
    }
}

QByteArray SimulatedClient::randomId()
{
    return QByteArray(m_random.oneIn(2) ? "a/" : "b/") + QByteArray::number(m_random.below(14));
}

void SimulatedClient::changeSubscriptions()
{
    if (!m_subscriptions.empty() && m_random.oneIn(2)) {
        const auto place = m_subscriptions.begin()
                           + static_cast<ptrdiff_t>(
                                   m_random.below(static_cast<qint64>(m_subscriptions.size())));
        m_engine->unsubscribe(*place);
        m_subscriptions.erase(place);
        return;
    }
    Filter filter = m_random.oneIn(3) ? Filter::byIds({ randomId(), randomId() })
                                      : Filter::byPrefix(m_random.pick(Prefixes));
    if (const auto subscribed = m_engine->subscribe(std::move(filter)))
        m_subscriptions.push_back(*subscribed);
}

// What the engine wants

void SimulatedClient::carryOut()
{
    for (auto actions = m_engine->takeActions(); !actions.empty();
         actions = m_engine->takeActions()) {
        for (auto &action : actions)
            std::visit([this](auto &content) { carryOut(content); }, action);
    }
    check();
}

void SimulatedClient::carryOut(ClientAction::OpenTransport &)
{
    const int attempt = ++m_attempt;
    m_agenda.after(m_random.between(0, 50), [this, attempt] {
        if (attempt != m_attempt)
            return;
        if (!m_server.isUp() || (!calm && m_random.oneIn(8)))
            m_engine->transportClosed({ ErrorCode::Unreachable, {} }, m_agenda.now());
        else
            connect();
        carryOut();
    });
}

void SimulatedClient::connect()
{
    const auto encoding = m_random.oneIn(2) ? Encoding::Cbor : Encoding::Json;
    m_link = std::make_shared<Link>(m_agenda, m_random, encoding, ++m_lastLink);
    m_link->onClient = [this, raw = m_link.get()](const QByteArray &bytes) { receive(*raw, bytes); };
    m_link->onClientLost = [this, raw = m_link.get()] { lost(*raw); };
    m_server.accept(m_link);
    m_engine->transportOpened(m_agenda.now());
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
    trace(m_agenda.now(), [&] {
        return QStringLiteral("%1 <- %2").arg(name(), message ? json(*message) : QString());
    });
    require(message.hasValue(), QStringLiteral("A client cannot read the server's message: ")
                                        + (message ? QString() : message.error().message));
    m_engine->received(*message, m_agenda.now());
    carryOut();
}

void SimulatedClient::lost(Link &link)
{
    if (m_link.get() != &link)
        return;
    m_link.reset();
    m_engine->transportClosed({ ErrorCode::Unreachable, {} }, m_agenda.now());
    carryOut();
}

void SimulatedClient::cutLink()
{
    if (m_link)
        m_link->cut(!m_random.oneIn(4), !m_random.oneIn(4));
}

void SimulatedClient::carryOut(ClientAction::CloseTransport &)
{
    ++m_attempt;
    if (m_link)
        m_link->cut(false, true);
    m_link.reset();
}

void SimulatedClient::carryOut(ClientAction::Send &send)
{
    trace(m_agenda.now(),
          [&] { return QStringLiteral("%1 -> %2").arg(name(), json(send.message)); });
    if (m_link)
        m_link->toServer(m_link->clientEncoder->encode(send.message));
}

void SimulatedClient::carryOut(ClientAction::WakeAt &action)
{
    m_agenda.cancel(m_wake);
    if (action.time < 0)
        return;
    m_wake = m_agenda.at(action.time, [this] {
        m_engine->timeout(m_agenda.now());
        carryOut();
    });
}

void SimulatedClient::carryOut(ClientAction::StatusChanged &action)
{
    require(action.status != ClientStatus::Failed,
            QStringLiteral("%1 failed for good: %2 %3")
                    .arg(name(), QString::fromUtf8(action.error.code), action.error.message));
}

void SimulatedClient::carryOut(ClientAction::ViewChanged &action)
{
    require(!action.changes.empty(), QStringLiteral("%1 is told of nothing").arg(name()));
    for (const ViewChange &change : action.changes) {
        trace(m_agenda.now(), [&] {
            return QStringLiteral("%1 shows %2 (%3) %4")
                    .arg(name(), QString::fromUtf8(change.id))
                    .arg(static_cast<int>(change.event))
                    .arg(text(change.properties));
        });
        fold(change);
    }
}

void SimulatedClient::fold(const ViewChange &change)
{
    const auto complain = [&](const char *what) {
        throw Problem(QStringLiteral("%1: \"%2\" %3: %4")
                              .arg(name(), QString::fromUtf8(change.id), QLatin1String(what),
                                   text(change.properties)));
    };
    const auto known = m_told.find(change.id);
    using Event = ViewChange::Event;
    const bool appears = change.event == Event::Created || change.event == Event::Entered;
    if (appears == (known != m_told.end()))
        complain(appears ? "appears twice" : "changes and was never there");
    if (appears) {
        m_told[change.id] = change.properties;
        return;
    }
    if (change.event != Event::Updated) {
        m_told.erase(known);
        return;
    }
    if (change.properties.isEmpty())
        complain("is said to change and does not");
    for (const auto &[property, value] : change.properties) {
        if (known->second.value(property) == value)
            complain("is told a value that it has");
        if (value.isUndefined())
            known->second.remove(property);
        else
            known->second.insert(property, value);
    }
}

void SimulatedClient::carryOut(ClientAction::Answered &action)
{
    const auto answered = std::find_if(m_outstanding.begin(), m_outstanding.end(),
                                       [&](const Outstanding &item) {
                                           return item.id == action.transaction;
                                       });
    require(answered != m_outstanding.end(), QStringLiteral("%1: an answer to nothing").arg(name()));
    require(answered == m_outstanding.begin(),
            QStringLiteral("%1: answers out of order").arg(name()));
    if (!action.error && countsIn(answered->transaction))
        m_counted += answered->transaction.operations[1].argument.toInt();
    ++m_answers;
    m_outstanding.erase(answered);
}

void SimulatedClient::carryOut(ClientAction::Fetched &action)
{
    require(std::erase(m_fetches, action.request) == 1,
            QStringLiteral("%1: a result of no fetch").arg(name()));
}

void SimulatedClient::carryOut(ClientAction::SubscriptionReady &action)
{
    require(m_engine->isReady(action.sub), QStringLiteral("%1: ready and not").arg(name()));
}

void SimulatedClient::carryOut(ClientAction::SubscriptionFailed &action)
{
    throw Problem(QStringLiteral("%1: subscription refused: %2").arg(name(), action.error.message));
}

void SimulatedClient::carryOut(ClientAction::LatencyMeasured &) { }

// Invariants

/// After every step: the view is what the user was told, and the confirmed replica with what is
/// outstanding on top.
void SimulatedClient::check() const
{
    Staging expected(m_engine->confirmed(), m_options.operations, m_engine->limits());
    for (const Outstanding &outstanding : m_outstanding) {
        if (!m_engine->isSettled(outstanding.id))
            (void)expected.apply(outstanding.transaction);
    }
    const std::vector<QByteArray> ids = m_engine->ids(Filter::byPrefix({}));
    require(ids.size() == m_told.size(), QStringLiteral("%1 sees %2 entities and was told of %3")
                                                 .arg(name())
                                                 .arg(ids.size())
                                                 .arg(m_told.size()));
    for (const QByteArray &id : ids) {
        const auto told = m_told.find(id);
        const ValueMap view = m_engine->view().values(id);
        require(told != m_told.end() && told->second == view,
                QStringLiteral("%1 sees %2 in \"%3\" and was told %4")
                        .arg(name(), text(view), QString::fromUtf8(id),
                             told == m_told.end() ? QStringLiteral("nothing") : text(told->second)));
        require(expected.exists(id) && expected.values(id) == view,
                QStringLiteral("%1 sees %2 in \"%3\"; confirmed and pending make %4")
                        .arg(name(), text(view), QString::fromUtf8(id), text(expected.values(id))));
    }
    for (const auto &[id, staged] : expected.entities()) {
        require(!staged.exists || m_told.contains(id),
                QStringLiteral("%1 does not see \"%2\", which is pending")
                        .arg(name(), QString::fromUtf8(id)));
    }
    require(m_engine->pendingCount() == static_cast<qsizetype>(m_outstanding.size()),
            QStringLiteral("%1: %2 pending, %3 outstanding")
                    .arg(name())
                    .arg(m_engine->pendingCount())
                    .arg(m_outstanding.size()));
}

bool SimulatedClient::isSettled() const
{
    return m_engine->status() == ClientStatus::Online && m_outstanding.empty()
           && std::all_of(m_subscriptions.begin(), m_subscriptions.end(),
                          [this](SubscriptionNumber sub) { return m_engine->isReady(sub); });
}

void SimulatedClient::checkConverged() const
{
    require(isSettled(), QStringLiteral("%1 does not settle: status %2, %3 outstanding")
                                 .arg(name())
                                 .arg(static_cast<int>(m_engine->status()))
                                 .arg(m_outstanding.size()));
    require(m_fetches.empty(), QStringLiteral("%1: a fetch is not answered").arg(name()));
    const World &world = m_server.engine().world();
    qsizetype covered = 0;
    world.visit({}, {}, [&](const Entity &entity) {
        if (!m_engine->isCovered(entity.id()))
            return true;
        ++covered;
        require(m_engine->confirmed().exists(entity.id()),
                QStringLiteral("%1 misses \"%2\"").arg(name(), QString::fromUtf8(entity.id())));
        require(m_engine->confirmed().values(entity.id()) == world.values(entity),
                QStringLiteral("%1 has %2 in \"%3\", the server %4")
                        .arg(name(), text(m_engine->confirmed().values(entity.id())),
                             QString::fromUtf8(entity.id()), text(world.values(entity))));
        return true;
    });
    require(m_engine->confirmed().size() == covered,
            QStringLiteral("%1 holds %2 entities; %3 are there for it")
                    .arg(name())
                    .arg(m_engine->confirmed().size())
                    .arg(covered));
}

} // namespace Simulation
