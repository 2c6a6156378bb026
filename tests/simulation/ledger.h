// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "fold.h"

#include <objectsync/core/serverengine.h>

#include <QtCore/qlist.h>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace Simulation {

/// The entity that everybody counts in, and its property.
inline constexpr char CounterId[] = "counter";
inline constexpr char CounterName[] = "n";

/// How a record of a client is named in the rows of a store.
QByteArray recordKey(const QByteArray &principal, const QByteArray &client);

/// What became of a transaction.
struct Outcome
{
    std::optional<QByteArray> refused; ///< the error's code; none: accepted
    ObjectSync::Revision made = 0; ///< the revision that it made; 0: it changed nothing
    ObjectSync::Revision cursor = 0; ///< the world's revision by then
    std::vector<QByteArray> ids = {}; ///< of the operations, by position
};

/// One entity at one time.
struct Row
{
    struct Leaf
    {
        ObjectSync::Value value;
        ObjectSync::Revision stamp = 0;
    };
    bool isAlive = false;
    ObjectSync::Revision stamp = 0;
    ObjectSync::Revision created = 0;
    std::map<QByteArray, Leaf> leaves = {}; ///< removed ones included
    ObjectSync::ValueMap values = {};
};
using RowPtr = std::shared_ptr<const Row>;

/// The truth about one world, kept apart from its engine: what every client has sent, what was
/// decided, what that makes of the world at each revision, and how much of it is durable. The
/// engine's batches are checked against it row by row, and what it tells, for being durable.
class Ledger
{
public:
    // What clients do
    /// A number means one transaction, in all histories.
    void sent(const QByteArray &key, const ObjectSync::Commit &commit);

    // What the server does
    /// It hands a transaction to the handlers: it must be the next one of its client, as sent.
    void ask(const QByteArray &key, const ObjectSync::Transaction &transaction);
    void decide(const QByteArray &key, const ObjectSync::Decision &decision);
    /// The number of the transaction of this client that is decided next.
    ObjectSync::TransactionNumber next(const QByteArray &key) const;
    void seal(const ObjectSync::StorageBatch &batch); ///< it hands a batch to the store
    void stored(); ///< the batch is durable, and the engine knows
    void checkTold(const QByteArray &key, const ObjectSync::Message &message) const;
    void checkWelcome(const QByteArray &key, const ObjectSync::Welcome &welcome) const;
    void checkResult(const ObjectSync::Result &result) const;

    // What happens to the server
    void crash(bool isBatchKept);
    void checkLoaded(const ObjectSync::World &world) const;
    struct Mark;
    const Mark &durable() const { return m_durable; }
    void restore(const Mark &backup); ///< a new history begins, or goes on as if nothing had been
    void begin(const QByteArray &epoch) { m_epoch = epoch; }

    // What is true
    const QByteArray &epoch() const { return m_epoch; }
    ObjectSync::Revision revision() const { return m_now.revision; }
    RowPtr at(const QByteArray &id, ObjectSync::Revision revision) const; ///< null: never was
    std::vector<QByteArray> ids() const; ///< of all that ever were
    std::set<QByteArray> changed(ObjectSync::Revision after, ObjectSync::Revision last) const;
    /// Null: not decided.
    const Outcome *outcome(const QByteArray &key, ObjectSync::TransactionNumber number) const;
    qint64 counted() const { return m_now.counted; } ///< the sum of accepted increments

    /// The state of everything that a crash can take back.
    struct Mark
    {
        ObjectSync::Revision revision = 0;
        ObjectSync::Revision floor = 0;
        qint64 counted = 0;
        std::map<QByteArray, QList<Outcome>> outcomes = {}; ///< by record, then by number
    };

private:
    struct Version
    {
        ObjectSync::Revision revision = 0;
        RowPtr row;
    };

    void keep(const std::map<QByteArray, Fold::State> &states, Outcome &outcome);
    void truncate();
    void checkRow(const ObjectSync::StoredEntity &stored, const Row &row) const;
    void checkRecord(const ObjectSync::StoredClient &stored) const;

    QByteArray m_epoch;
    Mark m_now;
    std::optional<Mark> m_sealed; ///< while a batch is being written
    Mark m_durable;
    std::map<QByteArray, std::vector<Version>> m_versions; ///< by entity
    std::vector<std::pair<ObjectSync::Revision, QByteArray>> m_changes; ///< which entity, when
    std::map<QByteArray, std::map<ObjectSync::TransactionNumber, ObjectSync::Transaction>>
            m_sent; ///< by record
    std::map<QByteArray, std::vector<QByteArray>> m_asked; ///< ids of what is with the handlers
    std::set<QByteArray> m_dirtyRows; ///< since the last batch
    std::set<QByteArray> m_dirtyRecords;
};

} // namespace Simulation
