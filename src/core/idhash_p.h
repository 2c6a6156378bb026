// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>

namespace ObjectSync::Internal {

/// For hash tables of ids that live no longer than the process: ids come from outside, and others
/// must not choose ones that collide.
inline quint32 idHash(QByteArrayView id)
{
    const quint64 hash = qHash(id, QHashSeed::globalSeed());
    return static_cast<quint32>(hash ^ (hash >> 32));
}

} // namespace ObjectSync::Internal
