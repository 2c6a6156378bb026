// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

#include <QtTest/qtest.h>

#include <map>

/// One connection's way from a server to a client: encodes and decodes. The changes that a test makes
/// have no numbers; here they get some, with gaps and far ones among them.
class CborWire
{
public:
    ObjectSync::Message pass(ObjectSync::Message message)
    {
        if (auto *changes = std::get_if<ObjectSync::Changes>(&message)) {
            for (ObjectSync::ChangePtr &change : changes->changes)
                change = numbered(*change);
        }
        auto decoded = m_decoder->decode(m_encoder->encode(message));
        if (!decoded)
            qFatal("%s", qPrintable(decoded.error().message));
        return *std::move(decoded);
    }

private:
    using Numbers = std::map<QByteArray, quint32>;

    ObjectSync::ChangePtr numbered(const ObjectSync::Change &change)
    {
        auto copy = std::make_shared<ObjectSync::Change>(change);
        copy->number = numberOf(m_ids, change.id);
        for (ObjectSync::Change::Property &property : copy->properties)
            property.nameNumber = numberOf(m_names, property.name);
        return copy;
    }
    static quint32 numberOf(Numbers &numbers, const QByteArray &text)
    {
        const auto next = static_cast<quint32>(numbers.size());
        const quint32 scattered = next % 4 == 3 ? 4'000'000'000U - 12345 * next : 3 * (next ^ 5U);
        return numbers.try_emplace(text, scattered).first->second;
    }

    std::unique_ptr<ObjectSync::Encoder> m_encoder = ObjectSync::Encoder::create(
            ObjectSync::Encoding::Cbor);
    std::unique_ptr<ObjectSync::Decoder> m_decoder =
            ObjectSync::Decoder::create(ObjectSync::Encoding::Cbor, {},
                                        ObjectSync::Decoder::Sender::Server);
    Numbers m_ids;
    Numbers m_names;
};
