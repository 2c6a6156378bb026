// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/export.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

namespace ObjectSync {

/// A value: why something was refused or failed.
///
/// The code is a word for programs ("not-found"); the words that the library itself uses are in
/// the namespace ErrorCode and in docs/protocol.md, an application may use its own. The message is
/// a sentence for people and says what to do. The entity id is empty where no entity is to blame.
struct OBJECTSYNC_CORE_EXPORT Error
{
    QByteArray code;
    QString message;
    QByteArray entityId = {};

    friend bool operator==(const Error &, const Error &) = default;
};

/// The codes that the library uses. Each is explained in docs/protocol.md, "Error codes".
namespace ErrorCode {
inline constexpr char BadMessage[] = "bad-message"; ///< the bytes are not a message of the protocol
inline constexpr char UnknownType[] = "unknown-type"; ///< a message type the peer does not know
inline constexpr char UnsupportedProtocol[] = "unsupported-protocol";
inline constexpr char TooLarge[] = "too-large"; ///< a limit of size or count was passed
inline constexpr char BadId[] = "bad-id"; ///< an entity id that breaks the rules for ids
inline constexpr char BadName[] = "bad-name"; ///< a property name that breaks the rules
inline constexpr char BadValue[] = "bad-value"; ///< a value that cannot be kept or converted
inline constexpr char NotFound[] = "not-found"; ///< no such entity, or none that you may see
inline constexpr char Exists[] = "exists"; ///< `create` of an entity that is there
inline constexpr char ExpectationFailed[] = "expectation-failed";
inline constexpr char UnknownOperation[] = "unknown-operation";
inline constexpr char BadArgument[] = "bad-argument"; ///< an operation's argument or old value
inline constexpr char BadNumber[] = "bad-number"; ///< gap in, or other content for, a `tx` number
inline constexpr char TooManyPending[] = "too-many-pending";
inline constexpr char TooManySubscriptions[] = "too-many-subscriptions";
inline constexpr char BadSubscription[] = "bad-subscription";
inline constexpr char SlowDown[] = "slow-down"; ///< more operations a second than allowed
inline constexpr char Unauthorized[] = "unauthorized"; ///< the token was refused
inline constexpr char Forbidden[] = "forbidden"; ///< refused by an application's rule
inline constexpr char NoHello[] = "no-hello"; ///< the first message was not `hello`, or came late
inline constexpr char Replaced[] = "replaced"; ///< the same client connected again
inline constexpr char Silent[] = "silent"; ///< nothing was heard for too long
inline constexpr char TooSlow[] = "too-slow"; ///< the peer did not read what it was sent
inline constexpr char NoAnswer[] = "no-answer"; ///< a handler of the server dropped the request
inline constexpr char TooManyConnections[] = "too-many-connections"; ///< of one principal
inline constexpr char StorageFailed[] = "storage-failed";
inline constexpr char ShuttingDown[] = "shutting-down";
inline constexpr char UnknownOutcome[] = "unknown-outcome"; ///< sent, but the server forgot us
inline constexpr char ListenFailed[] = "listen-failed"; ///< the server's port cannot be opened
inline constexpr char NotOpen[] = "not-open"; ///< a session that was never opened, or closed
inline constexpr char Unreachable[] = "unreachable"; ///< no connection could be made
inline constexpr char TimedOut[] = "timed-out"; ///< no answer within the deadline
} // namespace ErrorCode

} // namespace ObjectSync
