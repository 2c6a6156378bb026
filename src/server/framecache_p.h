// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/codec.h>

#include <QtCore/qhash.h>

#include <array>
#include <vector>

namespace ObjectSync::Internal {

/// The bytes of one unmasked WebSocket frame, header and payload: what a server sends.
QByteArray makeFrame(Encoding encoding, QByteArrayView payload);
/// The same for a close frame; \a reason is cut to what fits.
QByteArray makeCloseFrame(quint16 code, const QString &reason);

/// A resource: the frames of messages that several connections are sent in one turn of the event
/// loop, so that each is encoded and framed once.
class FrameCache
{
public:
    /// The frame of \a message, from \a encoder where it was not yet made. A message that this
    /// encoder has to tell in its own way is not kept.
    QByteArray frame(const MessagePtr &message, Encoder &encoder);
    /// At the end of a turn.
    void clear();

private:
    struct Frames
    {
        const Message *lastMessage = nullptr;
        QByteArray lastFrame;
        QHash<const Message *, QByteArray> frames;
    };
    std::array<Frames, 2> m_frames; ///< by encoding
    std::vector<MessagePtr> m_messages; ///< kept so that no other message gets their address
};

} // namespace ObjectSync::Internal
