// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qmetaobject.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace ObjectSync {

class SyncedObject;

namespace Internal {

class ObjectPrivate;
class SessionPrivate;

/// Which objects show which entity, and the subscriptions by id that keep them informed: those
/// wanted in one turn of the event loop go into one subscription, unless one by prefix covers them.
class ObjectIndex
{
public:
    explicit ObjectIndex(SessionPrivate &session) : m_session(session) { }

    bool isEmpty() const { return m_entries.isEmpty(); }
    void add(ObjectPrivate *object);
    void remove(ObjectPrivate *object);
    /// The first object of the session's own that shows \a id and is a \a type; or null.
    SyncedObject *findOwned(const QByteArray &id, const QMetaObject &type) const;
    /// All objects, which it knows no longer: the session goes.
    std::vector<std::shared_ptr<ObjectPrivate>> takeAll();

    /// Notes that the object has changes to be sent.
    void markDirty(ObjectPrivate *object);
    void flushDirty();
    /// Subscribes to what was asked for since the last call.
    void subscribeWanted();

    // To be called for the session's actions and subscriptions
    void viewChanged(const ViewChange &change, quint64 step);
    void subscriptionReady(SubscriptionNumber sub);
    void subscriptionFailed(SubscriptionNumber sub, const Error &error);
    /// Any entity may be stale, or known, or pending, or not so any more.
    void stalenessChanged();
    void answered(const QList<QByteArray> &ids, const std::optional<Error> &error, bool quiet);
    void updatePending(const QList<QByteArray> &ids);
    /// A subscription of the application's is complete, or going: what it covered needs a look.
    void coverageGained(const Filter &filter);
    void coverageLost(const Filter &filter);

private:
    struct Entry
    {
        ObjectPrivate *first = nullptr; ///< of the faces, linked by nextFace, oldest first
        SubscriptionNumber group = 0; ///< the subscription by ids that it is in; 0: none
        bool isWanted = false; ///< listed in m_wanted
    };
    using Faces = std::vector<std::shared_ptr<ObjectPrivate>>;

    void want(const QByteArray &id, Entry &entry);
    void leaveGroup(SubscriptionNumber group);
    Faces faces(const QByteArray &id) const;
    template<typename Function>
    void forEachFace(const QByteArray &id, Function function);
    template<typename Function>
    void forEachId(const Filter &filter, Function function);
    std::vector<QByteArray> idsOfGroup(SubscriptionNumber group) const;

    SessionPrivate &m_session;
    QHash<QByteArray, Entry> m_entries; ///< only for finding: its order differs between runs
    std::vector<QByteArray> m_wanted;
    std::map<SubscriptionNumber, qsizetype> m_groups; ///< with the number of entries in it
    std::vector<std::weak_ptr<ObjectPrivate>> m_dirty;
};

} // namespace Internal
} // namespace ObjectSync
