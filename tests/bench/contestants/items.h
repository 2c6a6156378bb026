// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <array>
#include <charconv>

namespace Bench {

/// One of the entities that every contestant's server holds.
struct Item
{
    double x = 0;
    double y = 0;
    QByteArray name;
    int kind = 0;
    bool open = false;
};

inline QByteArray itemId(int index)
{
    std::array<char, 16> text = { 'i', 't', 'e', 'm', '/' };
    const auto end = std::to_chars(text.begin() + 5, text.end(), index).ptr;
    return { text.data(), end - text.data() };
}

/// The index in an id; -1 for an id that is none of ours.
inline int itemIndex(const QByteArray &id)
{
    int index = -1;
    if (id.startsWith("item/"))
        std::from_chars(id.constBegin() + 5, id.constEnd(), index);
    return index;
}

inline Item makeItem(int index)
{
    return { index * 0.5, index * 0.25, "item " + QByteArray::number(index), index % 10,
             index % 2 == 0 };
}

} // namespace Bench
