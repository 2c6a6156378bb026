// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "cborwire.h"

#include <objectsync/core/clientengine.h>

#include <QtTest/qtest.h>

#include <algorithm>
#include <map>
#include <vector>

/// A ClientEngine with an owner that does what a session does, in virtual time and without sockets:
/// carries out the actions and keeps what was sent and reported. The test plays the server.
///
/// After each step it checks that the view changes reported so far, put together, give the view.
class ClientDriver
{
public:
    explicit ClientDriver(ObjectSync::ClientOptions options = {}) : engine(complete(options)) { }

    // The transport

    /// From Closed or Waiting to where `hello` was sent.
    ObjectSync::Hello hello()
    {
        if (engine.status() == ObjectSync::ClientStatus::Waiting)
            advanceTo(wakeAt);
        else if (engine.status() != ObjectSync::ClientStatus::Connecting)
            engine.open(now);
        run();
        engine.transportOpened(now);
        run();
        const auto hellos = takeSent<ObjectSync::Hello>();
        return hellos.empty() ? ObjectSync::Hello{} : hellos.back();
    }
    /// Online, with what the server says then.
    void welcome(ObjectSync::Welcome welcome)
    {
        if (welcome.epoch.isEmpty())
            welcome.epoch = "epoch-1";
        receive(std::move(welcome));
    }
    /// All of it for a server that remembers the client: whatever was answered.
    void online(ObjectSync::Limits limits = unlimited())
    {
        const ObjectSync::Hello hello = this->hello();
        welcome({ .cursor = cursor,
                  .lastTx = hello.answered,
                  .resumed = hello.resume.has_value(),
                  .limits = limits });
        if (hello.resume)
            changes({});
    }
    void receive(ObjectSync::Message message)
    {
        engine.received(wire ? wire->pass(std::move(message)) : message, now);
        run();
    }
    void cut()
    {
        engine.transportClosed({ ObjectSync::ErrorCode::Unreachable, QStringLiteral("cut") }, now);
        run();
    }

    // What the server says

    static ObjectSync::ChangePtr change(const QByteArray &id, ObjectSync::Change::Event event,
                                        const ObjectSync::ValueMap &values = {})
    {
        auto change = std::make_shared<ObjectSync::Change>();
        change->id = id;
        change->event = event;
        for (const auto &[name, value] : values)
            change->properties.push_back({ 0, name, value });
        return change;
    }
    /// Live, at the next cursor.
    void changes(std::vector<ObjectSync::ChangePtr> list, bool more = false)
    {
        receive(ObjectSync::Changes{ .cursor = ++cursor, .more = more, .changes = std::move(list) });
    }
    void initial(ObjectSync::SubscriptionNumber sub, std::vector<ObjectSync::ChangePtr> list,
                 bool reset = false)
    {
        receive(ObjectSync::Changes{
                .cursor = cursor, .sub = sub, .reset = reset, .changes = std::move(list) });
    }
    void subscribed(ObjectSync::SubscriptionNumber sub)
    {
        receive(ObjectSync::Subscribed{ sub, cursor });
    }
    void ack(ObjectSync::TransactionNumber tx, std::vector<QByteArray> ids = {})
    {
        receive(ObjectSync::Ack{ tx, cursor, std::move(ids) });
    }
    void reject(ObjectSync::TransactionNumber tx, const char *code = "refused")
    {
        receive(ObjectSync::Reject{ tx, { code, QStringLiteral("No") } });
    }

    // What the user does

    /// Subscribes, and plays the server's part of it.
    ObjectSync::SubscriptionNumber subscribe(ObjectSync::Filter filter,
                                             std::vector<ObjectSync::ChangePtr> list = {})
    {
        const auto sub = *engine.subscribe(std::move(filter));
        run();
        initial(sub, std::move(list));
        subscribed(sub);
        forget();
        return sub;
    }
    ObjectSync::TransactionId commit(std::vector<ObjectSync::Operation> operations,
                                     std::vector<ObjectSync::Expectation> expectations = {})
    {
        const auto id = engine.commit({ std::move(operations), std::move(expectations) }, now);
        run();
        return id ? *id : 0;
    }

    // Time

    void advance(qint64 milliseconds) { advanceTo(now + milliseconds); }
    void advanceTo(qint64 time)
    {
        while (wakeAt >= 0 && wakeAt <= time) {
            now = std::max(now, wakeAt);
            wakeAt = -1;
            engine.timeout(now);
            run();
        }
        now = time;
    }

    /// Carries out what the engine wants.
    void run()
    {
        for (auto &action : engine.takeActions())
            std::visit([this](auto &content) { carryOut(content); }, action);
        checkView();
    }

    // The store

    /// What the engine wanted to be written is durable.
    void finishWriting()
    {
        QVERIFY(writing);
        kept.apply(*std::exchange(writing, {}));
        engine.stored(now);
        run();
    }
    void restore(const ObjectSync::ClientState &state)
    {
        kept = state;
        const auto restored = engine.restore(state, now);
        QVERIFY2(restored, restored ? "" : qPrintable(restored.error().message));
        run();
    }

    // What came out since the last call

    template<typename Type>
    std::vector<Type> takeSent()
    {
        std::vector<Type> result;
        for (const auto &message : std::exchange(sent, {})) {
            if (const auto *content = std::get_if<Type>(&message))
                result.push_back(*content);
        }
        return result;
    }
    std::vector<ObjectSync::ViewChange> takeChanges() { return std::exchange(viewChanges, {}); }
    std::vector<ObjectSync::ClientAction::Answered> takeAnswered()
    {
        return std::exchange(answered, {});
    }
    std::vector<ObjectSync::ClientAction::Fetched> takeFetched()
    {
        return std::exchange(fetched, {});
    }
    /// The kinds of actions, in order, without WakeAt: "send:commit view answered".
    QByteArray takeLog() { return std::exchange(log, {}).trimmed(); }
    void forget()
    {
        sent.clear();
        viewChanges.clear();
        answered.clear();
        fetched.clear();
        log.clear();
    }

