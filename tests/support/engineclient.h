// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "engineserver.h"

#include <objectsync/client/syncsession.h>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

/// A session that is a client of an EngineServer, and reconnects within 10 ms.
class EngineClient : public ObjectSync::SyncSession
{
public:
    explicit EngineClient(EngineServer &server)
    {
        ObjectSync::ClientOptions options = this->options();
        options.random = [] { return 0.02; };
        setOptions(options);
        setTransport(server.makeTransport());
    }
    /// Open, and welcomed by the server.
    bool goOnline()
    {
        open();
        return QTest::qWaitFor([this] { return isOnline(); });
    }
    /// Nothing unanswered.
    bool settle()
    {
        return QTest::qWaitFor([this] { return pendingCount() == 0; });
    }
};

/// Waits until the reply, which is kept, has finished.
inline bool finishes(ObjectSync::SyncReply *reply)
{
    reply->setAutoDelete(false);
    return QTest::qWaitFor([reply] { return reply->isFinished(); });
}
