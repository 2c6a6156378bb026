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
    const std::vector<ChangePtr> ofA = a.all();
    const std::vector<ChangePtr> ofB = b.all();
    return a.cursor == b.cursor && a.sub == b.sub && a.reset == b.reset && a.more == b.more
           && std::equal(ofA.begin(), ofA.end(), ofB.begin(), ofB.end(), sameChange);
}

std::vector<ChangePtr> Changes::all() const
{
    std::vector<ChangePtr> all;
    all.reserve(count());
    const auto append = [&all](const std::vector<ChangePtr> &some) {
        all.insert(all.end(), some.begin(), some.end());
    };
    if (updates)
        append(updates->toChanges());
    if (wholes)
        append(wholes->toChanges());
    if (decoded)
        append(decoded->toChanges());
    append(changes);
    return all;
}

Changes Changes::inGeneralForm() const
{
    return { .cursor = cursor, .sub = sub, .reset = reset, .more = more, .changes = all() };
}

const char *typeName(const Message &message)
{
    return Internal::TypeNames[message.index()];
}

namespace Internal {

namespace {

constexpr std::array<std::pair<Operation::Kind, QByteArrayView>, 5> OperationWords = { {
        { Operation::Kind::Set, "set" },
        { Operation::Kind::Save, "save" },
        { Operation::Kind::Create, "create" },
        { Operation::Kind::Unset, "unset" },
        { Operation::Kind::Destroy, "destroy" },
} };

} // namespace

QByteArrayView operationWord(const Operation &operation)
{
    for (const auto &[kind, word] : OperationWords) {
        if (kind == operation.kind)
            return word;
    }
    return operation.type;
}

void setOperationWord(Operation &operation, QByteArrayView word)
{
    for (const auto &[kind, known] : OperationWords) {
        if (word == known) {
            operation.kind = kind;
            return;
        }
    }
    operation.kind = Operation::Kind::Apply;
    operation.type = word.toByteArray();
}

} // namespace Internal
} // namespace ObjectSync
