// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "watchcommand.h"

#include <objectsync/client/syncsubscription.h>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

/// With Undefined for what was removed.
ValueMap changesOf(const QVariantMap &values)
{
    ValueMap changes;
    for (auto item = values.begin(); item != values.end(); ++item) {
        if (const Expected<Value> value = Value::fromVariant(*item))
            changes.insert(item.key().toUtf8(), *value);
    }
    return changes;
}

} // namespace

WatchCommand::WatchCommand(const Invocation &invocation) : Command(invocation)
{
    setPatience(Patience::Start);
    catchInterrupts();
}

Expected<void> WatchCommand::prepare()
{
    const Expected<int> count = invocation().number(u"count"_s, 1, 0);
    if (!count)
        return count.error();
    m_linesLeft = *count;
    return {};
}

void WatchCommand::begin()
{
    SyncSession *from = &session();
    connect(from, &SyncSession::entityEntered, this,
            [this](const QString &id, const QVariantMap &values) { print("enter", id, values); });
    connect(from, &SyncSession::entityCreated, this,
            [this](const QString &id, const QVariantMap &values) { print("create", id, values); });
    connect(from, &SyncSession::entityUpdated, this,
            [this](const QString &id, const QVariantMap &values) { print("update", id, values); });
    connect(from, &SyncSession::entityDestroyed, this,
            [this](const QString &id) { print("destroy", id); });
    connect(from, &SyncSession::entityLeft, this, [this](const QString &id) { print("leave", id); });

    m_subscription = session().subscribe(invocation().arguments.value(0));
    connect(m_subscription, &SyncSubscription::ready, this, &WatchCommand::ready);
    connect(m_subscription, &SyncSubscription::failed, this, &WatchCommand::fail);
}

void WatchCommand::ready()
{
    printError(u"watching %1, %2 there now; Ctrl-C ends"_s
                       .arg(m_subscription->prefix().isEmpty() ? u"all entities"_s
                                                               : m_subscription->prefix() + u'*')
                       .arg(session().ids(m_subscription->prefix()).size()));
}

void WatchCommand::wentOffline()
{
    printError(u"offline, trying again: "_s + session().errorString());
}

void WatchCommand::wentOnline()
{
    printError(u"online again"_s);
}

void WatchCommand::print(const char *event, const QString &id,
                         const std::optional<QVariantMap> &values)
{
    if (values)
        output().event(event, id.toUtf8(), changesOf(*values));
    else
        output().event(event, id.toUtf8());
    if (output().hasFailed() || (m_linesLeft > 0 && --m_linesLeft == 0)) {
        session().disconnect(this);
        finishOutput();
    }
}

} // namespace ObjectSync::Tool
