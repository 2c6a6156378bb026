// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "witness.h"

#include "problem.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

namespace {

/// The id that an engine gives to the first transaction of a process. Nothing tells the ids of
/// those that were restored; they are consecutive.
constexpr TransactionId FirstId = (TransactionId(1) << 32) + 1;

QString text(const ValueMap &values)
{
    return Value(values).toDisplayString();
}

/// Of one row, as one sees it: none where there is no living entity.
std::optional<ValueMap> seen(const RowPtr &row)
{
    return row && row->isAlive ? std::optional(row->values) : std::nullopt;
}

std::optional<ValueMap> held(const EntityReader &reader, const QByteArray &id)
{
    return reader.exists(id) ? std::optional(reader.values(id)) : std::nullopt;
}

QString text(const std::optional<ValueMap> &values)
{
    return values ? text(*values) : QStringLiteral("nothing");
}

} // namespace

QString Witness::name(const QByteArray &id) const
{
    return QStringLiteral("%1, \"%2\"").arg(m_name, QString::fromUtf8(id));
}

// The store

void Witness::restores(const ClientState &state)
{
    m_isKept = true;
    // As the engine numbers them: before those that the user has committed already.
    const auto count = static_cast<TransactionId>(state.pending.size());
    TransactionId id = m_outstanding.empty() ? FirstId : m_outstanding.front().id - count;
    auto place = m_outstanding.begin();
    for (const StoredTransaction &stored : state.pending)
        place = std::next(m_outstanding.insert(place, { id++, stored.transaction }));
    m_client = state.client;
    m_epoch = state.epoch;
    m_firstNumber = state.answered + 1;
    if (m_epoch != m_ledger.epoch() || state.cursor > m_ledger.durable().revision)
        return;
    for (const QByteArray &entity : m_ledger.ids())
        checkStored(state, entity);
}

/// The stored replica is the world as it was at the stored cursor.
void Witness::checkStored(const ClientState &state, const QByteArray &id) const
{
    const bool isFresh = std::any_of(state.subscriptions.begin(), state.subscriptions.end(),
                                     [&id](const auto &each) {
                                         return each.isFresh && each.filter.matches(id);
                                     });
    if (!isFresh)
        return;
    const auto found = std::find_if(state.entities.begin(), state.entities.end(),
                                    [&id](const auto &each) { return each.id == id; });
    const std::optional<ValueMap> kept = found == state.entities.end()
                                                 ? std::nullopt
                                                 : std::optional(found->values);
    const std::optional<ValueMap> truth = seen(m_ledger.at(id, state.cursor));
    require(Invariant::Replica, kept == truth, [&] {
        return QStringLiteral("%1: %2 is stored at cursor %3; the world had %4")
                .arg(name(id), text(kept))
                .arg(state.cursor)
                .arg(text(truth));
    });
}

void Witness::checkStored(const Commit &commit, const ClientDisk &disk) const
{
    if (disk.isFailing())
        return;
    const ClientState &state = disk.state();
    const bool isStored = state.client == m_client && state.sent >= commit.tx
                          && std::any_of(state.pending.begin(), state.pending.end(),
                                         [&commit](const auto &each) {
                                             return each.number == commit.tx
                                                    && each.transaction == commit.transaction;
                                         });
    require(Invariant::Durable, isStored, [&] {
        return QStringLiteral("%1 sends %2 before it is stored").arg(m_name).arg(commit.tx);
    });
}

// What the user does

void Witness::committed(TransactionId id, const Transaction &transaction)
{
    m_outstanding.push_back({ id, transaction });
}

void Witness::subscribed(SubscriptionNumber sub, const Filter &filter)
{
    m_subscriptions[sub] = filter;
}

void Witness::unsubscribed(SubscriptionNumber sub)
{
    m_subscriptions.erase(sub);
    m_fresh.erase(sub);
}

// What the client says and hears

