// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "originrule_p.h"

#include <QtCore/qurl.h>
#include <QtNetwork/qhostaddress.h>

namespace ObjectSync::Internal {

namespace {

/// A page whose name an attacker has made to point to this machine is of "the same origin", but no
/// attacker's page can be called localhost or an address.
bool isLocalName(const QString &host)
{
    return host == QLatin1String("localhost") || host.endsWith(QLatin1String(".localhost"))
           || !QHostAddress(host).isNull();
}

bool isSameHost(const QUrl &origin, const QByteArray &host)
{
    const QUrl own(origin.scheme() + QLatin1String("://") + QString::fromUtf8(host));
    const int defaultPort = origin.scheme() == QLatin1String("https") ? 443 : 80;
    return !host.isEmpty() && own.isValid() && own.host() == origin.host()
           && own.port(defaultPort) == origin.port(defaultPort);
}

} // namespace

bool OriginRule::admits(const HttpRequest &request, bool isLocal) const
{
    if (!request.hasHeader("origin") || allowed.contains("*"))
        return true;
    const QByteArray header = request.header("origin");
    if (allowed.contains(header))
        return true;
    const QUrl origin(QString::fromUtf8(header), QUrl::StrictMode);
    if (!origin.isValid() || origin.host().isEmpty())
        return false;
    const bool isProxied = isLocal && request.hasHeader("x-forwarded-host");
    if (isProxied)
        return isSameHost(origin, request.header("x-forwarded-host"));
    if (isLocal && !request.forwardedFor() && !isLocalName(origin.host()))
        return false;
    return isSameHost(origin, request.header("host"));
}

} // namespace ObjectSync::Internal
