// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>
#include <objectsync/core/storage.h>

namespace ObjectSync::Internal {

// How parts of rows are kept in one column, as one CBOR item each.

/// [[name, age, value, …], [removed name, age, …]]; an age is the entity's stamp minus the
/// property's.
QByteArray packProperties(const StoredEntity &entity);
/// Fills in the properties of \a entity, whose stamp must be set. Errors: `bad-value`.
Expected<void> unpackProperties(const QByteArray &packed, StoredEntity &entity);

/// [[tx, fingerprint, cursor, [id, …]] or [tx, fingerprint, cursor, [id, …], code, message, entity
/// id], …]
QByteArray packAnswers(const std::vector<StoredAnswer> &answers);
/// Errors: `bad-value`.
Expected<std::vector<StoredAnswer>> unpackAnswers(const QByteArray &packed);

// Of a client's store. The unpacking functions have the errors of a Decoder.

/// A map from names to values.
QByteArray packValues(const ValueMap &values);
Expected<ValueMap> unpackValues(const QByteArray &packed);
/// As the message `commit`, docs/protocol.md.
QByteArray packTransaction(const Transaction &transaction);
Expected<Transaction> unpackTransaction(const QByteArray &packed);
/// As the message `subscribe`.
QByteArray packFilter(const Filter &filter);
Expected<Filter> unpackFilter(const QByteArray &packed);

/// SQL's NULL is another thing than a text without characters.
inline QByteArray notNull(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

} // namespace ObjectSync::Internal
