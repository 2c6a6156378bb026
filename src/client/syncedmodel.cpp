// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncedmodel.h>

#include "logging_p.h"
#include "modelprivate_p.h"
#include "sessionprivate_p.h"

#include <objectsync/client/syncedobject.h>

namespace ObjectSync {

using Internal::ModelPrivate;

SyncedModel::SyncedModel(QObject *parent)
    : QAbstractTableModel(parent), d(std::make_shared<ModelPrivate>(this))
{
}

SyncedModel::~SyncedModel()
{
    // Slots may delete the parent, which must not delete this once more.
    setParent(nullptr);
    d->die();
}

SyncSession *SyncedModel::session() const
{
    return d->session ? d->session->q : nullptr;
}

void SyncedModel::setSession(SyncSession *session)
{
    if (session == this->session())
        return;
    const auto data = d;
    data->setSession(session ? session->d : nullptr);
    if (data->q)
        Q_EMIT sessionChanged();
}

QString SyncedModel::prefix() const
{
    return QString::fromUtf8(d->prefix);
}

void SyncedModel::setPrefix(const QString &prefix)
{
    const QByteArray utf8 = prefix.toUtf8();
    if (utf8 == d->prefix)
        return;
    d->setPrefix(utf8);
    Q_EMIT prefixChanged();
}

QString SyncedModel::orderBy() const
{
    return QString::fromUtf8(d->orderBy);
}

void SyncedModel::setOrderBy(const QString &name)
{
    const QByteArray utf8 = name.toUtf8();
    if (utf8 == d->orderBy)
        return;
    const auto data = d;
    data->setOrder(utf8, data->descending);
    if (data->q)
        Q_EMIT orderByChanged();
}

bool SyncedModel::isDescending() const
{
    return d->descending;
}

void SyncedModel::setDescending(bool descending)
{
    if (descending == d->descending)
        return;
    const auto data = d;
    data->setOrder(data->orderBy, descending);
    if (data->q)
        Q_EMIT descendingChanged();
}

QStringList SyncedModel::roles() const
{
    QStringList names;
    for (const QByteArray &name : d->roles)
        names.append(QString::fromUtf8(name));
    return names;
}

void SyncedModel::setRoles(const QStringList &roles)
{
    if (roles == this->roles())
        return;
    if (!d->roles.empty()) {
        qCWarning(Internal::logClient) << "The roles of a SyncedModel cannot be changed";
        return;
    }
    std::vector<QByteArray> utf8;
    for (const QString &name : roles)
        utf8.push_back(name.toUtf8());
    const auto data = d;
    data->setRoles(std::move(utf8));
    if (data->q)
        Q_EMIT rolesChanged();
}

int SyncedModel::count() const
{
    return static_cast<int>(d->rows.size());
}

bool SyncedModel::isReady() const
{
    return d->isReady;
}

QString SyncedModel::idAt(int row) const
{
    if (row < 0 || row >= count())
        return {};
    return QString::fromUtf8(d->rows[static_cast<size_t>(row)]->id);
}

int SyncedModel::rowOf(const QString &id) const
{
    const ModelPrivate::Row *const row = d->find(id.toUtf8());
    return row ? d->rowOf(*row) : -1;
}

SyncedObject *SyncedModel::objectAt(int row) const
{
    const QString id = idAt(row);
    return id.isEmpty() || !session() ? nullptr : session()->object(id);
}

int SyncedModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

int SyncedModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : std::max(1, static_cast<int>(d->roles.size()));
}

QVariant SyncedModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= count() || !session())
        return {};
    if (role == EntityRole)
        return QVariant::fromValue(objectAt(index.row()));
    const bool isIdColumn = d->roles.empty() && role == Qt::DisplayRole;
    if (role == EntityIdRole || isIdColumn)
        return idAt(index.row());
    const QByteArray name = d->nameOf(index, role);
    if (name.isEmpty())
        return {};
    const QByteArray &id = d->rows[static_cast<size_t>(index.row())]->id;
    return session()->view().value(id, name).toVariant();
}

bool SyncedModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || index.row() >= count() || !session())
        return false;
    const QByteArray name = d->nameOf(index, role);
    if (name.isEmpty())
        return false;
    return d->write(d->rows[static_cast<size_t>(index.row())]->id, name, value);
}

QVariant SyncedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (section >= 0 && section < static_cast<int>(d->roles.size()))
        return QString::fromUtf8(d->roles[static_cast<size_t>(section)]);
    return section == 0 ? QVariant(QStringLiteral("id")) : QVariant();
}

Qt::ItemFlags SyncedModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && !d->roles.empty() ? flags | Qt::ItemIsEditable : flags;
}

QHash<int, QByteArray> SyncedModel::roleNames() const
{
    QHash<int, QByteArray> names;
    for (size_t at = 0; at < d->roles.size(); ++at)
        names.insert(FirstRole + static_cast<int>(at), d->roles[at]);
    names.insert(EntityIdRole, QByteArrayLiteral("entityId"));
    names.insert(EntityRole, QByteArrayLiteral("entity"));
    return names;
}

void SyncedModel::sort(int column, Qt::SortOrder order)
{
    const QString name = column >= 0 && column < static_cast<int>(d->roles.size())
                                 ? QString::fromUtf8(d->roles[static_cast<size_t>(column)])
                                 : QString();
    const auto data = d;
    setOrderBy(name);
    if (data->q)
        setDescending(order == Qt::DescendingOrder);
}

} // namespace ObjectSync
