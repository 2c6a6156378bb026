// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "httpresponse_p.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>

#include <optional>
#include <variant>
#include <vector>

namespace ObjectSync::Internal {

/// A value: the head of an HTTP/1.1 request.
struct HttpRequest
{
    struct Header
    {
        QByteArray name; ///< in lower case
        QByteArray value; ///< without the spaces around it
    };

    QByteArray method;
    QByteArray path; ///< decoded, valid UTF-8, begins with '/'
    QByteArray query; ///< as it came, without '?'. May hold secrets: not for logs
    std::vector<Header> headers;

    /// Empty where there is none; several of one name are joined with ", ".
    QByteArray header(QByteArrayView name) const;
    bool hasHeader(QByteArrayView name) const;
    /// True where the comma-separated list in the header has the token, in any case.
    bool headerHasToken(QByteArrayView name, QByteArrayView token) const;
    bool announcesBody() const;
    bool wantsWebSocket() const;
    /// The address that a reverse proxy names as its peer: the last one in `X-Forwarded-For` or
    /// `Forwarded`. Empty where it is hidden or no address; none where there is no such header.
    std::optional<QByteArray> forwardedFor() const;

    /// Strict: \a head is everything up to and with the empty line. What breaks a rule gives the
    /// response to send (400, 431).
    static std::variant<HttpRequest, HttpResponse> parse(QByteArrayView head);
};

/// Where the head of a request ends, the empty line included; -1 where it has not come yet.
qsizetype endOfHead(QByteArrayView bytes);

} // namespace ObjectSync::Internal
