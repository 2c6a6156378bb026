// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qprocess.h>
#include <QtCore/qset.h>
#include <QtCore/qtemporarydir.h>
#include <QtGui/qcolor.h>
#include <QtGui/qimage.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

/// Where Grace stands: east of where new players appear, so that Ada never stands before her.
constexpr int GraceX = 720;

class WalkAndTalkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void screenshot();
    void offlineScreenshot();
    void lastWorldIsShownOffline();
    void scriptedWithoutDisplay();
    void badOptions_data();
    void badOptions();
    void unwritablePicture();

private:
    std::unique_ptr<QProcess> start(const QStringList &arguments, bool hasDisplay = true);
    QStringList players() const { return m_session->ids(u"players/"_s); }

    QTemporaryDir m_folder;
    std::unique_ptr<SyncServer> m_server;
    SyncSession *m_session = nullptr; ///< of the server
};

void WalkAndTalkTest::init()
{
    m_server = std::make_unique<SyncServer>();
    QVERIFY(m_server->listen());
    m_session = m_server->session();
    const SyncSubscription *const all = m_session->subscribe(u"players/"_s);
    QTRY_VERIFY(all->isReady());
}

std::unique_ptr<QProcess> WalkAndTalkTest::start(const QStringList &arguments, bool hasDisplay)
{
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::MergedChannels);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!hasDisplay) {
        environment.remove(u"DISPLAY"_s);
        environment.remove(u"WAYLAND_DISPLAY"_s);
        environment.insert(u"QT_QPA_PLATFORM"_s, u"no-such-platform"_s);
    }
    process->setProcessEnvironment(environment);
    process->start(QStringLiteral(WALK_AND_TALK), arguments);
    return process;
}

void WalkAndTalkTest::screenshot()
{
    m_session->save({ { u"id"_s, u"players/grace"_s },
                      { u"name"_s, u"Grace"_s },
                      { u"x"_s, GraceX },
                      { u"y"_s, 330 },
                      { u"facing"_s, u"left"_s },
                      { u"walking"_s, false },
                      { u"text"_s, u"Hello!"_s },
                      { u"color"_s, u"#f0a202"_s } });
    const QString file = m_folder.filePath(u"picture.png"_s);
    const auto process = start({ u"--url"_s, m_server->url().toString(), u"--name"_s, u"Ada"_s,
                                 u"--screenshot"_s, file, u"--after"_s, u"1200"_s });
    QTRY_COMPARE_WITH_TIMEOUT(players().size(), 2, 20000);
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, 30000);
    QVERIFY2(process->exitCode() == 0, process->readAll().constData());

    const QImage picture(file);
    QVERIFY(!picture.isNull());
    QCOMPARE(picture.size(), QSize(1000, 640));
    QSet<QRgb> colors;
    for (int y = 0; y < picture.height(); y += 4) {
        for (int x = 0; x < picture.width(); x += 4)
            colors.insert(picture.pixel(x, y));
    }
    QVERIFY2(colors.size() > 500, qPrintable(QString::number(colors.size())));
    // Grace's shirt.
    QVERIFY(picture.pixelColor(GraceX, 300).saturation() > 150);

    // Who closes the window is gone for all.
    QTRY_COMPARE(players(), QStringList{ u"players/grace"_s });
}

void WalkAndTalkTest::offlineScreenshot()
{
    const QUrl nobody = m_server->url();
    m_server.reset();
    m_session = nullptr;
    const QString file = m_folder.filePath(u"offline.png"_s);
    const auto process = start(
            { u"--url"_s, nobody.toString(), u"--screenshot"_s, file, u"--after"_s, u"500"_s });
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, 30000);
    QVERIFY2(process->exitCode() == 0, process->readAll().constData());
    const QImage picture(file);
    QVERIFY(!picture.isNull());
    const QColor badge = picture.pixelColor(22, 22);
    QVERIFY2(badge.red() > 140 && badge.green() < 110, qPrintable(badge.name()));
}

