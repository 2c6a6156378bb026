// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "packedrows_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

/// So large that the allocator gives it back to the system at once.
constexpr qsizetype BlockSize = 4 * 1024 * 1024;

/// \a bytes may be null.
char *append(char *out, QByteArrayView bytes)
{
    return std::copy(bytes.begin(), bytes.end(), out);
}

} // namespace

char *PackedRows::room(qsizetype size)
{
    if (m_left < size) {
        m_left = std::max(BlockSize, size);
        m_blocks.push_back(std::make_unique_for_overwrite<char[]>(static_cast<size_t>(m_left)));
        m_free = m_blocks.back().get();
    }
    char *begin = m_free;
    m_free += size;
    m_left -= size;
    return begin;
}

void PackedRows::add(const PackedRow &row)
{
    char *bytes = room(row.id.size() + row.properties.size());
    append(append(bytes, row.id), row.properties);
    m_places.push_back({ row.stamp, row.created, bytes, static_cast<qint32>(row.id.size()),
                         row.alive ? static_cast<qint32>(row.properties.size()) : -1 });
}

void PackedRows::sort()
{
    std::stable_sort(m_places.begin(), m_places.end(),
                     [](const Place &a, const Place &b) { return a.stamp < b.stamp; });
}

PackedRow PackedRows::at(size_t index) const
{
    const Place &place = m_places[index];
    PackedRow row{ place.stamp, place.created, place.propertiesSize >= 0 };
    row.id = QByteArrayView(place.bytes, place.idSize);
    if (row.alive)
        row.properties = QByteArrayView(place.bytes + place.idSize, place.propertiesSize);
    return row;
}

} // namespace ObjectSync::Internal
