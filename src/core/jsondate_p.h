// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <optional>

namespace ObjectSync::Internal {

/// "2026-01-02T03:04:05.678Z"; outside of the years 0 to 9999 the milliseconds since 1970, as
/// decimal digits.
QByteArray toIsoDate(qint64 msSinceEpoch);
/// The reverse; the milliseconds may be left out of the first form.
std::optional<qint64> fromIsoDate(QByteArrayView text);

/// Decimal digits, with a minus where negative, and nothing else.
std::optional<qint64> parseInteger(QByteArrayView text);

} // namespace ObjectSync::Internal
