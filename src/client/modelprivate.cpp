// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "modelprivate_p.h"

#include "sessionprivate_p.h"

#include <objectsync/client/syncsubscription.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ObjectSync::Internal {

namespace {

int rank(Value::Type type)
{
    switch (type) {
    case Value::Type::Undefined:
        return 0;
    case Value::Type::Null:
        return 1;
    case Value::Type::Bool:
        return 2;
    case Value::Type::Int:
    case Value::Type::Double:
        return 3;
    case Value::Type::DateTime:
        return 4;
    case Value::Type::String:
        return 5;
    case Value::Type::Bytes:
        return 6;
    case Value::Type::List:
    case Value::Type::Map:
        return 7;
    }
    return 7;
}

template<typename T>
int compare(const T &a, const T &b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

/// NaN first, so that the order is one.
int compareNumbers(const Value &a, const Value &b)
{
    if (a.type() == Value::Type::Int && b.type() == Value::Type::Int)
        return compare(a.toInt(), b.toInt());
    const double left = a.toDouble();
    const double right = b.toDouble();
    if (std::isnan(left) || std::isnan(right))
        return compare(!std::isnan(left), !std::isnan(right));
    return compare(left, right);
}

} // namespace

int compareKeys(const Value &a, const Value &b)
{
    if (rank(a.type()) != rank(b.type()))
        return compare(rank(a.type()), rank(b.type()));
    switch (a.type()) {
    case Value::Type::Bool:
        return compare(a.toBool(), b.toBool());
    case Value::Type::Int:
    case Value::Type::Double:
        return compareNumbers(a, b);
    case Value::Type::DateTime:
        return compare(a.toMSecsSinceEpoch(), b.toMSecsSinceEpoch());
    case Value::Type::String:
        return a.toUtf8().compare(b.toUtf8());
    case Value::Type::Bytes:
        return a.toBytes().compare(b.toBytes());
    default:
        return 0;
    }
}

void ModelPrivate::die()
{
    const auto self = shared_from_this();
    q = nullptr;
    stop();
}

// Loading

void ModelPrivate::setSession(std::shared_ptr<SessionPrivate> to)
{
    const auto self = shared_from_this();
    stop();
    if (!q)
        return;
    session = std::move(to);
    load();
    if (q)
        wantRestart();
}

void ModelPrivate::setPrefix(const QByteArray &to)
{
    prefix = to;
    wantRestart();
}

void ModelPrivate::wantRestart()
{
    if (std::exchange(m_isRestartWanted, true))
        return;
    QMetaObject::invokeMethod(
            q,
            [this] {
                m_isRestartWanted = false;
                restart();
            },
            Qt::QueuedConnection);
}

void ModelPrivate::stop()
{
    if (m_isObserving)
        session->removeObserver(this);
    m_isObserving = false;
    // Before it is deleted: the entities that leave the view with it are no news to this model.
    delete m_subscription.data();
}

void ModelPrivate::restart()
{
    const auto self = shared_from_this();
    // The new subscription first: what both cover stays in the view.
    const QPointer<SyncSubscription> old = std::exchange(m_subscription, nullptr);
    stop();
    if (session && session->q) {
        session->addObserver(this);
        m_isObserving = true;
        m_subscription = session->subscribe(Filter::byPrefix(prefix));
        QObject::connect(m_subscription, &SyncSubscription::ready, q,
                         [this] { subscriptionReady(); });
        QObject::connect(m_subscription, &SyncSubscription::failed, q, &SyncedModel::failed);
    }
    load();
    if (q)
        setReady(false);
    delete old.data();
}

void ModelPrivate::subscriptionReady()
{
    const auto self = shared_from_this();
    if (std::exchange(m_hasSkipped, false))
        load();
    if (q)
        setReady(true);
}

void ModelPrivate::load()
{
    const auto self = shared_from_this();
    changeRows(
            [this] {
                q->beginResetModel();
                if (q)
                    collect();
            },
            [this] { q->endResetModel(); });
    if (q)
        tellCount();
}

template<typename Change, typename End>
void ModelPrivate::changeRows(Change change, End end)
{
    if (m_isChanging) {
        m_isLoadWanted = true;
        return;
    }
    const auto self = shared_from_this();
    m_isChanging = true;
    change();
    m_isChanging = false;
    if (q)
        end();
    if (q && std::exchange(m_isLoadWanted, false))
        load();
}

void ModelPrivate::collect()
{
    rows.clear();
    m_byId.clear();
    m_hasSkipped = false;
    if (!session || !session->q)
        return;
    const std::vector<QByteArray> ids = session->engine().ids(Filter::byPrefix(prefix));
    rows.reserve(ids.size());
    m_byId.reserve(ids.size());
    for (const QByteArray &id : ids)
        rows.push_back(&m_byId.emplace(id, Row{ id, keyOf(id) }).first->second);
    sortRows();
}

void ModelPrivate::sortRows()
{
    std::sort(rows.begin(), rows.end(),
              [this](const Row *a, const Row *b) { return isBefore(*a, *b); });
}

void ModelPrivate::sessionGone()
{
    const auto self = shared_from_this();
    m_isObserving = false;
    session.reset();
    load();
    if (q)
        setReady(false);
    if (q && !session)
        Q_EMIT q->sessionChanged();
}

void ModelPrivate::setReady(bool ready)
{
    if (std::exchange(isReady, ready) != ready)
        Q_EMIT q->readyChanged();
}

void ModelPrivate::tellCount()
{
    const int count = static_cast<int>(rows.size());
    if (std::exchange(m_countTold, count) != count)
        Q_EMIT q->countChanged();
}

// Order

Value ModelPrivate::keyOf(const QByteArray &id) const
{
    const bool isSorted = session && !orderBy.isEmpty();
    return isSorted ? session->engine().view().value(id, orderBy) : Value();
}

bool ModelPrivate::isBefore(const Row &a, const Row &b) const
{
    const int order = compareKeys(a.key, b.key);
    if (order != 0)
        return descending ? order > 0 : order < 0;
    return a.id < b.id;
}

size_t ModelPrivate::placeFor(const Row &row) const
{
    const auto place = std::lower_bound(rows.begin(), rows.end(), &row,
                                        [this](const Row *a, const Row *b) {
                                            return isBefore(*a, *b);
                                        });
    return static_cast<size_t>(place - rows.begin());
}

int ModelPrivate::rowOf(const Row &row) const
{
    return static_cast<int>(placeFor(row));
}

const ModelPrivate::Row *ModelPrivate::find(const QByteArray &id) const
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &found->second;
}

