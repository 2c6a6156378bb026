// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtQml/qqmlpropertymap.h>

namespace ObjectSync {
class SyncedObject;
}

namespace ObjectSync::Internal {

/// A resource: an entity's properties as properties of a QML object, whether there or not yet: what
/// is read and absent is undefined, and bindings hear when it comes. A child of its SyncedObject.
///
/// QQmlPropertyMap cannot forget a name, so that what was removed stays as an undefined one. Names
/// of its own ("objectName", "keys", …) are left out; SyncedObject::value() has them.
class ValuesMap : public QQmlPropertyMap
{
    Q_OBJECT

public:
    explicit ValuesMap(SyncedObject *object);

protected:
    QVariant updateValue(const QString &name, const QVariant &input) override;

private:
    void show(const QString &name, const QVariant &value);
    void showAll();

    SyncedObject *m_object;
};

} // namespace ObjectSync::Internal
