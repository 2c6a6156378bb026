// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/syncserver.h>

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>

#include <QtCore/qprocess.h>
#include <QtCore/qtemporarydir.h>
#include <QtGui/qimage.h>
#include <QtTest/qtest.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class WidgetsFormTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void screenshot();
    void linksNoQml();
};

void WidgetsFormTest::screenshot()
{
    SyncServer server;
    QVERIFY(server.listen());
    server.session()->subscribe(u"lamps/"_s);
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"form.png"_s);
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral(WIDGETS_FORM), { u"--url"_s, server.url().toString(),
                                                  u"--screenshot"_s, file, u"--after"_s, u"800"_s });
    QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 30000);
    QVERIFY2(process.exitCode() == 0, process.readAll().constData());
    QVERIFY(!QImage(file).isNull());
    // It filled the empty world.
    QCOMPARE(server.session()->ids(u"lamps/"_s).size(), 4);
    QCOMPARE(server.session()->value(u"lamps/desk"_s, u"brightness"_s).toInt(), 85);
}

void WidgetsFormTest::linksNoQml()
{
    QProcess ldd;
    ldd.start(u"ldd"_s, { QStringLiteral(WIDGETS_FORM) });
    if (!ldd.waitForFinished())
        QSKIP("no ldd here");
    const QByteArray libraries = ldd.readAll();
    QVERIFY(libraries.contains("libQt6Widgets"));
    QVERIFY2(!libraries.contains("Qt6Qml") && !libraries.contains("Qt6Quick"),
             libraries.constData());
}

QTEST_GUILESS_MAIN(WidgetsFormTest)
#include "tst_widgetsform.moc"
