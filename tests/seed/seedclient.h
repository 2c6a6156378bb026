// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "measuredtransport.h"

#include <objectsync/client/syncedmodel.h>
#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>
#include <objectsync/client/websockettransport.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

/// Lets the event loop run until the condition holds: tried after each event, without naps.
template<typename Condition>
bool happens(Condition condition)
{
    // Generous: a test that passes waits for none of it.
    QDeadlineTimer deadline(30000);
    QTimer lookAgain;
    lookAgain.start(50);
    while (!condition() && !deadline.hasExpired()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return condition();
}

#define SOON(condition) QVERIFY(happens([&] { return static_cast<bool>(condition); }))
#define SOON_EQUAL(actual, expected) \
  do { \
    (void)happens([&] { return (actual) == (expected); }); \
    QCOMPARE(actual, expected); \
  } while (false)

Q_DECLARE_METATYPE(ObjectSync::Encoding)

/// For the data function of a test that runs in both encodings.
inline void addEncodings()
{
    QTest::addColumn<ObjectSync::Encoding>("encoding");
    QTest::newRow("CBOR") << ObjectSync::Encoding::Cbor;
    QTest::newRow("JSON") << ObjectSync::Encoding::Json;
}

/// A session over a WebSocket that writes down what it is told: in CBOR with the transport that
/// every application uses, in JSON with another.
class SeedClient : public ObjectSync::SyncSession
{
public:
    explicit SeedClient(const QUrl &url, ObjectSync::Encoding encoding = ObjectSync::Encoding::Cbor)
    {
        using namespace ObjectSync;
        setUrl(url);
        setReconnectFirst(10);
        setReconnectMost(100);
        if (encoding == Encoding::Json)
            setTransport(std::make_unique<MeasuredTransport>(encoding));
        connect(this, &SyncSession::entityCreated, this,
                [this](const QString &id, const auto &map) { note("created", id, map); });
        connect(this, &SyncSession::entityUpdated, this,
                [this](const QString &id, const auto &map) { note("updated", id, map); });
        connect(this, &SyncSession::entityEntered, this,
                [this](const QString &id, const auto &map) { note("entered", id, map); });
        connect(this, &SyncSession::entityDestroyed, this,
                [this](const QString &id) { note("destroyed", id); });
        connect(this, &SyncSession::entityLeft, this,
                [this](const QString &id) { note("left", id); });
    }

    bool goOnline()
    {
        open();
        return happens([this] { return isOnline(); });
    }

    /// Online, and all of the prefix is in the view.
    bool watch(const QString &prefix = {})
    {
        const ObjectSync::SyncSubscription *subscription = subscribe(prefix);
        return goOnline() && happens([subscription] { return subscription->isReady(); });
    }

    /// Nothing unanswered.
    bool settle()
    {
        return happens([this] { return pendingCount() == 0; });
    }

    /// Waits until all of \a watchers have been told what happened in the world up to now: they are
    /// told of one more change. What was not told before that will never be.
    bool fence(std::initializer_list<const ObjectSync::SyncSession *> watchers)
    {
        save({ { QStringLiteral("id"), Fence },
               { QStringLiteral("by"), clientId() },
               { QStringLiteral("n"), ++m_fence } });
        return settle() && happens([&] {
                   return std::all_of(watchers.begin(), watchers.end(), [this](const auto *watcher) {
                       return watcher->value(Fence, QStringLiteral("by")) == clientId()
                              && watcher->value(Fence, QStringLiteral("n")) == m_fence;
                   });
               });
    }

    /// "created lamps/a on=true", "updated lamps/a note=- on=false", "destroyed lamps/a"; fences
    /// left out.
    QStringList events;
    QStringList takeEvents() { return std::exchange(events, {}); }

private:
    inline static const QString Fence = QStringLiteral("fence");

    void note(const char *what, const QString &id, const QVariantMap &values = {})
    {
        if (id == Fence)
            return;
        QString event = QLatin1String(what) + QLatin1Char(' ') + id;
        for (auto item = values.begin(); item != values.end(); ++item) {
            const auto value = ObjectSync::Value::fromVariant(item.value());
            event += QLatin1Char(' ') + item.key() + QLatin1Char('=')
                     + (item.value().isValid() ? value->toDisplayString() : QStringLiteral("-"));
        }
        events.append(event);
    }

    int m_fence = 0;
};

/// All replies have finished; they are kept.
template<typename... Replies>
bool finishes(Replies *...replies)
{
    (replies->setAutoDelete(false), ...);
    return happens([=] { return (replies->isFinished() && ...); });
}

/// The server has closed in good order.
inline bool closes(ObjectSync::SyncServer &server)
{
    QSignalSpy closed(&server, &ObjectSync::SyncServer::closed);
    server.close();
    return happens([&closed] { return closed.count() == 1; });
}
