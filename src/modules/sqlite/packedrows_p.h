// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <memory>
#include <vector>

namespace ObjectSync::Internal {

/// A row of the table `entity`, as it is in the file.
struct PackedRow
{
    qint64 stamp = 0;
    qint64 created = 0;
    bool alive = true;
    QByteArrayView id = {};
    QByteArrayView properties = {};
};

/// A resource: rows of a table that come in the order of ids, to be read in the order of stamps. It
/// takes about the memory that they have in the file, in few large pieces.
class PackedRows
{
public:
    /// Copies the row. Its id and its properties are below 2 GiB each.
    void add(const PackedRow &row);
    /// In the order of stamps; where they are the same, in that of add().
    void sort();

    size_t size() const { return m_places.size(); }
    PackedRow at(size_t index) const;

private:
    struct Place
    {
        qint64 stamp;
        qint64 created;
        const char *bytes; ///< of the id, then those of the properties
        qint32 idSize;
        qint32 propertiesSize; ///< -1: not alive
    };

    char *room(qsizetype size);

    std::vector<Place> m_places;
    std::vector<std::unique_ptr<char[]>> m_blocks;
    char *m_free = nullptr; ///< in the last block
    qsizetype m_left = 0;
};

} // namespace ObjectSync::Internal
