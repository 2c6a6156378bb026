#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# The kill list: does the simulator notice what it is there for? Each patch in mutants/ puts one
# fault into the core. This builds each of them in a copy of the sources and runs the simulator on
# it until an invariant fails. Prints a table; the exit code is 1 if a mutant survives, or a patch
# does not apply any more.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly root=$PWD copy=$PWD/build/mutants/source build=$PWD/build/mutants/build
readonly parts=(CMakeLists.txt cmake src tests/simulation)
readonly simulator=$build/bin/objectsync-sim log=$PWD/build/mutants/log
readonly patience=600 # seconds for one mutant
readonly room=4000000 # KiB of memory for it
seeds=3000
jobs=$(nproc)

usage() {
    cat <<'TEXT'
usage: ./dev sim --mutants [--seeds N] [NAME]…

Builds the mutants in tests/simulation/mutants (or those named), each in a copy of the sources in
build/mutants, and runs the simulator on each, with N seeds at most (default: 3000).
TEXT
}

fail() {
    printf 'mutants: error: %s\n' "$*" >&2
    exit 1
}

# Brings the copy up to date. Only what differs is written: all else need not be built again.
refresh() {
    local file
    while IFS= read -r -d '' file; do
        cmp -s "$file" "$copy/$file" || install -D -m 644 "$file" "$copy/$file"
    done < <(find "${parts[@]}" -type f -print0)
    echo 'add_subdirectory(simulation)' >"$copy/tests/CMakeLists.txt"
}

configure() {
    cmake -S "$copy" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DOBJECTSYNC_LINK_TIME_OPTIMIZATION=OFF \
        -DOBJECTSYNC_BUILD_QML=OFF -DOBJECTSYNC_BUILD_TOOLS=OFF -DOBJECTSYNC_BUILD_EXAMPLES=OFF \
        >"$log"
}

build_copy() {
    cmake --build "$build" -j "$jobs" --target objectsync-sim >"$log" 2>&1
}

# The copy is no part of a checkout, although it lies in one.
apply_patch() {
    (cd "$copy" && GIT_CEILING_DIRECTORIES=$(dirname "$copy") git apply --whitespace=nowarn "$@")
}

# Sets `verdict` (the invariant that failed; empty: none) and `tried` (seeds).
judge() {
    local result=0
    (ulimit -v "$room" && exec timeout "$patience" "$simulator" --seeds "$seeds") >"$log" 2>&1 ||
        result=$?
    verdict='' tried=$seeds
    if [[ $(<"$log") =~ seed\ ([0-9]+)\ fails\ at\ event\ [0-9]+:\ \[([a-z-]+)\] ]]; then
        tried=${BASH_REMATCH[1]} verdict=${BASH_REMATCH[2]}
    elif ((result == 124)); then
        tried='-' verdict='it hangs'
    elif ((result != 0)); then
        tried='-' verdict='it dies'
    fi
}

print_row() {
    printf '| %-30s | %-74s | %-12s | %5s |\n' "$@"
}

# What the patch breaks, as its first line says.
title() {
    local line
    IFS= read -r line <"$1"
    printf '%s' "${line#\# }"
}

survivors=()

try_mutant() {
    local patch=$1 name
    name=$(basename "$patch" .patch)
    if ! apply_patch "$patch" 2>"$log"; then
        survivors+=("$name")
        print_row "$name" "$(title "$patch")" 'NOT APPLIED' '-'
        return
    fi
    if build_copy; then
        judge
    else
        verdict='' tried='does not compile'
    fi
    if [[ -z $verdict ]]; then
        survivors+=("$name")
    fi
    print_row "$name" "$(title "$patch")" "${verdict:-SURVIVES}" "$tried"
    apply_patch -R "$patch"
}

parse() {
    patches=()
    while (($#)); do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --seeds)
            seeds=${2:?--seeds needs a number}
            shift
            ;;
        *)
            [[ -f tests/simulation/mutants/$1.patch ]] || fail "there is no mutant '$1'"
            patches+=("$root/tests/simulation/mutants/$1.patch")
            ;;
        esac
        shift
    done
    ((${#patches[@]})) || patches=("$root"/tests/simulation/mutants/*.patch)
}

main() {
    parse "$@"
    mkdir -p "$copy"
    refresh
    configure || fail "see $log"
    build_copy || fail "see $log"
    judge
    [[ -z $verdict ]] || fail "without any mutation the simulator fails: $verdict, seed $tried"
    print_row 'mutant' 'what is broken' 'killed by' 'seeds'
    print_row '---' '---' '---' '---:'
    local patch
    for patch in "${patches[@]}"; do
        try_mutant "$patch"
    done
    printf '\n%d mutants, %d killed\n' "${#patches[@]}" "$((${#patches[@]} - ${#survivors[@]}))"
    ((${#survivors[@]} == 0)) || fail "not killed: ${survivors[*]}"
}

main "$@"
