// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

namespace ObjectSync {

/// A value: the bounds that a server sets, checks, and announces in `welcome`.
/// Sizes are bytes unless the name says otherwise; times are milliseconds.
struct OBJECTSYNC_CORE_EXPORT Limits
{
    qint64 messageSize = 256 * 1024; ///< one incoming message
    qint64 idSize = 256;
    qint64 nameSize = 128;
    qint64 properties = 1000; ///< of one entity
    qint64 entitySize = 1024 * 1024; ///< of one entity, as valueSize() counts
    qint64 nesting = 16; ///< lists and maps in one another
    qint64 elements = 10000; ///< of one list or map
    qint64 operationsPerSecond = 100; ///< of one client, steady; 0: no limit
    qint64 operationsBurst = 200; ///< of one client, at once
    qint64 pendingTransactions = 256; ///< of one client, unanswered
    qint64 subscriptions = 1000; ///< of one client
    qint64 subscriptionIds = 10000; ///< of all subscriptions of one client together

    friend bool operator==(const Limits &, const Limits &) = default;
};

/// What one client may have asked for without an answer; fixed by the protocol. Fetches:
inline constexpr qint64 OutstandingFetches = 256;
/// The ids in those and in unanswered subscriptions together.
constexpr qint64 outstandingIds(const Limits &limits)
{
    return 4 * limits.subscriptionIds;
}
/// Subscriptions and unsubscriptions.
constexpr qint64 outstandingSubscriptions(const Limits &limits)
{
    return 4 * limits.subscriptions;
}

/// Rules for entity ids: valid UTF-8, 1 to idSize bytes, no control characters (U+0000 to U+001F,
/// U+007F), not ending in '/'. Error: `bad-id`.
OBJECTSYNC_CORE_EXPORT Expected<void> checkId(const QByteArray &id, const Limits &limits);
/// The same for property names, with nameSize; a name may end in '/'. Error: `bad-name`.
OBJECTSYNC_CORE_EXPORT Expected<void> checkName(const QByteArray &name, const Limits &limits);
/// Nesting and element counts. Errors: `too-large`, and `bad-value` for Undefined.
OBJECTSYNC_CORE_EXPORT Expected<void> checkValue(const Value &value, const Limits &limits);
/// What a value counts towards entitySize: its contents plus 8 bytes for each value in it.
OBJECTSYNC_CORE_EXPORT qint64 valueSize(const Value &value) noexcept;

} // namespace ObjectSync
