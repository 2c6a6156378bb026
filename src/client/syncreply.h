// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/clientengine.h>

#include <QtCore/qobject.h>
#include <QtCore/qvariant.h>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ObjectSync {

class SyncSession;

namespace Internal {
class ReplyPrivate;
class SessionPrivate;
} // namespace Internal

/// A resource: the answer to one request of a session, now or later, as a QNetworkReply is to a
/// network request.
///
/// It finishes once, always from the event loop, never from inside of the call that made it. A
/// commit waits for the server however long that takes, over reconnects too; a fetch has a
/// deadline. A reply is a child of its session; it deletes itself after finished() has been
/// delivered, unless setAutoDelete(false) was called. Where the session is deleted first, the reply
/// goes with it, unfinished. Lives in the session's thread.
class OBJECTSYNC_CLIENT_EXPORT SyncReply : public QObject
{
    Q_OBJECT
    Q_PROPERTY(bool finished READ isFinished NOTIFY finished)
    Q_PROPERTY(QString errorCode READ errorCode NOTIFY finished)
    Q_PROPERTY(QString errorString READ errorString NOTIFY finished)
    Q_PROPERTY(QVariant value READ value NOTIFY finished)
    Q_PROPERTY(QStringList ids READ ids NOTIFY finished)

public:
    ~SyncReply() override;

    bool isFinished() const;
    /// Nothing before it has finished, and where the request was accepted.
    std::optional<Error> error() const;
    /// The error's code, as "not-found"; empty where there is none.
    QString errorCode() const;
    /// The error's text for people; empty where there is none.
    QString errorString() const;
    /// True from the start for a request that is refused before it is sent: a bad value, a full queue.
    bool isRefusedHere() const;

    /// What the request is about, once it has finished without an error:
    /// save: the server's entity as a QVariantMap, with its "id";
    /// fetch: a QVariantList of such maps in the order asked, null where there is no entity;
    /// increment and apply: the property's new value;
    /// destroy and transaction: nothing.
    QVariant value() const;
    /// Of a commit, once the server has answered it: the entities of its operations, by position, with
    /// the ids that the server chose. Of a fetch: the ids asked for.
    QStringList ids() const;
    /// Of a fetch: the revision of each entity in value(), for Expectation::revision; 0 where there
    /// is none.
    QList<qint64> revisions() const;
    /// The transaction that was committed; 0 for a fetch and where it was refused at once.
    TransactionId transaction() const;

    /// False: the application deletes the reply.
    void setAutoDelete(bool autoDelete);
    bool autoDelete() const;

    /// Calls \a functor once, when the reply has finished, while \a context lives: either with
    /// (const SyncReply &) or with (std::optional<Error>, QVariant). \a context lives in the same
    /// thread. Returns this reply.
    template<typename Functor>
    SyncReply *then(const QObject *context, Functor functor);

Q_SIGNALS:
    void finished();

private:
    friend class Internal::SessionPrivate;
    explicit SyncReply(std::unique_ptr<Internal::ReplyPrivate> data, QObject *parent);
    void finish(std::optional<Error> error);

    std::unique_ptr<Internal::ReplyPrivate> d;
};

template<typename Functor>
SyncReply *SyncReply::then(const QObject *context, Functor functor)
{
    connect(this, &SyncReply::finished, context, [this, call = std::move(functor)]() mutable {
        if constexpr (std::is_invocable_v<Functor &, const SyncReply &>)
            call(static_cast<const SyncReply &>(*this));
        else
            call(error(), value());
    });
    return this;
}

} // namespace ObjectSync
