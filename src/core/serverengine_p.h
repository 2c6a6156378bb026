// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/serverengine.h>

#include "interest_p.h"
#include "serversession_p.h"

#include <map>
#include <set>

namespace ObjectSync {

// In five files: serverengine.cpp (connections and messages in), servercommits.cpp (transactions),
// serverreads.cpp (what clients ask for), serverflush.cpp (everything that goes out), serverstreams.cpp
// (slices for those who catch up).
class ServerEngine::Private
{
public:
    using Session = Internal::ServerSession;
    using Record = Internal::ClientRecord;

    explicit Private(ServerOptions options);

    // serverengine.cpp
    /// At the beginning of each call of the owner.
    void tick(qint64 time);
    /// For deadlines: milliseconds of a clock that is not set, and stands still where the process
    /// does.
    qint64 steadyNow() const { return now - skipped; }
    Session *session(ConnectionId connection);
    void receive(Session &session, Message &message, qint64 now);
    void receive(Session &session, const Hello &hello, qint64 now);
    void receive(Session &session, const Subscribe &subscribe, qint64 now);
    void receive(Session &session, const Unsubscribe &unsubscribe, qint64 now);
    void receive(Session &session, const Fetch &fetch, qint64 now);
    void receive(Session &session, const Ping &ping, qint64 now);
    void receive(Session &session, Commit &commit, qint64 now); ///< takes the transaction out
    template<typename ServerMessage>
    void receive(Session &session, const ServerMessage &message, qint64 now);
    void join(Session &session, const QByteArray &principal, qint64 now);
    void send(const Session &session, Message message);
    void fail(Session &session, const Error &error); ///< tells it, and closes it
    void end(Session &session, const Error &error); ///< closes it
    void remove(Session &session);
    void drop(ConnectionId connection); ///< its session, if there still is one
    void wantFlush();
    void wakeAt(qint64 time);
    void endIfIdle();
    bool waitsForDecisions() const;

    // servercommits.cpp
    void next(Record &record, qint64 now); ///< decides what waits, as far as it can
    void decide(Record &record, Decision decision, qint64 now);
    void settle(Record &record, std::optional<Error> refused, qint64 now);
    bool applyAtOnce(Record &record, LeafWrites &writes, qint64 now);
    void toGeneralForm(Commit &commit) const;
    std::optional<Error> apply(Transaction transaction);
    std::vector<QByteArray> chooseIds(Transaction &transaction);
    Record &record(const Peer &peer);
    void expire();
    bool expireTombstones();
    bool expireRecords(); ///< some of them, those that come next
    bool isOld(const Record &record) const;
    void forget(const QByteArray &key);
    void forgetUnused(); ///< of those who left

    // serverreads.cpp
    void read(Session &session, Internal::Read read);
    void failTooManyRequests(Session &session);
    void sealReads();
    void sealReads(Session &reader);
    void serve(Session &session, const Internal::Join &);
    void serve(Session &session, const Internal::TellCursor &);
    void serve(Session &session, const Subscribe &subscribe);
    void serve(Session &session, const Unsubscribe &unsubscribe);
    void serve(Session &session, const Fetch &fetch);
    void serve(Session &session, const Result &result);
    void serve(Session &session, const Failure &failure);
    Expected<void> add(Session &session, const Subscribe &subscribe, bool complete, bool reset);
    bool canResume(const Resume &resume) const;
    Result lookUp(const Fetch &fetch) const;
    Failure tooLarge(qint64 request) const;

    // serverflush.cpp
    void flush(qint64 now);
    void sealChanges(const std::vector<const Entity *> &changed);
    void sealAnswers();
    void openStep(Session &session); ///< after a message with `more`
    void closeSteps();
    void sealWritten();
    Internal::InterestGroup *soleGroup(const std::vector<EntityLeaf> &leaves);
    bool isTold(const Internal::InterestGroup &group, const QByteArray &id) const;
    void tell(Internal::InterestGroup &group);
    void postCopy(const Session &session, const Changes &message, bool more);
    bool hasAnswers(const Session &session) const;
    void tellAnswers(Session &session, const Record &record);
    void sealBatch(const std::vector<const Entity *> &changed);
    void keepOutbox();
    void deliver();
    void post(const Session &session, Message message); ///< into the outbox

    // serverstreams.cpp
    void sealStreams(bool waitsForStore);
    bool stream(Session &session);
    void streamDelta(Session &session);
    void streamSnapshot(Session &session);
    bool gather(const Session &session, Internal::ServerSubscription &subscription,
                WholeEntities &slice);
    void startOver(Session &session); ///< snapshots of everything, since no delta can be told
    void regroup(Session &session);
    void catchUpDone(Session &session);

    ServerOptions options;
    QByteArray epoch;
    World world;
    Staging staging; ///< of the world, empty: kept for the memory that it has
    std::map<ConnectionId, std::unique_ptr<Session>> sessions; ///< in the order of connecting
    QHash<ConnectionId, Session *> sessionsById; ///< the same, for finding
    quint64 lastOrder = 0; ///< of sessions
    std::vector<ConnectionId> closed; ///< sessions to be let go
    std::map<QByteArray, std::unique_ptr<Record>> records; ///< by key
    std::vector<QByteArray> leavers; ///< keys of records whose connections have ended
    QByteArray lastExamined; ///< the key of the record that expireRecords() met last
    std::map<quint64, QByteArray> decisions; ///< tickets: keys of records
    struct PendingFetch
    {
        ConnectionId connection = 0;
        qint64 request = 0;
        qint64 ids = 0;
    };
    std::map<quint64, PendingFetch> fetches; ///< tickets
    quint64 lastTicket = 0;

    Internal::Interest interest;
    std::set<ConnectionId> busy; ///< sessions that have work at the next flush
    ConnectionId lastStreamed = 0; ///< the next one has its turn first
    qint64 leftToStream = 0; ///< bytes of snapshots and deltas in the flush in progress
    std::set<QByteArray> answered; ///< keys of records with answers to be told at the next flush
    std::vector<QByteArray> goneEntities; ///< since the last batch
    std::vector<QByteArray> goneClients;
    std::set<QByteArray> dirtyRecords; ///< keys
    std::vector<ServerAction::Send> outbox; ///< of the sealed batch; goes out when the store has it
    /// Of the flush in progress: they were sent `more`, the last part follows their answers.
    std::vector<Session *> openSteps;
    std::optional<StorageBatch> batch;
    bool hasEnded = false; ///< some session has, since the outbox was delivered last
    Revision loadedUpTo = 0; ///< the stamp of the last entity that was loaded
    Revision sealed = 0; ///< what the outbox and all before it told of
    /// All that has changed since the last seal, where writtenUpTo is the present revision: then nothing
    /// else has, and no entity comes twice.
    std::vector<EntityLeaf> written;
    Revision writtenUpTo = 0;
    bool storing = false;
    bool flushWanted = false;
    bool shuttingDown = false;
    qint64 now = 0; ///< of the last call
    qint64 skipped = 0; ///< what the clock has jumped over, so far
    qint64 nextWake = -1;
    std::vector<ServerActionVariant> actions;
};

} // namespace ObjectSync
