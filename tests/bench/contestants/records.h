// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "items.h"

#include <QtCore/qbytearrayview.h>

#include <cstring>
#include <optional>

namespace Bench {

/// The messages of the contestants that have no protocol of their own: records of a fixed layout, in
/// the machine's byte order, one after the other. An update takes 38 bytes, about what it takes with
/// the entity's id and the property's name as text; with a frame's header, 40.
enum class RecordKind : char {
    Reader = 'r', ///< to the server: tell me all
    Writer = 'w', ///< to the server: I will write
    Idle = 'i', ///< to the server: tell me nothing
    Ready = 'o', ///< to a writer or an idle one
    Entity = 'e', ///< all of one
    Complete = 'c', ///< all entities have been told
    Update = 'u',
};

/// A record without further contents.
inline QByteArray signalRecord(RecordKind kind)
{
    return QByteArray(1, static_cast<char>(kind));
}

inline QByteArray updateRecord(int entity, double x)
{
    QByteArray record(38, '\0');
    record[0] = static_cast<char>(RecordKind::Update);
    std::memcpy(record.data() + 1, &entity, 4);
    std::memcpy(record.data() + 5, &x, 8);
    const QByteArray text = itemId(entity) + ".x";
    std::memcpy(record.data() + 13, text.constData(), static_cast<size_t>(text.size()));
    return record;
}

inline QByteArray entityRecord(int entity, const Item &item)
{
    QByteArray record(24, '\0');
    record[0] = static_cast<char>(RecordKind::Entity);
    std::memcpy(record.data() + 1, &entity, 4);
    std::memcpy(record.data() + 5, &item.x, 8);
    std::memcpy(record.data() + 13, &item.y, 8);
    record[21] = static_cast<char>(item.kind);
    record[22] = item.open ? 1 : 0;
    record[23] = static_cast<char>(item.name.size());
    return record + item.name;
}

/// What a record says; `size` is where the next one begins.
struct Record
{
    RecordKind kind = RecordKind::Idle;
    qsizetype size = 0;
    int entity = -1; ///< of Entity and Update
    Item item = {}; ///< of an Update, x alone
};

/// The first record in \a bytes; none where they are none, or not all of one.
inline std::optional<Record> readRecord(QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return {};
    Record record{ static_cast<RecordKind>(bytes[0]), 1 };
    if (record.kind != RecordKind::Update && record.kind != RecordKind::Entity)
        return record;
    const bool isUpdate = record.kind == RecordKind::Update;
    record.size = isUpdate ? 38 : 24;
    if (bytes.size() < record.size)
        return {};
    std::memcpy(&record.entity, bytes.data() + 1, 4);
    std::memcpy(&record.item.x, bytes.data() + 5, 8);
    if (isUpdate)
        return record;
    record.size += bytes[23];
    if (bytes.size() < record.size)
        return {};
    std::memcpy(&record.item.y, bytes.data() + 13, 8);
    record.item.kind = bytes[21];
    record.item.open = bytes[22] != 0;
    record.item.name = bytes.sliced(24, bytes[23]).toByteArray();
    return record;
}

} // namespace Bench
