// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <utility>
#include <vector>

namespace ObjectSync::Internal {

/// A value: an answer of the front door. The connection is closed after it.
struct HttpResponse
{
    int status = 200;
    QByteArray contentType = QByteArrayLiteral("text/plain; charset=utf-8");
    QByteArray body = {};
    std::vector<std::pair<QByteArray, QByteArray>> headers = {}; ///< further ones

    static HttpResponse text(int status, const QByteArray &body);
    /// \a headOnly: for HEAD, leave out the body but tell its length.
    QByteArray toBytes(bool headOnly) const;
};

} // namespace ObjectSync::Internal
