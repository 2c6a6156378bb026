// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "viewobserver_p.h"

#include <objectsync/client/syncedmodel.h>

#include <QtCore/qpointer.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace ObjectSync {

class SyncSubscription;

namespace Internal {

class SessionPrivate;

/// What is behind a SyncedModel: a sorted array of rows, and the rows by id. A row holds only what
/// it is sorted by; all else is read from the session's view.
///
/// Functions that can run user code keep this alive and look at `q` afterwards: null means that the
/// model has been deleted.
class ModelPrivate final : public ViewObserver, public std::enable_shared_from_this<ModelPrivate>
{
public:
    struct Row
    {
        QByteArray id;
        Value key;
    };

    explicit ModelPrivate(SyncedModel *model) : q(model) { }
    void die();

    void setSession(std::shared_ptr<SessionPrivate> to);
    void setPrefix(const QByteArray &to);
    void setOrder(const QByteArray &by, bool isDescending);
    void setRoles(std::vector<QByteArray> to);

    void viewChanged(const ViewChange &change) override;
    void sessionGone() override;

    bool write(const QByteArray &id, const QByteArray &name, const QVariant &content);
    int rowOf(const Row &row) const;
    const Row *find(const QByteArray &id) const;
    int roleOf(const QByteArray &name) const; ///< its place among the roles; -1: none
    QByteArray nameOf(const QModelIndex &index, int role) const; ///< the property; or empty

    SyncedModel *q;
    std::shared_ptr<SessionPrivate> session;
    QByteArray prefix;
    QByteArray orderBy;
    bool descending = false;
    bool isReady = false;
    std::vector<QByteArray> roles;
    std::vector<Row *> rows; ///< sorted

private:
    /// Loads anew, from the event loop: what is set in one turn takes effect together.
    void wantRestart();
    void stop();
    void restart();
    void subscriptionReady();
    void load();
    void collect();
    /// Calls \a change, which begins with telling what is about to be done, and \a end, which tells
    /// that it is done. What happens in slots before that is taken by loading anew after it.
    template<typename Change, typename End>
    void changeRows(Change change, End end);
    void sortRows();
    void sortAnew();
    void setReady(bool ready);
    void tellCount();

    void insertRow(const QByteArray &id);
    void removeRow(Row &row);
    void updateRow(Row &row, const ViewChange &change);
    void moveRow(Row &row, const Value &key);

    Value keyOf(const QByteArray &id) const;
    bool isBefore(const Row &a, const Row &b) const;
    size_t placeFor(const Row &row) const;

    std::unordered_map<QByteArray, Row> m_byId; ///< owns the rows
    QPointer<SyncSubscription> m_subscription;
    bool m_isRestartWanted = false;
    bool m_isObserving = false;
    bool m_hasSkipped = false; ///< entities of the first load, left for when it is complete
    bool m_isChanging = false; ///< rows are about to be changed
    bool m_isLoadWanted = false; ///< when that is done
    int m_countTold = 0;
};

/// How SyncedModel sorts: negative where \a a comes first, 0 where neither does.
int compareKeys(const Value &a, const Value &b);

} // namespace Internal
} // namespace ObjectSync
