// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/client/syncconflict.h>
#include <objectsync/client/syncreply.h>
#include <objectsync/client/synctransaction.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qurl.h>

#include <functional>
#include <memory>
#include <vector>

namespace ObjectSync {

class SyncedModel;
class SyncedObject;
class SyncSubscription;
class Transport;

namespace Internal {
class ModelPrivate;
class ObjectPrivate;
class SessionPrivate;
} // namespace Internal

/// A resource: a client of one world. It keeps the parts of the world that are subscribed to, shows
/// them as objects, models and values, and sends changes, over reconnects and while offline.
///
/// What it shows (the view) is what the server has confirmed with the session's own unanswered
/// changes on top. Changes of the view are signalled once, and only where something differs; on
/// each change the objects signal first, then the models, then the session; and when all changes of
/// one step have been told, viewChanged() has all of them. Slots may call
/// anything and delete anything, the session included.
///
/// The settings, up to and including the operation types, are made before the session is first
/// used; later calls are ignored with a warning. Lives in one thread, with an event loop.
class OBJECTSYNC_CLIENT_EXPORT SyncSession : public QObject
{
    Q_OBJECT
    Q_MOC_INCLUDE("objectsync/client/syncedobject.h")
    Q_PROPERTY(QUrl url READ url WRITE setUrl NOTIFY urlChanged)
    Q_PROPERTY(QString token READ token WRITE setToken NOTIFY tokenChanged)
    Q_PROPERTY(QString clientId READ clientId WRITE setClientId NOTIFY clientIdChanged)
    Q_PROPERTY(int reconnectFirst READ reconnectFirst WRITE setReconnectFirst NOTIFY reconnectChanged)
    Q_PROPERTY(int reconnectMost READ reconnectMost WRITE setReconnectMost NOTIFY reconnectChanged)
    Q_PROPERTY(ObjectSync::SyncSession::Status status READ status NOTIFY statusChanged)
    Q_PROPERTY(bool online READ isOnline NOTIFY onlineChanged)
    Q_PROPERTY(int pendingCount READ pendingCount NOTIFY pendingCountChanged)
    Q_PROPERTY(bool restoring READ isRestoring NOTIFY restoringChanged)
    Q_PROPERTY(QString storageErrorString READ storageErrorString NOTIFY storageErrorChanged)
    Q_PROPERTY(int latency READ latency NOTIFY latencyChanged)
    Q_PROPERTY(QString errorCode READ errorCode NOTIFY errorChanged)
    Q_PROPERTY(QString errorString READ errorString NOTIFY errorChanged)

public:
    enum class Status {
        Closed, ///< open() was not called, or close() was
        Connecting,
        Online, ///< welcomed by the server
        Waiting, ///< offline; tries again by itself
        Failed, ///< refused for good (`unauthorized`, `unsupported-protocol`, `replaced`)
    };
    Q_ENUM(Status)

    explicit SyncSession(QObject *parent = nullptr);
    ~SyncSession() override;

    // Settings

    /// Where the server is: "ws://localhost:8090/sync". May change at any time; an open session
    /// then closes and opens again.
    QUrl url() const;
    void setUrl(const QUrl &url);
    /// For the server's authenticator. May change at any time; used from the next connection on.
    QString token() const;
    void setToken(const QString &token);
    /// Who numbers this session's changes: 1 to 64 bytes, unique to this session; a new UUID by
    /// itself. Also by itself, it changes where the server has forgotten the old one, and where a
    /// storage names another.
    QString clientId() const;
    void setClientId(const QString &id);
    /// Milliseconds: the bound of the first wait before a reconnect, 500; doubles with each failure
    /// up to reconnectMost, 30000. The wait is random below the bound.
    int reconnectFirst() const;
    void setReconnectFirst(int milliseconds);
    int reconnectMost() const;
    void setReconnectMost(int milliseconds);
    /// All settings of the engine; what is left unset of client, random and makeClientId is filled
    /// in.
    ClientOptions options() const;
    void setOptions(const ClientOptions &options);
    /// An operation type beyond `increment`; the server must know it, too. Errors: `bad-name`, and
    /// `bad-argument` where it comes too late.
    Expected<void> addOperationType(const OperationType &type);
    /// Keeps what the session shows, and the changes that the server has not answered, so that a
    /// later session goes on with them; null, as at first: they go with the session. Takes ownership,
    /// and calls it from a thread of its own. Before open(), with a warning after it.
    ///
    /// It is read at once, which isRestoring() tells of. Then the view shows the last world (see
    /// SyncedObject::isStale()) with the unanswered changes on top; open() connects after that, as
    /// the client that the store names (see clientId()). Changes are shown at once, stored, and sent
    /// when they are stored. The destructor blocks until all is stored.
    ///
    /// A store is for one world and one user. Which parts of the world it keeps is what was
    /// subscribed to; parts that nobody has asked for again are let go once connected.
    void setStorage(std::unique_ptr<ClientStorage> storage);
    /// Carries the messages instead of a WebSocketTransport. Takes ownership. Not while open.
    void setTransport(std::unique_ptr<Transport> transport);
    /// Owned by the session; a WebSocketTransport unless another was set. Whoever deletes it ends the
    /// connection, and the next one takes a WebSocketTransport. Null while the session is deleted.
    Transport *transport() const;

