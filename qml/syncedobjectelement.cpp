// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "syncedobjectelement_p.h"

#include "scripting_p.h"
#include "valuesmap_p.h"

namespace ObjectSync::Internal {

SyncedObjectElement::SyncedObjectElement(QObject *parent)
    : SyncedObject(staticMetaObject, Undeclared::ByValueOnly, parent)
{
}

QVariant SyncedObjectElement::valuesMap()
{
    if (!m_values) {
        m_values = new ValuesMap(this);
        protectFromScripts(m_values, this);
    }
    return QVariant::fromValue<QObject *>(m_values);
}

void SyncedObjectElement::save(const QJSValue &callback)
{
    callWhenFinished(this, callback, [&] { return SyncedObject::save(); });
}

void SyncedObjectElement::destroyEntity(const QJSValue &callback)
{
    callWhenFinished(this, callback, [&] { return SyncedObject::destroyEntity(); });
}

void SyncedObjectElement::classBegin()
{
    setHeld(true);
}

void SyncedObjectElement::componentComplete()
{
    setHeld(false);
}

QVariant SyncedObjectElement::toPlainVariant(const QVariant &value) const
{
    return plainVariant(value);
}

} // namespace ObjectSync::Internal
