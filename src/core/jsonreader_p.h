// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/limits.h>

#include "decodeproblem_p.h"
#include "jsontree_p.h"

namespace ObjectSync::Internal {

/// What JSON has no form for is an object with one of these as its only member.
namespace JsonSpecial {
inline constexpr char Bytes[] = "$bytes";
inline constexpr char Date[] = "$date";
inline constexpr char Int[] = "$int";
inline constexpr char Double[] = "$double";
inline constexpr char Map[] = "$map"; ///< a map whose only entry begins with '$'
} // namespace JsonSpecial

/// 2^53: up to here every integer is exact in JavaScript.
inline constexpr qint64 JsonSafeInteger = qint64{ 1 } << 53;

/// The depth to which JSON may be nested so that every message with values that can be read can be
/// read: each level may be escaped, and the message is around it.
inline qint64 jsonDepth(const Limits &limits)
{
    return 2 * readableNesting(limits) + 6;
}

/// A value: makes values of untrusted JSON.
class JsonReader : public DecodeProblem
{
public:
    explicit JsonReader(const Limits &limits) : m_limits(limits) { }

    Value value(const JsonNode &node) { return value(node, 0); }
    /// Of properties: never escaped. \a node is an object.
    ValueMap map(const JsonNode &node) { return map(node, 0); }

private:
    Value value(const JsonNode &node, qint64 depth);
    Value special(const JsonNode &member, qint64 depth);
    Value list(const JsonNode &node, qint64 depth);
    ValueMap map(const JsonNode &node, qint64 depth);

    const Limits &m_limits;
};

} // namespace ObjectSync::Internal
