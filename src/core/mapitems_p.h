// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <algorithm>
#include <optional>

namespace ObjectSync::Internal {

/// The map of items that come from outside in any order; none where a name comes twice. Sorts
/// first: inserting one by one would cost the square of their number.
inline std::optional<ValueMap> mapFromItems(std::vector<ValueMap::Item> items)
{
    const auto less = [](const ValueMap::Item &a, const ValueMap::Item &b) {
        return a.name < b.name;
    };
    if (!std::is_sorted(items.begin(), items.end(), less))
        std::sort(items.begin(), items.end(), less);
    const auto same = [](const ValueMap::Item &a, const ValueMap::Item &b) {
        return a.name == b.name;
    };
    if (std::adjacent_find(items.begin(), items.end(), same) != items.end())
        return std::nullopt;
    ValueMap map;
    map.reserve(static_cast<qsizetype>(items.size()));
    for (ValueMap::Item &item : items)
        map.insert(item.name, std::move(item.value));
    return map;
}

/// True where a name comes twice among \a items, which have a member `name`.
template<typename Items>
bool hasDuplicateNames(const Items &items)
{
    if (items.size() < 2)
        return false;
    std::vector<QByteArrayView> names;
    names.reserve(items.size());
    for (const auto &item : items)
        names.emplace_back(item.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

} // namespace ObjectSync::Internal
