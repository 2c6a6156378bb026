// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "objectindex_p.h"
#include "viewobserver_p.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/client/transport.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>

#include <deque>
#include <memory>
#include <unordered_map>

namespace ObjectSync::Internal {

class ClientStorageThread;

/// The entities that a transaction changes, as far as they are known; in order, each once.
QList<QByteArray> changedIds(const Transaction &transaction);
/// Those that it has expectations of.
QList<QByteArray> expectedIds(const Transaction &transaction);

/// What is behind a SyncReply.
class ReplyPrivate
{
public:
    enum class Kind { Save, Destroy, Apply, Transaction, Fetch };

    Kind kind = Kind::Transaction;
    ValueMap sent; ///< Save: what the entity was given
    QByteArray name; ///< Apply: the property
    bool isFinished = false;
    bool autoDelete = true;
    bool isRefusedHere = false;
    std::optional<Error> error;
    QVariant value;
    std::vector<QByteArray> asked; ///< Fetch: the ids
    std::optional<ClientAction::Answered> answer; ///< of a commit
    QList<qint64> revisions;
    TransactionId transaction = 0;

    /// The entity of an accepted commit of one operation; empty where there is none.
    QByteArray entity() const
    {
        const std::vector<QByteArray> ids = answer ? answer->ids() : std::vector<QByteArray>();
        return ids.empty() ? QByteArray() : ids.front();
    }
};

/// What is behind a SyncSubscription.
class SubscriptionPrivate
{
public:
    std::weak_ptr<SessionPrivate> session;
    Filter filter;
    SubscriptionNumber number = 0; ///< 0: refused by the engine
    bool isReady = false;
    Error error;
};

/// What is behind a SyncSession: runs the engine, carries out its actions, and tells everybody.
///
/// Functions that can run user code keep this alive and look at `q` afterwards: null means that the
/// session has been deleted.
class SessionPrivate : public std::enable_shared_from_this<SessionPrivate>
{
public:
    explicit SessionPrivate(SyncSession *session);
    ~SessionPrivate();

    /// Made when first needed; the settings are fixed from then on.
    ClientEngine &engine();
    bool isInUse() const { return m_engine != nullptr; }
    bool changeSetting(const char *what) const; ///< false, with a warning, where it is too late
    void setOptions(const ClientOptions &to);
    void setClientId(const QByteArray &id);
    qint64 now() const { return m_clock.elapsed(); }

    void open();
    void close();
    void setTransport(std::unique_ptr<Transport> transport);
    void setStorage(std::unique_ptr<ClientStorage> storage);
    Transport *ensureTransport();

    /// How the outcome of a transaction is told.
    struct Record
    {
        QPointer<SyncReply> reply = {};
        bool existsIsFine = false; ///< `exists` is no news: the entity was to be created if missing
    };
    /// Sends what objects have gathered, then this.
    Expected<TransactionId> commit(Transaction transaction, Record record);
    /// The same without the objects: they call it.
    Expected<TransactionId> commitNow(Transaction transaction, Record record);
    SyncReply *request(std::unique_ptr<ReplyPrivate> data, Transaction transaction);
    SyncReply *refuse(std::unique_ptr<ReplyPrivate> data, const Error &error);
    SyncReply *fetch(const QStringList &ids);

    SyncSubscription *subscribe(const Filter &filter);
    void unsubscribe(SyncSubscription *subscription, const SubscriptionPrivate &data);
    /// True where a subscription of the application's covers \a id, or will.
    bool isSubscribed(const QByteArray &id) const;

    void addObserver(ViewObserver *observer);
    void removeObserver(ViewObserver *observer);

    /// Calls atTurnEnd() once, from the event loop.
    void wantTurnEnd();
    /// Takes the engine's actions and carries them out, except inside of itself: then the outer
    /// call does.
    void run();
    void die();

    SyncSession *q;
    ObjectIndex index;
    QUrl url;
    ClientOptions options;
    QPointer<Transport> transport; ///< owned, but the application may delete it
    SyncSession::Status status = SyncSession::Status::Closed;
    Error error;
    bool lacksUsableUrl = false; ///< open() was called, and another URL is awaited
    int latency = -1;
    bool isRestoring = false; ///< the store has not been read yet
    Error storageError;

private:
    void atTurnEnd();
    void deleteTransport();
    void transportGone(const Error &reason);
    template<typename Function>
    void fromTransport(Function function);
    static void finishLater(SyncReply *reply, const Error &why);
    void takeActions();
    void drain();
    void tellChanges();
    void setError(const Error &to);
    bool prepareToOpen();

    // One for each action
    void carryOut(const ClientAction::StatusChanged &action);
    void carryOut(ClientAction::ViewChanged &action);
    void carryOut(ClientAction::Answered &action);
    void carryOut(const ClientAction::Fetched &action);
    void carryOut(const ClientAction::SubscriptionReady &action);
    void carryOut(const ClientAction::SubscriptionFailed &action);
    void carryOut(const ClientAction::LatencyMeasured &action);
    void carryOut(const ClientAction::OpenTransport &);
    void carryOut(const ClientAction::CloseTransport &);
    void carryOut(const ClientAction::Send &action);
    void carryOut(const ClientAction::WakeAt &action);
    void carryOut(const ClientAction::StalenessChanged &);
    void carryOut(ClientAction::Store &action);

    // sessionstorage.cpp
    template<typename Function>
    void fromStorage(Function function);
    void storageLoaded(const ClientState &state);
    void storageUnusable(const Error &why);
    void storageStored();
    void storageFailed(const Error &why);
    void endRestoring();
    void setStorageError(const Error &why);
    void finishStorage();
    void deleteStorage();

    bool isViewHeard() const;
    bool isAnyoneTold() const;
    void tell(const ViewChange &change, quint64 step);
    void tellSession(const ViewChange &change);
    SyncConflict conflict(const Transaction &transaction) const;
    void finishCommit(SyncReply *reply, ClientAction::Answered &answer);
    void finishFetch(SyncReply *reply, const ClientAction::Fetched &fetched);
    void finishAfterFetch(SyncReply *reply, const ClientAction::Fetched &fetched);
    void tellPendingCount();
    SyncSubscription *findSubscription(SubscriptionNumber number) const;

    std::unique_ptr<ClientEngine> m_engine;
    QElapsedTimer m_clock;
    QTimer m_timer;
    std::deque<ClientActionVariant> m_actions; ///< to be carried out
    quint64 m_viewStep = 0; ///< of the engine's, the newest that is being told, or was
    std::shared_ptr<const std::vector<ViewChange>> m_changes; ///< of that; null when all are told
    size_t m_changesTold = 0; ///< of these
    int m_runLevel = -1; ///< of event loops where drain() runs; -1: it does not
    int m_transportDepth = 0; ///< inside of so many of its signals
    bool m_isTransportOpen = false; ///< or being opened
    std::unique_ptr<ClientStorageThread> m_storage;
    int m_storageDepth = 0; ///< inside of so many of its signals
    bool m_isTurnEndWanted = false;
    int m_pendingTold = 0;
    QByteArray m_clientTold;
    std::unordered_map<TransactionId, Record> m_records;
    std::unordered_map<qint64, QPointer<SyncReply>> m_fetches;
    std::vector<SyncSubscription *> m_subscriptions; ///< alive
    std::vector<ViewObserver *> m_observers; ///< null where one has gone
};

} // namespace ObjectSync::Internal
