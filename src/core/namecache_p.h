// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <array>
#include <memory>

namespace ObjectSync::Internal {

/// A resource: the last few names that were read. The same ones come again and again, and then
/// share their bytes. Takes no memory before the first one.
class NameCache
{
public:
    QByteArray get(QByteArrayView name)
    {
        if (name.isEmpty() || name.size() > LongestKept)
            return name.toByteArray();
        if (!m_slots)
            m_slots = std::make_unique<Slots>();
        const auto mix = static_cast<size_t>(name.size()) * 31
                         + static_cast<size_t>(static_cast<quint8>(name.front())) * 7
                         + static_cast<quint8>(name.back());
        QByteArray &slot = (*m_slots)[mix % SlotCount];
        if (slot != name)
            slot = name.toByteArray();
        return slot;
    }

private:
    static constexpr size_t SlotCount = 64;
    static constexpr qsizetype LongestKept = 32;
    using Slots = std::array<QByteArray, SlotCount>;

    std::unique_ptr<Slots> m_slots;
};

} // namespace ObjectSync::Internal
