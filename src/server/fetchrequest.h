// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>
#include <objectsync/server/export.h>

#include <functional>
#include <memory>

namespace ObjectSync {

namespace Internal {
struct FetchRequestData;
}

/// A value: a handle to the question "what are these entities?". All copies are the same question.
/// Answer it once, now or later; further answers have no effect. When the last copy goes
/// unanswered, the fetch is rejected with the code `no-answer`.
///
/// The handlers of a server are asked one after the other until one of them answers or rejects;
/// where all pass, the world answers.
///
/// For the thread of the SyncServer only.
class OBJECTSYNC_SERVER_EXPORT FetchRequest
{
public:
    explicit FetchRequest(std::shared_ptr<Internal::FetchRequestData> data);
    FetchRequest(const FetchRequest &other);
    FetchRequest &operator=(const FetchRequest &other);
    ~FetchRequest();

    /// Who asks.
    const Peer &peer() const;
    /// The world that is asked; empty for the default one.
    QString world() const;
    const std::vector<QByteArray> &ids() const;
    /// The world as it is now. Valid as long as the server: don't keep it beyond the next return
    /// to the event loop.
    const EntityReader &state() const;

    /// One entry for each id, in order: the properties, or none where there is no such entity.
    /// Missing entries count as none, further ones are dropped.
    void answer(const std::vector<std::optional<ValueMap>> &entities);
    /// Leaves it to the next handler, in the end to the world.
    void pass();
    /// Refuses it, as CommitRequest::reject().
    void reject(const QByteArray &code, const QString &message, const QByteArray &entityId = {});
    bool isAnswered() const;

private:
    std::shared_ptr<Internal::FetchRequestData> d;
};

using FetchHandler = std::function<void(FetchRequest &request)>;

} // namespace ObjectSync
