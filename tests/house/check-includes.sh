#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# check-includes.sh ROOT: who may include whom. Prints each offence; the exit code is 1 if any.
# The rules stand in docs/architecture.md.

set -euo pipefail
cd "${1:?usage: check-includes.sh ROOT}"

offences=0

# forbid WHY PATTERN DIRECTORY...: no line of the sources there may match the (Perl) pattern.
forbid() {
    local why=$1 pattern=$2 directory
    shift 2
    for directory in "$@"; do
        [[ -d $directory ]] || continue
        if grep -rnP --include='*.h' --include='*.cpp' "$pattern" "$directory"; then
            printf '^ %s\n\n' "$why"
            offences=1
        fi
    done
}

# layer DIRECTORY NAME...: includes of this project there are of these libraries only.
layer() {
    local directory=$1 names
    shift
    names=$(IFS='|' && printf '%s' "$*")
    forbid "$directory may include <objectsync/...> of these only: $*" \
        "#include +[<\"]objectsync/(?!($names)/)" "$directory"
}

readonly inc='^ *# *include +[<"]'
readonly qml_names="Qt(Qml|Quick|QuickControls2|QuickTest)/|Q(Qml|Quick|JSValue|JSEngine)"
readonly gui_names="Qt(Gui|Widgets)/|Q(GuiApplication|Application|Widget|Window|Color|Image|Pixmap|Font)\b"
readonly net_names="Qt(Network|WebSockets)/|Q(Tcp|Udp|Ssl|Local|Abstract)(Socket|Server)|Q(WebSocket|Network|Host|Ssl)"

forbid "Qt's private headers may change at any time" \
    "$inc(private/|Qt[A-Za-z0-9]+/([0-9.]+|private)/)" src qml examples tests
forbid "a private header is included by its own library only, as \"name_p.h\"" \
    "$inc.*/[a-z0-9]+_p\.h" src qml examples tests
forbid "reach another folder by its public headers: <objectsync/...>" \
    '^ *# *include +"\.\./' src qml examples

forbid "the core has neither sockets, nor QML, nor windows, nor databases" \
    "$inc($qml_names|$gui_names|$net_names|QtSql/|QSql|sqlite3)" src/core
forbid "the core has no objects, timers, threads, random numbers" \
    "$inc(QtCore/)?((?i)q(object|timer|basictimer|elapsedtimer|deadlinetimer|thread|randomgenerator)(\.h)?|random|thread)[>\"]" src/core
forbid "the core has no objects" '\bQ_OBJECT\b' src/core
forbid "the core has no clock: time comes in as an argument" \
    '\b(steady|system|high_resolution)_clock\b|::current(MSecs|Secs|DateTime)' src/core
forbid "the libraries need no QML and no windows" \
    "$inc($qml_names|$gui_names)" src/client src/server src/modules
forbid "only storage modules and tools know a database" \
    "$inc(QtSql/|QSql|sqlite3)" src/client src/server qml

layer src/core core
layer src/client core client
layer src/server core client server
layer qml core client server sqlite

exit "$offences"
