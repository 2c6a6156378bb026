// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "requestqueue_p.h"

namespace ObjectSync::Internal {

namespace {

/// Of an entity in an answer, and of a property in it.
constexpr qint64 EntityOverhead = 16;
constexpr qint64 PropertyOverhead = 2;

template<typename Content>
qint64 idCount(const Read &read)
{
    const auto *content = std::get_if<Content>(&read);
    if (!content)
        return 0;
    if constexpr (std::same_as<Content, Subscribe>)
        return static_cast<qint64>(content->filter.ids.size());
    else
        return static_cast<qint64>(content->ids.size());
}

} // namespace

qint64 resultSize(const Result &result)
{
    qint64 bytes = 0;
    for (const std::optional<Result::Entity> &entity : result.entities) {
        if (!entity)
            continue;
        bytes += EntityOverhead + entity->id.size();
        for (const auto &[name, value] : entity->values)
            bytes += PropertyOverhead + name.size() + valueSize(value);
    }
    return bytes;
}

bool RequestQueue::hasRoomFor(const Fetch &fetch, const Limits &limits) const
{
    return m_fetches < OutstandingFetches
           && m_ids + static_cast<qint64>(fetch.ids.size()) <= outstandingIds(limits);
}

bool RequestQueue::hasRoomFor(const Subscribe &subscribe, const Limits &limits) const
{
    return m_subscriptions < outstandingSubscriptions(limits)
           && m_ids + static_cast<qint64>(subscribe.filter.ids.size()) <= outstandingIds(limits);
}

bool RequestQueue::hasRoomFor(const Unsubscribe &, const Limits &limits) const
{
    return m_subscriptions < outstandingSubscriptions(limits);
}

void RequestQueue::push(Read read)
{
    if (std::holds_alternative<TellCursor>(read) && !m_reads.empty()
        && std::holds_alternative<TellCursor>(m_reads.back()))
        return;
    count(read, 1);
    m_reads.push_back(std::move(read));
}

Read RequestQueue::pop()
{
    Read read = m_reads.takeFirst();
    if (m_reads.isEmpty())
        m_reads = QList<Read>(); // most clients ask for nothing most of the time
    count(read, -1);
    return read;
}

void RequestQueue::clear()
{
    m_reads.clear();
    m_fetches = m_subscriptions = m_ids = m_resultBytes = 0;
}

void RequestQueue::handedOver(qint64 ids)
{
    ++m_fetches;
    m_ids += ids;
}

void RequestQueue::handedBack(qint64 ids)
{
    --m_fetches;
    m_ids -= ids;
}

void RequestQueue::count(const Read &read, qint64 sign)
{
    if (std::holds_alternative<Fetch>(read) || std::holds_alternative<Result>(read)
        || std::holds_alternative<Failure>(read))
        m_fetches += sign;
    if (std::holds_alternative<Subscribe>(read) || std::holds_alternative<Unsubscribe>(read))
        m_subscriptions += sign;
    m_ids += sign * (idCount<Fetch>(read) + idCount<Subscribe>(read));
    if (const auto *result = std::get_if<Result>(&read))
        m_resultBytes += sign * resultSize(*result);
}

} // namespace ObjectSync::Internal
