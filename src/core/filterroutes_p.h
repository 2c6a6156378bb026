// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "shortbytes_p.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <vector>

namespace ObjectSync::Internal {

/// A resource: finds whose filters match an id. The cost of a look-up depends on how many different
/// lengths of prefixes there are and on who matches, not on how many filters there are.
template<typename Target>
class FilterRoutes
{
public:
    void addId(const QByteArray &id, Target &target)
    {
        m_byId[id].push_back(&target);
        m_idHeads |= headOf(id);
    }
    void addPrefix(const QByteArray &prefix, Target &target)
    {
        auto &targets = m_byPrefix[prefix];
        if (targets.empty()) {
            const auto prefixes = ofLength(prefix.size());
            ++prefixes->uses;
            prefixes->heads |= headOf(prefix);
        }
        targets.push_back(&target);
        forgetLast();
    }
    void removeId(const QByteArray &id, Target &target)
    {
        removeFrom(m_byId, id, target);
        if (m_byId.empty())
            m_idHeads = 0;
    }
    void removePrefix(const QByteArray &prefix, Target &target)
    {
        if (!removeFrom(m_byPrefix, prefix, target))
            return;
        const auto prefixes = ofLength(prefix.size());
        if (--prefixes->uses == 0)
            m_prefixes.erase(prefixes);
        forgetLast();
    }

    /// Calls \a predicate for each target that matches \a id, for some more than once, until it
    /// returns true. Returns whether it did.
    template<typename Predicate>
    bool any(const QByteArray &id, const Predicate &predicate) const
    {
        const auto anyOf = [&](const Targets &targets) {
            for (Target *target : targets) {
                if (predicate(*target))
                    return true;
            }
            return false;
        };
        if ((m_idHeads & headOf(id)) != 0) {
            if (const auto found = m_byId.find(id); found != m_byId.end() && anyOf(found->second))
                return true;
        }
        for (Prefixes &prefixes : m_prefixes) {
            if (prefixes.length > id.size())
                break;
            const auto *targets = find(prefixes, QByteArrayView(id).first(prefixes.length));
            if (targets && anyOf(*targets))
                return true;
        }
        return false;
    }

private:
    using Targets = std::vector<Target *>;
    /// A peer must not choose texts that collide. The seed stays, even if the application asks Qt for
    /// another one.
    struct Hash
    {
        using is_transparent = void;
        size_t operator()(QByteArrayView text) const { return qHash(text, seed); }
        size_t seed = QHashSeed::globalSeed();
    };
    /// Not a QHash, which begins with room for dozens: every session has routes, most of them one.
    using Routes = std::unordered_map<QByteArray, Targets, Hash, std::equal_to<>>;

    /// All prefixes of one length.
    struct Prefixes
    {
        qsizetype length = 0;
        qsizetype uses = 0; ///< how many there are in m_byPrefix
        quint64 heads = 0; ///< headOf() of all of them
        QByteArray last = {}; ///< found last: whoever changes one thing often changes its neighbors
        const Targets *lastTargets = nullptr; ///< null where none was
    };

    /// One of 64 bits, which the first bytes say. In most worlds they are a namespace, so that what
    /// nobody has asked for is passed over without a look-up.
    static quint64 headOf(QByteArrayView text)
    {
        constexpr quint32 Mix = 0x9e3779b1; // 2^32 divided by the golden ratio
        quint32 head = 0;
        if (text.size() >= qsizetype{ sizeof head })
            head = loadBytes<quint32>(text.data());
        else
            copyBytes(reinterpret_cast<char *>(&head), text.data(),
                      static_cast<size_t>(text.size()));
        return quint64(1) << (head * Mix >> 26);
    }

    const Targets *find(Prefixes &prefixes, QByteArrayView prefix) const
    {
        if (prefixes.lastTargets && areSameBytes(prefixes.last, prefix))
            return prefixes.lastTargets;
        if ((prefixes.heads & headOf(prefix)) == 0)
            return nullptr;
        const auto found = m_byPrefix.find(prefix);
        if (found == m_byPrefix.end())
            return nullptr;
        prefixes.last = found->first;
        prefixes.lastTargets = &found->second;
        return prefixes.lastTargets;
    }

    /// What was found last may be there no more.
    void forgetLast()
    {
        for (Prefixes &prefixes : m_prefixes)
            prefixes.lastTargets = nullptr;
    }

    /// Made where there is none.
    auto ofLength(qsizetype length)
    {
        auto place = std::find_if(m_prefixes.begin(), m_prefixes.end(),
                                  [length](const Prefixes &each) { return each.length >= length; });
        if (place == m_prefixes.end() || place->length != length)
            place = m_prefixes.insert(place, Prefixes{ .length = length });
        return place;
    }

    /// True where it was the last one.
    static bool removeFrom(Routes &routes, const QByteArray &content, Target &target)
    {
        auto &targets = routes[content];
        std::erase(targets, &target);
        const bool last = targets.empty();
        if (last)
            routes.erase(content);
        return last;
    }

    Routes m_byPrefix;
    Routes m_byId;
    quint64 m_idHeads = 0; ///< headOf() of all of them
    mutable std::vector<Prefixes> m_prefixes; ///< the shortest first
};

} // namespace ObjectSync::Internal
