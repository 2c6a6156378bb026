// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "progress.h"

QT_BEGIN_NAMESPACE
class QFileDevice;
QT_END_NAMESPACE

namespace ObjectSync::Tool {

/// Base of the commands that read all entities with a prefix, as they are at one revision.
class SnapshotCommand : public Command
{
    Q_OBJECT

public:
    explicit SnapshotCommand(const Invocation &invocation);

protected:
    void begin() override;
    /// All is there; to end with finish().
    virtual void received(const std::vector<QByteArray> &ids) = 0;

private:
    Progress m_progress;
    qint64 m_entered = 0;
};

class ListCommand : public SnapshotCommand
{
    Q_OBJECT

public:
    using SnapshotCommand::SnapshotCommand;

protected:
    void received(const std::vector<QByteArray> &ids) override;
};

class ExportCommand : public SnapshotCommand
{
    Q_OBJECT

public:
    using SnapshotCommand::SnapshotCommand;
    Expected<void> prepare() override;

protected:
    void received(const std::vector<QByteArray> &ids) override;

private:
    QString writeArray(QFileDevice &device, const std::vector<QByteArray> &ids);
    QString writeFile(const QString &name, const std::vector<QByteArray> &ids);
};

} // namespace ObjectSync::Tool
