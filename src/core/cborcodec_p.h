// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

#include "cborwriter_p.h"

#include <QtCore/qhash.h>

namespace ObjectSync::Internal {

class CborReader;

/// A value: a few small numbers, 64 at a time, to be looked for in a NumberSet.
class NumberMasks
{
public:
    void add(quint32 number)
    {
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
};

/// A value: a set of small numbers, a bit for each.
class NumberSet
{
public:
    bool containsAll(const NumberMasks &numbers) const
    {
        for (const NumberMasks::Mask &mask : numbers.m_masks) {
            if (mask.word >= m_words.size() || (mask.bits & ~m_words[mask.word]) != 0)
                return false;
        }
        return true;
    }
    /// False where it was there before.
    bool insert(quint32 number)
    {
        const size_t word = number / 64;
        const quint64 bit = quint64{ 1 } << (number % 64);
        if (word >= m_words.size())
            m_words.resize(word + 1);
        const bool isNew = (m_words[word] & bit) == 0;
        m_words[word] |= bit;
        return isNew;
    }

private:
    std::vector<quint64> m_words;
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
    NumberSet m_ids; ///< entities that the peer has been told of
    NumberSet m_names; ///< property names likewise
};

class CborDecoder final : public Decoder
{
public:
    CborDecoder(const Limits &limits, Sender sender) : m_limits(limits), m_sender(sender) { }
    Expected<Message> decode(QByteArrayView bytes) override;

private:
    friend class CborFieldReader;
    Limits m_limits;
    Sender m_sender;
    QHash<EntityNumber, QByteArray> m_ids; ///< what the peer has told
    QHash<NameNumber, QByteArray> m_names;
};

} // namespace ObjectSync::Internal