void Witness::sent(const Hello &hello)
{
    if (hello.client != m_client)
        m_firstNumber = 1;
    m_client = hello.client;
    m_underWay.clear();
    // Where there is a store, only what it knows to be answered.
    const bool isTrue = m_isKept ? hello.answered < m_firstNumber
                                 : hello.answered == m_firstNumber - 1;
    require(Invariant::ExactlyOnce, isTrue, [&] {
        return QStringLiteral("%1 says that all up to %2 are answered, not %3")
                .arg(m_name)
                .arg(hello.answered)
                .arg(m_firstNumber - 1);
    });
    m_offered.clear();
    if (!hello.resume)
        return;
    for (const Subscribe &each : hello.resume->subscriptions) {
        require(Invariant::Cursor, m_fresh.contains(each.sub) || m_held.contains(each.sub), [&] {
            return QStringLiteral("%1 offers to resume %2, which is not complete")
                    .arg(m_name)
                    .arg(each.sub);
        });
        m_offered.insert(each.sub);
    }
}

void Witness::sent(const Commit &commit)
{
    const qint64 place = commit.tx - m_firstNumber;
    const bool isNext = m_underWay.empty() || commit.tx == *m_underWay.rbegin() + 1;
    require(Invariant::ExactlyOnce,
            isNext && place >= 0 && place < static_cast<qint64>(m_outstanding.size())
                    && m_outstanding[static_cast<size_t>(place)].transaction == commit.transaction,
            [&] {
                return QStringLiteral("%1 sends %2 out of order, or with other contents")
                        .arg(m_name)
                        .arg(commit.tx);
            });
    m_underWay.insert(commit.tx);
}

void Witness::hears(const Message &message)
{
    m_isStale = true;
    if (const auto *welcome = std::get_if<Welcome>(&message)) {
        m_isInBackup = !m_epoch.isEmpty() && welcome->epoch != m_epoch
                       && welcome->lastTx < m_firstNumber - 1;
    }
    // Where one is told anew that was complete, all are, those included that were given up.
    const auto beginsAnew = [this](SubscriptionNumber sub) {
        if (!m_complete.contains(sub))
            return;
        m_held.insert(m_fresh.begin(), m_fresh.end());
        m_fresh.clear();
        m_complete.clear();
    };
    if (const auto *changes = std::get_if<Changes>(&message)) {
        if (changes->sub && changes->reset)
            beginsAnew(*changes->sub);
        if (!changes->more)
            m_held.clear();
    } else if (const auto *subscribed = std::get_if<Subscribed>(&message)) {
        beginsAnew(subscribed->sub);
        m_complete.insert(subscribed->sub);
    }
}

void Witness::hasHeard(const Message &message, const ClientEngine &engine)
{
    const auto *welcome = std::get_if<Welcome>(&message);
    if (!welcome || engine.status() != ClientStatus::Online)
        return;
    const bool goesBack = welcome->epoch == m_epoch && welcome->cursor < m_cursor;
    require(Invariant::Cursor, !goesBack || m_mayForget,
            [&] { return QStringLiteral("%1 is taken back in time").arg(m_name); });
    if (!welcome->resumed) {
        m_fresh.clear();
        m_complete.clear();
        m_cursor = 0;
    } else {
        m_fresh = m_complete = m_offered;
        std::erase_if(m_fresh, [this](auto sub) { return !m_subscriptions.contains(sub); });
    }
    m_held.clear();
    m_epoch = welcome->epoch;
}

// What the user is told

void Witness::told(const ClientAction::ViewChanged &action)
{
    require(Invariant::Signals, !action.changes.empty(),
            [&] { return QStringLiteral("%1 is told of nothing").arg(m_name); });
    for (const ViewChange &change : action.changes) {
        require(Invariant::Signals, m_told.insert(change.id).second,
                [&] { return name(change.id) + QStringLiteral(": told twice of one step"); });
        fold(change);
    }
}

