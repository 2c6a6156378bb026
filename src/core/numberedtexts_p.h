// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace ObjectSync::Internal {

/// A resource: texts by number. The numbers are a peer's. Mostly they come as 0, 1, 2, … and are then
/// places; from the first that does not, they are found by a flat hash table.
class NumberedTexts
{
public:
    /// Null where there is none.
    const QByteArray *find(quint32 number) const
    {
        if (number < m_dense)
            return &text(number);
        if (m_slots.empty())
            return nullptr;
        const Slot &slot = m_slots[slotOf(number)];
        return slot.place == 0 ? nullptr : &text(slot.place - 1);
    }
    /// \a number has none yet. Gives the text, which stays where it is.
    const QByteArray &insert(quint32 number, QByteArray text)
    {
        if (number == m_size && m_dense == m_size) {
            ++m_dense;
            return addText(std::move(text));
        }
        if ((m_size - m_dense + size_t{ 1 }) * 5 >= m_slots.size() * 4)
            grow();
        const QByteArray &kept = addText(std::move(text));
        m_slots[slotOf(number)] = { number, m_size };
        return kept;
    }

private:
    struct Slot
    {
        quint32 number = 0;
        quint32 place = 0; ///< in the pages, plus one; 0: free
    };
    static constexpr size_t PageSize = 64;
    using Page = std::array<QByteArray, PageSize>;

    QByteArray &text(quint32 place) const { return (*m_pages[place / PageSize])[place % PageSize]; }
    const QByteArray &addText(QByteArray text)
    {
        if (m_size == m_pages.size() * PageSize)
            m_pages.push_back(std::make_unique<Page>());
        return this->text(m_size++) = std::move(text);
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
        std::vector<Slot> old(std::max<size_t>(16, 2 * m_slots.size()));
        old.swap(m_slots);
        for (const Slot &slot : old) {
            if (slot.place != 0)
                m_slots[slotOf(slot.number)] = slot;
        }
    }

    std::vector<std::unique_ptr<Page>> m_pages;
    std::vector<Slot> m_slots; ///< a power of two of them
    quint32 m_size = 0;
    quint32 m_dense = 0; ///< so many are in the places that their numbers tell
    /// A peer must not choose numbers that collide. It stays, even if the application asks Qt for
    /// another one.
    size_t m_seed = QHashSeed::globalSeed();
};

} // namespace ObjectSync::Internal
