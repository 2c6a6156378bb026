// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "httprequest_p.h"

namespace ObjectSync::Internal {

/// Answers GET and HEAD requests for some paths. The front door leaves out the body for HEAD.
class HttpHandler
{
public:
    virtual ~HttpHandler() = default;
    /// What to try, for people who asked for a path that nobody answers: "/healthz".
    virtual QByteArray example() const = 0;
    virtual bool answers(const QByteArray &path) const = 0;
    virtual HttpResponse handle(const HttpRequest &request) = 0;
};

} // namespace ObjectSync::Internal
