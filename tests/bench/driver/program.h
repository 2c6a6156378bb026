// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qjsonobject.h>
#include <QtCore/qprocess.h>

namespace Bench {

/// A resource: one half of a contestant, a program that is told what to do by lines of JSON and
/// answers with such. It ends with this object, and with the driver, however that ends.
class Program
{
public:
    /// Starts it. \a cpu: the only one it may run on; -1: any. Throws ContestError.
    Program(const QString &name, const QStringList &command, int cpu);
    ~Program();
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    qint64 pid() const { return m_process.processId(); }

    /// The next line that it says; throws ContestError where that is no object, tells of an error,
    /// or does not come in time.
    QJsonObject listen();
    /// Gives it a command, and waits for the answer.
    QJsonObject ask(const QJsonObject &command);

    /// Seconds that a program has for an answer.
    static void setPatience(int seconds);

private:
    [[noreturn]] void fail(const QString &why);

    QString m_name;
    QProcess m_process;
};

} // namespace Bench
