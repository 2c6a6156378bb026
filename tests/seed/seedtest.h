// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "seedclient.h"

#include <memory>

/// Base of tests with a server of their own for each test function, in memory.
class SeedTest : public QObject
{
    Q_OBJECT

protected:
    std::unique_ptr<ObjectSync::SyncServer> m_server;

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<ObjectSync::SyncServer>();
        QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
    }
    void cleanup() { m_server.reset(); }
};
