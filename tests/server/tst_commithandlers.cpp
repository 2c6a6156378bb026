// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "jsonclient.h"

#include <objectsync/server/syncserver.h>

#include <QtTest/qsignalspy.h>

using namespace ObjectSync;

class TestCommitHandlers : public QObject
{
    Q_OBJECT

    static QByteArray setLamp(int tx, const QByteArray &values)
    {
        return R"({"type":"commit","tx":)" + QByteArray::number(tx)
               + R"(,"ops":[{"op":"save","id":"lamp","values":)" + values + "}]}";
    }

    QVariant lamp(const QString &name) const
    {
        const auto &world = m_probe->state();
        return world.value("lamp", name.toUtf8()).toVariant();
    }

    void open()
    {
        QVERIFY2(m_server->listen(), qPrintable(m_server->errorString()));
        m_client = std::make_unique<JsonClient>(m_server->url());
        QVERIFY(!m_client->enter("anna").isEmpty());
        m_client->say(R"({"type":"subscribe","sub":1,"prefix":""})");
        QVERIFY(!m_client->hear("subscribed").isEmpty());
    }

    std::unique_ptr<SyncServer> m_server;
    std::unique_ptr<JsonClient> m_client;
    std::optional<CommitRequest> m_probe; ///< the latest, to look at the world

    void keepProbe()
    {
        m_server->addCommitHandler([this](CommitRequest &request) {
            m_probe = request;
            request.accept();
        });
    }

private Q_SLOTS:
    void init() { m_server = std::make_unique<SyncServer>(); }
    void cleanup()
    {
        m_client.reset();
        m_probe.reset();
        m_server.reset();
    }

    void handlersAreTold()
    {
        std::optional<CommitRequest> seen;
        m_server->addCommitHandler([&](CommitRequest &request) {
            seen = request;
            QVERIFY(!request.isAnswered());
            QVERIFY(!request.state().exists("lamp"));
            request.accept();
            QVERIFY(request.isAnswered());
        });
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        QVERIFY(!m_client->hear("ack").isEmpty());
        QCOMPARE(seen->peer().client, QByteArray("anna"));
        QCOMPARE(seen->peer().address, QStringLiteral("127.0.0.1"));
        QVERIFY(!seen->peer().local);
        QCOMPARE(seen->world(), QString());
        QCOMPARE(seen->operations().size(), size_t(1));
        QCOMPARE(seen->operations().front().id, QByteArray("lamp"));
        QVERIFY(seen->state().exists("lamp"));
    }

    void aHandlerMayRefuse()
    {
        m_server->addCommitHandler([](CommitRequest &request) {
            request.reject("too-bright", QStringLiteral("Choose less"), "lamp");
        });
        m_server->addCommitHandler([](CommitRequest &) { QFAIL("Not asked after a refusal"); });
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        const QJsonObject reject = m_client->hear("reject");
        QCOMPARE(reject.value(QLatin1String("tx")).toInt(), 1);
        QCOMPARE(reject.value(QLatin1String("code")).toString(), QStringLiteral("too-bright"));
        QCOMPARE(reject.value(QLatin1String("message")).toString(), QStringLiteral("Choose less"));
        QCOMPARE(reject.value(QLatin1String("id")).toString(), QStringLiteral("lamp"));
    }

    void aHandlerMayAnswerLater()
    {
        std::vector<CommitRequest> waiting;
        m_server->addCommitHandler([&](CommitRequest &request) { waiting.push_back(request); });
        open();
        JsonClient other(m_server->url());
        QVERIFY(!other.enter("bert").isEmpty());
        m_client->say(setLamp(1, R"({"level":1})"));
        m_client->say(setLamp(2, R"({"level":2})"));
        other.say(R"({"type":"commit","tx":1,"ops":[{"op":"save","id":"hall","values":{}}]})");
        QTRY_COMPARE(waiting.size(), size_t(2)); // each client's first one
        const bool annaFirst = waiting[0].peer().client == "anna";
        waiting[annaFirst ? 1 : 0].accept();
        QVERIFY(!other.hear("ack").isEmpty());
        waiting[annaFirst ? 0 : 1].accept();
        QTRY_COMPARE(waiting.size(), size_t(3));
        waiting[2].accept();
        QJsonObject ack;
        do {
            ack = m_client->hear("ack");
        } while (ack.value(QLatin1String("tx")).toInt() == 1);
        QCOMPARE(ack.value(QLatin1String("tx")).toInt(), 2);
    }

    void onlyTheFirstAnswerCounts()
    {
        m_server->addCommitHandler([](CommitRequest &request) {
            CommitRequest copy = request;
            copy.accept();
            request.reject("no", QStringLiteral("Too late"));
            copy.acceptSilently();
        });
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        const QJsonObject changes = m_client->hear("changes");
        QVERIFY(!changes.isEmpty());
        QVERIFY(!m_client->hear("ack").isEmpty());
    }

