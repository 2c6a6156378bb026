// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/message.h>

#include <QtCore/qobject.h>

#include <memory>

namespace ObjectSync {

class SyncSession;

namespace Internal {
class SessionPrivate;
class SubscriptionPrivate;
} // namespace Internal

/// A resource: keeps a part of the world in the session's view. It ends when this is deleted; the
/// entities that nothing else covers then leave the view. A child of its session, made by
/// SyncSession::subscribe(). Lives in the session's thread.
class OBJECTSYNC_CLIENT_EXPORT SyncSubscription : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString prefix READ prefix CONSTANT)
    Q_PROPERTY(bool ready READ isReady NOTIFY ready)

public:
    ~SyncSubscription() override;

    const Filter &filter() const;
    /// Of the filter; empty also where it names ids.
    QString prefix() const;
    /// True once all that matches was in the view; stays so while offline.
    bool isReady() const;
    /// Why it was refused; the code is empty where it was not.
    Error error() const;

Q_SIGNALS:
    /// All that matches is in the view. Once.
    void ready();
    /// The server, or the session itself, refused it: `bad-id`, `too-many-subscriptions`,
    /// `forbidden`, … From the event loop, never from inside of subscribe().
    void failed(const ObjectSync::Error &error);

private:
    friend class Internal::SessionPrivate;
    SyncSubscription(std::unique_ptr<Internal::SubscriptionPrivate> data, QObject *parent);

    std::unique_ptr<Internal::SubscriptionPrivate> d;
};

} // namespace ObjectSync
