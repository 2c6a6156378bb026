// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/export.h>
#include <objectsync/core/error.h>

#include <QtCore/qabstractitemmodel.h>

#include <memory>

namespace ObjectSync {

class SyncSession;
class SyncedObject;

namespace Internal {
class ModelPrivate;
}

/// A resource: the entities with one prefix as the rows of a model, for lists, tables and QML.
///
/// It subscribes to the prefix by itself. Rows are sorted by a property, then by id; they are
/// inserted, moved, removed and changed one by one, and the model is reset only when it (first)
/// loads: after session, prefix or roles were set, in the next turn of the event loop, and once
/// more when its subscription is ready.
///
/// Each of the roles names a property of the entities, and is a column: data() gives its value for
/// Qt::DisplayRole and Qt::EditRole in that column, and for the role of that name in all. What an
/// entity lacks reads as an invalid QVariant. setData() writes to the entity. Without roles there
/// is one column with the id. Lives in the session's thread.
class OBJECTSYNC_CLIENT_EXPORT SyncedModel : public QAbstractTableModel
{
    Q_OBJECT
    Q_MOC_INCLUDE("objectsync/client/syncedobject.h")
    Q_MOC_INCLUDE("objectsync/client/syncsession.h")
    Q_PROPERTY(ObjectSync::SyncSession *session READ session WRITE setSession NOTIFY sessionChanged)
    Q_PROPERTY(QString prefix READ prefix WRITE setPrefix NOTIFY prefixChanged)
    Q_PROPERTY(QString orderBy READ orderBy WRITE setOrderBy NOTIFY orderByChanged)
    Q_PROPERTY(bool descending READ isDescending WRITE setDescending NOTIFY descendingChanged)
    Q_PROPERTY(QStringList roles READ roles WRITE setRoles NOTIFY rolesChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(bool ready READ isReady NOTIFY readyChanged)

public:
    enum Role {
        EntityIdRole = Qt::UserRole, ///< `entityId`: a QString
        EntityRole, ///< `entity`: the SyncedObject, made when first asked for
        FirstRole, ///< of roles(), in order
    };
    Q_ENUM(Role)

    explicit SyncedModel(QObject *parent = nullptr);
    ~SyncedModel() override;

    /// Not owned; may go first.
    SyncSession *session() const;
    void setSession(SyncSession *session);
    /// Empty: the whole world.
    QString prefix() const;
    void setPrefix(const QString &prefix);
    /// The property to sort by; empty: by id alone. Entities without it come first, then null,
    /// false, true, numbers, dates, strings (by their Unicode code points), bytes, all else.
    QString orderBy() const;
    void setOrderBy(const QString &name);
    bool isDescending() const; ///< of the property; ids of equal ones always rise
    void setDescending(bool descending);
    /// Set once: a model's roles must not change, and a second call is ignored with a warning.
    QStringList roles() const;
    void setRoles(const QStringList &roles);

    int count() const;
    /// True once all that matches is here; stays so while offline.
    bool isReady() const;
    /// Empty where there is no such row.
    Q_INVOKABLE QString idAt(int row) const;
    /// -1 where there is no such row. Cheap.
    Q_INVOKABLE int rowOf(const QString &id) const;
    /// Null where there is no such row.
    Q_INVOKABLE ObjectSync::SyncedObject *objectAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QHash<int, QByteArray> roleNames() const override;
    /// As setOrderBy() and setDescending(), by a column; -1: by id.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void sessionChanged();
    void prefixChanged();
    void orderByChanged();
    void descendingChanged();
    void rolesChanged();
    void countChanged();
    void readyChanged();
    /// The subscription was refused, as SyncSubscription::failed() tells.
    void failed(const ObjectSync::Error &error);

private:
    friend class Internal::ModelPrivate;
    std::unique_ptr<Internal::ModelPrivate> d;
};

} // namespace ObjectSync
