// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <vector>

namespace ObjectSync::Internal {

/// A resource: texts by number. The numbers are a peer's, who mostly counts 0, 1, 2, … but may tell them
/// in any order, and only some: they are places in pages, as long as the pages are well filled. Other
/// numbers are found by a flat hash table.
class NumberedTexts
{
public:
    bool contains(quint64 number) const
    {
        const quint64 page = number / PageSize;
        if (page < m_pages.size() && (m_pages[page].known & bitOf(number)) != 0)
            return true;
        return !m_slots.empty() && number <= std::numeric_limits<quint32>::max()
               && findSlot(static_cast<quint32>(number)) != nullptr;
    }
    /// Null where there is none.
    const QByteArray *find(quint32 number) const
    {
        const size_t page = number / PageSize;
        if (page < m_pages.size() && (m_pages[page].known & bitOf(number)) != 0)
            return &m_pages[page].texts[number % PageSize];
        return m_slots.empty() ? nullptr : findSlot(number);
    }
    /// \a number has none yet. Gives the text, which stays where it is.
    const QByteArray &insert(quint32 number, QByteArray text)
    {
        ++m_size;
        QByteArray *place = makePlace(number);
        if (!place) {
            if ((m_others.size() + size_t{ 1 }) * 5 >= m_slots.size() * 4)
                grow();
            place = &m_others.emplace_back();
            m_slots[slotOf(number)] = { number, static_cast<quint32>(m_others.size()) };
        }
        *place = std::move(text);
        return *place;
    }

private:
    struct Slot
    {
        quint32 number = 0;
        quint32 place = 0; ///< in m_others, plus one; 0: free
    };
    static constexpr size_t PageSize = 16;
    struct Page
    {
        std::unique_ptr<QByteArray[]> texts; ///< null where none of them is known
        quint16 known = 0; ///< a bit for each
    };
    static quint16 bitOf(quint64 number) { return static_cast<quint16>(1U << (number % PageSize)); }

    /// In a page; null where it would take too much memory.
    QByteArray *makePlace(quint32 number)
    {
        constexpr size_t FewPages = 16;
        constexpr size_t TextsToPage = 4; // where there are more pages, each has so many on average
        constexpr size_t FewPlaces = 512; // for pages, known or not
        constexpr size_t PlacesToText = 8; // where there are more, so many on average
        const size_t place = number / PageSize;
        if (place >= m_pages.size()) {
            if (place >= FewPlaces + PlacesToText * m_size)
                return nullptr;
            m_pages.resize(place + 1);
        }
        Page &page = m_pages[place];
        if (!page.texts) {
            if (m_pageCount >= FewPages + m_size / TextsToPage)
                return nullptr;
            page.texts = std::make_unique<QByteArray[]>(PageSize);
            ++m_pageCount;
        }
        page.known = static_cast<quint16>(page.known | bitOf(number));
        return &page.texts[number % PageSize];
    }
    const QByteArray *findSlot(quint32 number) const
    {
        const Slot &slot = m_slots[slotOf(number)];
        return slot.place == 0 ? nullptr : &m_others[slot.place - 1];
    }
    /// Where the number is, or belongs.
    size_t slotOf(quint32 number) const
    {
        const size_t mask = m_slots.size() - 1;
        size_t slot = qHash(number, m_seed) & mask;
        while (m_slots[slot].place != 0 && m_slots[slot].number != number)
            slot = (slot + 1) & mask;
        return slot;
    }
    void grow()
    {
        std::vector<Slot> old(std::max<size_t>(64, 4 * m_slots.size()));
        old.swap(m_slots);
        for (const Slot &slot : old) {
            if (slot.place != 0)
                m_slots[slotOf(slot.number)] = slot;
        }
    }

    std::vector<Page> m_pages;
    size_t m_pageCount = 0;
    size_t m_size = 0;
    std::deque<QByteArray> m_others; ///< that are in no page
    std::vector<Slot> m_slots; ///< a power of two of them
    /// A peer must not choose numbers that collide. It stays, even if the application asks Qt for
    /// another one.
    size_t m_seed = QHashSeed::globalSeed();
};

} // namespace ObjectSync::Internal
