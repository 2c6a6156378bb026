// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "jsondate_p.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

using namespace std::chrono;

namespace ObjectSync::Internal {

namespace {

constexpr sys_days YearZero = year(0) / January / 1;
constexpr sys_days YearTenThousand = year(10000) / January / 1;

/// The number in \a size digits at \a position.
std::optional<int> digits(QByteArrayView text, qsizetype position, qsizetype size)
{
    int number = 0;
    for (const char c : text.sliced(position, size)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

bool hasIsoForm(QByteArrayView text)
{
    const bool withFraction = text.size() == 24 && text[19] == '.';
    return (withFraction || text.size() == 20) && text[4] == '-' && text[7] == '-'
           && text[10] == 'T' && text[13] == ':' && text[16] == ':' && text.back() == 'Z';
}

} // namespace

QByteArray toIsoDate(qint64 msSinceEpoch)
{
    const sys_time<milliseconds> time{ milliseconds(msSinceEpoch) };
    if (time < YearZero || time >= YearTenThousand)
        return QByteArray::number(msSinceEpoch);
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text;
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                   int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                   int(clock.hours().count()), int(clock.minutes().count()),
                                   int(clock.seconds().count()), int(clock.subseconds().count()));
    return QByteArray(text.data(), size);
}

std::optional<qint64> fromIsoDate(QByteArrayView text)
{
    if (!hasIsoForm(text))
        return parseInteger(text);
    const auto y = digits(text, 0, 4);
    const auto m = digits(text, 5, 2);
    const auto d = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    const auto fraction = text.size() == 24 ? digits(text, 20, 3) : std::optional<int>(0);
    if (!y || !m || !d || !hour || !minute || !second || !fraction)
        return std::nullopt;
    const year_month_day date(year(*y), month(static_cast<unsigned>(*m)),
                              day(static_cast<unsigned>(*d)));
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    const auto time = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second)
                      + milliseconds(*fraction);
    return milliseconds(time.time_since_epoch()).count();
}

std::optional<qint64> parseInteger(QByteArrayView text)
{
    qint64 number = 0;
    const auto [end, problem] = std::from_chars(text.begin(), text.end(), number);
    if (problem != std::errc() || end != text.end())
        return std::nullopt;
    return number;
}

} // namespace ObjectSync::Internal
