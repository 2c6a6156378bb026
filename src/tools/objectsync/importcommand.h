// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "importer.h"
#include "progress.h"

#include <QtCore/qelapsedtimer.h>

namespace ObjectSync::Tool {

/// Makes or changes entities from a file.
class ImportCommand : public Command
{
    Q_OBJECT

public:
    explicit ImportCommand(const Invocation &invocation);
    Expected<void> prepare() override;

protected:
    void begin() override;
    void wentOffline() override;
    void interrupted() override;

private:
    void printSummary();

    std::unique_ptr<Importer> m_importer;
    Progress m_progress;
    QElapsedTimer m_sinceBegin;
};

} // namespace ObjectSync::Tool
