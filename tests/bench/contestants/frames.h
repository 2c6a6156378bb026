// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "records.h"

namespace Bench {

/// What the epoll contestant sends: each record in a frame as a WebSocket server makes it, two bytes
/// of header before the contents.
inline QByteArray frame(const QByteArray &record)
{
    return QByteArray(1, '\x82') + static_cast<char>(record.size()) + record;
}

/// Calls \a take with the contents of each whole frame at the beginning of \a bytes, and returns the
/// number of bytes they were.
template<typename Take>
qsizetype readFrames(QByteArrayView bytes, Take take)
{
    qsizetype used = 0;
    while (bytes.size() - used >= 2) {
        const qsizetype size = bytes[used + 1];
        if (bytes.size() - used - 2 < size)
            break;
        take(bytes.sliced(used + 2, size));
        used += 2 + size;
    }
    return used;
}

} // namespace Bench
