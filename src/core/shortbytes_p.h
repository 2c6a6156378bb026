// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

#include <cstring>

// Ids and names are short: for these, a call costs more than what it does.

namespace ObjectSync::Internal {

template<typename Number>
Number loadBytes(const char *from)
{
    Number number;
    std::memcpy(&number, from, sizeof number);
    return number;
}

/// Whether both are the same bytes.
inline bool areSameBytes(QByteArrayView a, QByteArrayView b)
{
    const auto size = static_cast<size_t>(a.size());
    if (a.size() != b.size())
        return false;
    const char *x = a.data();
    const char *y = b.data();
    // Two pieces that may overlap.
    const auto areEnds = [&]<typename Number>(Number) {
        const size_t last = size - sizeof(Number);
        return loadBytes<Number>(x) == loadBytes<Number>(y)
               && loadBytes<Number>(x + last) == loadBytes<Number>(y + last);
    };
    if (size > 16)
        return std::memcmp(x, y, size) == 0;
    if (size >= 8)
        return areEnds(quint64());
    if (size >= 4)
        return areEnds(quint32());
    return size == 0 || (x[0] == y[0] && x[size / 2] == y[size / 2] && x[size - 1] == y[size - 1]);
}

inline void copyBytes(char *to, const char *from, size_t size)
{
    const auto copyEnds = [&]<typename Number>(Number) {
        const size_t last = size - sizeof(Number);
        const auto end = loadBytes<Number>(from + last);
        std::memcpy(to, from, sizeof(Number));
        std::memcpy(to + last, &end, sizeof(Number));
    };
    Q_ASSUME(size <= size_t(PTRDIFF_MAX)); // else the compiler warns of what cannot be
    if (size > 16)
        std::memcpy(to, from, size);
    else if (size >= 8)
        copyEnds(quint64());
    else if (size >= 4)
        copyEnds(quint32());
    else
        for (size_t i = 0; i < size; ++i)
            to[i] = from[i];
}

/// For small tables of names, whose contents are checked: a few names rarely have the same.
inline size_t nameMix(QByteArrayView name)
{
    return name.isEmpty() ? 0
                          : static_cast<size_t>(name.size()) * 31
                                    + static_cast<size_t>(static_cast<quint8>(name.front())) * 7
                                    + static_cast<quint8>(name.back());
}

} // namespace ObjectSync::Internal
