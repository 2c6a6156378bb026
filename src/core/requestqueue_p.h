// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include <QtCore/qlist.h>

#include <variant>

namespace ObjectSync::Internal {

/// What a client has asked for that is answered at the next flush, in order.
struct Join
{
}; ///< its `hello`
struct TellCursor
{
}; ///< its cursor lags; nothing that it can see has changed
using Read = std::variant<Join, TellCursor, Subscribe, Unsubscribe, Fetch, Result, Failure>;

/// About the bytes of an answer to a fetch on the wire.
qint64 resultSize(const Result &result);

/// A resource: what one client has asked for and has not been told yet. It grows while the store
/// writes, while handlers think and while the client does not read, so it is bounded: by the number
/// of requests and of the ids in them.
class RequestQueue
{
public:
    /// Whether the client may ask this, too.
    bool hasRoomFor(const Fetch &fetch, const Limits &limits) const;
    bool hasRoomFor(const Subscribe &subscribe, const Limits &limits) const;
    bool hasRoomFor(const Unsubscribe &unsubscribe, const Limits &limits) const;
    /// Bytes of the results in it.
    qint64 resultBytes() const { return m_resultBytes; }

    bool isEmpty() const { return m_reads.empty(); }
    const Read &front() const { return m_reads.front(); }
    /// A second TellCursor in a row says nothing new, and is left out.
    void push(Read read);
    Read pop();
    void clear();

    /// A fetch is with the handlers, with so many ids, or back from them.
    void handedOver(qint64 ids);
    void handedBack(qint64 ids);

private:
    void count(const Read &read, qint64 sign);

    QList<Read> m_reads;
    qint64 m_fetches = 0; ///< those with the handlers included, like in m_ids
    qint64 m_subscriptions = 0; ///< and unsubscriptions
    qint64 m_ids = 0;
    qint64 m_resultBytes = 0;
};

} // namespace ObjectSync::Internal
