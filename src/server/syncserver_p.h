// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncsession.h>
#include <objectsync/server/syncserver.h>

#include "worldhost_p.h"

#include <QtCore/qtimer.h>
#include <QtNetwork/qsslconfiguration.h>

#include <map>

namespace ObjectSync {

class SyncServer::Private
{
public:
    explicit Private(SyncServer *server);
    ~Private();

    enum class State { Stopped, Running, Closing };

    bool isSettable(const char *setting) const;
    bool fail(const Error &reason);
    Expected<void> loadWorlds();
    Expected<void> loadWorld(const QByteArray &name);
    Internal::WorldHost *host(const QByteArray &name) const;
    /// The world behind a path; none where there is no such world.
    std::optional<QByteArray> worldOf(const QByteArray &path) const;
    QByteArray pathOf(const QByteArray &world) const;
    void makeFrontDoor();
    void onUpgraded(const Internal::Upgraded &upgraded);
    void enter(const QByteArray &world, Internal::LocalTransport *transport);
    void admitWaiting();
    void makeStorageThread();
    void handlersChanged();
    void checkClosed();
    void finishClosing();

    SyncServer *const q;
    State state = State::Stopped;
    Error error;
    QString path = QStringLiteral("/sync");
    QSslConfiguration sslConfiguration;
    Internal::OriginRule originRule;
    bool startsNewEpoch = false;
    bool isStorageFailing = false;
    Internal::ServerShared shared;
    std::unique_ptr<Storage> storage; ///< until its thread is made
    std::unique_ptr<Internal::StorageThread> storageThread;
    std::vector<QByteArray> worlds = { QByteArray() };
    std::map<QByteArray, std::unique_ptr<Internal::WorldHost>> hosts; ///< while not Stopped
    std::unique_ptr<Internal::FrontDoor> frontDoor; ///< while listening
    std::map<QByteArray, QPointer<SyncSession>> sessions;
    struct Waiting
    {
        QByteArray world;
        QPointer<Internal::LocalTransport> transport;
    };
    std::vector<Waiting> waiting; ///< for the server to start
    QTimer shutdownTimer;
};

} // namespace ObjectSync
