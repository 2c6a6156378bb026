// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "listcommand.h"

#include <objectsync/client/syncsubscription.h>
#include <objectsync/core/codec.h>

#include <QtCore/qdir.h>
#include <QtCore/qsavefile.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

SnapshotCommand::SnapshotCommand(const Invocation &invocation) : Command(invocation)
{
    setPatience(Patience::Outage);
}

void SnapshotCommand::begin()
{
    const SyncSubscription *subscription = session().subscribe(invocation().arguments.value(0));
    connect(&session(), &SyncSession::entityEntered, this,
            [this] { m_progress.show(u"received"_s, ++m_entered, 0); });
    connect(subscription, &SyncSubscription::failed, this, &SnapshotCommand::fail);
    connect(subscription, &SyncSubscription::ready, this, [this, subscription] {
        m_progress.clear();
        received(session().ids(subscription->filter()));
    });
}

void ListCommand::received(const std::vector<QByteArray> &ids)
{
    for (const QByteArray &id : ids) {
        output().entity(id, session().view().values(id));
        if (output().hasFailed())
            break;
    }
    finishOutput();
}

Expected<void> ExportCommand::prepare()
{
    const QString file = invocation().value(u"output"_s);
    if (invocation().has(u"output"_s) && !QFileInfo(QFileInfo(file).absolutePath()).isDir())
        return usageError(u"--output %1: there is no such folder"_s.arg(file));
    return {};
}

void ExportCommand::received(const std::vector<QByteArray> &ids)
{
    QString problem;
    if (invocation().has(u"output"_s)) {
        problem = writeFile(invocation().value(u"output"_s), ids);
    } else {
        QFile out;
        if (!out.open(stdout, QIODevice::WriteOnly))
            problem = out.errorString();
        else
            problem = writeArray(out, ids);
    }
    if (problem.isEmpty())
        return finish(Done);
    printError(u"cannot write: "_s + problem);
    finish(Usage);
}

/// Returns what went wrong, if anything.
QString ExportCommand::writeArray(QFileDevice &device, const std::vector<QByteArray> &ids)
{
    Progress progress;
    qint64 written = 0;
    device.write("[");
    for (const QByteArray &id : ids) {
        const ValueMap entity{ { "id", Value::string(id) },
                               { "values", session().view().values(id) } };
        if (device.write((written > 0 ? ",\n" : "\n") + toJson(entity)) < 0)
            return device.errorString();
        progress.show(u"written"_s, ++written, static_cast<qint64>(ids.size()));
    }
    return device.write("\n]\n") < 0 || !device.flush() ? device.errorString() : QString();
}

/// The file is the old one until all is written.
QString ExportCommand::writeFile(const QString &name, const std::vector<QByteArray> &ids)
{
    QSaveFile file(name);
    file.setDirectWriteFallback(true); // for /dev/stdout and the like
    QString problem;
    if (!file.open(QIODevice::WriteOnly))
        problem = file.errorString();
    else
        problem = writeArray(file, ids);
    if (problem.isEmpty() && !file.commit())
        problem = file.errorString();
    return problem.isEmpty() ? QString() : name + u": "_s + problem;
}

} // namespace ObjectSync::Tool
