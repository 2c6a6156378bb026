// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/server/authenticationrequest.h>
#include <objectsync/server/commitrequest.h>
#include <objectsync/server/fetchrequest.h>

#include <QtCore/qpointer.h>

namespace ObjectSync::Internal {

class WorldHost;

// What the copies of a request share. Each stands for one handler's turn: a handler that answers
// twice, or after its turn, changes nothing.

struct RequestData
{
    RequestData(WorldHost *worldHost, Peer asking);
    RequestData(const RequestData &) = delete;
    RequestData &operator=(const RequestData &) = delete;

    /// Never fails: an empty world where the server is gone.
    const EntityReader &state() const;
    /// True the first time.
    bool takeTurn() { return !std::exchange(isAnswered, true); }

    QPointer<WorldHost> host;
    Peer peer;
    QString worldName;
    bool isAnswered = false;
};

struct AuthenticationRequestData : RequestData
{
    using RequestData::RequestData;
    ~AuthenticationRequestData();
    QByteArray token;
};

struct CommitRequestData : RequestData
{
    using RequestData::RequestData;
    ~CommitRequestData();
    void answer(Decision decision);
    quint64 ticket = 0;
    size_t handler = 0; ///< whose turn it is
    Transaction transaction;
};

using FetchedEntities = std::vector<std::optional<Result::Entity>>;

struct FetchRequestData : RequestData
{
    using RequestData::RequestData;
    ~FetchRequestData();
    quint64 ticket = 0;
    size_t handler = 0; ///< whose turn it is
    std::vector<QByteArray> ids;
};

} // namespace ObjectSync::Internal
