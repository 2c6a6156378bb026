// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <algorithm>
#include <cstdio>
#include <vector>

/// The middle of the values, and their range.
struct Spread
{
    explicit Spread(std::vector<double> values)
    {
        std::sort(values.begin(), values.end());
        median = values[values.size() / 2];
        least = values.front();
        most = values.back();
    }

    double median = 0;
    double least = 0;
    double most = 0;
};

/// One line of JSON: our figure, what it is held against, and whether their ratio is what we want
/// (`target`) and what we promise (`must`); both are upper bounds.
inline void report(const char *name, double ours, double reference, double target, double must)
{
    const double ratio = ours / reference;
    std::printf("{\"name\":\"%s\",\"ours\":%.6g,\"reference\":%.6g,\"ratio\":%.4g,\"target\":%g,"
                "\"must\":%g,\"metTarget\":%s,\"metMust\":%s}\n",
                name, ours, reference, ratio, target, must, ratio <= target ? "true" : "false",
                ratio <= must ? "true" : "false");
}
