// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace ObjectSync::Internal {

/// A value: fills a map with items that come from outside in any order. Those in order are
/// appended; the others are sorted at the end: to insert each where it belongs would cost the
/// square of their number.
class MapBuilder
{
public:
    explicit MapBuilder(ValueMap &map) : m_map(map) { }

    void add(QByteArray name, Value value)
    {
        if (m_map.isEmpty() || (m_map.end() - 1)->name < name)
            m_map.insert(std::move(name), std::move(value));
        else
            m_unordered.push_back({ std::move(name), std::move(value) });
    }

    /// False where a name came twice.
    bool finish()
    {
        if (m_unordered.empty())
            return true;
        m_unordered.insert(m_unordered.end(), m_map.begin(), m_map.end());
        std::sort(m_unordered.begin(), m_unordered.end(),
                  [](const auto &a, const auto &b) { return a.name < b.name; });
        m_map.clear();
        bool unique = true;
        for (ValueMap::Item &item : m_unordered) {
            unique = unique && (m_map.isEmpty() || (m_map.end() - 1)->name != item.name);
            m_map.insert(std::move(item.name), std::move(item.value));
        }
        return unique;
    }

private:
    ValueMap &m_map;
    std::vector<ValueMap::Item> m_unordered;
};

/// True where a name comes twice among \a items, which have a member `name`.
template<typename Items>
bool hasDuplicateNames(const Items &items)
{
    // Mostly they come in order.
    const auto isNotLess = [](const auto &a, const auto &b) { return !(a.name < b.name); };
    if (std::adjacent_find(items.begin(), items.end(), isNotLess) == items.end())
        return false;
    constexpr size_t Few = 16; // so many are compared with one another sooner than sorted
    if (static_cast<size_t>(items.size()) <= Few) {
        for (auto item = items.begin(); item != items.end(); ++item) {
            const auto isSame = [item](const auto &other) { return other.name == item->name; };
            if (std::any_of(items.begin(), item, isSame))
                return true;
        }
        return false;
    }
    // Numbers, or views of texts.
    using Text = std::decay_t<decltype(items.begin()->name)>;
    using Name = std::conditional_t<std::is_same_v<Text, QByteArray>, QByteArrayView, Text>;
    std::vector<Name> names;
    names.reserve(static_cast<size_t>(items.size()));
    for (const auto &item : items)
        names.emplace_back(item.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

} // namespace ObjectSync::Internal
