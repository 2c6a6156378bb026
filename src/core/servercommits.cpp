// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "serverengine_p.h"

namespace ObjectSync {

using namespace Internal;

namespace {

/// Between principal and client id in a record's key. A client id has no control characters, so the
/// last separator in a key is the one that was put there.
constexpr char KeySeparator = '\n';

/// The server tries so often to find an id that is free; a generator that repeats itself is broken.
constexpr int IdAttempts = 8;

/// So many records are looked at in each call of timeout(): there may be very many.
constexpr size_t RecordsAtOnce = 1000;

} // namespace

ServerEngine::Private::Record &ServerEngine::Private::record(const Peer &peer)
{
    const QByteArray key = peer.principal + KeySeparator + peer.client;
    std::unique_ptr<Record> &known = records[key];
    if (!known)
        known = std::make_unique<Record>(key, options.limits);
    return *known;
}

void ServerEngine::Private::receive(Session &session, Commit &commit, qint64 time)
{
    Record &sender = *session.record;
    sender.forgetAnswers(commit.answered);
    const bool isKnown = !commit.writes.isEmpty();
    const quint64 print = isKnown ? commit.writes.fingerprint : fingerprint(commit.transaction);
    switch (sender.arrive(commit.tx, print)) {
    case Record::Arrival::Waiting:
        return;
    case Record::Arrival::Answered:
        // Told again. Through a flush: it may name a revision that is not durable yet.
        session.answeredUpTo = std::min(session.answeredUpTo, commit.tx - 1);
        answered.insert(sender.key);
        wantFlush();
        return;
    case Record::Arrival::Wrong:
        fail(session, Error{ ErrorCode::BadNumber,
                             QStringLiteral("Transaction %1 came where %2 was due, or with other "
                                            "contents than before")
                                     .arg(commit.tx)
                                     .arg(sender.lastTx() + 1) });
        return;
    case Record::Arrival::New:
        break;
    }
    if (sender.lastQueued() - session.countedFrom >= options.limits.pendingTransactions) {
        fail(session, Error{ ErrorCode::TooManyPending,
                             QStringLiteral("More than %1 transactions wait for an answer")
                                     .arg(options.limits.pendingTransactions) });
        return;
    }
    const qint64 count = isKnown ? commit.writes.operations
                                 : static_cast<qint64>(commit.transaction.operations.size());
    sender.queue({ commit.tx, print, {} });
    QueuedCommit &queued = sender.waiting.back();
    if (commit.fault) {
        queued.refused = commit.fault;
    } else if (!session.peer.trusted && !session.peer.local
               && !sender.operations.take(count, time)) {
        queued.refused = Error{ ErrorCode::SlowDown,
                                QStringLiteral("At most %1 operations a second are accepted")
                                        .arg(options.limits.operationsPerSecond) };
    } else if (isKnown && applyAtOnce(sender, commit.writes, time)) {
        return;
    }
    toGeneralForm(commit);
    queued.transaction = std::move(commit.transaction);
    next(sender, time);
}

/// They are valid only until the world changes.
void ServerEngine::Private::toGeneralForm(Commit &commit) const
{
    if (!commit.writes.isEmpty())
        commit.transaction.operations = world.operations(std::exchange(commit.writes, {}));
}

/// The newest commit, if it is the next one to be decided, nobody else decides, and it cannot fail.
bool ServerEngine::Private::applyAtOnce(Record &record, LeafWrites &writes, qint64 time)
{
    if (record.waiting.size() > 1 || record.ticket != 0 || options.decideCommits)
        return false;
    const Revision before = world.revision();
    const auto applied = world.apply(writes, before + 1, sealed);
    if (!applied)
        return false;
    if (applied->isChange && writtenUpTo == before && applied->areFresh) {
        if (written.empty())
            written = std::move(writes.leaves);
        else
            written.insert(written.end(), writes.leaves.begin(), writes.leaves.end());
        writtenUpTo = world.revision();
    }
    settle(record, std::nullopt, time);
    return true;
}

void ServerEngine::Private::next(Record &record, qint64 time)
{
    while (!record.waiting.empty() && record.ticket == 0) {
        QueuedCommit &commit = record.waiting.front();
        if (commit.refused) {
            decide(record, { Decision::Kind::Reject, {}, *std::exchange(commit.refused, {}) }, time);
            continue;
        }
        commit.ids = chooseIds(commit.transaction);
        if (!options.decideCommits) {
            decide(record, { Decision::Kind::Accept, std::move(commit.transaction), {} }, time);
            continue;
        }
        record.ticket = ++lastTicket;
        decisions[record.ticket] = record.key;
        actions.push_back(
                ServerAction::Decide{ record.ticket, record.peer, std::move(commit.transaction) });
    }
}

void ServerEngine::decided(quint64 ticket, Decision decision, qint64 now)
{
    d->tick(now);
    const auto found = d->decisions.find(ticket);
    if (found == d->decisions.end())
        return;
    Private::Record &record = *d->records.at(found->second);
    d->decisions.erase(found);
    d->decide(record, std::move(decision), now);
    d->next(record, now);
}

void ServerEngine::Private::decide(Record &record, Decision decision, qint64 time)
{
    std::optional<Error> refused;
    switch (decision.kind) {
    case Decision::Kind::Accept:
        chooseIds(decision.transaction); // a handler may have added operations
        refused = apply(std::move(decision.transaction));
        break;
    case Decision::Kind::AcceptSilently:
        break;
    case Decision::Kind::Reject:
        refused = std::move(decision.error);
        break;
    }
    settle(record, std::move(refused), time);
}

/// The oldest commit that waits is decided.
void ServerEngine::Private::settle(Record &record, std::optional<Error> refused, qint64 time)
{
    record.lastSeen = time;
    // What the client has not been told on this connection is kept for it.
    const Session *sender = session(record.connection);
    const TransactionNumber told = sender ? sender->answeredUpTo : record.lastTx();
    record.decide(std::move(refused), world.revision(), told);
    answered.insert(record.key);
    dirtyRecords.insert(record.key);
    wantFlush();
}

std::optional<Error> ServerEngine::Private::apply(Transaction transaction)
{
    const auto staged = staging.apply(std::move(transaction));
    if (staged)
        world.apply(staging, world.revision() + 1, steadyNow());
    staging.clear();
    return staged ? std::nullopt : std::optional(staged.error());
}

std::vector<QByteArray> ServerEngine::Private::chooseIds(Transaction &transaction)
{
    std::vector<QByteArray> chosen;
    for (size_t position = 0; position < transaction.operations.size(); ++position) {
        Operation &operation = transaction.operations[position];
        if (!operation.needsId())
            continue;
        QByteArray id;
        for (int attempt = 0; attempt < IdAttempts; ++attempt) {
            id = operation.id + options.makeId();
            if (!world.findAny(id))
                break;
        }
        operation.id = id;
        chosen.resize(transaction.operations.size());
        chosen[position] = id;
    }
    return chosen;
}

// What is forgotten

void ServerEngine::Private::expire()
{
    const bool droppedTombstones = expireTombstones();
    const bool touchedRecords = expireRecords();
    if (droppedTombstones || touchedRecords)
        wantFlush();
}

bool ServerEngine::Private::expireTombstones()
{
    const std::vector<QByteArray> gone = world.dropTombstones(steadyNow() - options.tombstoneAge,
                                                              options.tombstones, sealed);
    goneEntities.insert(goneEntities.end(), gone.begin(), gone.end());
    return !gone.empty();
}

bool ServerEngine::Private::expireRecords()
{
    bool touched = false;
    auto place = records.upper_bound(lastExamined);
    for (size_t left = std::min(records.size(), RecordsAtOnce); left > 0; --left) {
        if (place == records.end())
            place = records.begin();
        const QByteArray key = place->first;
        Record &record = *(place++)->second;
        lastExamined = key;
        if (record.connection != 0)
            record.lastSeen = now;
        if (isOld(record)) {
            goneClients.push_back(key);
            forget(key);
            touched = true;
        } else if (record.lastTx() > 0
                   && record.lastSeen - record.storedSeen >= options.clientAge / 2) {
            // The store has to know that it is in use: the server may be restarted at any time.
            dirtyRecords.insert(key);
            touched = true;
        }
    }
    return touched;
}

bool ServerEngine::Private::isOld(const Record &record) const
{
    return record.connection == 0 && record.waiting.empty()
           && now - record.lastSeen >= options.clientAge;
}

/// Who has never committed anything looks like a new one when it comes again.
void ServerEngine::Private::forgetUnused()
{
    for (const QByteArray &key : std::exchange(leavers, {})) {
        const auto found = records.find(key);
        if (found == records.end())
            continue;
        const Record &record = *found->second;
        if (record.connection == 0 && record.lastTx() == 0 && record.waiting.empty())
            forget(key);
    }
}

void ServerEngine::Private::forget(const QByteArray &key)
{
    dirtyRecords.erase(key);
    answered.erase(key);
    records.erase(key);
}

} // namespace ObjectSync
