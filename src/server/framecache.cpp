// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "framecache_p.h"

#include <QtCore/qendian.h>

namespace ObjectSync::Internal {

namespace {

constexpr int MaximumReason = 123; // a control frame has at most 125 bytes, 2 are the code

QByteArray makeFrame(uchar firstByte, QByteArrayView payload)
{
    QByteArray frame;
    const qsizetype size = payload.size();
    frame.reserve(size + 10);
    frame.append(static_cast<char>(firstByte));
    if (size < 126) {
        frame.append(static_cast<char>(size));
    } else if (size <= 0xffff) {
        frame.append(char(126));
        const auto length = qToBigEndian(static_cast<quint16>(size));
        frame.append(reinterpret_cast<const char *>(&length), sizeof length);
    } else {
        frame.append(char(127));
        const auto length = qToBigEndian(static_cast<quint64>(size));
        frame.append(reinterpret_cast<const char *>(&length), sizeof length);
    }
    frame.append(payload);
    return frame;
}

} // namespace

QByteArray makeFrame(Encoding encoding, QByteArrayView payload)
{
    constexpr uchar TextFrame = 0x81; // the last fragment of its message, as all are here
    constexpr uchar BinaryFrame = 0x82;
    return makeFrame(encoding == Encoding::Json ? TextFrame : BinaryFrame, payload);
}

QByteArray makeCloseFrame(quint16 code, const QString &reason)
{
    constexpr uchar CloseFrame = 0x88;
    QByteArray text = reason.toUtf8();
    if (text.size() > MaximumReason) {
        qsizetype end = MaximumReason;
        while (end > 0 && (static_cast<uchar>(text[end]) & 0xc0) == 0x80)
            --end; // not in the middle of a character
        text.truncate(end);
    }
    const quint16 bigEndian = qToBigEndian(code);
    return makeFrame(CloseFrame,
                     QByteArray(reinterpret_cast<const char *>(&bigEndian), sizeof bigEndian)
                             + text);
}

QByteArray FrameCache::frame(const MessagePtr &message, Encoder &encoder)
{
    if (!encoder.isShareable(*message))
        return makeFrame(encoder.encoding(), encoder.encode(*message));
    Frames &cache = m_frames[static_cast<size_t>(encoder.encoding())];
    if (cache.lastMessage == message.get())
        return cache.lastFrame;
    QByteArray &frame = cache.frames[message.get()];
    if (frame.isEmpty()) {
        frame = makeFrame(encoder.encoding(), encoder.encode(*message));
        m_messages.push_back(message);
    }
    cache.lastMessage = message.get();
    cache.lastFrame = frame;
    return frame;
}

void FrameCache::clear()
{
    if (m_messages.empty())
        return;
    for (Frames &cache : m_frames) {
        cache.lastMessage = nullptr;
        cache.lastFrame.clear();
        cache.frames.clear();
    }
    m_messages.clear();
}

} // namespace ObjectSync::Internal
