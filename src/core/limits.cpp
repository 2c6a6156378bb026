// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/limits.h>

#include <algorithm>

namespace ObjectSync {

namespace {

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// As most ids and names are, which need no closer look.
bool isPrintableAscii(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool isFine(const QByteArray &text, qint64 most)
{
    return !text.isEmpty() && text.size() <= most && isPrintableAscii(text);
}

/// What is wrong with an id or a name, as the end of a sentence; empty where it is fine.
QString textFault(const QByteArray &text, qint64 most)
{
    if (text.isEmpty())
        return QStringLiteral("is empty");
    if (text.size() > most) {
        return QStringLiteral("has %1 bytes; at most %2 are allowed").arg(text.size()).arg(most);
    }
    if (!isValidUtf8(text))
        return QStringLiteral("is not valid UTF-8");
    if (std::any_of(text.begin(), text.end(), isControl))
        return QStringLiteral("contains a control character");
    return {};
}

Expected<void> checkCount(qsizetype count, const Limits &limits)
{
    if (count > limits.elements) {
        return Error{ ErrorCode::TooLarge,
                      QStringLiteral("A list or map has %1 elements; at most %2 are allowed")
                              .arg(count)
                              .arg(limits.elements) };
    }
    return {};
}

Expected<void> checkNested(const Value &value, const Limits &limits, qint64 depth)
{
    if (value.isUndefined())
        return Error{ ErrorCode::BadValue, QStringLiteral("A value is undefined") };
    const bool container = value.type() == Value::Type::List || value.type() == Value::Type::Map;
    if (!container)
        return {};
    if (depth >= limits.nesting) {
        return Error{
            ErrorCode::TooLarge,
            QStringLiteral("A value is nested more than %1 levels deep").arg(limits.nesting)
        };
    }
    if (auto counted = checkCount(static_cast<qsizetype>(value.toList().size())
                                          + value.toMap().size(),
                                  limits);
        !counted)
        return counted;
    for (const Value &item : value.toList()) {
        if (auto checked = checkNested(item, limits, depth + 1); !checked)
            return checked;
    }
    for (const auto &[name, item] : value.toMap()) {
        if (auto checked = checkNested(item, limits, depth + 1); !checked)
            return checked;
    }
    return {};
}

} // namespace

Expected<void> checkId(const QByteArray &id, const Limits &limits)
{
    const bool isBeginning = id.endsWith('/');
    if (!isBeginning && isFine(id, limits.idSize))
        return {};
    QString fault = textFault(id, limits.idSize);
    if (fault.isEmpty() && isBeginning)
        fault = QStringLiteral("ends in '/'");
    if (!fault.isEmpty())
        return Error{ ErrorCode::BadId, QStringLiteral("An entity id %1").arg(fault) };
    return {};
}

Expected<void> checkName(const QByteArray &name, const Limits &limits)
{
    if (isFine(name, limits.nameSize))
        return {};
    const QString fault = textFault(name, limits.nameSize);
    if (!fault.isEmpty())
        return Error{ ErrorCode::BadName, QStringLiteral("A property name %1").arg(fault) };
    return {};
}

Expected<void> checkValue(const Value &value, const Limits &limits)
{
    return checkNested(value, limits, 0);
}

qint64 valueSize(const Value &value) noexcept
{
    qint64 size = 8;
    if (value.type() < Value::Type::String)
        return size;
    size += value.utf8View().size() + value.bytesView().size();
    for (const Value &item : value.toList())
        size += valueSize(item);
    for (const auto &[name, item] : value.toMap())
        size += name.size() + valueSize(item);
    return size;
}

} // namespace ObjectSync
