// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "errorvaluetype_p.h"
#include "syncsessionelement_p.h"

#include <objectsync/client/syncedmodel.h>

#include <QtQml/qqml.h>

namespace ObjectSync::Internal {

/// The base class.
struct SyncedModelBase
{
    Q_GADGET
    QML_ANONYMOUS
    QML_FOREIGN(ObjectSync::SyncedModel)
};

/// SyncedModel in QML: its objects have `values` and are safe from scripts.
class SyncedModelElement : public ObjectSync::SyncedModel
{
    Q_OBJECT
    QML_NAMED_ELEMENT(SyncedModel)

public:
    explicit SyncedModelElement(QObject *parent = nullptr);

    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    /// Hides the base class's.
    Q_INVOKABLE ObjectSync::SyncedObject *objectAt(int row) const;
    /// The entity in \a row by the names of its roles; for tests and scripts.
    Q_INVOKABLE QVariantMap get(int row) const;
};

} // namespace ObjectSync::Internal
