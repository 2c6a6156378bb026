// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "httprequest_p.h"

#include <QtCore/qbytearraylist.h>

namespace ObjectSync::Internal {

/// A value: from which web pages browsers may connect. Any page that somebody looks at can try to
/// open a WebSocket to any server, this machine's own included; the browser says in `Origin` which
/// page it was. Programs that are no browsers send no `Origin`, and always may.
struct OriginRule
{
    /// "https://example.org", "http://localhost:3000"; "*": all. Pages that came from this server
    /// itself need not be listed.
    QByteArrayList allowed = {};

    /// \a isLocal: the peer is on this machine.
    bool admits(const HttpRequest &request, bool isLocal) const;
};

} // namespace ObjectSync::Internal
