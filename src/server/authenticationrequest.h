// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>
#include <objectsync/server/export.h>

#include <functional>
#include <memory>

namespace ObjectSync {

namespace Internal {
struct AuthenticationRequestData;
}

/// A value: a handle to the question "may this client come in, and who is it?". All copies are the
/// same question. Answer it once, now or later; further answers have no effect. When the last copy
/// goes unanswered, the client is refused (`unauthorized`).
///
/// For the thread of the SyncServer only.
class OBJECTSYNC_SERVER_EXPORT AuthenticationRequest
{
public:
    explicit AuthenticationRequest(std::shared_ptr<Internal::AuthenticationRequestData> data);
    AuthenticationRequest(const AuthenticationRequest &other);
    AuthenticationRequest &operator=(const AuthenticationRequest &other);
    ~AuthenticationRequest();

    /// Who asks. The principal is empty: that is what is asked for.
    const Peer &peer() const;
    /// The world that it wants to enter; empty for the default one.
    QString world() const;
    /// As the client sent it; empty where it sent none. A secret: don't log it.
    QByteArray token() const;

    /// Lets the client in as \a principal (who it is for handlers and for remembered transactions).
    void accept(const QByteArray &principal);
    /// Refuses it with `unauthorized`: such a client does not try again by itself.
    void reject(const QString &message);
    bool isAnswered() const;

private:
    std::shared_ptr<Internal::AuthenticationRequestData> d;
};

/// Called for each client that connects over the network. Sessions in the same process are let in
/// without.
using Authenticator = std::function<void(AuthenticationRequest &request)>;

} // namespace ObjectSync
