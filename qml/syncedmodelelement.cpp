// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "syncedmodelelement_p.h"

#include "scripting_p.h"

namespace ObjectSync::Internal {

SyncedModelElement::SyncedModelElement(QObject *parent) : SyncedModel(parent) { }

QVariant SyncedModelElement::data(const QModelIndex &index, int role) const
{
    if (role == EntityRole && index.isValid())
        return QVariant::fromValue(objectAt(index.row()));
    return SyncedModel::data(index, role);
}

bool SyncedModelElement::setData(const QModelIndex &index, const QVariant &value, int role)
{
    return SyncedModel::setData(index, plainVariant(value), role);
}

SyncedObject *SyncedModelElement::objectAt(int row) const
{
    const QString id = idAt(row);
    if (id.isEmpty())
        return nullptr;
    if (auto *const element = qobject_cast<SyncSessionElement *>(session()))
        return element->object(id);
    // A server's own session.
    SyncedObject *const object = SyncedModel::objectAt(row);
    protectFromScripts(object, this);
    return object;
}

QVariantMap SyncedModelElement::get(int row) const
{
    QVariantMap result;
    const QHash<int, QByteArray> names = roleNames();
    for (auto name = names.cbegin(); name != names.cend(); ++name) {
        if (name.key() == EntityIdRole || name.key() >= FirstRole)
            result.insert(QString::fromUtf8(*name), data(index(row, 0), name.key()));
    }
    return result;
}

} // namespace ObjectSync::Internal