void Witness::fold(const ViewChange &change)
{
    const auto complain = [&](const char *what) {
        throw Problem(Invariant::Signals,
                      QStringLiteral("%1 %2: %3")
                              .arg(name(change.id), QLatin1String(what), text(change.properties)));
    };
    const auto known = m_view.find(change.id);
    using Event = ViewChange::Event;
    const bool appears = change.event == Event::Created || change.event == Event::Entered;
    if (appears == (known != m_view.end()))
        complain(appears ? "appears twice" : "changes and was never there");
    if (appears) {
        m_view[change.id] = change.properties;
        return;
    }
    if (change.event != Event::Updated) {
        if (change.properties.size() != known->second.size())
            complain("goes with other properties than it had");
        m_view.erase(known);
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

void Witness::told(const ClientAction::Answered &action)
{
    require(Invariant::Answer,
            !m_outstanding.empty() && m_outstanding.front().id == action.transaction, [&] {
                return QStringLiteral("%1: an answer to nothing, or out of order").arg(m_name);
            });
    checkAnswer(action);
    if (const Outcome *outcome = m_ledger.outcome(key(), m_firstNumber); outcome && !action.error)
        m_answered.push_back(*outcome);
    m_underWay.erase(m_firstNumber);
    ++m_firstNumber;
    m_outstanding.pop_front();
}

void Witness::checkAnswer(const ClientAction::Answered &action) const
{
    if (action.error && action.error->code == ErrorCode::UnknownOutcome) {
        require(Invariant::Answer, m_mayForget,
                [&] { return QStringLiteral("%1 is forgotten by the server").arg(m_name); });
        return;
    }
    if (m_epoch != m_ledger.epoch())
        return; // it was told in a history that is no longer
    const Outcome *outcome = m_ledger.outcome(key(), m_firstNumber);
    if (!outcome && m_mayForget)
        return;
    const bool isSame = outcome && outcome->refused.has_value() == action.error.has_value()
                        && (action.error ? action.error->code == *outcome->refused
                                         : action.ids() == outcome->ids);
    require(Invariant::Answer, isSame, [&] {
        return QStringLiteral("%1: %2 is answered with \"%3\" and not as it was decided")
                .arg(m_name)
                .arg(m_firstNumber)
                .arg(action.error ? QString::fromUtf8(action.error->code) : QString());
    });
}

void Witness::told(const ClientAction::SubscriptionReady &action)
{
    m_fresh.insert(action.sub);
    m_isStale = true;
}

// Invariants

void Witness::check(const ClientEngine &engine)
{
    checkTold(engine);
    checkView(engine);
    if (m_isStale) {
        checkCursor(engine);
        checkTwice(engine);
        m_isStale = false;
    }
    for (const Outcome &outcome : std::exchange(m_answered, {}))
        checkKept(engine, outcome);
}

/// The view is what the user was told.
void Witness::checkTold(const ClientEngine &engine) const
{
    const std::vector<QByteArray> ids = engine.ids(Filter::byPrefix({}));
    require(Invariant::Signals, ids.size() == m_view.size(), [&] {
        return QStringLiteral("%1 sees %2 entities and was told of %3")
                .arg(m_name)
                .arg(ids.size())
                .arg(m_view.size());
    });
    for (const QByteArray &id : ids) {
        const auto told = m_view.find(id);
        require(Invariant::Signals,
                told != m_view.end() && told->second == engine.view().values(id), [&] {
                    return QStringLiteral("%1: %2 is there, %3 was told")
                            .arg(name(id), text(engine.view().values(id)),
                                 text(told == m_view.end() ? ValueMap() : told->second));
                });
    }
    require(Invariant::Settle,
            engine.pendingCount() == static_cast<qsizetype>(m_outstanding.size()), [&] {
                return QStringLiteral("%1: %2 pending, %3 outstanding")
                        .arg(m_name)
                        .arg(engine.pendingCount())
                        .arg(m_outstanding.size());
            });
}

/// The view is the confirmed replica with what is pending on top.
void Witness::checkView(const ClientEngine &engine) const
{
    Fold expected([&engine](const QByteArray &id) { return held(engine.confirmed(), id); });
    for (const Outstanding &outstanding : m_outstanding) {
        if (!engine.isSettled(outstanding.id))
            (void)expected.apply(outstanding.transaction);
    }
    const auto compareOne = [&](const QByteArray &id) {
        const Fold::State *state = expected.find(id);
        const std::optional<ValueMap> wanted = !state          ? held(engine.confirmed(), id)
                                               : state->exists ? std::optional(state->values)
                                                               : std::nullopt;
        const auto told = m_view.find(id);
        const bool isSame = told == m_view.end() ? !wanted : wanted && *wanted == told->second;
        require(Invariant::View, isSame, [&] {
            return QStringLiteral("%1: %2 is in view; confirmed and pending make %3")
                    .arg(name(id),
                         text(told == m_view.end() ? std::nullopt : std::optional(told->second)),
                         text(wanted));
        });
    };
    engine.confirmed().visit({}, {}, [&](const Entity &entity) {
        compareOne(entity.id());
        return true;
    });
    for (const auto &[id, state] : expected.states())
        compareOne(id);
    for (const auto &[id, values] : m_view)
        compareOne(id);
}

bool Witness::isFresh(const QByteArray &id) const
{
    return std::any_of(m_fresh.begin(), m_fresh.end(), [&](SubscriptionNumber sub) {
        const auto found = m_subscriptions.find(sub);
        return found != m_subscriptions.end() && found->second.matches(id);
    });
}

/// The replica is the world as it was at its cursor.
void Witness::checkCursor(const ClientEngine &engine)
{
    const Cursor cursor = engine.cursor();
    if (m_epoch != m_ledger.epoch() || cursor > m_ledger.durable().revision)
        return;
    require(Invariant::Cursor, cursor >= m_cursor || m_mayForget, [&] {
        return QStringLiteral("%1: the cursor falls from %2 to %3")
                .arg(m_name)
                .arg(m_cursor)
                .arg(cursor);
    });
    m_cursor = cursor;
    for (const QByteArray &id : m_ledger.ids())
        compare(engine, id);
}

void Witness::compare(const ClientEngine &engine, const QByteArray &id) const
{
    if (!isFresh(id))
        return;
    const std::optional<ValueMap> truth = seen(m_ledger.at(id, engine.cursor()));
    require(Invariant::Replica, held(engine.confirmed(), id) == truth, [&] {
        return QStringLiteral("%1: %2 is confirmed at cursor %3; the world had %4")
                .arg(name(id), text(held(engine.confirmed(), id)))
                .arg(engine.cursor())
                .arg(text(truth));
    });
}

/// What is confirmed already must not be shown a second time, as pending: an own increment would
/// flicker.
void Witness::checkTwice(const ClientEngine &engine) const
{
    if (m_epoch != m_ledger.epoch() || engine.cursor() > m_ledger.durable().revision)
        return;
    for (size_t place = 0; place < m_outstanding.size(); ++place) {
        const auto number = m_firstNumber + static_cast<TransactionNumber>(place);
        const Outcome *outcome = m_ledger.outcome(key(), number);
        if (!outcome)
            return;
        const bool isConfirmed = outcome->made > 0 && outcome->made <= engine.cursor()
                                 && std::all_of(outcome->ids.begin(), outcome->ids.end(),
                                                [this](const QByteArray &id) {
                                                    return isFresh(id);
                                                });
        require(Invariant::View, !isConfirmed || engine.isSettled(m_outstanding[place].id), [&] {
            return QStringLiteral("%1: %2 is confirmed and still pending").arg(m_name).arg(number);
        });
    }
}

/// What was accepted stays in view: it is confirmed when it is no longer pending.
void Witness::checkKept(const ClientEngine &engine, const Outcome &outcome) const
{
    if (m_epoch != m_ledger.epoch() || engine.cursor() > m_ledger.durable().revision)
        return;
    require(Invariant::View, outcome.made <= engine.cursor() || !isFresh(outcome), [&] {
        return QStringLiteral("%1: an accepted edit of revision %2 goes from view at cursor %3")
                .arg(m_name)
                .arg(outcome.made)
                .arg(engine.cursor());
    });
}

bool Witness::isFresh(const Outcome &outcome) const
{
    const std::set<QByteArray> changed = m_ledger.changed(outcome.made - 1, outcome.made);
    return std::all_of(changed.begin(), changed.end(),
                       [this](const QByteArray &id) { return isFresh(id); });
}

void Witness::checkConverged(const ClientEngine &engine) const
{
    const auto covered = [this](const QByteArray &id) {
        return std::any_of(m_subscriptions.begin(), m_subscriptions.end(),
                           [&](const auto &item) { return item.second.matches(id); });
    };
    qsizetype alive = 0;
    for (const QByteArray &id : m_ledger.ids()) {
        if (!covered(id))
            continue;
        const std::optional<ValueMap> truth = seen(m_ledger.at(id, m_ledger.revision()));
        alive += truth ? 1 : 0;
        require(Invariant::Replica, held(engine.confirmed(), id) == truth, [&] {
            return QStringLiteral("%1: %2 in the end; the world has %3")
                    .arg(name(id), text(held(engine.confirmed(), id)), text(truth));
        });
    }
    require(Invariant::Replica, engine.confirmed().size() == alive, [&] {
        return QStringLiteral("%1 holds %2 entities; %3 are there for it")
                .arg(m_name)
                .arg(engine.confirmed().size())
                .arg(alive);
    });
}

} // namespace Simulation
