// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "ledger.h"

#include "problem.h"

#include <algorithm>

using namespace ObjectSync;

namespace Simulation {

namespace {

QString words(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes).replace(QLatin1Char('\n'), QLatin1Char('/'));
}

/// \a sent as the server may hand it on: with ids in place of those that it had to choose.
bool isSame(const Transaction &sent, const Transaction &handed)
{
    if (sent.operations.size() != handed.operations.size()
        || sent.expectations != handed.expectations)
        return false;
    for (size_t i = 0; i < sent.operations.size(); ++i) {
        Operation expected = sent.operations[i];
        const QByteArray &id = handed.operations[i].id;
        if (expected.needsId() && id.size() > expected.id.size() && id.startsWith(expected.id))
            expected.id = id;
        if (expected != handed.operations[i])
            return false;
    }
    return true;
}

/// The entities that \a changes tells of, as often as it does, sorted.
std::vector<QByteArray> toldIds(const Changes &changes)
{
    std::vector<QByteArray> ids;
    for (const ChangePtr &change : changes.all())
        ids.push_back(change->id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

qint64 countedBy(const Transaction &transaction)
{
    qint64 sum = 0;
    for (const Operation &operation : transaction.operations) {
        if (operation.kind == Operation::Kind::Apply && operation.id == CounterId)
            sum += operation.argument.toInt();
    }
    return sum;
}

/// \a before with what a transaction has made of it, at \a revision.
RowPtr nextRow(const Row *before, const Fold::State &state, Revision revision)
{
    Row row;
    const bool goesOn = before && before->isAlive && !state.isRemade;
    if (goesOn)
        row = *before;
    else
        row.created = revision;
    row.stamp = revision;
    row.isAlive = state.exists;
    row.values = state.values;
    if (!row.isAlive)
        row.leaves.clear();
    for (const auto &[name, value] : state.values) {
        const auto [place, isNew] = row.leaves.try_emplace(name);
        if (isNew || place->second.value != value)
            place->second = { value, revision };
    }
    for (auto &[name, leaf] : row.leaves) {
        if (!leaf.value.isUndefined() && !state.values.contains(name))
            leaf = { {}, revision };
    }
    return std::make_shared<const Row>(std::move(row));
}

} // namespace

QByteArray recordKey(const QByteArray &principal, const QByteArray &client)
{
    return principal + '\n' + client;
}

// What is true

RowPtr Ledger::at(const QByteArray &id, Revision revision) const
{
    const auto found = m_versions.find(id);
    if (found == m_versions.end())
        return nullptr;
    const auto &versions = found->second;
    const auto later = std::upper_bound(versions.begin(), versions.end(), revision,
                                        [](Revision r, const Version &each) {
                                            return r < each.revision;
                                        });
    return later == versions.begin() ? nullptr : std::prev(later)->row;
}

std::vector<QByteArray> Ledger::ids() const
{
    std::vector<QByteArray> ids;
    for (const auto &[id, versions] : m_versions)
        ids.push_back(id);
    return ids;
}

std::set<QByteArray> Ledger::changed(Revision after, Revision last) const
{
    std::set<QByteArray> ids;
    const auto begin = std::upper_bound(m_changes.begin(), m_changes.end(), after,
                                        [](Revision r, const auto &each) { return r < each.first; });
    for (auto place = begin; place != m_changes.end() && place->first <= last; ++place)
        ids.insert(place->second);
    return ids;
}

const Outcome *Ledger::outcome(const QByteArray &key, TransactionNumber number) const
{
    const auto found = m_now.outcomes.find(key);
    if (found == m_now.outcomes.end() || number < 1 || number > found->second.size())
        return nullptr;
    return &found->second.at(number - 1);
}

// Deciding

void Ledger::sent(const QByteArray &key, const Commit &commit)
{
    const auto [place, isNew] = m_sent[key].try_emplace(commit.tx, commit.transaction);
    require(Invariant::ExactlyOnce, isNew || place->second == commit.transaction, [&] {
        return QStringLiteral("\"%1\" sends something else as %2 than before")
                .arg(words(key))
                .arg(commit.tx);
    });
}

void Ledger::ask(const QByteArray &key, const Transaction &transaction)
{
    const TransactionNumber number = m_now.outcomes[key].size() + 1;
    const auto sent = m_sent[key].find(number);
    require(Invariant::ExactlyOnce, sent != m_sent[key].end() && isSame(sent->second, transaction),
            [&] {
                return QStringLiteral("The server decides %1 of \"%2\" anew, or not as it was sent")
                        .arg(number)
                        .arg(words(key));
            });
    std::vector<QByteArray> &ids = m_asked[key];
    ids.clear();
    for (const Operation &operation : transaction.operations)
        ids.push_back(operation.id);
}

TransactionNumber Ledger::next(const QByteArray &key) const
{
    const auto found = m_now.outcomes.find(key);
    return found == m_now.outcomes.end() ? 1 : found->second.size() + 1;
}

void Ledger::decide(const QByteArray &key, const Decision &decision)
{
    Outcome outcome;
    outcome.ids = std::exchange(m_asked[key], {});
    if (decision.kind == Decision::Kind::Reject) {
        outcome.refused = decision.error.code;
    } else if (decision.kind == Decision::Kind::Accept) {
        Fold fold(
                [this](const QByteArray &id) -> std::optional<ValueMap> {
                    const RowPtr row = at(id, m_now.revision);
                    return row && row->isAlive ? std::optional(row->values) : std::nullopt;
                },
                [this](const QByteArray &id) {
                    const RowPtr row = at(id, m_now.revision);
                    return row && row->isAlive ? row->stamp : 0;
                });
        outcome.refused = fold.apply(decision.transaction);
        if (!outcome.refused) {
            keep(fold.states(), outcome);
            m_now.counted += countedBy(decision.transaction);
        }
    }
    outcome.cursor = m_now.revision;
    m_now.outcomes[key].push_back(outcome);
    m_dirtyRecords.insert(key);
}

void Ledger::keep(const std::map<QByteArray, Fold::State> &states, Outcome &outcome)
{
    const Revision next = m_now.revision + 1;
    for (const auto &[id, state] : states) {
        const RowPtr before = at(id, m_now.revision);
        const bool wasAlive = before && before->isAlive;
        if (state.exists == wasAlive && (!wasAlive || before->values == state.values))
            continue;
        m_versions[id].push_back({ next, nextRow(before.get(), state, next) });
        m_changes.push_back({ next, id });
        m_dirtyRows.insert(id);
        outcome.made = next;
    }
    if (outcome.made > 0)
        m_now.revision = next;
}

// The store

void Ledger::seal(const StorageBatch &batch)
{
    require(Invariant::Store, !m_sealed, [] { return QStringLiteral("Two batches at once"); });
    require(Invariant::Store, batch.epoch == m_epoch,
            [] { return QStringLiteral("A batch of another epoch"); });
    require(Invariant::Fold, batch.revision == m_now.revision, [&] {
        return QStringLiteral("A batch is at revision %1; what was accepted makes %2")
                .arg(batch.revision)
                .arg(m_now.revision);
    });
    require(Invariant::Cursor, batch.tombstoneFloor >= m_now.floor,
            [] { return QStringLiteral("The floor of tombstones falls"); });
    m_now.floor = batch.tombstoneFloor;
    for (const QByteArray &id : batch.goneEntities) {
        const RowPtr row = at(id, m_now.revision);
        require(Invariant::Store,
                row && (m_dirtyRows.contains(id) || (!row->isAlive && row->stamp <= m_now.floor)),
                [&] { return QStringLiteral("\"%1\" is deleted from the store").arg(words(id)); });
    }
    for (const QByteArray &key : batch.goneClients) {
        m_now.outcomes.erase(key);
        m_dirtyRecords.erase(key);
    }
    for (const StoredEntity &entity : batch.entities) {
        require(Invariant::Store, m_dirtyRows.erase(entity.id) == 1, [&] {
            return QStringLiteral("\"%1\" is stored and has not changed").arg(words(entity.id));
        });
        checkRow(entity, *at(entity.id, m_now.revision));
    }
    for (const StoredClient &client : batch.clients) {
        checkRecord(client);
        m_dirtyRecords.erase(client.key);
    }
    require(Invariant::Store, m_dirtyRows.empty() && m_dirtyRecords.empty(), [&] {
        return QStringLiteral("A batch lacks %1 entities and %2 records that have changed")
                .arg(m_dirtyRows.size())
                .arg(m_dirtyRecords.size());
    });
    m_sealed = m_now;
}

void Ledger::checkRow(const StoredEntity &stored, const Row &row) const
{
    bool isSame = stored.alive == row.isAlive && stored.stamp == row.stamp
                  && (!row.isAlive || stored.created == row.created);
    std::set<QByteArray> names;
    for (const StoredProperty &property : stored.properties) {
        const auto leaf = row.leaves.find(property.name);
        isSame = isSame && leaf != row.leaves.end() && leaf->second.value == property.value
                 && leaf->second.stamp == property.stamp && names.insert(property.name).second;
    }
    for (const auto &[name, leaf] : row.leaves) {
        const bool mayBeForgotten = leaf.value.isUndefined() && leaf.stamp <= m_now.floor;
        isSame = isSame && (names.contains(name) || mayBeForgotten);
    }
    require(Invariant::Fold, isSame, [&] {
        return QStringLiteral("The server has another \"%1\" (stamp %2) than what was accepted "
                              "makes of it (stamp %3): %4")
                .arg(words(stored.id))
                .arg(stored.stamp)
                .arg(row.stamp)
                .arg(Value(row.values).toDisplayString());
    });
}

void Ledger::checkRecord(const StoredClient &stored) const
{
    const auto found = m_now.outcomes.find(stored.key);
    const qsizetype last = found == m_now.outcomes.end() ? 0 : found->second.size();
    require(Invariant::ExactlyOnce, stored.lastTx == last, [&] {
        return QStringLiteral("The record of \"%1\" is at %2; %3 were decided")
                .arg(words(stored.key))
                .arg(stored.lastTx)
                .arg(last);
    });
    TransactionNumber next = last - static_cast<qsizetype>(stored.answers.size()) + 1;
    for (const StoredAnswer &answer : stored.answers) {
        const Outcome *outcome = this->outcome(stored.key, answer.tx);
        require(Invariant::Answer,
                answer.tx == next++ && outcome && answer.cursor == outcome->cursor
                        && answer.error.has_value() == outcome->refused.has_value()
                        && (!answer.error || answer.error->code == *outcome->refused),
                [&] {
                    return QStringLiteral("%1 of \"%2\" is kept with another answer than it got")
                            .arg(answer.tx)
                            .arg(words(stored.key));
                });
    }
}

void Ledger::stored()
{
    m_durable = *std::exchange(m_sealed, std::nullopt);
}

// What is told

void Ledger::checkTold(const QByteArray &key, const Message &message) const
{
    const auto isDurable = [&](Cursor cursor) {
        require(Invariant::Durable, cursor <= m_durable.revision, [&] {
            return QStringLiteral("The server tells of revision %1; %2 is durable")
                    .arg(cursor)
                    .arg(m_durable.revision);
        });
    };
    const auto isDecided = [&](TransactionNumber number) {
        const auto found = m_durable.outcomes.find(key);
        const bool holds = found != m_durable.outcomes.end() && number <= found->second.size();
        require(Invariant::Durable, holds, [&] {
            return QStringLiteral("The server answers %1 of \"%2\", which is not durable")
                    .arg(number)
                    .arg(words(key));
        });
        return found->second.at(number - 1);
    };
    if (const auto *changes = std::get_if<Changes>(&message)) {
        isDurable(changes->cursor);
        const std::vector<QByteArray> ids = toldIds(*changes);
        const auto twice = std::adjacent_find(ids.begin(), ids.end());
        require(Invariant::Protocol, twice == ids.end(), [&] {
            return QStringLiteral("The server tells of \"%1\" twice at one time").arg(words(*twice));
        });
    } else if (const auto *subscribed = std::get_if<Subscribed>(&message)) {
        isDurable(subscribed->cursor);
    } else if (const auto *ack = std::get_if<Ack>(&message)) {
        isDurable(ack->cursor);
        require(Invariant::Answer, !isDecided(ack->tx).refused, [&] {
            return QStringLiteral("%1 of \"%2\" is accepted after it was refused")
                    .arg(ack->tx)
                    .arg(words(key));
        });
    } else if (const auto *reject = std::get_if<Reject>(&message)) {
        require(Invariant::Answer, isDecided(reject->tx).refused == reject->error.code, [&] {
            return QStringLiteral("%1 of \"%2\" is not refused as it was decided")
                    .arg(reject->tx)
                    .arg(words(key));
        });
    }
}

void Ledger::checkWelcome(const QByteArray &key, const Welcome &welcome) const
{
    const auto found = m_durable.outcomes.find(key);
    const qsizetype last = found == m_durable.outcomes.end() ? 0 : found->second.size();
    require(Invariant::ExactlyOnce, welcome.lastTx == last, [&] {
        return QStringLiteral("\"%1\" is welcomed at number %2; %3 were decided")
                .arg(words(key))
                .arg(welcome.lastTx)
                .arg(last);
    });
    require(Invariant::Durable, welcome.epoch == m_epoch && welcome.cursor == m_durable.revision,
            [&] {
                return QStringLiteral("\"%1\" is welcomed to another state than what is durable")
                        .arg(words(key));
            });
}

void Ledger::checkResult(const Result &result) const
{
    for (const auto &entity : result.entities) {
        if (!entity)
            continue;
        const RowPtr row = at(entity->id, m_durable.revision);
        require(Invariant::Fold,
                row && row->isAlive && row->stamp == entity->revision
                        && row->values == entity->values,
                [&] {
                    return QStringLiteral("A fetch tells another \"%1\" than what is durable")
                            .arg(words(entity->id));
                });
    }
}

// Crashes

void Ledger::crash(bool isBatchKept)
{
    if (m_sealed && isBatchKept)
        m_durable = *m_sealed;
    m_sealed.reset();
    m_asked.clear();
    m_now = m_durable;
    truncate();
}

void Ledger::restore(const Mark &backup)
{
    m_now = m_durable = backup;
    truncate();
}

void Ledger::truncate()
{
    m_dirtyRows.clear();
    m_dirtyRecords.clear();
    std::erase_if(m_changes, [this](const auto &each) { return each.first > m_now.revision; });
    for (auto place = m_versions.begin(); place != m_versions.end();) {
        auto &versions = place->second;
        std::erase_if(versions, [this](const auto &each) { return each.revision > m_now.revision; });
        place = versions.empty() ? m_versions.erase(place) : std::next(place);
    }
}

void Ledger::checkLoaded(const World &world) const
{
    require(Invariant::Durable, world.revision() == m_durable.revision, [&] {
        return QStringLiteral("The server starts again at revision %1; %2 was durable")
                .arg(world.revision())
                .arg(m_durable.revision);
    });
    qsizetype alive = 0;
    for (const auto &[id, versions] : m_versions) {
        const RowPtr row = versions.back().row;
        const Entity *entity = world.findAny(id);
        alive += row->isAlive ? 1 : 0;
        const bool mayBeForgotten = !row->isAlive && row->stamp <= m_durable.floor;
        require(Invariant::Durable, entity || mayBeForgotten,
                [&] { return QStringLiteral("\"%1\" is lost in a restart").arg(words(id)); });
        if (entity)
            checkRow(world.stored(*entity), *row);
    }
    require(Invariant::Durable, world.size() == alive, [&] {
        return QStringLiteral("The server starts again with %1 entities; there are %2")
                .arg(world.size())
                .arg(alive);
    });
}

} // namespace Simulation
