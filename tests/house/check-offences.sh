#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# Plants one offence at a time in a small tree and expects the checks to find it.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
missed=0

readonly licence='// SPDX-FileCopyrightText: 2026 Someone
// SPDX-License-Identifier: MIT'

# plant FILE TEXT
plant() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/$(dirname "$1")"
    printf '%s\n' "$2" >"$tree/$1"
}

# expect CHECK found|clean FILE TEXT
expect() {
    local check=$1 expected=$2 actual=clean
    plant "$3" "$4"
    "$here/check-$check.sh" "$tree" >/dev/null || actual=found
    if [[ $actual != "$expected" ]]; then
        printf 'check-%s.sh: %s, not %s: %s: %s\n' "$check" "$actual" "$expected" "$3" "${4:0:80}"
        missed=1
    fi
}

expect includes clean src/core/a.cpp '#include <objectsync/core/b.h>'
expect includes clean src/core/a.cpp '#include "a_p.h"'
expect includes clean src/modules/x/a.cpp '#include <QSqlDatabase>'
expect includes found src/core/a.cpp '#include <QTcpSocket>'
expect includes found src/core/a.cpp '#include <QtWebSockets/QWebSocket>'
expect includes found src/core/a.cpp '#include <QQmlEngine>'
expect includes found src/core/a.cpp '#include <QColor>'
expect includes found src/core/a.cpp '#include <QSqlQuery>'
expect includes found src/core/a.cpp '#include <QObject>'
expect includes found src/core/a.cpp 'auto now = std::chrono::steady_clock::now();'
expect includes found src/core/a.cpp '#include <QtCore/qtimer.h>'
expect includes found src/core/a.cpp 'auto now = QDateTime::currentMSecsSinceEpoch();'
expect includes found src/core/a.h '#include <objectsync/client/syncsession.h>'
expect includes found src/client/a.h '#include <objectsync/server/syncserver.h>'
expect includes found src/server/a.h '#include <objectsync/sqlite/sqlitestorage.h>'
expect includes found src/client/a.cpp '#include <QQmlContext>'
expect includes found src/modules/x/a.cpp '#include <objectsync/core/world_p.h>'
expect includes found src/modules/x/a.cpp '#include "../../core/world.h"'
expect includes found src/tools/a.cpp '#include <private/qobject_p.h>'
expect includes found tests/core/a.cpp '#include <QtCore/private/qobject_p.h>'

expect files clean src/a.cpp "$licence"
expect files found src/a.cpp 'int a;'
expect files clean src/a.cpp "$licence
$(printf 'int a;\n%.0s' {1..550})"
expect files found src/a.cpp "$licence
$(printf 'int a;\n%.0s' {1..650})"

exit "$missed"
