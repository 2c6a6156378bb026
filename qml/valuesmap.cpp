// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "valuesmap_p.h"

#include "scripting_p.h"

#include <objectsync/client/syncedobject.h>

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

/// A property of this name would hide what QQmlPropertyMap itself needs.
bool isTaken(const QString &name)
{
    const QMetaObject &type = ValuesMap::staticMetaObject;
    const QByteArray utf8 = name.toUtf8();
    if (type.indexOfProperty(utf8.constData()) >= 0)
        return true;
    for (int index = 0; index < type.methodCount(); ++index) {
        if (type.method(index).name() == utf8)
            return true;
    }
    return false;
}

} // namespace

ValuesMap::ValuesMap(SyncedObject *object) : QQmlPropertyMap(this, object), m_object(object)
{
    connect(object, &SyncedObject::valueChanged, this, &ValuesMap::show);
    // Where values come and go without being told one by one.
    connect(object, &SyncedObject::existsChanged, this, &ValuesMap::showAll);
    connect(object, &SyncedObject::entityIdChanged, this, &ValuesMap::showAll);
    connect(object, &SyncedObject::sessionChanged, this, &ValuesMap::showAll);
    connect(object, &SyncedObject::rejected, this, &ValuesMap::showAll);
    showAll();
}

QVariant ValuesMap::updateValue(const QString &name, const QVariant &input)
{
    const QPointer<SyncedObject> object = m_object;
    object->setValue(name, input);
    return object ? object->value(name) : QVariant();
}

void ValuesMap::show(const QString &name, const QVariant &shown)
{
    if (!isTaken(name) && (shown.isValid() || contains(name)) && value(name) != shown)
        insert(name, shown);
}

void ValuesMap::showAll()
{
    const QVariantMap values = m_object->values();
    const QStringList known = keys();
    const QPointer<ValuesMap> guard = this;
    for (const QString &name : known) {
        if (guard && !values.contains(name))
            show(name, QVariant());
    }
    for (auto item = values.cbegin(); guard && item != values.cend(); ++item)
        show(item.key(), item.value());
}

} // namespace ObjectSync::Internal
