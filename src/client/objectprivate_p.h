// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "declaredproperties_p.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/core/clientengine.h>

#include <memory>
#include <optional>
#include <vector>

namespace ObjectSync {

class SyncReply;

namespace Internal {

class SessionPrivate;

/// What is behind a SyncedObject: how an entity and the properties of a QObject follow one another.
///
/// Functions that can run user code keep this alive and look at `q` afterwards: null means that the
/// object has been deleted.
class ObjectPrivate : public std::enable_shared_from_this<ObjectPrivate>
{
public:
    ObjectPrivate(SyncedObject *object, const QMetaObject &base, bool dynamic);

    // The object's place
    void start(); ///< shows the entity, if there is a session and an id
    void stop(); ///< shows nothing
    void sessionGone(); ///< without a word where the object dies with the session

    // What the session says
    /// Of the engine's step of the view with this number. The caller keeps this alive.
    void viewChanged(const ViewChange &change, quint64 step);
    void coverageChanged();
    void refused(const Error &error); ///< the entity cannot be shown
    void answered(const std::optional<Error> &error, bool quiet);
    void updatePending();
    void updateStale();

    // What the user does
    void setValue(const QByteArray &name, const QVariant &content);
    void increment(const QString &name, const QVariant &by);
    SyncReply *save();
    void createNow(); ///< createIfMissing was set late
    void reportBadValue(const QByteArray &name, const Error &error);
    void declaredNotified(int signal);
    bool dynamicPropertyChanged(const QByteArray &name);
    /// Leaves the session for good: the object is about to be deleted. Sends what has gathered.
    void retire();
    /// Commits what has gathered, if the entity is known.
    void flush();

    QVariant value(const QByteArray &name) const;
    ValueMap values() const;
    /// The declared properties as they are now, with what was written since on top.
    ValueMap valuesToCreate() const;
    bool isMirrored(const QByteArray &name) const;

    SyncedObject *q;
    std::shared_ptr<SessionPrivate> session;
    QByteArray id;
    SyncedObject::Status status = SyncedObject::Status::Null;
    bool exists = false;
    bool pending = false;
    bool stale = false;
    bool createIfMissing = false;
    bool owned = false; ///< made by the session's object()
    bool held = false;
    bool isStarted = false;
    bool isDirty = false; ///< listed in the index to be flushed
    bool isDynamic; ///< mirrors undeclared properties as dynamic ones
    const QByteArray *applying = nullptr; ///< the dynamic property being written by viewChanged()
    int firstDeclared;
    std::shared_ptr<const DeclaredProperties> declared; ///< null before the first start()
    ObjectPrivate *nextFace = nullptr; ///< of the same entity; see ObjectIndex

private:
    /// Of a property, to be sent.
    struct Increment
    {
        QString name;
        QVariant by;
    };

    void captureDeclared();
    void tellNothing();
    void loadValues(bool tell);
    void setExists(bool on);
    void setStatus(SyncedObject::Status to);
    void becomeKnown();
    void createMissing();
    void restore();
    void writeLocal(const QByteArray &name, const Value &value);
    void noteUnsent(const QByteArray &name, const Value &value);
    void forgetUnsent();
    bool isKnown() const;
    void flushValues();
    void flushIncrements();

    void applyValue(const QByteArray &name, const Value &value);
    void show(const QByteArray &name, const Value &value);
    void applyDeclared(size_t index, const Value &value);
    void applyDynamic(const QByteArray &name, const Value &value);
    void tellValue(const QByteArray &name, const Value &value);
    Expected<Value> readDeclared(size_t index) const;
    bool isUnsent(const QByteArray &name) const { return m_unsent.contains(name); }

    std::vector<Value> m_stored; ///< of the declared properties, as converted
    std::vector<Value> m_defaults;
    ValueMap m_unsent; ///< local changes on the way to the session; Undefined: remove it
    std::vector<Increment> m_increments; ///< likewise; they come after these
};

} // namespace Internal
} // namespace ObjectSync
