// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

namespace ObjectSync::Internal {

// What both decoders check in the same way.

/// Error: `too-large`.
Expected<void> checkMessageSize(QByteArrayView bytes, const Limits &limits);

/// The rules for ids, names and counts in what a client sends (values are checked while they are
/// read; what a server sends, where its ids and names are read). Errors: `bad-id`, `bad-name`,
/// `too-large`, `bad-message`.
Expected<void> checkMessage(const Message &message, const Limits &limits);

/// The message, if nothing in it was found in \a excess and checkMessage() lets it pass. A `commit`
/// always passes, with its fault noted.
Expected<Message> checkedMessage(Message message, const std::optional<Error> &excess,
                                 const Limits &limits);

Error unknownType(const QByteArray &type);
/// \a error, with the word of the type in front.
Error inMessage(const char *type, Error error);

} // namespace ObjectSync::Internal
