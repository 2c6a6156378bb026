// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "settings.h"

#include <objectsync/server/syncserver.h>

namespace ObjectSync::Daemon {

/// A resource: the server that objectsyncd runs.
class Daemon : public QObject
{
    Q_OBJECT

public:
    explicit Daemon(const Settings &settings);

    /// Loads the worlds and listens. The error's message says what is wrong and what to do.
    Expected<void> start();
    /// "ws://127.0.0.1:8090/sync"
    QString url() const;
    /// Parts from the clients in good order, then emits stopped().
    void stop();

Q_SIGNALS:
    void stopped();

private:
    Expected<void> prepareStorage();

    Settings m_settings;
    SyncServer m_server;
};

} // namespace ObjectSync::Daemon
