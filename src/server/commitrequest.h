// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>
#include <objectsync/server/export.h>

#include <functional>
#include <memory>

namespace ObjectSync {

namespace Internal {
struct CommitRequestData;
}

/// A value: a handle to the question "may this transaction be done?". All copies are the same
/// question. Answer it once, now or later; further answers have no effect. When the last copy goes
/// unanswered, the transaction is rejected with the code `no-answer`.
///
/// The handlers of a server are asked one after the other, in the order in which they were added;
/// each sees what the one before it has made of the transaction. The first that rejects or accepts
/// silently ends the row. While a client's transaction waits for an answer, its later ones wait
/// behind it; other clients' go on.
///
/// For the thread of the SyncServer only.
class OBJECTSYNC_SERVER_EXPORT CommitRequest
{
public:
    explicit CommitRequest(std::shared_ptr<Internal::CommitRequestData> data);
    CommitRequest(const CommitRequest &other);
    CommitRequest &operator=(const CommitRequest &other);
    ~CommitRequest();

    /// Who asks.
    const Peer &peer() const;
    /// The world that the transaction is for; empty for the default one.
    QString world() const;
    /// Entities to be created have their final ids.
    const Transaction &transaction() const;
    const std::vector<Operation> &operations() const { return transaction().operations; }
    /// The world as it is now, without the transaction. Valid as long as the server: don't keep it
    /// beyond the next return to the event loop.
    const EntityReader &state() const;

    void accept();
    /// Does \a changed instead.
    void accept(Transaction changed);
    /// Answers as accepted, changes nothing, and tells nobody.
    void acceptSilently();
    /// Refuses it. \a code is a word for programs: one of ErrorCode, or your own. \a message says
    /// what to do. \a entityId: the entity that is to blame, if one is.
    void reject(const QByteArray &code, const QString &message, const QByteArray &entityId = {});
    bool isAnswered() const;

private:
    std::shared_ptr<Internal::CommitRequestData> d;
};

using CommitHandler = std::function<void(CommitRequest &request)>;

} // namespace ObjectSync