void ModelPrivate::setOrder(const QByteArray &by, bool isDescending)
{
    const auto take = [&] {
        orderBy = by;
        descending = isDescending;
    };
    if (m_isChanging)
        take();
    changeRows(
            [&] {
                Q_EMIT q->layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
                if (q) {
                    take();
                    sortAnew();
                }
            },
            [this] { Q_EMIT q->layoutChanged({}, QAbstractItemModel::VerticalSortHint); });
}

void ModelPrivate::sortAnew()
{
    const QModelIndexList before = q->persistentIndexList();
    std::vector<const Row *> held;
    for (const QModelIndex &index : before)
        held.push_back(rows[static_cast<size_t>(index.row())]);

    for (Row *row : rows)
        row->key = keyOf(row->id);
    sortRows();

    QModelIndexList after;
    for (qsizetype at = 0; at < before.size(); ++at)
        after.append(q->index(rowOf(*held[static_cast<size_t>(at)]), before[at].column()));
    q->changePersistentIndexList(before, after);
}

void ModelPrivate::setRoles(std::vector<QByteArray> to)
{
    changeRows(
            [&] {
                q->beginResetModel();
                if (q)
                    roles = std::move(to);
            },
            [this] { q->endResetModel(); });
}

// Changes

void ModelPrivate::viewChanged(const ViewChange &change)
{
    if (!change.id.startsWith(prefix))
        return;
    if (m_isChanging) {
        m_isLoadWanted = true;
        return;
    }
    const auto self = shared_from_this();
    // The view may be further than the change, so what counts is what is there now.
    const bool isThere = session->engine().view().exists(change.id);
    const auto found = m_byId.find(change.id);
    if (found != m_byId.end() && isThere)
        updateRow(found->second, change);
    else if (found != m_byId.end())
        removeRow(found->second);
    else if (isThere && !isReady && change.event == ViewChange::Event::Entered)
        m_hasSkipped = true;
    else if (isThere)
        insertRow(change.id);
}

