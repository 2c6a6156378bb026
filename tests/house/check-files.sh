#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# check-files.sh ROOT: every source says whose it is and under which licence, and is of readable
# length. Prints each offence; the exit code is 1 if any.

set -euo pipefail
cd "${1:?usage: check-files.sh ROOT}"

readonly long=500 too_long=600
offences=0

own_sources() {
    find . \( -name build -o -name .git \) -prune -o -type f \( \
        -name '*.cpp' -o -name '*.h' -o -name '*.qml' -o -name '*.js' -o -name '*.mjs' \
        -o -name '*.py' -o -name '*.sh' -o -name '*.cmake' -o -name '*.cmake.in' \
        -o -name 'CMakeLists.txt' -o -path ./dev -o -path ./.ci/run \) -print0
}

check_licence() {
    local file=$1 head
    head=$(head -n 4 "$file")
    if [[ $head != *'SPDX-FileCopyrightText: '* || $head != *'SPDX-License-Identifier: MIT'* ]]; then
        echo "$file: no SPDX-FileCopyrightText and SPDX-License-Identifier in its first lines"
        offences=1
    fi
}

check_length() {
    local file=$1 lines
    lines=$(wc -l <"$file")
    if ((lines > too_long)); then
        echo "$file: $lines lines, more than $too_long: split it"
        offences=1
    elif ((lines > long)); then
        echo "$file: warning: $lines lines, more than $long"
    fi
}

while IFS= read -r -d '' file; do
    check_licence "$file"
    check_length "$file"
done < <(own_sources)

exit "$offences"
