// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <vector>

namespace ObjectSync::Tool {

/// A value: an entity to be imported.
struct ImportEntity
{
    QByteArray id;
    ValueMap values;
};

/// A value: where the entities are in a file.
struct ImportLayout
{
    QString key; ///< the member that holds the array; empty: the file is the array
    QString idField; ///< empty: as export writes it, {"id":...,"values":{...}}
    QString prefix; ///< put before each id
};

/// Reads a file of JSON; "-" is standard input. An error is one of usage, and says where in the
/// file it is.
Expected<QByteArray> readImportFile(const QString &name);
/// All entities of the file, in its order. Errors are of usage.
Expected<std::vector<ImportEntity>> parseImport(const QByteArray &json, const ImportLayout &layout);

} // namespace ObjectSync::Tool
