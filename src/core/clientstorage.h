// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

namespace ObjectSync {

// What a client keeps over restarts. All are values.

struct OBJECTSYNC_CORE_EXPORT StoredReplica
{
    QByteArray id = {};
    ValueMap values = {};
    friend bool operator==(const StoredReplica &, const StoredReplica &) = default;
};

struct OBJECTSYNC_CORE_EXPORT StoredSubscription
{
    Filter filter = {};
    bool isReady = false; ///< its state has been complete once
    bool isFresh = false; ///< its state is complete as of the cursor
    friend bool operator==(const StoredSubscription &, const StoredSubscription &) = default;
};

struct OBJECTSYNC_CORE_EXPORT StoredTransaction
{
    TransactionNumber number = 0;
    Transaction transaction = {};
    friend bool operator==(const StoredTransaction &, const StoredTransaction &) = default;
};

struct ClientStorageBatch;

/// All that a client has to keep, as of the end of one step.
struct OBJECTSYNC_CORE_EXPORT ClientState
{
    QByteArray client = {}; ///< the client id; empty: a store that was never written
    QByteArray epoch = {}; ///< of the history that it replicates; empty: never welcomed
    Cursor cursor = 0;
    TransactionNumber answered = 0; ///< all up to this one have been answered
    TransactionNumber settled = 0; ///< the effects of those up to this one are confirmed already
    TransactionNumber sent = 0; ///< those up to this one may have been sent
    std::vector<StoredSubscription> subscriptions = {};
    std::vector<StoredReplica> entities = {}; ///< confirmed, in the order of ids
    std::vector<StoredTransaction> pending = {}; ///< from answered + 1 on, without gaps

    /// What a store does with a batch.
    void apply(const ClientStorageBatch &batch);

    friend bool operator==(const ClientState &, const ClientState &) = default;
};

/// What has to be written so that the store holds a later state of the client. Transactions up to
/// `answered` go.
struct OBJECTSYNC_CORE_EXPORT ClientStorageBatch
{
    QByteArray client = {};
    QByteArray epoch = {};
    Cursor cursor = 0;
    TransactionNumber answered = 0;
    TransactionNumber settled = 0;
    TransactionNumber sent = 0;
    /// All of them, where they differ.
    std::optional<std::vector<StoredSubscription>> subscriptions = {};
    std::vector<QByteArray> goneEntities = {}; ///< ids: delete the rows
    std::vector<StoredReplica> entities = {}; ///< whole rows: insert or replace by id
    bool isRenumbered = false; ///< `pending` is all there is: delete the rows that are there
    std::vector<StoredTransaction> pending = {}; ///< new ones: insert
    friend bool operator==(const ClientStorageBatch &, const ClientStorageBatch &) = default;
};

/// Extension point: where a client keeps its replica and its queue over restarts. One job: what
/// write() has confirmed is there after any crash.
///
/// A store belongs to one client of one world: who changes the user or the server takes another
/// one. Made in the application's thread; from then on a SyncSession calls it from one worker thread
/// of its own, and deletes it there. It may block.
class OBJECTSYNC_CORE_EXPORT ClientStorage
{
public:
    virtual ~ClientStorage();

    /// Called once, before anything else; opens what has to be opened, for this object alone: where
    /// another process has it, that is an error. The error's message names the place and says what
    /// to do. After an error nothing else is called, and what is there must be left as it is.
    virtual Expected<ClientState> load() = 0;

    /// Writes the batch, all or none, and returns when it is durable. After an error the same batch
    /// comes again (after a second, and so on), until it is written.
    virtual Expected<void> write(const ClientStorageBatch &batch) = 0;
};

} // namespace ObjectSync
