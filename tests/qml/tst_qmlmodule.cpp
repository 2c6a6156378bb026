// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncsession.h>
#include <objectsync/server/syncserver.h>

#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace ObjectSync;

namespace {

/// A QML engine of its own, as in another process.
struct Client
{
    explicit Client(const QUrl &url)
    {
        QQmlComponent component(&engine, QUrl::fromLocalFile(QStringLiteral(CLIENT_QML)));
        root.reset(component.createWithInitialProperties({ { QStringLiteral("url"), url } }));
        if (!root)
            qWarning() << component.errors();
    }
    QObject *child(const char *name) const { return root->property(name).value<QObject *>(); }
    QObject *lamp() const { return child("lamp"); }
    int brightness() const { return lamp()->property("brightness").toInt(); }
    bool isReady() const { return lamp()->property("exists").toBool(); }

    QQmlEngine engine;
    std::unique_ptr<QObject> root;
};

} // namespace

class QmlModuleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void twoEngines();
    void refusedEditSnapsBack();
    void engineGoesFirst();
    void serverGoesFirst();

private:
    std::unique_ptr<SyncServer> m_server;
};

void QmlModuleTest::init()
{
    m_server = std::make_unique<SyncServer>();
    QVERIFY(m_server->listen());
}

void QmlModuleTest::twoEngines()
{
    const Client here(m_server->url());
    const Client there(m_server->url());
    QVERIFY(here.root && there.root);
    QTRY_VERIFY(here.isReady() && there.isReady());
    here.child("slider")->setProperty("value", 70);
    QCOMPARE(here.brightness(), 70);
    QTRY_COMPARE(there.brightness(), 70);
    there.child("slider")->setProperty("value", 71);
    QTRY_COMPARE(here.brightness(), 71);
    // The bindings live on under what came from the other side.
    here.child("slider")->setProperty("value", 72);
    QTRY_COMPARE(there.brightness(), 72);
}

void QmlModuleTest::refusedEditSnapsBack()
{
    m_server->addCommitHandler([](CommitRequest &request) {
        for (const Operation &operation : request.operations()) {
            if (operation.values.value("brightness").toInt() > 90) {
                request.reject("too-bright", QStringLiteral("Mind your eyes"));
                return;
            }
        }
        request.accept();
    });
    const Client here(m_server->url());
    const Client there(m_server->url());
    QTRY_VERIFY(here.isReady() && there.isReady());
    here.child("slider")->setProperty("value", 80);
    QTRY_COMPARE(there.brightness(), 80);

    QSignalSpy seenThere(there.lamp(), SIGNAL(brightnessChanged()));
    here.child("slider")->setProperty("value", 99);
    QCOMPARE(here.brightness(), 99);
    QTRY_COMPARE(here.brightness(), 80);
    QCOMPARE(here.root->property("refusal").toString(),
             QStringLiteral("too-bright: Mind your eyes"));
    QCOMPARE(seenThere.count(), 0);
    here.child("slider")->setProperty("value", 81);
    QTRY_COMPARE(there.brightness(), 81);
}

void QmlModuleTest::engineGoesFirst()
{
    auto client = std::make_unique<Client>(m_server->url());
    QTRY_VERIFY(client->isReady());
    client->child("slider")->setProperty("value", 12);
    QObject *const root = client->root.release();
    client.reset();
    delete root;
}

void QmlModuleTest::serverGoesFirst()
{
    const Client client(m_server->url());
    QTRY_VERIFY(client.isReady());
    m_server.reset();
    QTRY_COMPARE(client.child("session")->property("online").toBool(), false);
    QVERIFY(client.isReady());
    client.child("slider")->setProperty("value", 12);
    QVERIFY(client.lamp()->property("pending").toBool());
}

QTEST_GUILESS_MAIN(QmlModuleTest)
#include "tst_qmlmodule.moc"
