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
        rounds = values.size();
        median = values[values.size() / 2];
        least = values.front();
        most = values.back();
    }

    size_t rounds = 0; ///< how many values there are
    double median = 0;
    double least = 0;
    double most = 0;
};

/// What one contestant achieved, for the plots (tests/bench/plots.py). The texts need no escaping.
struct Figure
{
    const char *bench; ///< "bench_fanout"
    const char *name; ///< "together100"
    const char *contestant; ///< "qwebsocket"
    const char *title; ///< "raw QWebSocket"
};

/// Appends a line of JSON to the file. False where that cannot be done. \a isDisturbed: all values were
/// measured while others disturbed the machine.
inline bool writeFigure(const char *path, const Figure &figure, const Spread &spread,
                        bool isDisturbed = false)
{
    std::FILE *file = std::fopen(path, "a");
    if (!file) {
        std::perror(path);
        return false;
    }
    std::fprintf(file,
                 "{\"bench\":\"%s\",\"figure\":\"%s\",\"contestant\":\"%s\",\"title\":\"%s\","
                 "\"median\":%.6g,\"least\":%.6g,\"most\":%.6g,\"rounds\":%zu%s}\n",
                 figure.bench, figure.name, figure.contestant, figure.title, spread.median,
                 spread.least, spread.most, spread.rounds,
                 isDisturbed ? ",\"disturbed\":true" : "");
    return std::fclose(file) == 0;
}

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

/// The same for what was not measured, because somebody did not play: with null for all that is not
/// known, so that a file with results has all targets, always.
inline void reportNotMeasured(const char *name, Bound bound, double target, double must,
                              const char *whose)
{
    std::printf("{\"name\":\"%s\",\"ours\":null,\"reference\":null,\"ratio\":null,\"bound\":\"%s\","
                "\"target\":%.4g,\"must\":%.4g,\"metTarget\":null,\"metMust\":null}\n",
                name, bound == Bound::Most ? "most" : "least", target, must);
    std::fprintf(stderr, "%-13s %-72s (no figure of %s)\n", "not measured", name, whose);
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
