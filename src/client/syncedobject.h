// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qvariant.h>

#include <memory>

namespace ObjectSync {

class SyncReply;
class SyncSession;

namespace Internal {
class ObjectIndex;
class ObjectPrivate;
} // namespace Internal

/// A resource: one entity as a QObject. Its properties are read and written in three ways:
///
/// - setProperty(), property() and dynamicPropertyNames(), with the entity's properties as dynamic
///   properties of this object. Names of the class's own properties ("status"), and such that begin
///   with "_q_", are left out; value() has all.
/// - value() and setValue(), by name.
/// - Properties that a subclass declares: `Q_PROPERTY(int brightness READ … WRITE … NOTIFY …)`.
///   All that are writable, SCRIPTABLE (the default), and of a type that can be synced take part.
///   Written both ways: with the WRITE function, and sent when NOTIFY comes. What the server has is
///   converted to the declared type, which is not sent back; what cannot be converted (a map into a
///   number) is left alone with a warning. Where the entity has no such property, or null, the
///   declared one is what it was when the object came to its session: its default. Defaults are
///   not sent, except by createIfMissing and save(). Changes of several declared properties in one
///   turn of the event loop go as one transaction, and before anything the session does meanwhile.
///
/// Changes made before the entity is known (status Loading, or no session yet) wait until then, and
/// then win over what the server has. They wait in the object: no store keeps them, and transactions
/// of the session go before them. When the entity is destroyed, the declared properties return
/// to their defaults and the dynamic ones go; when it is created again they come alive again.
/// A refused change is rolled back.
///
/// Made by SyncSession::object(), which gives one object for each entity, or by hand: then several
/// may show the same entity. Must live in the session's thread. The signal destroyed() is about the
/// entity and hides QObject::destroyed(QObject *), which is about this object.
class OBJECTSYNC_CLIENT_EXPORT SyncedObject : public QObject
{
    Q_OBJECT
    Q_MOC_INCLUDE("objectsync/client/syncsession.h")
    Q_PROPERTY(ObjectSync::SyncSession *session READ session WRITE setSession NOTIFY sessionChanged)
    Q_PROPERTY(QString entityId READ entityId WRITE setEntityId NOTIFY entityIdChanged)
    Q_PROPERTY(bool createIfMissing READ createIfMissing WRITE setCreateIfMissing NOTIFY
                       createIfMissingChanged)
    Q_PROPERTY(ObjectSync::SyncedObject::Status status READ status NOTIFY statusChanged)
    Q_PROPERTY(bool exists READ exists NOTIFY existsChanged)
    Q_PROPERTY(bool pending READ isPending NOTIFY pendingChanged)
    Q_PROPERTY(bool stale READ isStale NOTIFY staleChanged)

public:
    enum class Status {
        Null, ///< no session, or no id
        Loading, ///< not known yet whether the entity is there
        Ready, ///< it is there; also while offline, once it was known
        Missing, ///< it is not there
        Error, ///< the server or the session refused to show it; rejected() says why
    };
    Q_ENUM(Status)

    explicit SyncedObject(QObject *parent = nullptr);
    ~SyncedObject() override;

    /// Not owned; may go first. Fixed for objects made by SyncSession::object(), and so is the id.
    SyncSession *session() const;
    void setSession(SyncSession *session);
    QString entityId() const;
    void setEntityId(const QString &id);
    /// True: where the entity turns out to be missing, creates it with the declared properties and
    /// what was written so far. Not where it is destroyed later.
    bool createIfMissing() const;
    void setCreateIfMissing(bool create);

    Status status() const;
    /// True while the entity is in the view.
    bool exists() const;
    /// True while changes of the entity, by whatever object of the session, wait for an answer.
    bool isPending() const;
    /// True while what is known of the entity has not been confirmed on the present connection: it is
    /// what the session's store had, or was shown before the connection was lost. False while nothing
    /// is known.
    bool isStale() const;

    /// Invalid where there is none. A change of a declared property shows here at once.
    Q_INVOKABLE QVariant value(const QString &name) const;
    /// An invalid \a value removes the property. What cannot be kept is told by rejected().
    Q_INVOKABLE void setValue(const QString &name, const QVariant &value);
    /// Adds \a by, a number, whatever others add meanwhile. Of an entity that is not known yet, it waits
    /// with the other changes, does not show until then, and comes after them.
    Q_INVOKABLE void increment(const QString &name, const QVariant &by = 1);
    Q_INVOKABLE void unset(const QString &name);
    /// Of the entity, in the order of their UTF-8 bytes.
    Q_INVOKABLE QStringList valueNames() const;
    Q_INVOKABLE QVariantMap values() const;

    /// Makes the entity with all declared properties and what was written so far, or sets them
    /// where it is there. The reply belongs to the session; null without a session or id.
    SyncReply *save();
    SyncReply *destroyEntity();

Q_SIGNALS:
    void sessionChanged();
    void entityIdChanged();
    void createIfMissingChanged();
    void statusChanged(ObjectSync::SyncedObject::Status status);
    void existsChanged(bool exists);
    void pendingChanged(bool pending);
    void staleChanged(bool stale);

    /// The entity is new in the world; its values have been told.
    void created();
    /// The entity is gone from the world; the loss of its values has been told.
    void destroyed();
    /// A property of the entity has another value, changed here or elsewhere, or is there for the
    /// first time; an invalid \a value: it was removed. The object's own property already has it.
    void valueChanged(const QString &name, const QVariant &value);
    /// A change of the entity, made through this session, was refused and has been rolled back; or
    /// the entity cannot be shown.
    void rejected(const ObjectSync::Error &error);

protected:
    /// How the entity's properties that are not declared appear.
    enum class Undeclared {
        AsDynamicProperties,
        ByValueOnly, ///< value() and valueChanged() alone: cheaper
    };
    /// For classes between this one and those that declare synced properties (such as the QML
    /// element): the properties of \a base and of its base classes are not synced.
    SyncedObject(const QMetaObject &base, Undeclared undeclared, QObject *parent);

    /// While held, session and id may be set without effect, until all declared properties have
    /// their defaults: for objects that are built step by step, as in QML. Not held at first.
    void setHeld(bool held);

    /// Turns what a declared property or setValue() holds into what Value::fromVariant() knows; for
    /// layers with types of their own (a QJSValue). Returns \a value unless overridden.
    virtual QVariant toPlainVariant(const QVariant &value) const;

    bool event(QEvent *event) override;

private Q_SLOTS:
    void declaredPropertyNotified();

private:
    friend class Internal::ObjectIndex;
    friend class Internal::ObjectPrivate;
    friend class SyncSession;

    std::shared_ptr<Internal::ObjectPrivate> d; ///< outlives this while signals are emitted
};

} // namespace ObjectSync
