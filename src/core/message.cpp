// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/message.h>

#include "fields_p.h"

#include <algorithm>

namespace ObjectSync {

bool Filter::matches(const QByteArray &id) const
{
    if (prefix)
        return id.startsWith(*prefix);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool operator==(const Changes &a, const Changes &b)
{
    const auto sameChange = [](const ChangePtr &x, const ChangePtr &y) { return *x == *y; };
    return a.cursor == b.cursor && a.sub == b.sub && a.reset == b.reset && a.more == b.more
           && std::equal(a.changes.begin(), a.changes.end(), b.changes.begin(), b.changes.end(),
                         sameChange);
}

const char *typeName(const Message &message)
{
    return Internal::TypeNames[message.index()];
}

namespace Internal {

namespace {

struct OperationWord
{
    Operation::Kind kind;
    const char *word;
};
constexpr std::array OperationWords = {
    OperationWord{ Operation::Kind::Create, "create" },
    OperationWord{ Operation::Kind::Save, "save" },
    OperationWord{ Operation::Kind::Set, "set" },
    OperationWord{ Operation::Kind::Unset, "unset" },
    OperationWord{ Operation::Kind::Destroy, "destroy" },
};

} // namespace

QByteArray operationWord(const Operation &operation)
{
    for (const OperationWord &each : OperationWords) {
        if (each.kind == operation.kind)
            return QByteArray::fromRawData(each.word, static_cast<qsizetype>(qstrlen(each.word)));
    }
    return operation.type;
}

void setOperationWord(Operation &operation, const QByteArray &word)
{
    for (const OperationWord &each : OperationWords) {
        if (word == each.word) {
            operation.kind = each.kind;
            return;
        }
    }
    operation.kind = Operation::Kind::Apply;
    operation.type = QByteArray(word.constData(), word.size()); // a copy of its own
}

} // namespace Internal
} // namespace ObjectSync