void WalkAndTalkTest::lastWorldIsShownOffline()
{
    m_session->save({ { u"id"_s, u"players/grace"_s },
                      { u"name"_s, u"Grace"_s },
                      { u"x"_s, GraceX },
                      { u"y"_s, 330 },
                      { u"color"_s, u"#f0a202"_s } });
    const QString file = m_folder.filePath(u"store.png"_s);
    const QStringList arguments{ u"--url"_s,        m_server->url().toString(),
                                 u"--store"_s,      m_folder.filePath(u"client.db"_s),
                                 u"--name"_s,       u"Ada"_s,
                                 u"--after"_s,      u"1000"_s,
                                 u"--screenshot"_s, file };
    const auto online = start(arguments);
    QTRY_COMPARE_WITH_TIMEOUT(online->state(), QProcess::NotRunning, 30000);
    QVERIFY2(online->exitCode() == 0, online->readAll().constData());

    m_server.reset();
    m_session = nullptr;
    QVERIFY(QFile::remove(file));
    const auto offline = start(arguments);
    QTRY_COMPARE_WITH_TIMEOUT(offline->state(), QProcess::NotRunning, 30000);
    QVERIFY2(offline->exitCode() == 0, offline->readAll().constData());
    const QImage picture(file);
    const QColor badge = picture.pixelColor(22, 22);
    QVERIFY2(badge.red() > 140 && badge.green() < 110, qPrintable(badge.name()));
    QVERIFY(picture.pixelColor(GraceX, 300).saturation() > 150); // Grace's shirt
}

void WalkAndTalkTest::scriptedWithoutDisplay()
{
    int walked = 0;
    int talked = 0;
    connect(m_session, &SyncSession::entityUpdated, this,
            [&](const QString &, const QVariantMap &changed) {
                walked += changed.contains(u"x"_s) || changed.contains(u"y"_s);
                talked += changed.contains(u"text"_s);
            });
    const auto ada = start({ u"--scripted"_s, u"--url"_s, m_server->url().toString(), u"--name"_s,
                             u"Ada"_s },
                           false);
    const auto grace = start({ u"--scripted"_s, u"--url"_s, m_server->url().toString(), u"--name"_s,
                               u"Grace"_s },
                             false);
    QTRY_COMPARE_WITH_TIMEOUT(players().size(), 2, 20000);
    QTRY_VERIFY_WITH_TIMEOUT(walked > 5 && talked > 5, 20000);
    QCOMPARE(ada->state(), QProcess::Running);
    for (QProcess *process : { ada.get(), grace.get() }) {
        process->kill();
        process->waitForFinished();
    }
}

void WalkAndTalkTest::badOptions_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    QTest::newRow("url") << QStringList{ u"--url"_s, u"http://localhost"_s } << u"--url"_s;
    QTest::newRow("after") << QStringList{ u"--after"_s, u"soon"_s } << u"--after"_s;
    QTest::newRow("argument") << QStringList{ u"huh"_s } << u"huh"_s;
}

void WalkAndTalkTest::badOptions()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    const auto process = start(arguments);
    QVERIFY(process->waitForFinished(20000));
    QCOMPARE(process->exitCode(), 2);
    QVERIFY(QString::fromLocal8Bit(process->readAll()).contains(says));
}

void WalkAndTalkTest::unwritablePicture()
{
    const auto process = start({ u"--url"_s, m_server->url().toString(), u"--screenshot"_s,
                                 u"/nowhere/picture.png"_s, u"--after"_s, u"100"_s });
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, 30000);
    QCOMPARE(process->exitCode(), 1);
    QVERIFY(process->readAll().contains("/nowhere/picture.png"));
}

QTEST_GUILESS_MAIN(WalkAndTalkTest)
#include "tst_walkandtalk.moc"