    // Connection

    /// Connects, and connects again whenever the connection is lost, until close(). Where the URL
    /// cannot be used (`unreachable`), errorOccurred() says so and the status stays Closed.
    Q_INVOKABLE void open();
    Q_INVOKABLE void open(const QUrl &url);
    /// Keeps what is shown, the queue of changes, and the subscriptions, for the next open().
    Q_INVOKABLE void close();

    Status status() const;
    bool isOnline() const;
    /// Own transactions that the server has not answered.
    int pendingCount() const;
    /// The storage has not been read yet; restoringChanged() tells when the last world is shown.
    bool isRestoring() const;
    /// Why the storage cannot be used, and what to do (`storage-failed`); an empty code when all is
    /// well. The session works all the same: without it, where it could not be read (in use by another
    /// process, damaged, of a newer version, …: it is left as it is); else, while it cannot be written
    /// (a full disk), it is tried again, and what was not sent by then would not survive a crash.
    Error storageError() const;
    QString storageErrorString() const;
    /// Milliseconds from the last ping to its pong; -1 before the first.
    int latency() const;
    /// Why the session is Waiting or Failed, or could not open; an empty code when all is well.
    Error error() const;
    QString errorCode() const;
    QString errorString() const;

    // Objects

    /// The one object that shows this entity: always the same pointer. It subscribes to the entity
    /// unless a subscription by prefix covers it; objects asked for in one turn of the event loop
    /// share one subscription. Belongs to the session; release() lets it go, and so does deleting
    /// it. Null for an empty id.
    Q_INVOKABLE ObjectSync::SyncedObject *object(const QString &id);
    /// The same as an object of the class T, a SyncedObject with declared properties and a default
    /// constructor: always the same pointer for one id and T.
    template<typename T>
    T *object(const QString &id);
    /// Deletes an object made by object(), later; pointers to it must not be used from now on.
    /// A later object() makes a new one. The entity stays in the view while it is subscribed to.
    void release(ObjectSync::SyncedObject *object);

    // Subscriptions

    /// All entities whose ids begin with \a prefix; empty: the whole world. Belongs to the session;
    /// delete it to end the subscription.
    SyncSubscription *subscribe(const QString &prefix);
    SyncSubscription *subscribe(const QStringList &ids);
    SyncSubscription *subscribe(const Filter &filter);

    // The view

    Q_INVOKABLE bool exists(const QString &id) const;
    /// Invalid where the entity or the property is absent.
    Q_INVOKABLE QVariant value(const QString &id, const QString &name) const;
    /// Without the id; empty where the entity is absent.
    Q_INVOKABLE QVariantMap values(const QString &id) const;
    /// In the order of their UTF-8 bytes.
    Q_INVOKABLE QStringList ids(const QString &prefix = {}) const;
    /// True where a complete subscription covers the id: absent then means absent in the world.
    bool isCovered(const QString &id) const;
    /// True while a change of the entity has not been answered.
    bool isPending(const QString &id) const;
    /// The view without conversions. Valid until the session is next used.
    const EntityReader &view() const;
    std::vector<QByteArray> ids(const Filter &filter) const;

    // Requests. Each is shown in the view at once, sent as soon as can be, and answered by a reply.

    /// Without an "id" the server makes one, and completes one that ends in '/'; else the entity is
    /// made or changed, as it is there or not. An "id" in \a values is not a property; values that
    /// are invalid variants are left out (SyncTransaction::unset() removes a property).
    SyncReply *save(const QVariantMap &values);
    SyncReply *destroy(const QString &id);
    /// Entities as the server has them, not subscribed to. `not-open` while closed, `timed-out`
    /// after ClientOptions::fetchTimeout.
    SyncReply *fetch(const QStringList &ids);
    /// Adds \a by, a number, whatever others add meanwhile.
    SyncReply *increment(const QString &id, const QString &name, const QVariant &by = 1);
    /// Insists on a refused change: its operations again, as a new transaction, without its
    /// expectations.
    SyncReply *retry(const SyncConflict &conflict);
    SyncReply *transaction(const SyncTransaction &transaction);
    SyncReply *transaction(SyncTransaction &&transaction); ///< the same, without a copy
    /// Without conversions, for who writes thousands of values.
    SyncReply *transaction(const Transaction &transaction);
    SyncReply *transaction(Transaction &&transaction); ///< the same, without a copy
    /// Calls \a fill at once, to build the transaction.
    SyncReply *transaction(const std::function<void(SyncTransaction &)> &fill);

