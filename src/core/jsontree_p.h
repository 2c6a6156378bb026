// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include <vector>

namespace ObjectSync::Internal {

/// A value: one piece of JSON, with its members in the order of the text.
struct JsonNode
{
    enum class Kind : quint8 { Null, Bool, Int, Double, String, Array, Object };

    Kind kind = Kind::Null;
    bool boolean = false;
    qint64 integer = 0;
    double number = 0;
    QByteArray name = {}; ///< of a member of an object
    QByteArray text = {}; ///< UTF-8
    std::vector<JsonNode> items = {}; ///< elements or members

    /// Null where there is no such member.
    const JsonNode *member(QByteArrayView wanted) const;
};

/// Strict: one JSON text (RFC 8259), valid UTF-8, no lone surrogates, no name twice in an object,
/// no integer beyond 64 bits, at most \a depth containers in one another. Errors: `bad-message`,
/// `bad-value`, `too-large`.
Expected<JsonNode> parseJson(QByteArrayView json, qint64 depth);

} // namespace ObjectSync::Internal
