// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/presence/export.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qobject.h>

#include <memory>

namespace ObjectSync {

/// A resource: entities that go when the client that created them has gone: players, cursors, who
/// is typing. Written on the public headers of the server alone.
///
/// Whatever a client creates below the prefix gets a property `presence` that names the client (by
/// a digest: it tells nothing about it). When the client has been away for the grace period, its
/// entities are destroyed; a drop of the connection that is shorter does no harm. After a restart
/// of the server, clients have the time startGrace() to come back.
///
/// Use it from the server's thread, and make it before the server listens.
class OBJECTSYNC_PRESENCE_EXPORT Presence : public QObject
{
    Q_OBJECT

public:
    /// The property that names the creator.
    static constexpr char PropertyName[] = "presence";

    /// For the entities of \a world whose ids begin with \a prefix. The world must exist.
    /// \a server must outlive this, or be its parent.
    Presence(SyncServer *server, const QString &prefix, const QString &world = {},
             QObject *parent = nullptr);
    ~Presence() override;

    /// Milliseconds; 5000.
    void setGrace(int milliseconds);
    int grace() const;
    /// Milliseconds after the server has begun to listen; 35000: more than the longest wait of a
    /// SyncSession before it connects again.
    void setStartGrace(int milliseconds);
    int startGrace() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
