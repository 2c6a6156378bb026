// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientstorage.h>

namespace ObjectSync::Internal {

// How parts of the rows of a client's store are kept in one column, as one CBOR item each. The
// unpacking functions have the errors of a Decoder.

/// A map from names to values.
QByteArray packValues(const ValueMap &values);
Expected<ValueMap> unpackValues(const QByteArray &packed);
/// As the message `commit`, docs/protocol.md.
QByteArray packTransaction(const Transaction &transaction);
Expected<Transaction> unpackTransaction(const QByteArray &packed);
/// As the message `subscribe`.
QByteArray packFilter(const Filter &filter);
Expected<Filter> unpackFilter(const QByteArray &packed);

} // namespace ObjectSync::Internal