void ModelPrivate::insertRow(const QByteArray &id)
{
    changeRows(
            [&] {
                Row row{ id, keyOf(id) };
                const auto place = static_cast<std::ptrdiff_t>(placeFor(row));
                q->beginInsertRows({}, static_cast<int>(place), static_cast<int>(place));
                rows.insert(rows.begin() + place, &m_byId.emplace(id, std::move(row)).first->second);
            },
            [this] { q->endInsertRows(); });
    if (q)
        tellCount();
}

void ModelPrivate::removeRow(Row &row)
{
    changeRows(
            [&] {
                const int place = rowOf(row);
                q->beginRemoveRows({}, place, place);
                rows.erase(rows.begin() + place);
                m_byId.erase(m_byId.find(row.id));
            },
            [this] { q->endRemoveRows(); });
    if (q)
        tellCount();
}

void ModelPrivate::updateRow(Row &moved, const ViewChange &change)
{
    if (!orderBy.isEmpty() && change.properties.contains(orderBy))
        moveRow(moved, keyOf(change.id));
    const Row *const row = q ? find(change.id) : nullptr;
    if (!row)
        return;
    QList<int> changed;
    for (const ValueMap::Item &item : change.properties) {
        const int role = roleOf(item.name);
        if (role >= 0)
            changed.append(SyncedModel::FirstRole + role);
    }
    if (changed.isEmpty())
        return;
    changed.append({ Qt::DisplayRole, Qt::EditRole });
    const int place = rowOf(*row);
    // All columns have the roles by name.
    Q_EMIT q->dataChanged(q->index(place, 0), q->index(place, q->columnCount() - 1), changed);
}

void ModelPrivate::moveRow(Row &row, const Value &key)
{
    const int from = rowOf(row);
    const int to = rowOf({ row.id, key });
    if (to == from || to == from + 1) {
        row.key = key;
        return;
    }
    changeRows(
            [&] {
                q->beginMoveRows({}, from, from, {}, to);
                const auto first = rows.begin();
                if (to < from)
                    std::rotate(first + to, first + from, first + from + 1);
                else
                    std::rotate(first + from, first + from + 1, first + to);
                row.key = key;
            },
            [this] { q->endMoveRows(); });
}

bool ModelPrivate::write(const QByteArray &id, const QByteArray &name, const QVariant &content)
{
    const Expected<Value> value = Value::fromVariant(content);
    if (!value)
        return false;
    const Operation operation = value->isUndefined() ? Operation::unset(id, { name })
                                                     : Operation::set(id, { { name, *value } });
    return session->commit({ { operation } }, {}).hasValue();
}

// Roles

int ModelPrivate::roleOf(const QByteArray &name) const
{
    const auto found = std::find(roles.begin(), roles.end(), name);
    return found == roles.end() ? -1 : static_cast<int>(found - roles.begin());
}

QByteArray ModelPrivate::nameOf(const QModelIndex &index, int role) const
{
    const bool isOfColumn = role == Qt::DisplayRole || role == Qt::EditRole;
    const int place = isOfColumn ? index.column() : role - SyncedModel::FirstRole;
    if (place < 0 || place >= static_cast<int>(roles.size()))
        return {};
    return roles[static_cast<size_t>(place)];
}

} // namespace ObjectSync::Internal
