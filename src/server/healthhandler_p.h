// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "httphandler_p.h"

#include <functional>

namespace ObjectSync::Internal {

/// Answers /healthz: a small JSON object for monitors, status 200 when all is well, else 503.
class HealthHandler : public HttpHandler
{
public:
    struct Health
    {
        QByteArray status; ///< "ok", or what is wrong
        qsizetype worlds = 0;
        qsizetype clients = 0; ///< over the network
    };

    explicit HealthHandler(std::function<Health()> look);

    QByteArray example() const override;
    bool answers(const QByteArray &path) const override;
    HttpResponse handle(const HttpRequest &request) override;

private:
    std::function<Health()> m_look;
};

} // namespace ObjectSync::Internal
