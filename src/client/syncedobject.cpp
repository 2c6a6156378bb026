// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncedobject.h>

#include "objectprivate_p.h"
#include "sessionprivate_p.h"

#include <QtCore/qcoreevent.h>

namespace ObjectSync {

using Internal::ObjectPrivate;

SyncedObject::SyncedObject(QObject *parent)
    : SyncedObject(staticMetaObject, Undeclared::AsDynamicProperties, parent)
{
}

SyncedObject::SyncedObject(const QMetaObject &base, Undeclared undeclared, QObject *parent)
    : QObject(parent),
      d(std::make_shared<ObjectPrivate>(this, base, undeclared == Undeclared::AsDynamicProperties))
{
}

SyncedObject::~SyncedObject()
{
    // Slots may delete the parent, which must not delete this once more.
    setParent(nullptr);
    d->q = nullptr;
    d->retire();
}

SyncSession *SyncedObject::session() const
{
    return d->session ? d->session->q : nullptr;
}

void SyncedObject::setSession(SyncSession *session)
{
    const auto data = d;
    if (session == this->session())
        return;
    if (data->owned) {
        qWarning("SyncedObject::setSession: the object was made by a session and stays with it");
        return;
    }
    data->stop();
    if (!data->q || data->isStarted) // a slot has deleted it, or set what it wants itself
        return;
    data->session = session ? session->d : nullptr;
    data->start();
    if (data->q)
        Q_EMIT sessionChanged();
}

QString SyncedObject::entityId() const
{
    return QString::fromUtf8(d->id);
}

void SyncedObject::setEntityId(const QString &id)
{
    const auto data = d;
    const QByteArray utf8 = id.toUtf8();
    if (utf8 == data->id)
        return;
    if (data->owned) {
        qWarning("SyncedObject::setEntityId: the object was made by a session for one entity");
        return;
    }
    data->stop();
    if (!data->q || data->isStarted)
        return;
    data->id = utf8;
    data->start();
    if (data->q)
        Q_EMIT entityIdChanged();
}

bool SyncedObject::createIfMissing() const
{
    return d->createIfMissing;
}

void SyncedObject::setCreateIfMissing(bool create)
{
    const auto data = d;
    if (std::exchange(data->createIfMissing, create) == create)
        return;
    if (create)
        data->createNow();
    if (data->q)
        Q_EMIT createIfMissingChanged();
}

SyncedObject::Status SyncedObject::status() const
{
    return d->status;
}

bool SyncedObject::exists() const
{
    return d->exists;
}

bool SyncedObject::isPending() const
{
    return d->pending;
}

bool SyncedObject::isStale() const
{
    return d->stale;
}

QVariant SyncedObject::value(const QString &name) const
{
    return d->value(name.toUtf8());
}

void SyncedObject::setValue(const QString &name, const QVariant &value)
{
    d->setValue(name.toUtf8(), toPlainVariant(value));
}

void SyncedObject::increment(const QString &name, const QVariant &by)
{
    d->increment(name, by);
}

void SyncedObject::unset(const QString &name)
{
    d->setValue(name.toUtf8(), QVariant());
}

QStringList SyncedObject::valueNames() const
{
    QStringList names;
    const ValueMap values = d->values();
    for (const ValueMap::Item &item : values)
        names.append(QString::fromUtf8(item.name));
    return names;
}

QVariantMap SyncedObject::values() const
{
    return d->values().toVariantMap();
}

SyncReply *SyncedObject::save()
{
    return d->isStarted && session() ? d->save() : nullptr;
}

SyncReply *SyncedObject::destroyEntity()
{
    SyncSession *const session = d->isStarted ? this->session() : nullptr;
    return session ? session->destroy(entityId()) : nullptr;
}

void SyncedObject::setHeld(bool held)
{
    d->held = held;
    if (!held)
        d->start();
}

QVariant SyncedObject::toPlainVariant(const QVariant &value) const
{
    return value;
}

bool SyncedObject::event(QEvent *event)
{
    if (event->type() == QEvent::DynamicPropertyChange) {
        const auto data = d;
        data->dynamicPropertyChanged(
                static_cast<QDynamicPropertyChangeEvent *>(event)->propertyName());
        if (!data->q)
            return true;
    }
    return QObject::event(event);
}

void SyncedObject::declaredPropertyNotified()
{
    d->declaredNotified(senderSignalIndex());
}

} // namespace ObjectSync
