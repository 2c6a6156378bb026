// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "noiseprobe.h"

#include "cpus.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include <sched.h>

namespace Bench {

namespace {

constexpr int Turns = 100000;
constexpr size_t Tries = 9; // the middle one counts: neither an interrupt nor a lucky moment

/// Keeps six numbers in registers and in the making, whatever the compiler knows about them.
#define KEEP __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f))

/// Six chains of sums that do not depend on each other: they keep a core's units for whole numbers busy.
void work()
{
    std::uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;
    for (int i = 0; i < Turns; ++i) {
        a += 1, b += 1, c += 1, d += 1, e += 1, f += 1;
        KEEP;
        a ^= 3, b ^= 5, c ^= 3, d ^= 5, e ^= 9, f ^= 7;
        KEEP;
    }
}

#undef KEEP

/// Keeps this thread on a CPU; where it was allowed before, afterwards.
class OnCpu
{
public:
    explicit OnCpu(int cpu)
    {
        if (cpu < 0 || sched_getaffinity(0, sizeof m_before, &m_before) != 0)
            return;
        m_isMoved = pinToCpu(cpu);
    }
    ~OnCpu()
    {
        if (m_isMoved)
            sched_setaffinity(0, sizeof m_before, &m_before);
    }
    OnCpu(const OnCpu &) = delete;
    OnCpu &operator=(const OnCpu &) = delete;

private:
    cpu_set_t m_before = {};
    bool m_isMoved = false;
};

} // namespace

NoiseProbe::NoiseProbe()
{
    using namespace std::chrono;
    const auto end = steady_clock::now() + 1s;
    while (steady_clock::now() < end)
        take(Where::Both);
}

double NoiseProbe::take(Where where)
{
    const int server = usableCpu(0);
    const int client = usableCpu(1);
    const double here = takeOn(server);
    return where == Where::Server ? here : std::max(here, takeOn(client));
}

double NoiseProbe::takeOn(int cpu)
{
    using Clock = std::chrono::steady_clock;
    const OnCpu there(cpu);
    std::array<double, Tries> times = {};
    for (double &time : times) {
        const Clock::time_point begin = Clock::now();
        work();
        time = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    }
    std::nth_element(times.begin(), times.begin() + Tries / 2, times.end());
    m_least = std::min(m_least, times[Tries / 2]);
    return times[Tries / 2];
}

} // namespace Bench
