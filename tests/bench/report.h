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

/// Whether a ratio must not be above its bounds, or not below them.
enum class Bound { Most, Least };

/// One line of JSON on standard output: our figure, what it is held against, and whether their ratio
/// is what we want (`target`) and what we promise (`must`). The ratio is ours divided by the
/// reference, always. For people, the same on standard error.
inline void report(const char *name, double ours, double reference, Bound bound, double target,
                   double must)
{
    const double ratio = ours / reference;
    const auto meets = [&](double limit) {
        return bound == Bound::Most ? ratio <= limit : ratio >= limit;
    };
    std::printf("{\"name\":\"%s\",\"ours\":%.6g,\"reference\":%.6g,\"ratio\":%.4g,"
                "\"bound\":\"%s\",\"target\":%.4g,\"must\":%.4g,\"metTarget\":%s,\"metMust\":%s}\n",
                name, ours, reference, ratio, bound == Bound::Most ? "most" : "least", target, must,
                meets(target) ? "true" : "false", meets(must) ? "true" : "false");
    std::fprintf(stderr, "%-13s %-72s %.4g (target %.4g, must %.4g)\n",
                 meets(target) ? "target met"
                 : meets(must) ? "must met"
                               : "MUST MISSED",
                 name, ratio, target, must);
}

/// Ours is at most `target` times the reference.
inline void reportAtMost(const char *name, double ours, double reference, double target, double must)
{
    report(name, ours, reference, Bound::Most, target, must);
}

/// Ours is at least `target` times the reference: for figures of which more is better.
inline void reportAtLeast(const char *name, double ours, double reference, double target,
                          double must)
{
    report(name, ours, reference, Bound::Least, target, must);
}

/// The reference is at least `target` times ours: for costs. In the JSON, as the bound of the ratio
/// that follows from it: 1 / target.
inline void reportTimesBetter(const char *name, double ours, double reference, double target,
                              double must)
{
    report(name, ours, reference, Bound::Most, 1 / target, 1 / must);
}
