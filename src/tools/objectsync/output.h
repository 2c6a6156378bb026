// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/error.h>
#include <objectsync/core/value.h>

#include <optional>

namespace ObjectSync::Tool {

/// To standard output, at once; false where it cannot be written.
bool printText(const QString &text);
/// The same, of a line without its end.
bool printLine(const QByteArray &line);
/// To standard error, after the program's name.
void printError(const QString &message);
/// "objectsync: lamps/kitchen: not-found: there is no such entity"
void printError(const Error &error);
/// True where standard error is a terminal: then progress may be shown there.
bool isErrorTerminal();

/// "NAME=VALUE NAME=VALUE", the values in JSON; "-NAME" for one that is Undefined.
QByteArray toText(const ValueMap &values);

/// How entities and what happens to them are printed: for people, or a JSON object a line.
/// What is not printed shows in hasFailed().
class Output
{
public:
    explicit Output(bool json) : m_json(json) { }

    bool isJson() const { return m_json; }
    bool hasFailed() const { return m_failed; }

    /// "id NAME=VALUE...", or {"id":...,"values":{...}}.
    void entity(const QByteArray &id, const ValueMap &values);
    /// What was asked for is not there: nothing, or {"id":...,"values":null}.
    void missing(const QByteArray &id);
    /// "event id NAME=VALUE... -NAME...", or {"event":...,"id":...,"values":{...},"unset":[...]};
    /// "unset" where there is something in it, "values" where \a changed is given.
    void event(const char *event, const QByteArray &id, const std::optional<ValueMap> &changed = {});
    /// \a text, or \a json, which is a map; nothing where \a text is empty and JSON is not wanted.
    void result(const QByteArray &text, const ValueMap &json);

private:
    void line(const QByteArray &line);

    const bool m_json;
    bool m_failed = false;
};

} // namespace ObjectSync::Tool
