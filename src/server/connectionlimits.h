// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/server/export.h>

#include <QtCore/qglobal.h>

namespace ObjectSync {

/// A value: how many sockets a server takes, and how long it bears with slow ones. What a message
/// may contain is in Limits. Sizes are bytes, times are milliseconds; all must be above 0.
///
/// Addresses are those of the peers; for a peer on this machine that names another one in
/// `X-Forwarded-For` or `Forwarded` (a reverse proxy) it is the named one. An IPv6 address counts
/// together with all others of its /64 network.
struct OBJECTSYNC_SERVER_EXPORT ConnectionLimits
{
    int connections = 5000; ///< WebSocket connections; more are refused with 503
    int connectionsPerAddress = 64;
    int connectionsPerPrincipal = 16; ///< of one named by the authenticator, in one world
    int halfOpen = 256; ///< requests still being read; more have to wait
    int halfOpenPerAddress = 32; ///< more are refused with 503
    /// Whether the bounds per address hold for peers on this machine, too.
    bool limitLoopback = false;

    qint64 headSize = 8 * 1024; ///< of a request, up to its empty line; longer ones: 431
    int headTimeout = 5000; ///< for the TLS handshake and the head of a request; later ones: 408

    qint64 congestedAbove = 256 * 1024; ///< unsent: changes are held back until it has caught up
    qint64 tooSlowAbove = 1024 * 1024; ///< unsent: the connection is closed (`too-slow`)
    int stallTimeout = 10000; ///< nothing of what is unsent gets away: closed (`too-slow`)
    int fragmentTimeout = 30000; ///< for a message that comes in fragments: closed (`too-slow`)
    int pingInterval = 20000; ///< between WebSocket pings
    int closeGrace = 3000; ///< for the peer's answer to a close; then the socket is dropped
    int shutdownTimeout = 10000; ///< for SyncServer::close(); then all sockets are dropped

    friend bool operator==(const ConnectionLimits &, const ConnectionLimits &) = default;
};

} // namespace ObjectSync
