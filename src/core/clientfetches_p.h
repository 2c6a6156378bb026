// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include <map>

namespace ObjectSync::Internal {

/// A resource: the fetches of a client that have not been answered, oldest first.
class ClientFetches
{
public:
    qint64 add(std::vector<QByteArray> ids, qint64 deadline) ///< -1: none
    {
        m_fetches[++m_lastRequest] = { std::move(ids), deadline };
        return m_lastRequest;
    }
    /// How many ids it asked for; none where it is not waited for (any more). It is forgotten.
    std::optional<size_t> take(qint64 request)
    {
        const auto found = m_fetches.find(request);
        if (found == m_fetches.end())
            return std::nullopt;
        const size_t ids = found->second.ids.size();
        m_fetches.erase(found);
        return ids;
    }
    std::vector<qint64> takeAll()
    {
        return takeWhere([](const Waiting &) { return true; });
    }
    std::vector<qint64> takeExpired(qint64 now)
    {
        return takeWhere(
                [now](const Waiting &each) { return each.deadline >= 0 && each.deadline <= now; });
    }

    /// Those that \a check has an error for, with it.
    template<typename Check>
    std::vector<std::pair<qint64, Error>> takeUnfit(const Check &check)
    {
        std::vector<std::pair<qint64, Error>> unfit;
        for (const auto &[request, waiting] : m_fetches) {
            if (const auto checked = check(waiting.ids); !checked)
                unfit.emplace_back(request, checked.error());
        }
        for (const auto &[request, error] : unfit)
            m_fetches.erase(request);
        return unfit;
    }

    /// Those that have not been sent on this connection, as far as the server lets so many be
    /// unanswered. The others come when it has answered.
    std::vector<Fetch> takeMessages(const Limits &limits)
    {
        const auto unsent = m_fetches.lower_bound(m_lastSent + 1);
        qint64 fetches = 0;
        qint64 ids = 0;
        for (auto place = m_fetches.begin(); place != unsent; ++place, ++fetches)
            ids += static_cast<qint64>(place->second.ids.size());
        std::vector<Fetch> messages;
        for (auto place = unsent; place != m_fetches.end(); ++place) {
            ids += static_cast<qint64>(place->second.ids.size());
            if (++fetches > OutstandingFetches || (fetches > 1 && ids > outstandingIds(limits)))
                break;
            messages.push_back({ place->first, place->second.ids });
            m_lastSent = place->first;
        }
        return messages;
    }
    void disconnected() { m_lastSent = 0; }

    qint64 nextDeadline() const
    {
        // All wait equally long: the oldest is the first.
        return m_fetches.empty() ? -1 : m_fetches.begin()->second.deadline;
    }

private:
    struct Waiting
    {
        std::vector<QByteArray> ids;
        qint64 deadline = -1;
    };

    template<typename Predicate>
    std::vector<qint64> takeWhere(const Predicate &predicate)
    {
        std::vector<qint64> requests;
        for (auto place = m_fetches.begin(); place != m_fetches.end();) {
            if (!predicate(place->second)) {
                ++place;
                continue;
            }
            requests.push_back(place->first);
            place = m_fetches.erase(place);
        }
        return requests;
    }

    std::map<qint64, Waiting> m_fetches;
    qint64 m_lastRequest = 0;
    qint64 m_lastSent = 0; ///< on this connection
};

} // namespace ObjectSync::Internal
