// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "errorvaluetype_p.h"

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsession.h>

#include <QtQml/qjsvalue.h>
#include <QtQml/qqml.h>
#include <QtQml/qqmlparserstatus.h>

namespace ObjectSync::Internal {

class ValuesMap;

/// The base class: what `session.object()` and properties of that type hold.
struct SyncedObjectBase
{
    Q_GADGET
    QML_ANONYMOUS
    QML_FOREIGN(ObjectSync::SyncedObject)
};

/// SyncedObject in QML: the properties that QML declares on it are synced, once the object is
/// complete; undeclared ones are read, bound and written through `values`.
class SyncedObjectElement : public ObjectSync::SyncedObject, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_NAMED_ELEMENT(SyncedObject)
    /// A QVariant, so that qmllint does not look for the entity's properties in a type.
    Q_PROPERTY(QVariant values READ valuesMap CONSTANT)

public:
    explicit SyncedObjectElement(QObject *parent = nullptr);

    QVariant valuesMap();

    /// Each calls \a callback with (error, value) when the server has answered.
    Q_INVOKABLE void save(const QJSValue &callback = {});
    /// Not `destroy`, which in QML deletes the object instead of the entity.
    Q_INVOKABLE void destroyEntity(const QJSValue &callback = {});

    void classBegin() override;
    void componentComplete() override;

protected:
    QVariant toPlainVariant(const QVariant &value) const override;

private:
    ValuesMap *m_values = nullptr; ///< made when first asked for
};

} // namespace ObjectSync::Internal
