// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

namespace ObjectSync::Internal {

class JsonEncoder final : public Encoder
{
public:
    Encoding encoding() const override { return Encoding::Json; }
    QByteArray encode(const Message &message) override;
    bool isShareable(const Message &) const override { return true; }
};

class JsonDecoder final : public Decoder
{
public:
    JsonDecoder(const Limits &limits, Sender sender) : m_limits(limits), m_sender(sender) { }
    Expected<Message> decode(QByteArrayView bytes) override;

private:
    Limits m_limits;
    Sender m_sender;
};

/// The words of `event`; empty for an update, which has none.
QByteArray eventWord(Change::Event event);

} // namespace ObjectSync::Internal
