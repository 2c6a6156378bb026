// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>

#include <map>
#include <vector>

namespace ObjectSync::Internal {

/// A resource: finds whose filters match an id. The cost of a look-up depends on how many different
/// lengths of prefixes there are and on who matches, not on how many filters there are.
template<typename Target>
class FilterRoutes
{
public:
    void addId(const QByteArray &id, Target &target) { m_byId[id].push_back(&target); }
    void addPrefix(const QByteArray &prefix, Target &target)
    {
        auto &targets = m_byPrefix[prefix];
        if (targets.empty())
            ++m_prefixLengths[prefix.size()];
        targets.push_back(&target);
    }
    void removeId(const QByteArray &id, Target &target) { removeFrom(m_byId, id, target); }
    void removePrefix(const QByteArray &prefix, Target &target)
    {
        if (!removeFrom(m_byPrefix, prefix, target))
            return;
        const auto length = m_prefixLengths.find(prefix.size());
        if (--length->second == 0)
            m_prefixLengths.erase(length);
    }

    /// Calls \a predicate for each target that matches \a id, for some more than once, until it
    /// returns true. Returns whether it did.
    template<typename Predicate>
    bool any(const QByteArray &id, const Predicate &predicate) const
    {
        const auto anyOf = [&](const std::vector<Target *> &targets) {
            for (Target *target : targets) {
                if (predicate(*target))
                    return true;
            }
            return false;
        };
        if (const auto found = m_byId.constFind(id); found != m_byId.constEnd() && anyOf(*found))
            return true;
        for (const auto &[length, uses] : m_prefixLengths) {
            if (length > id.size())
                break;
            const auto prefix = QByteArray::fromRawData(id.constData(), length);
            const auto found = m_byPrefix.constFind(prefix);
            if (found != m_byPrefix.constEnd() && anyOf(*found))
                return true;
        }
        return false;
    }

private:
    using Routes = QHash<QByteArray, std::vector<Target *>>;

    /// True where it was the last one.
    static bool removeFrom(Routes &routes, const QByteArray &content, Target &target)
    {
        auto &targets = routes[content];
        std::erase(targets, &target);
        const bool last = targets.empty();
        if (last)
            routes.remove(content);
        return last;
    }

    Routes m_byPrefix;
    Routes m_byId;
    std::map<qsizetype, qsizetype> m_prefixLengths; ///< how many prefixes in m_byPrefix are so long
};

} // namespace ObjectSync::Internal