    /// The same; \a functor is called as by SyncReply::then().
    template<typename Functor>
    SyncReply *save(const QVariantMap &values, const QObject *context, Functor functor);
    template<typename Functor>
    SyncReply *destroy(const QString &id, const QObject *context, Functor functor);
    template<typename Functor>
    SyncReply *fetch(const QStringList &ids, const QObject *context, Functor functor);
    template<typename Functor>
    SyncReply *increment(const QString &id, const QString &name, const QVariant &by,
                         const QObject *context, Functor functor);
    template<typename Content, typename Functor>
    SyncReply *transaction(Content &&content, const QObject *context, Functor functor);

Q_SIGNALS:
    void urlChanged();
    void tokenChanged();
    void clientIdChanged();
    void reconnectChanged();
    void statusChanged(ObjectSync::SyncSession::Status status);
    void onlineChanged(bool online);
    void pendingCountChanged(int count);
    void latencyChanged(int milliseconds);
    void restoringChanged(bool restoring);
    void storageErrorChanged();
    /// The storage cannot be read, or written; see storageError().
    void storageFailed(const ObjectSync::Error &error);
    void errorChanged();
    /// A connection was lost, refused, or could not be made.
    void errorOccurred(const ObjectSync::Error &error);

    /// An entity is new in the world, made here or elsewhere. Not for what was there before:
    /// that entered.
    void entityCreated(const QString &id, const QVariantMap &values);
    /// What differs; an invalid QVariant: the property was removed.
    void entityUpdated(const QString &id, const QVariantMap &changed);
    void entityDestroyed(const QString &id);
    /// An entity that was there before is shown now.
    void entityEntered(const QString &id, const QVariantMap &values);
    /// An entity is no longer shown, and may be there still.
    void entityLeft(const QString &id);
    /// The same without conversions, for who follows thousands of entities: all that one step changed
    /// (what the server told at once, or an own transaction), after the signals above. The view may
    /// be ahead of it.
    void viewChanged(const std::vector<ObjectSync::ViewChange> &changes);
    /// The server refused a change, and the view has been rolled back; after the signals of the
    /// objects, before SyncReply::finished(). Also for changes of an earlier process.
    void rejected(ObjectSync::TransactionId transaction, const ObjectSync::Error &error,
                  const ObjectSync::SyncConflict &conflict);

private:
    friend class SyncedModel;
    friend class SyncedObject;
    friend class SyncSubscription;
    friend class Internal::ModelPrivate;
    friend class Internal::SessionPrivate;
    friend class Internal::ObjectPrivate;
    SyncedObject *findOwned(const QString &id, const QMetaObject &type) const;
    void adopt(SyncedObject *object, const QString &id);

    /// Slots that ran inside of the request may have deleted this and the context.
    template<typename Functor>
    static SyncReply *answered(SyncReply *reply, const QPointer<const QObject> &context,
                               Functor functor);

    std::shared_ptr<Internal::SessionPrivate> d; ///< outlives this while signals are emitted
};

template<typename T>
T *SyncSession::object(const QString &id)
{
    static_assert(std::is_base_of_v<SyncedObject, T>);
    if (id.isEmpty())
        return nullptr;
    if (SyncedObject *found = findOwned(id, T::staticMetaObject))
        return static_cast<T *>(found);
    const QPointer<SyncedObject> made = new T; // slots may delete it
    adopt(made, id);
    return static_cast<T *>(made.data());
}

template<typename Functor>
SyncReply *SyncSession::answered(SyncReply *reply, const QPointer<const QObject> &context,
                                 Functor functor)
{
    return reply && context ? reply->then(context, std::move(functor)) : reply;
}

template<typename Functor>
SyncReply *SyncSession::save(const QVariantMap &values, const QObject *context, Functor functor)
{
    const QPointer<const QObject> guard = context;
    return answered(save(values), guard, std::move(functor));
}

template<typename Functor>
SyncReply *SyncSession::destroy(const QString &id, const QObject *context, Functor functor)
{
    const QPointer<const QObject> guard = context;
    return answered(destroy(id), guard, std::move(functor));
}

template<typename Functor>
SyncReply *SyncSession::fetch(const QStringList &ids, const QObject *context, Functor functor)
{
    const QPointer<const QObject> guard = context;
    return answered(fetch(ids), guard, std::move(functor));
}

template<typename Functor>
SyncReply *SyncSession::increment(const QString &id, const QString &name, const QVariant &by,
                                  const QObject *context, Functor functor)
{
    const QPointer<const QObject> guard = context;
    return answered(increment(id, name, by), guard, std::move(functor));
}

template<typename Content, typename Functor>
SyncReply *SyncSession::transaction(Content &&content, const QObject *context, Functor functor)
{
    const QPointer<const QObject> guard = context;
    return answered(transaction(std::forward<Content>(content)), guard, std::move(functor));
}

} // namespace ObjectSync
