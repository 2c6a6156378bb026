// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include <functional>
#include <vector>

namespace ObjectSync {

// The rows of a store. All are values.

struct OBJECTSYNC_CORE_EXPORT StoredProperty
{
    QByteArray name = {};
    Value value = {}; ///< Undefined: the property was removed at this stamp
    Revision stamp = 0;
    friend bool operator==(const StoredProperty &, const StoredProperty &) = default;
};

struct OBJECTSYNC_CORE_EXPORT StoredEntity
{
    QByteArray id = {};
    Revision stamp = 0;
    Revision created = 0;
    bool alive = true; ///< false: a tombstone, without properties
    std::vector<StoredProperty> properties = {};
    friend bool operator==(const StoredEntity &, const StoredEntity &) = default;
};

/// How a transaction was answered, kept until the client has said that it knows.
struct OBJECTSYNC_CORE_EXPORT StoredAnswer
{
    TransactionNumber tx = 0;
    quint64 fingerprint = 0;
    Cursor cursor = 0; ///< of an accepted one
    std::optional<Error> error = {};
    std::vector<QByteArray> ids = {};
    friend bool operator==(const StoredAnswer &, const StoredAnswer &) = default;
};

/// What a server remembers of a client so that nothing takes effect twice.
struct OBJECTSYNC_CORE_EXPORT StoredClient
{
    QByteArray key = {}; ///< principal and client id
    TransactionNumber lastTx = 0;
    qint64 lastSeen = 0; ///< milliseconds since 1970 UTC
    std::vector<StoredAnswer> answers = {};
    friend bool operator==(const StoredClient &, const StoredClient &) = default;
};

/// All of one world.
struct OBJECTSYNC_CORE_EXPORT StoredWorld
{
    QByteArray epoch = {}; ///< empty: a world that was never written
    Revision revision = 0;
    Revision tombstoneFloor = 0;
    std::vector<StoredEntity> entities = {}; ///< in the order of stamps
    std::vector<StoredClient> clients = {};
    friend bool operator==(const StoredWorld &, const StoredWorld &) = default;
};

/// What has to be written so that the store holds the world as of `revision`.
struct OBJECTSYNC_CORE_EXPORT StorageBatch
{
    QByteArray world = {}; ///< its name
    QByteArray epoch = {};
    Revision revision = 0;
    Revision tombstoneFloor = 0;
    std::vector<StoredEntity> entities = {}; ///< whole rows: insert or replace by id
    std::vector<QByteArray> goneEntities = {}; ///< ids: delete the rows, applied before `entities`
    std::vector<StoredClient> clients = {}; ///< insert or replace by key
    std::vector<QByteArray> goneClients = {}; ///< keys: delete the rows
    friend bool operator==(const StorageBatch &, const StorageBatch &) = default;
};

/// Extension point: where a server keeps its worlds. One job: what write() has confirmed is there
/// after any crash.
///
/// Made in the application's thread; from then on a SyncServer calls it from one worker thread of
/// its own, and deletes it there. It may block.
class OBJECTSYNC_CORE_EXPORT Storage
{
public:
    virtual ~Storage();

    /// Called for each world before anything else of that world, and again where the server listens
    /// again after it was closed; opens what has to be opened.
    /// The error's message names the place (the file, the host) and says what to do.
    virtual Expected<StoredWorld> load(const QByteArray &world) = 0;

    /// What a server calls instead: the same, but the world may come in parts, so that a large one
    /// is never there twice. Each part has the epoch and the revisions of the world; the entities
    /// of all parts are in the order of stamps, the clients may be in any of them. There is at
    /// least one part. An error of \a take ends it, and is its error.
    /// By default one part: what load() gives.
    using TakePart = std::function<Expected<void>(StoredWorld part)>;
    virtual Expected<void> loadInParts(const QByteArray &world, const TakePart &take);

    /// Writes all batches, in order, all or none, and returns when they are durable. After an
    /// error the same batches come again (after a second, and so on), until they are written.
    virtual Expected<void> write(const std::vector<StorageBatch> &batches) = 0;
};

} // namespace ObjectSync
