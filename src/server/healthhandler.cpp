// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "healthhandler_p.h"

#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>

namespace ObjectSync::Internal {

HealthHandler::HealthHandler(std::function<Health()> look) : m_look(std::move(look)) { }

QByteArray HealthHandler::example() const
{
    return QByteArrayLiteral("/healthz");
}

bool HealthHandler::answers(const QByteArray &path) const
{
    return path == "/healthz";
}

HttpResponse HealthHandler::handle(const HttpRequest &)
{
    const Health health = m_look();
    const QJsonObject object{
        { QStringLiteral("status"), QString::fromUtf8(health.status) },
        { QStringLiteral("worlds"), health.worlds },
        { QStringLiteral("clients"), health.clients },
    };
    HttpResponse response;
    response.status = health.status == "ok" ? 200 : 503;
    response.contentType = QByteArrayLiteral("application/json");
    response.body = QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
    return response;
}

} // namespace ObjectSync::Internal
