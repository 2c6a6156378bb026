// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientdisk.h"
#include "ledger.h"

#include <objectsync/core/clientengine.h>

#include <deque>
#include <map>
#include <set>

namespace Simulation {

/// What a client's user has done and been told, from signals alone, and what the client has said to
/// the server and heard of it. Checks the engine against that, and against the ledger of its world.
class Witness
{
public:
    /// \a mayForget: a server may forget a client, or go back in time.
    Witness(QString name, QByteArray principal, const Ledger &ledger, bool mayForget)
        : m_name(std::move(name)), m_principal(std::move(principal)), m_ledger(ledger),
          m_mayForget(mayForget)
    {
    }

    /// The client goes on from where its store says that it was.
    void restores(const ObjectSync::ClientState &state);

    // What the user does
    void committed(ObjectSync::TransactionId id, const ObjectSync::Transaction &transaction);
    void subscribed(ObjectSync::SubscriptionNumber sub, const ObjectSync::Filter &filter);
    void unsubscribed(ObjectSync::SubscriptionNumber sub);

    // What the client says and hears
    void sent(const ObjectSync::Hello &hello);
    void sent(const ObjectSync::Commit &commit);
    /// Nothing is sent that a crash could make the client forget.
    void checkStored(const ObjectSync::Commit &commit, const ClientDisk &disk) const;
    void hears(const ObjectSync::Message &message); ///< before the engine does
    void hasHeard(const ObjectSync::Message &message, const ObjectSync::ClientEngine &engine);

    // What the user is told
    void turnBegins() { m_told.clear(); }
    void told(const ObjectSync::ClientAction::ViewChanged &action);
    void told(const ObjectSync::ClientAction::Answered &action);
    void told(const ObjectSync::ClientAction::SubscriptionReady &action);

    /// After every step.
    void check(const ObjectSync::ClientEngine &engine);
    /// Once nothing is left to do: all of the replica is all that the world has for it.
    void checkConverged(const ObjectSync::ClientEngine &engine) const;

    QByteArray key() const { return recordKey(m_principal, m_client); } ///< of its record
    const QByteArray &client() const { return m_client; } ///< as of the last `hello`
    const std::set<ObjectSync::TransactionNumber> &unanswered() const { return m_underWay; }
    /// The last welcome was to another history, which lacks what was answered.
    bool isInBackup() const { return m_isInBackup; }
    bool hasOutstanding() const { return !m_outstanding.empty(); }
    bool isReady() const { return m_fresh.size() == m_subscriptions.size(); }

private:
    struct Outstanding
    {
        ObjectSync::TransactionId id = 0;
        ObjectSync::Transaction transaction;
    };

    QString name(const QByteArray &id) const;
    void checkStored(const ObjectSync::ClientState &state, const QByteArray &id) const;
    void fold(const ObjectSync::ViewChange &change);
    void checkAnswer(const ObjectSync::ClientAction::Answered &action) const;
    void checkTold(const ObjectSync::ClientEngine &engine) const;
    void checkView(const ObjectSync::ClientEngine &engine) const;
    void checkTwice(const ObjectSync::ClientEngine &engine) const;
    void checkCursor(const ObjectSync::ClientEngine &engine);
    void checkKept(const ObjectSync::ClientEngine &engine, const Outcome &outcome) const;
    void compare(const ObjectSync::ClientEngine &engine, const QByteArray &id) const;
    bool isFresh(const QByteArray &id) const;
    bool isFresh(const Outcome &outcome) const; ///< all that it changed is

    QString m_name;
    QByteArray m_principal;
    const Ledger &m_ledger;
    const bool m_mayForget;
    bool m_isKept = false; ///< there is a store
    bool m_isInBackup = false;

    std::map<QByteArray, ObjectSync::ValueMap> m_view; ///< from signals alone
    std::set<QByteArray> m_told; ///< in this turn
    std::deque<Outstanding> m_outstanding;
    std::vector<Outcome> m_answered; ///< accepted in this turn
    std::map<ObjectSync::SubscriptionNumber, ObjectSync::Filter> m_subscriptions;

    QByteArray m_client;
    QByteArray m_epoch;
    ObjectSync::TransactionNumber m_firstNumber = 1; ///< of the oldest outstanding
    std::set<ObjectSync::TransactionNumber> m_underWay; ///< sent on this connection, not answered
    std::set<ObjectSync::SubscriptionNumber> m_offered; ///< to be resumed
    /// Those whose state is complete as of the cursor.
    std::set<ObjectSync::SubscriptionNumber> m_fresh;
    /// Those that were, before a step that has begun and may be forgotten with its connection.
    std::set<ObjectSync::SubscriptionNumber> m_held;
    /// Those that the server has told to the end, on this connection.
    std::set<ObjectSync::SubscriptionNumber> m_complete;
    bool m_isStale = true; ///< something was heard since the replica was compared
    ObjectSync::Cursor m_cursor = 0;
};

} // namespace Simulation
