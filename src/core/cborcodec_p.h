// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

#include "cborwriter_p.h"
#include "namecache_p.h"
#include "numberedtexts_p.h"

#include <QtCore/qset.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace ObjectSync::Internal {

class CborReader;

/// A value: a few small numbers, 64 at a time, to be looked for in a NumberSet.
class NumberMasks
{
public:
    void add(quint32 number)
    {
        m_highest = std::max(m_highest, number);
        const quint32 word = number / 64;
        if (m_masks.empty() || m_masks.back().word != word)
            m_masks.push_back({ word, 0 });
        m_masks.back().bits |= quint64{ 1 } << (number % 64);
    }

private:
    friend class NumberSet;
    struct Mask
    {
        quint32 word;
        quint64 bits;
    };
    std::vector<Mask> m_masks; ///< the same word may come again
    quint32 m_highest = 0;
};

/// A resource: a set of numbers. Those without a gap from 0 on are a count; the others a bit for each,
/// in pages: where most numbers are never met, the highest one does not say how much memory it takes.
class NumberSet
{
public:
    bool containsAll(const NumberMasks &numbers) const
    {
        // Who has been told of everything has all numbers without a gap.
        if (numbers.m_highest < m_gapless)
            return true;
        return std::all_of(numbers.m_masks.begin(), numbers.m_masks.end(),
                           [this](const NumberMasks::Mask &mask) {
                               return (mask.bits & ~word(mask.word)) == 0;
                           });
    }
    /// True where all numbers up to this one are sure to be there.
    bool containsUpTo(quint32 number) const { return number < m_gapless; }
    /// False where it was there before.
    bool insert(quint32 number)
    {
        if (number < m_gapless)
            return false;
        if (number == m_gapless) {
            ++m_gapless;
            passKnown();
            return true;
        }
        const size_t page = number / 64 / PageWords;
        if (page >= m_pages.size())
            m_pages.resize(page + 1);
        if (!m_pages[page])
            m_pages[page] = std::make_unique<Page>();
        quint64 &bits = (*m_pages[page])[number / 64 % PageWords];
        const quint64 bit = quint64{ 1 } << (number % 64);
        const bool isNew = (bits & bit) == 0;
        bits |= bit;
        m_highest = std::max(m_highest, number);
        return isNew;
    }

private:
    static constexpr size_t PageWords = 64; // 512 bytes for 4096 numbers
    using Page = std::array<quint64, PageWords>;
    using Pages = std::vector<std::unique_ptr<Page>>;

    /// The bits of 64 numbers.
    quint64 word(quint32 index) const
    {
        quint64 bits = inPages(index);
        if (index == m_gapless / 64)
            bits |= (quint64{ 1 } << (m_gapless % 64)) - 1;
        return index < m_gapless / 64 ? ~quint64{ 0 } : bits;
    }
    quint64 inPages(quint32 index) const
    {
        const size_t page = index / PageWords;
        return page < m_pages.size() && m_pages[page] ? (*m_pages[page])[index % PageWords] : 0;
    }
    /// Those that come after the count, and were there already, are counted, too.
    void passKnown()
    {
        if (m_pages.empty())
            return;
        while ((inPages(m_gapless / 64) >> (m_gapless % 64) & 1) != 0)
            ++m_gapless;
        if (m_gapless > m_highest)
            m_pages = Pages();
    }

    Pages m_pages; ///< what is below the count may be missing in them
    quint32 m_gapless = 0; ///< all numbers below are there
    quint32 m_highest = 0; ///< in the pages
};

/// The numbers that some changes use. Every connection that the changes go to asks whether it knows
/// them all; so they are gathered once.
struct ChangeNumbers
{
    size_t count = 0; ///< of the changes
    NumberMasks ids = {};
    NumberMasks names = {};
};

class CborEncoder final : public Encoder
{
public:
    Encoding encoding() const override { return Encoding::Cbor; }
    QByteArray encode(const Message &message) override;
    bool isShareable(const Message &message) const override;

private:
    friend class CborFieldWriter;
    bool knowsAll(const Changes &changes) const;

    NumberSet m_ids; ///< entities that the peer has been told of
    NumberSet m_names; ///< property names likewise
};

class CborDecoder final : public Decoder
{
public:
    CborDecoder(const Limits &limits, Sender sender, const World *world)
        : m_limits(limits), m_sender(sender), m_world(world), m_propertyNames(world)
    {
    }
    Expected<Message> decode(QByteArrayView bytes) override;

private:
    friend class CborFieldReader;
    void takeWrites(Commit &commit, LeafWrites writes) const;

    Limits m_limits;
    Sender m_sender;
    const World *m_world; ///< may be null
    LeafWrites m_writes; ///< of the message that is being read
    // What the peer has told; messages that were read may share it. Null until changes come.
    std::shared_ptr<NumberedTexts> m_ids;
    std::shared_ptr<NumberedTexts> m_names;
    QSet<QByteArray> m_knownNames; ///< the texts in m_names
    bool m_isNameAgain = false; ///< one of them has several numbers
    NameCache m_propertyNames; ///< of those that come as texts
};

} // namespace ObjectSync::Internal
