// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>

#include <memory>

namespace ObjectSync {

/// A resource: how a store keeps the parts of a row that have no columns of their own, as one CBOR
/// item each. It keeps its buffer, and the names that it has read: use one for many rows.
class OBJECTSYNC_CORE_EXPORT RowCodec
{
public:
    RowCodec();
    ~RowCodec();
    RowCodec(const RowCodec &) = delete;
    RowCodec &operator=(const RowCodec &) = delete;

    // Valid until the next call of either.

    /// [[name, age, value, …], [removed name, age, …]]; an age is the entity's stamp minus the
    /// property's. The second list is there where it is not empty.
    QByteArrayView packProperties(const StoredEntity &entity);
    /// [[tx, fingerprint, cursor, [id, …]] or [tx, fingerprint, cursor, [id, …], code, message,
    /// entity id], …]
    QByteArrayView packAnswers(const std::vector<StoredAnswer> &answers);

    // What was once accepted is read back, whatever the limits are by now. Errors: those of a
    // Decoder; `bad-value` for another structure.

    /// Appends the properties of \a entity, whose stamp must be set.
    Expected<void> unpackProperties(QByteArrayView packed, StoredEntity &entity);
    Expected<std::vector<StoredAnswer>> unpackAnswers(QByteArrayView packed);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
