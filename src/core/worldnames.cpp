// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A world's names of properties and their numbers.

#include "entityindex_p.h"
#include "shortbytes_p.h"

#include <algorithm>

namespace ObjectSync {

using Internal::StampLink;

namespace {

/// So many names may be unused: the same few come and go again and again.
constexpr size_t FewNames = 1000;

} // namespace

NameNumber World::nameNumber(const QByteArray &name)
{
    const auto found = m_nameNumbers.constFind(name);
    if (found != m_nameNumbers.constEnd())
        return *found;
    const NameNumber number = m_nextName++;
    if (number / NamePageSize >= m_names.size())
        m_names.push_back(nullptr);
    std::unique_ptr<NamePage> &page = m_names[number / NamePageSize];
    if (!page)
        page = std::make_unique<NamePage>();
    (*page)[number % NamePageSize] = name;
    m_nameNumbers.insert(name, number);
    return number;
}

/// The place that this name shares with few others.
NameNumber &World::recentName(QByteArrayView name) const
{
    return m_recentNames[Internal::nameMix(name) % m_recentNames.size()];
}

bool World::isNameOf(NameNumber number, QByteArrayView name) const
{
    const size_t page = number / NamePageSize;
    if (page >= m_names.size() || !m_names[page])
        return false; // unused names are dropped
    const QByteArray &known = this->name(number);
    // Mostly it is not only equal, but the same bytes in memory.
    return known.size() == name.size()
           && (known.constData() == name.data() || Internal::areSameBytes(known, name));
}

/// As nameNumber(), for names of which the same few come again and again.
NameNumber World::recentNameNumber(const QByteArray &name)
{
    NameNumber &number = recentName(name);
    if (!isNameOf(number, name))
        number = nameNumber(name);
    return number;
}

std::optional<NameNumber> World::findName(QByteArrayView name) const
{
    NameNumber &number = recentName(name);
    if (isNameOf(number, name))
        return number;
    const auto found = m_nameNumbers.constFind(name.toByteArray());
    if (found == m_nameNumbers.constEnd())
        return std::nullopt;
    return number = *found;
}

QByteArray World::sharedName(const QByteArray &name) const
{
    const std::optional<NameNumber> number = findName(name);
    return number ? this->name(*number) : name;
}

void World::dropUnusedNames()
{
    // A look at all leaves; so not before there are new names in proportion to the entities.
    const size_t fresh = m_nextName - m_namesKeptUpTo;
    if (fresh < std::max(FewNames, m_entities->size()))
        return;
    std::vector<bool> isUsed(m_nextName);
    for (const StampLink *link = m_ends.newer; link != &m_ends; link = link->newer) {
        if (!link->isEntity)
            continue;
        for (const Leaf &leaf : static_cast<const Entity *>(link)->m_leaves)
            isUsed[leaf.name] = true;
    }
    m_nameNumbers.removeIf(
            [&](QHash<QByteArray, NameNumber>::iterator item) { return !isUsed[*item]; });
    for (size_t page = 0; page < m_names.size(); ++page) {
        if (!m_names[page])
            continue;
        bool isPageUsed = false;
        for (size_t place = 0; place < NamePageSize; ++place) {
            const size_t number = page * NamePageSize + place;
            if (number < m_nextName && isUsed[number])
                isPageUsed = true;
            else
                (*m_names[page])[place].clear();
        }
        if (!isPageUsed)
            m_names[page].reset();
    }
    m_namesKeptUpTo = m_nextName;
}

} // namespace ObjectSync
