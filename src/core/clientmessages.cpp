// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientengine_p.h"

namespace ObjectSync {

using namespace Internal;

void ClientEngine::received(const Message &message, qint64 now)
{
    d->latest = now;
    // Messages may still be under way from a connection that has been given up.
    if (!d->hasTransport())
        return;
    d->clock.heard(now);
    const bool isForHandshake = std::holds_alternative<Welcome>(message)
                                || std::holds_alternative<Failure>(message);
    if (d->status == ClientStatus::Connecting && !isForHandshake) {
        d->violated(QStringLiteral("a `%1` before `welcome`").arg(QLatin1String(typeName(message))),
                    now);
        return;
    }
    std::visit([&](const auto &content) { d->receive(content, now); }, message);
}

template<typename ClientMessage>
void ClientEngine::Private::receive(const ClientMessage &message, qint64 now)
{
    violated(QStringLiteral("a `%1`, which only clients send")
                     .arg(QLatin1String(typeName(Message(message)))),
             now);
}

// Changes and answers. While slices are being gathered, all of them wait, so that the view shows
// them in one step.

template<typename Part>
void ClientEngine::Private::holdOrApply(const Part &part, qint64 now)
{
    if (isHolding()) {
        held.emplace_back(part);
        return;
    }
    Turn turn(*this);
    apply(turn, part, now);
    finish(turn);
    sendDue(now);
}

void ClientEngine::Private::receive(const Changes &changes, qint64 now)
{
    if (!changes.more && !isHolding()) {
        holdOrApply(changes, now);
        return;
    }
    held.emplace_back(changes);
    if (!changes.more)
        applyHeld(now);
}

void ClientEngine::Private::applyHeld(qint64 now)
{
    Turn turn(*this);
    for (auto &part : held) {
        std::visit([&](const auto &content) { apply(turn, content, now); }, part);
        part = Ack(); // what follows can use its memory
    }
    held.clear();
    if (std::exchange(catchingUp, false)) {
        settle(turn);
        turn.afterwards.insert(turn.afterwards.begin(), ClientAction::StalenessChanged{});
    }
    finish(turn);
    sendDue(now);
}

void ClientEngine::Private::receive(const Subscribed &subscribed, qint64 now)
{
    // The server may find that it has to begin anew before it has told anything of the delta.
    if (held.empty() && std::exchange(catchingUp, false))
        actions.push_back(ClientAction::StalenessChanged{});
    holdOrApply(subscribed, now);
}

bool ClientEngine::Private::checkAnswer(TransactionNumber number, qint64 now)
{
    if (number >= 1 && number <= replica.queue().lastSentNumber())
        return true;
    violated(QStringLiteral("an answer to transaction %1, which was not sent").arg(number), now);
    return false;
}

void ClientEngine::Private::receive(const Ack &ack, qint64 now)
{
    if (checkAnswer(ack.tx, now))
        holdOrApply(ack, now);
}

void ClientEngine::Private::receive(const Reject &reject, qint64 now)
{
    if (checkAnswer(reject.tx, now))
        holdOrApply(reject, now);
}

void ClientEngine::Private::apply(Turn &turn, const Changes &changes, qint64)
{
    if (changes.sub)
        subscriptions.begin(*changes.sub, changes.reset, [this] { return heldIds(); });
    turn.step.reserve(changes.count());
    if (changes.decoded)
        apply(turn, *changes.decoded);
    for (const ChangePtr &change : changes.changes) {
        if (isWanted(change->id, change->event))
            replica.apply(turn.step, *change);
    }
    // Initial state is of a time of its own: what else is held may not be as new.
    if (!changes.sub)
        cursor = changes.cursor;
}

void ClientEngine::Private::apply(Turn &turn, const NumberedChanges &changes)
{
    ClientReplica::Telling telling(replica, changes);
    for (size_t place = 0; place < changes.size(); ++place) {
        telling.lookAhead(place);
        const Change::Event event = changes.at(place).event;
        if (event == Change::Event::Update || isWanted(changes.id(place), event))
            telling.apply(turn.step, place);
    }
}

/// Whether what is told of the entity counts here.
bool ClientEngine::Private::isWanted(const QByteArray &id, Change::Event event)
{
    if (event == Change::Event::Update)
        return true;
    if (Change::isWhole(event) && !subscriptions.accepts(id))
        return false;
    subscriptions.told(id);
    return true;
}

void ClientEngine::Private::apply(Turn &turn, const Subscribed &subscribed, qint64)
{
    std::vector<QByteArray> gone;
    const bool isKnown = subscriptions.complete(
            subscribed.sub, [this] { return heldIds(); }, gone);
    for (const QByteArray &id : gone)
        replica.remove(turn.step, id, Change::Event::Leave);
    if (isKnown) {
        turn.afterwards.push_back(ClientAction::SubscriptionReady{ subscribed.sub });
        // Whatever names a revision comes after the changes up to it.
        cursor = subscribed.cursor;
    }
    settle(turn);
}

void ClientEngine::Private::apply(Turn &turn, const Ack &ack, qint64 now)
{
    accept(turn, ack.tx, ack.ids, now);
}

void ClientEngine::Private::apply(Turn &turn, const Reject &reject, qint64 now)
{
    accept(turn, reject.tx - 1, {}, now);
    if (replica.queue().firstNumber() == reject.tx)
        answerFirst(turn, reject.error, {}, now);
}

/// \a ids belong to the last one. What was answered before is passed over: answers may come twice.
void ClientEngine::Private::accept(Turn &turn, TransactionNumber last,
                                   const std::vector<QByteArray> &ids, qint64 now)
{
    while (replica.queue().firstNumber() <= last) {
        const bool isLast = replica.queue().firstNumber() == last;
        answerFirst(turn, std::nullopt, isLast ? ids : std::vector<QByteArray>(), now);
    }
}

void ClientEngine::Private::answerFirst(Turn &turn, std::optional<Error> error,
                                        const std::vector<QByteArray> &ids, qint64 now)
{
    const bool wasUnderWay = replica.queue().sent() > 0;
    PendingTransaction first = replica.takeFirst(turn.step);
    if (wasUnderWay)
        pacer.answered(first.operations(), now);
    turn.afterwards.push_back(
            ClientAction::Answered{ first.id, std::move(error), ids, first.takeTransaction() });
}

std::vector<QByteArray> ClientAction::Answered::ids() const
{
    std::vector<QByteArray> ids;
    ids.reserve(content.operations.size());
    for (const Operation &operation : content.operations) {
        const size_t position = ids.size();
        if (!operation.needsId())
            ids.push_back(operation.id);
        else
            ids.push_back(position < chosen.size() ? chosen[position] : QByteArray());
    }
    return ids;
}

/// Takes out of the view what the server had decided before the connection: what is confirmed now
/// has it. Their answers come later.
void ClientEngine::Private::settle(Turn &turn)
{
    PendingQueue &queue = replica.queue();
    const TransactionNumber last = std::exchange(settleUpTo, 0);
    for (qsizetype place = 0; place < queue.size() && queue.firstNumber() + place <= last; ++place)
        replica.setSettled(turn.step, queue.at(place), true);
}

// The rest

void ClientEngine::Private::receive(const Result &result, qint64 now)
{
    const std::optional<size_t> asked = fetches.take(result.request);
    if (!asked)
        return; // it was given up
    if (*asked != result.entities.size()) {
        violated(QStringLiteral("a `result` with %1 entries where %2 were asked for")
                         .arg(result.entities.size())
                         .arg(*asked),
                 now);
        answerFetches({ result.request }, lastError);
        return;
    }
    actions.push_back(ClientAction::Fetched{ result.request, result.entities });
    sendDue(now); // it made room for another one
}

void ClientEngine::Private::receive(const Failure &failure, qint64 now)
{
    if (failure.fatal)
        return drop(failure.error, now);
    lastError = failure.error;
    if (failure.request && fetches.take(*failure.request)) {
        answerFetches({ *failure.request }, failure.error);
        sendDue(now);
    }
    if (!failure.sub)
        return;
    refuseSubscription(*failure.sub, failure.error);
    sendSubscriptions();
}

void ClientEngine::Private::refuseSubscription(SubscriptionNumber sub, const Error &error)
{
    const std::optional<Filter> filter = subscriptions.refused(sub);
    if (!filter)
        return;
    Turn turn(*this);
    dropUncovered(turn, *filter);
    turn.afterwards.push_back(ClientAction::SubscriptionFailed{ sub, error });
    finish(turn);
}

void ClientEngine::Private::receive(const Pong &pong, qint64 now)
{
    // It carries our own time back; a wrong one tells nothing.
    if (pong.time <= now)
        actions.push_back(ClientAction::LatencyMeasured{ now - pong.time });
}

} // namespace ObjectSync
