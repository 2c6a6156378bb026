// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "output.h"

#include <objectsync/core/codec.h>

#include <cstdio>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

bool write(std::FILE *file, const QByteArray &bytes)
{
    const auto size = static_cast<size_t>(bytes.size());
    return std::fwrite(bytes.constData(), 1, size, file) == size && std::fflush(file) == 0;
}

} // namespace

bool printText(const QString &text)
{
    return write(stdout, text.toUtf8());
}

bool printLine(const QByteArray &line)
{
    return write(stdout, line + '\n');
}

void printError(const QString &message)
{
    write(stderr, "objectsync: " + message.toUtf8() + '\n');
}

void printError(const Error &error)
{
    QString text = error.entityId.isEmpty() ? QString()
                                            : QString::fromUtf8(error.entityId) + u": "_s;
    text += QString::fromUtf8(error.code);
    if (!error.message.isEmpty())
        text += u": "_s + error.message;
    printError(text);
}

bool isErrorTerminal()
{
    return isatty(STDERR_FILENO) == 1;
}

QByteArray toText(const ValueMap &values)
{
    QByteArrayList parts;
    for (const ValueMap::Item &item : values) {
        parts += item.value.isUndefined() ? '-' + item.name : item.name + '=' + toJson(item.value);
    }
    return parts.join(' ');
}

void Output::line(const QByteArray &line)
{
    if (!m_failed && !printLine(line))
        m_failed = true;
}

void Output::entity(const QByteArray &id, const ValueMap &values)
{
    const QByteArray text = values.isEmpty() ? id : id + ' ' + toText(values);
    result(text, { { "id", Value::string(id) }, { "values", values } });
}

void Output::missing(const QByteArray &id)
{
    result({}, { { "id", Value::string(id) }, { "values", nullptr } });
}

void Output::event(const char *event, const QByteArray &id, const std::optional<ValueMap> &changed)
{
    ValueMap object{ { "event", event }, { "id", Value::string(id) } };
    QByteArray text = QByteArray(event) + ' ' + id;
    if (changed) {
        ValueMap values;
        Value::List unset;
        for (const ValueMap::Item &item : *changed) {
            if (item.value.isUndefined())
                unset.push_back(Value::string(item.name));
            else
                values.insert(item.name, item.value);
        }
        object.insert("values", values);
        if (!unset.empty())
            object.insert("unset", unset);
        if (!changed->isEmpty())
            text += ' ' + toText(*changed);
    }
    result(text, object);
}

void Output::result(const QByteArray &text, const ValueMap &json)
{
    if (m_json)
        line(toJson(json));
    else if (!text.isEmpty())
        line(text);
}

} // namespace ObjectSync::Tool