    void aHandlerMayChangeTheTransaction()
    {
        m_server->addCommitHandler([](CommitRequest &request) {
            Transaction changed = request.transaction();
            changed.operations.front().values.insert("by", Value::string(request.peer().client));
            request.accept(changed);
        });
        keepProbe();
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        QVERIFY(!m_client->hear("ack").isEmpty());
        QVERIFY(m_probe->operations().front().values.contains("by"));
        QCOMPARE(lamp(QStringLiteral("by")).toString(), QStringLiteral("anna"));
    }

    void silentAcceptanceChangesNothing()
    {
        m_server->addCommitHandler([](CommitRequest &request) {
            if (request.operations().front().values.contains("secret"))
                request.acceptSilently();
            else
                request.accept();
        });
        keepProbe();
        open();
        m_client->say(setLamp(1, R"({"secret":1})"));
        QCOMPARE(m_client->hear("ack").value(QLatin1String("tx")).toInt(), 1);
        m_client->say(setLamp(2, R"({"open":1})"));
        const QJsonObject changes = m_client->hear("changes");
        const QByteArray text = QJsonDocument(changes).toJson(QJsonDocument::Compact);
        QVERIFY(text.contains("open"));
        QVERIFY(!lamp(QStringLiteral("secret")).isValid());
    }

    void aDroppedRequestIsRefused()
    {
        m_server->addCommitHandler([](CommitRequest &) {});
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        const QJsonObject reject = m_client->hear("reject");
        QCOMPARE(reject.value(QLatin1String("code")).toString(), QStringLiteral("no-answer"));
    }

    void handlersGoWithTheirContext()
    {
        auto context = std::make_unique<QObject>();
        m_server->addCommitHandler(context.get(), [](CommitRequest &request) {
            request.reject("no", QStringLiteral("Not now"));
        });
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        QVERIFY(!m_client->hear("reject").isEmpty());
        context.reset();
        m_client->say(setLamp(2, R"({"on":true})"));
        QVERIFY(!m_client->hear("ack").isEmpty());
    }

    void handlersMayBeAddedWhileItRuns()
    {
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        QVERIFY(!m_client->hear("ack").isEmpty());
        m_server->addCommitHandler(
                [](CommitRequest &request) { request.reject("no", QStringLiteral("Closed")); });
        m_client->say(setLamp(2, R"({"on":false})"));
        QVERIFY(!m_client->hear("reject").isEmpty());
    }

    void chosenIdsAreFinal()
    {
        QByteArray id;
        m_server->addCommitHandler([&](CommitRequest &request) {
            id = request.operations().front().id;
            request.accept();
        });
        open();
        m_client->say(
                R"({"type":"commit","tx":1,"ops":[{"op":"create","id":"lamps/","values":{}}]})");
        const QJsonObject ack = m_client->hear("ack");
        QVERIFY(id.startsWith("lamps/") && id.size() > 20);
        QCOMPARE(ack.value(QLatin1String("ids")).toArray().at(0).toString(), QString::fromUtf8(id));
    }

    void aRequestMayOutliveTheServer()
    {
        std::optional<CommitRequest> kept;
        m_server->addCommitHandler([&](CommitRequest &request) { kept = request; });
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        QTRY_VERIFY(kept);
        m_server.reset();
        QVERIFY(!kept->state().exists("lamp"));
        kept->accept();
    }

    void aHandlerMayDeleteTheServer()
    {
        m_server->addCommitHandler([&](CommitRequest &) { m_server.reset(); });
        open();
        m_client->say(setLamp(1, R"({"on":true})"));
        QTRY_VERIFY(!m_server);
        QVERIFY(m_client->isClosed());
    }

    void fetchHandlersAnswer()
    {
        m_server->addFetchHandler([](FetchRequest &request) {
            if (request.ids().front() == "pass")
                request.pass();
            else if (request.ids().front() == "no")
                request.reject("no", QStringLiteral("Not for you"));
            else
                request.answer({ ValueMap{ { "from", "elsewhere" } }, std::nullopt });
        });
        open();
        m_client->say(R"({"type":"fetch","request":1,"ids":["a","b","c"]})");
        const QJsonArray entities =
                m_client->hear("result").value(QLatin1String("entities")).toArray();
        QCOMPARE(entities.size(), 3);
        QCOMPARE(entities.at(0).toObject().value(QLatin1String("id")).toString(),
                 QStringLiteral("a"));
        QVERIFY(entities.at(1).isNull());
        QVERIFY(entities.at(2).isNull());
        m_client->say(R"({"type":"fetch","request":2,"ids":["no"]})");
        const QJsonObject error = m_client->hear("error");
        QCOMPARE(error.value(QLatin1String("request")).toInt(), 2);
        m_client->say(R"({"type":"fetch","request":3,"ids":["pass"]})");
        QVERIFY(m_client->hear("result").value(QLatin1String("entities")).toArray().at(0).isNull());
    }
};

QTEST_GUILESS_MAIN(TestCommitHandlers)

#include "tst_commithandlers.moc"
