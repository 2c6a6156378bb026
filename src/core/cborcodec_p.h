// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

#include "cborwriter_p.h"

#include <QtCore/qhash.h>

namespace ObjectSync::Internal {

class CborReader;

/// A value: a set of small numbers, a bit for each.
class NumberSet
{
public:
    bool contains(quint32 number) const
    {
        const size_t word = number / 64;
        return word < m_words.size() && (m_words[word] >> (number % 64) & 1) != 0;
    }
    /// False where it was there before.
    bool insert(quint32 number)
    {
        if (contains(number))
            return false;
        const size_t word = number / 64;
        if (word >= m_words.size())
            m_words.resize(word + 1);
        m_words[word] |= quint64{ 1 } << (number % 64);
        return true;
    }

private:
    std::vector<quint64> m_words;
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
    explicit CborDecoder(const Limits &limits) : m_limits(limits) { }
    Expected<Message> decode(QByteArrayView bytes) override;

private:
    friend class CborFieldReader;
    Limits m_limits;
    QHash<EntityNumber, QByteArray> m_ids; ///< what the peer has told
    QHash<NameNumber, QByteArray> m_names;
};

} // namespace ObjectSync::Internal