    ObjectSync::Value value(const QByteArray &id, const QByteArray &name) const
    {
        return engine.view().value(id, name);
    }
    ObjectSync::ValueMap values(const QByteArray &id) const { return engine.view().values(id); }
    bool exists(const QByteArray &id) const { return engine.view().exists(id); }
    std::vector<QByteArray> ids() const { return engine.ids(ObjectSync::Filter::byPrefix({})); }

    static ObjectSync::Limits unlimited()
    {
        ObjectSync::Limits limits;
        limits.operationsPerSecond = 0;
        return limits;
    }

    CborWire *wire = nullptr; ///< of the connection; null: messages come as they are
    qint64 now = 1'000'000;
    qint64 wakeAt = -1;
    ObjectSync::Cursor cursor = 10; ///< the server's
    double random = 0.5;
    bool transportOpen = false;
    int transportsOpened = 0;
    std::vector<ObjectSync::Message> sent;
    std::vector<ObjectSync::ViewChange> viewChanges;
    std::vector<ObjectSync::ClientAction::Answered> answered;
    std::vector<ObjectSync::ClientAction::Fetched> fetched;
    std::vector<ObjectSync::SubscriptionNumber> ready;
    std::vector<ObjectSync::ClientAction::SubscriptionFailed> failedSubscriptions;
    std::vector<ObjectSync::ClientStatus> statuses;
    std::vector<qint64> latencies;
    int stalenessChanges = 0;
    std::optional<ObjectSync::ClientStorageBatch> writing;
    ObjectSync::ClientState kept; ///< what a store would have by now
    QByteArray log;
    std::map<QByteArray, ObjectSync::ValueMap> folded; ///< what the view changes told, together
    int clients = 0; ///< ids given out
    ObjectSync::ClientEngine engine;

private:
    ObjectSync::ClientOptions complete(ObjectSync::ClientOptions options)
    {
        options.random = [this] { return random; };
        options.makeClientId = [this] { return "client-" + QByteArray::number(++clients); };
        return options;
    }

    void carryOut(ObjectSync::ClientAction::OpenTransport &)
    {
        QVERIFY(!transportOpen);
        transportOpen = true;
        ++transportsOpened;
        log += "open ";
    }
    void carryOut(ObjectSync::ClientAction::CloseTransport &)
    {
        transportOpen = false;
        log += "close ";
    }
    void carryOut(ObjectSync::ClientAction::Send &send)
    {
        log += "send:" + QByteArray(typeName(*send.message)) + ' ';
        sent.push_back(*send.message);
    }
    void carryOut(ObjectSync::ClientAction::WakeAt &wake) { wakeAt = wake.time; }
    void carryOut(ObjectSync::ClientAction::StatusChanged &changed)
    {
        if (changed.status != ObjectSync::ClientStatus::Connecting
            && changed.status != ObjectSync::ClientStatus::Online)
            transportOpen = false;
        statuses.push_back(changed.status);
        log += "status ";
    }
    void carryOut(ObjectSync::ClientAction::ViewChanged &changed)
    {
        QVERIFY(!changed.changes.empty());
        for (const ObjectSync::ViewChange &change : changed.changes) {
            fold(change);
            viewChanges.push_back(change);
        }
        log += "view ";
    }
    void carryOut(ObjectSync::ClientAction::Answered &action)
    {
        answered.push_back(std::move(action));
        log += "answered ";
    }
    void carryOut(ObjectSync::ClientAction::Fetched &action)
    {
        fetched.push_back(std::move(action));
        log += "fetched ";
    }
    void carryOut(ObjectSync::ClientAction::SubscriptionReady &action)
    {
        ready.push_back(action.sub);
        log += "ready ";
    }
    void carryOut(ObjectSync::ClientAction::SubscriptionFailed &action)
    {
        failedSubscriptions.push_back(action);
        log += "failed ";
    }
    void carryOut(ObjectSync::ClientAction::LatencyMeasured &action)
    {
        latencies.push_back(action.milliseconds);
    }
    void carryOut(ObjectSync::ClientAction::StalenessChanged &) { ++stalenessChanges; }
    void carryOut(ObjectSync::ClientAction::Store &store)
    {
        QVERIFY(!writing);
        writing = std::move(store.batch);
        log += "store ";
    }

    void fold(const ObjectSync::ViewChange &change)
    {
        using Event = ObjectSync::ViewChange::Event;
        const bool isNew = change.event == Event::Created || change.event == Event::Entered;
        const bool isGone = change.event == Event::Destroyed || change.event == Event::Left;
        QCOMPARE(folded.contains(change.id), !isNew);
        ObjectSync::ValueMap &values = folded[change.id];
        for (const auto &[name, value] : change.properties) {
            QVERIFY2(values.value(name) != value, "told of what does not differ");
            if (value.isUndefined())
                values.remove(name);
            else
                values.insert(name, value);
        }
        QVERIFY(isNew || isGone || !change.properties.isEmpty());
        if (isGone) {
            QVERIFY(values.isEmpty());
            folded.erase(change.id);
        }
    }

    void checkView() const
    {
        const std::vector<QByteArray> ids = engine.ids(ObjectSync::Filter::byPrefix({}));
        QVERIFY(std::is_sorted(ids.begin(), ids.end()));
        QCOMPARE(ids.size(), folded.size());
        for (const QByteArray &id : ids) {
            const auto told = folded.find(id);
            QVERIFY(told != folded.end());
            QVERIFY(told->second == engine.view().values(id));
        }
    }
};
