// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>

#include <algorithm>
#include <vector>

namespace ObjectSync::Internal {

class Connection;

/// A resource: the connections of a world by their ids. An engine names those who are told something
/// mostly in the order of their ids, so whoever comes after the one that was found last is found at
/// once. Does not own them.
class ConnectionTable
{
public:
    struct Entry
    {
        ConnectionId id;
        Connection *connection;
    };

    /// \a id must be above all others.
    void append(ConnectionId id, Connection *connection)
    {
        m_entries.push_back({ id, connection });
    }
    void remove(ConnectionId id)
    {
        const auto found = lowerBound(id);
        if (found != m_entries.end() && found->id == id)
            m_entries.erase(found);
    }
    /// Null where there is none.
    Connection *find(ConnectionId id) const
    {
        if (m_next < m_entries.size() && m_entries[m_next].id == id) {
            if (m_next + Ahead < m_entries.size())
                prefetch(m_entries[m_next + Ahead].connection);
            return m_entries[m_next++].connection;
        }
        const auto found = lowerBound(id);
        if (found == m_entries.end() || found->id != id)
            return nullptr;
        m_next = static_cast<size_t>(found - m_entries.begin()) + 1;
        return found->connection;
    }
    bool isEmpty() const { return m_entries.empty(); }
    int count() const { return static_cast<int>(m_entries.size()); }
    const std::vector<Entry> &entries() const { return m_entries; }

private:
    static constexpr size_t Ahead = 4;
    /// Begins to bring what is looked at of a connection into the cache: it was not for a while.
    static void prefetch([[maybe_unused]] const Connection *connection)
    {
#if defined(__GNUC__)
        constexpr int LineSize = 64;
        for (int line = 0; line < 4; ++line)
            __builtin_prefetch(reinterpret_cast<const char *>(connection) + line * LineSize, 1);
#endif
    }

    std::vector<Entry>::const_iterator lowerBound(ConnectionId id) const
    {
        return std::lower_bound(m_entries.begin(), m_entries.end(), id,
                                [](const Entry &entry, ConnectionId other) {
                                    return entry.id < other;
                                });
    }

    std::vector<Entry> m_entries; ///< by id
    mutable size_t m_next = 0; ///< after the one that was found last
};

} // namespace ObjectSync::Internal
