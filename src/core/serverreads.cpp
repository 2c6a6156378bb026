// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What clients ask for: subscriptions, fetches, the cursor. It is queued as it comes, and answered in
// a flush.

#include "serverengine_p.h"

#include <algorithm>

namespace ObjectSync {

using namespace Internal;

namespace {

/// Results of handlers wait up to so many times ServerOptions::resultSize.
constexpr qint64 WaitingResults = 4;
/// Of an entity in a result, beyond its id and properties.
constexpr qint64 EntityOverhead = 16;

Failure refusal(qint64 request, const char *code, const QString &message)
{
    return { Error{ code, message }, false, {}, request };
}

std::vector<QByteArray> sortedUnique(std::vector<QByteArray> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

} // namespace

// Taking

void ServerEngine::Private::read(Session &session, Read content)
{
    session.requests.push(std::move(content));
    busy.insert(session.peer.connection);
    wantFlush();
}

void ServerEngine::Private::receive(Session &session, const Subscribe &subscribe, qint64)
{
    if (session.requests.hasRoomFor(subscribe, options.limits))
        read(session, subscribe);
    else
        failTooManyRequests(session);
}

void ServerEngine::Private::receive(Session &session, const Unsubscribe &unsubscribe, qint64)
{
    if (session.requests.hasRoomFor(unsubscribe, options.limits))
        read(session, unsubscribe);
    else
        failTooManyRequests(session);
}

/// It could not go on: it would take for subscribed what is not, or the other way round.
void ServerEngine::Private::failTooManyRequests(Session &session)
{
    fail(session,
         Error{ ErrorCode::TooManyPending,
                QStringLiteral("More than %1 subscriptions, or %2 ids in them, wait for an "
                               "answer")
                        .arg(outstandingSubscriptions(options.limits))
                        .arg(outstandingIds(options.limits)) });
}

void ServerEngine::Private::receive(Session &session, const Fetch &fetch, qint64)
{
    const auto ids = static_cast<qint64>(fetch.ids.size());
    if (ids > options.limits.subscriptionIds) {
        send(session, refusal(fetch.request, ErrorCode::TooLarge,
                              QStringLiteral("At most %1 ids can be fetched at once")
                                      .arg(options.limits.subscriptionIds)));
        return;
    }
    if (!session.requests.hasRoomFor(fetch, options.limits)) {
        send(session,
             refusal(fetch.request, ErrorCode::TooManyPending,
                     QStringLiteral("At most %1 fetches, with %2 ids, may wait for an answer")
                             .arg(OutstandingFetches)
                             .arg(outstandingIds(options.limits))));
        return;
    }
    if (!options.decideFetches) {
        read(session, fetch);
        return;
    }
    const quint64 ticket = ++lastTicket;
    session.requests.handedOver(ids);
    fetches[ticket] = { session.peer.connection, fetch.request, ids };
    actions.push_back(ServerAction::DecideFetch{ ticket, session.peer, fetch.ids });
}

void ServerEngine::fetched(quint64 ticket,
                           Expected<std::vector<std::optional<Result::Entity>>> entities)
{
    const auto found = d->fetches.find(ticket);
    if (found == d->fetches.end())
        return;
    const Private::PendingFetch pending = found->second;
    d->fetches.erase(found);
    ServerSession *session = d->session(pending.connection);
    if (!session || session->state != ServerSession::State::Joined)
        return;
    session->requests.handedBack(pending.ids);
    if (!entities) {
        d->read(*session, Failure{ entities.error(), false, {}, pending.request });
        return;
    }
    // Whatever the handler gave: the client gets one entry for each id it asked for.
    entities->resize(static_cast<size_t>(pending.ids));
    Result result{ pending.request, *std::move(entities) };
    const qint64 bytes = resultSize(result);
    if (bytes > d->options.resultSize) {
        d->read(*session, d->tooLarge(pending.request));
    } else if (session->requests.resultBytes() + bytes > WaitingResults * d->options.resultSize) {
        d->read(*session,
                refusal(pending.request, ErrorCode::TooManyPending,
                        QStringLiteral("Too many large answers wait to be told; ask later")));
    } else {
        d->read(*session, std::move(result));
    }
}

void ServerEngine::Private::receive(Session &session, const Ping &ping, qint64 time)
{
    send(session, Pong{ ping.time, time });
    if (session.isLive() && session.cursor < sealed)
        read(session, TellCursor{});
}

// Answering

void ServerEngine::Private::sealReads()
{
    for (const ConnectionId connection : std::vector<ConnectionId>(busy.begin(), busy.end())) {
        Session *reader = session(connection);
        if (reader)
            sealReads(*reader);
    }
}

void ServerEngine::Private::sealReads(Session &reader)
{
    reader.resultBytes = 0;
    // While it is congested its requests wait: their answers would only add to the backlog. And the
    // owner must be able to say so between large answers.
    while (!reader.requests.isEmpty() && !reader.congested
           && reader.resultBytes < options.sliceSize) {
        // A snapshot under way leaves out what this subscription covers.
        if (std::holds_alternative<Unsubscribe>(reader.requests.front())
            && !reader.snapshots.empty())
            break;
        const Read read = reader.requests.pop();
        reader.wasServed = true;
        std::visit([&](const auto &content) { serve(reader, content); }, read);
    }
}

bool ServerEngine::Private::canResume(const Resume &resume) const
{
    return resume.epoch == epoch && resume.cursor <= sealed
           && resume.cursor >= world.tombstoneFloor();
}

void ServerEngine::Private::serve(Session &session, const Join &)
{
    const std::optional<Resume> &resume = session.hello.resume;
    const bool resumed = resume && canResume(*resume);
    Welcome welcome{ .epoch = epoch, .cursor = sealed, .lastTx = session.record->lastTx() };
    welcome.resumed = resumed;
    welcome.limits = options.limits;
    welcome.serverTime = now;
    if (session.peer.trusted || session.peer.local)
        welcome.limits.operationsPerSecond = 0;
    post(session, std::move(welcome));
    session.welcomed = true;
    session.cursor = sealed;
    // What was answered in another history of the world may be above what this one has decided.
    session.answeredUpTo = std::min(session.hello.answered, session.record->lastTx());
    answered.insert(session.record->key);
    actions.push_back(ServerAction::ClientConnected{ session.peer });
    if (!resume)
        return;
    for (const Subscribe &subscribe : resume->subscriptions) {
        if (auto added = add(session, subscribe, resumed, !resumed); !added)
            post(session, Failure{ added.error(), false, subscribe.sub });
    }
    if (resumed)
        session.fallBehind(resume->cursor);
    session.hello.resume.reset();
}

void ServerEngine::Private::serve(Session &session, const TellCursor &)
{
    if (!session.isLive() || session.cursor >= sealed)
        return;
    session.cursor = sealed;
    post(session, Changes{ .cursor = sealed });
}

Expected<void> ServerEngine::Private::add(Session &session, const Subscribe &subscribe,
                                          bool complete, bool reset)
{
    const Limits &limits = options.limits;
    if (session.subscriptions.contains(subscribe.sub)) {
        return Error{ ErrorCode::BadSubscription,
                      QStringLiteral("Subscription %1 is in use").arg(subscribe.sub) };
    }
    const auto ids = static_cast<qint64>(subscribe.filter.ids.size());
    if (static_cast<qint64>(session.subscriptions.size()) >= limits.subscriptions
        || session.subscribedIds + ids > limits.subscriptionIds) {
        return Error{ ErrorCode::TooManySubscriptions,
                      QStringLiteral("At most %1 subscriptions with %2 ids are allowed")
                              .arg(limits.subscriptions)
                              .arg(limits.subscriptionIds) };
    }
    Filter filter = subscribe.filter;
    filter.ids = sortedUnique(std::move(filter.ids));
    session.add(subscribe.sub, { std::move(filter), complete, reset });
    if (!complete)
        session.snapshots.push_back(subscribe.sub);
    return {};
}

void ServerEngine::Private::serve(Session &session, const Subscribe &subscribe)
{
    if (auto added = add(session, subscribe, false, false); !added)
        post(session, Failure{ added.error(), false, subscribe.sub });
}

void ServerEngine::Private::serve(Session &session, const Unsubscribe &unsubscribe)
{
    if (session.subscriptions.contains(unsubscribe.sub)) {
        session.remove(unsubscribe.sub);
        return;
    }
    post(session,
         Failure{ Error{ ErrorCode::BadSubscription,
                         QStringLiteral("There is no subscription %1").arg(unsubscribe.sub) } });
}

void ServerEngine::Private::serve(Session &session, const Fetch &fetch)
{
    // Before anything is looked up: a short request can ask for much.
    qint64 bytes = 0;
    for (const QByteArray &id : fetch.ids) {
        if (world.exists(id))
            bytes += EntityOverhead + id.size() + world.extent(id).bytes;
    }
    if (bytes > options.resultSize) {
        post(session, tooLarge(fetch.request));
        return;
    }
    session.resultBytes += bytes;
    post(session, lookUp(fetch));
}

Failure ServerEngine::Private::tooLarge(qint64 request) const
{
    return refusal(request, ErrorCode::TooLarge,
                   QStringLiteral("The answer would have more than %1 bytes; fetch less at once")
                           .arg(options.resultSize));
}

void ServerEngine::Private::serve(Session &session, const Result &result)
{
    session.resultBytes += resultSize(result);
    post(session, result);
}

void ServerEngine::Private::serve(Session &session, const Failure &failure)
{
    post(session, failure);
}

Result ServerEngine::Private::lookUp(const Fetch &fetch) const
{
    Result result{ fetch.request, {} };
    result.entities.reserve(fetch.ids.size());
    for (const QByteArray &id : fetch.ids) {
        if (const Entity *entity = world.find(id))
            result.entities.push_back(Result::Entity{ id, entity->stamp(), world.values(*entity) });
        else
            result.entities.push_back(std::nullopt);
    }
    return result;
}

} // namespace ObjectSync
