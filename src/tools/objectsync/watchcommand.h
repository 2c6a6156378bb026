// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

namespace ObjectSync::Tool {

/// Prints what is there and what changes, over any number of connections.
class WatchCommand : public Command
{
    Q_OBJECT

public:
    explicit WatchCommand(const Invocation &invocation);
    Expected<void> prepare() override;

protected:
    void begin() override;
    void wentOffline() override;
    void wentOnline() override;

private:
    void ready();
    void print(const char *event, const QString &id, const std::optional<QVariantMap> &values = {});

    int m_linesLeft = 0; ///< 0: no end
    SyncSubscription *m_subscription = nullptr;
};

} // namespace ObjectSync::Tool
