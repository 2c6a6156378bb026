#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
"""compare.py FILE FILE: holds two runs of the benchmarks, kept with --figures, against each other.

For each CPU time of the server that both runs measured: how it compares with that of each peer, in
both runs, and whether these ratios agree within 15 %. Times themselves are not compared, since they
depend on the machine and on what else it did; a ratio of two that were taken in turn depends on that
much less. Those that we have a target for come first. Of the others some are not repeatable: how much
Yjs merges, say, is a matter of luck. Exit status 0 where all with a target agree, 1 where one of them
does not, or is not in both, 2 where there is none to compare.
"""

import json
import sys

OURS = "objectsync"
# Like with like, by (benchmark, peer): whose readers keep no replicas is held against ours without.
OURS_AGAINST = {("bench_fanout", "epoll"): "objectsync-plain"}
AGREEMENT = 1.15
# Those with a target, by figure of bench_fanout (see bench_fanout.cpp).
TARGETS = {
    "together1": ("qwebsocket", "remoteobjects", "socketio"),
    "together10": ("qwebsocket", "remoteobjects"),
    "together100": ("qwebsocket", "remoteobjects", "colyseus", "socketio", "epoll"),
    "together500": ("qwebsocket", "remoteobjects", "epoll"),
    "alone": ("epoll",),
}
# What is a CPU time of a server: (benchmark, figure, what it is). Updates that are written one by one
# ("apart") are none of these: how many of them share a turn depends on how busy the client is.
CPU_TIMES = (
    [("bench_fanout", f"together{readers}", f"fan-out N={readers}") for readers in (1, 10, 100, 500)]
    + [("bench_fanout", "alone", "one under way, N=100")]
    + [("bench_join", f"cpu{entities}", f"join of {entities:,}") for entities in (10000, 100000)]
)


def read(path):
    """The machine in words, and the medians by (benchmark, figure, contestant)."""
    machine, medians = "not said", {}
    try:
        with open(path, encoding="utf-8") as file:
            for line in map(json.loads, file):
                if "machine" in line:
                    machine = f'{line["date"]}, {line["commit"]}: {line["machine"]}'
                else:
                    medians[line["bench"], line["figure"], line["contestant"]] = line["median"]
    except (OSError, ValueError, KeyError) as error:
        print(f"compare.py: {path} is no file of figures: {error!r}", file=sys.stderr)
        sys.exit(2)
    return machine, medians


def peers_of(medians, bench, figure, of_targets):
    """The peers that we have a target for; or the others that have that figure."""
    named = TARGETS.get(figure, ()) if bench == "bench_fanout" else ()
    if of_targets:
        return named
    return [peer for name, kind, peer in medians
            if (name, kind) == (bench, figure) and not peer.startswith(OURS) and peer not in named]


def compare(before, after, of_targets):
    """Prints all ratios of one kind; how many there are, how many in both, how many agree."""
    count = compared = agreeing = 0
    for bench, figure, what in CPU_TIMES:
        for peer in peers_of(before, bench, figure, of_targets):
            ours = OURS_AGAINST.get((bench, peer), OURS)
            keys = (bench, figure, ours), (bench, figure, peer)
            label = f"{what}: {ours}, {peer}".ljust(56)
            count += 1
            if not all(run.get(key) for key in keys for run in (before, after)):
                print(f"{label}  not in both")
                continue
            first, second = (run[keys[0]] / run[keys[1]] for run in (before, after))
            agrees = max(first, second) <= AGREEMENT * min(first, second)
            compared += 1
            agreeing += agrees
            print(f'{label}{first:9.3g}{second:9.3g}{second / first:7.2f}'
                  f'  {"agrees" if agrees else "DIFFERS"}')
    return count, compared, agreeing


def main():
    if len(sys.argv) != 3:
        print("usage: compare.py FILE FILE", file=sys.stderr)
        sys.exit(2)
    (machine, before), (other_machine, after) = map(read, sys.argv[1:])
    print(f"A: {sys.argv[1]}: {machine}\nB: {sys.argv[2]}: {other_machine}\n")
    head = "server CPU time, ours divided by that of a peer"
    print(f'{head.ljust(56)}{"A":>9}{"B":>9}{"B/A":>7}')
    count, compared, agreeing = compare(before, after, of_targets=True)
    print("\nwithout a target:")
    _, others, agreeing_others = compare(before, after, of_targets=False)
    if not compared:
        print("compare.py: the two have no ratio with a target in common", file=sys.stderr)
        sys.exit(2)
    print(f"\n{agreeing} of {count} ratios with a target agree within 15 %, "
          f"{agreeing_others} of {others} without")
    sys.exit(0 if agreeing == count else 1)


main()
