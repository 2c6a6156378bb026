#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# check.sh PROGRAM [--update]: has callgrind count the instructions of each workload of
# bench-instructions, and compares them with record.txt beside this script. More than the tolerance
# away, in either direction, is a failure: a gain has to be recorded, too, or it can be lost unseen.
# With --update, writes the record.

set -euo pipefail

program=$(realpath "${1:?usage: check.sh PROGRAM [--update]}")
mode=${2:-}
record=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/record.txt
counts=$(mktemp -d)
trap 'rm -rf "$counts"' EXIT
readonly program mode record counts tolerance=3 # percent

count() {
    local workload=$1 log=$counts/$1.log
    # Hashes must not differ between runs, nor addresses by the size of the environment.
    env -i PATH="$PATH" QT_HASH_SEED=0 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        --collect-atstart=no --toggle-collect=objectsync_measured \
        "$program" "$workload" 2>"$log" || {
        cat "$log" >&2
        return 1
    }
    sed -n 's/^.*Collected : //p' "$log" >"$counts/$workload"
}

mapfile -t workloads < <("$program" --list)
running=()
for workload in "${workloads[@]}"; do
    while ((${#running[@]} >= $(nproc))); do
        wait "${running[0]}"
        running=("${running[@]:1}")
    done
    count "$workload" &
    running+=($!)
done
for each in "${running[@]}"; do
    wait "$each"
done

if [[ $mode == --update ]]; then
    {
        printf '# Instructions of each workload, as callgrind counts them in a release build on\n'
        printf '# Debian 12 (x86-64). Written by ./dev bench instructions --update.\n'
        for workload in "${workloads[@]}"; do
            printf '%-16s %12d\n' "$workload" "$(<"$counts/$workload")"
        done
    } >"$record"
    cat "$record"
    exit
fi

passed=0
failed=0
for workload in "${workloads[@]}"; do
    now=$(<"$counts/$workload")
    recorded=$(awk -v name="$workload" '$1 == name { print $2 }' "$record")
    if [[ -z $recorded ]]; then
        printf 'FAILED %-16s %12d instructions, and none in the record\n' "$workload" "$now"
        ((++failed))
        continue
    fi
    change=$(awk -v now="$now" -v recorded="$recorded" \
        'BEGIN { printf "%+.2f", 100 * (now - recorded) / recorded }')
    line=$(printf '%-16s %12d instructions, %12d in the record: %s %%' "$workload" "$now" \
        "$recorded" "$change")
    if awk -v change="$change" -v most="$tolerance" \
        'BEGIN { exit !(change > most || change < -most) }'; then
        printf 'FAILED %s\n' "$line"
        ((++failed))
    else
        printf 'ok     %s\n' "$line"
        ((++passed))
    fi
done
if ((failed)); then
    printf 'More than %d %% away from tests/bench/instructions/record.txt. If it is meant to be so:\n' \
        "$tolerance"
    printf './dev bench instructions --update\n'
fi
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
