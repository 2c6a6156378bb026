// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "commandline.h"

#include <QtCore/qtemporarydir.h>

/// `objectsync watch`, while others change the world and the server dies and comes back.
class WatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void text();
    void json();
    void prefix();
    void count();
    void interrupts_data();
    void interrupts();
    void restart();
    void serverComesLater();
    void closedPipe();

private:
    std::unique_ptr<ToolProcess> watch(const QStringList &options = {}) const;
    void run(const char *line) const;

    QTemporaryDir m_folder;
    int m_databases = 0;
    std::unique_ptr<DaemonProcess> m_daemon;
    CommandLine m_objectsync;
};

void WatchTest::init()
{
    const QString file = m_folder.filePath(QString::number(++m_databases));
    m_daemon = std::make_unique<DaemonProcess>(QStringList{ u"--database"_s, file });
    QVERIFY(m_daemon->start());
    m_objectsync = CommandLine(m_daemon->url());
}

void WatchTest::cleanup()
{
    m_daemon.reset();
}

/// A watch that has told what is there; null where it does not come to that.
std::unique_ptr<ToolProcess> WatchTest::watch(const QStringList &options) const
{
    auto process = m_objectsync.start(QStringList{ u"watch"_s } + options);
    return process->waitForErrors("objectsync: watching ") ? std::move(process) : nullptr;
}

void WatchTest::run(const char *line) const
{
    VERIFY_DONE(m_objectsync.run(QString::fromUtf8(line).split(u' ')));
}

void WatchTest::text()
{
    run("create lamps/hall on=false");
    const auto process = watch();
    QVERIFY(process);
    QVERIFY2(process->errors().contains("1 there now"), process->errors().constData());
    run("create lamps/kitchen on=true note=new");
    run("set lamps/kitchen on=false brightness=7");
    run("unset lamps/kitchen note");
    run("destroy lamps/hall");
    QVERIFY(process->waitForOutput("destroy"));
    QCOMPARE(process->output(), QByteArray("enter lamps/hall on=false\n"
                                           "create lamps/kitchen note=\"new\" on=true\n"
                                           "update lamps/kitchen brightness=7 on=false\n"
                                           "update lamps/kitchen -note\n"
                                           "destroy lamps/hall\n"));
}

void WatchTest::json()
{
    run("create a x=1");
    const auto process = watch({ u"--json"_s });
    QVERIFY(process);
    run("create b");
    run("set a y=[2]");
    run("unset a x y");
    run("destroy a");
    QVERIFY(process->waitForOutput("destroy"));
    QCOMPARE(process->output(),
             QByteArray(
                     "{\"event\":\"enter\",\"id\":\"a\",\"values\":{\"x\":1}}\n"
                     "{\"event\":\"create\",\"id\":\"b\",\"values\":{}}\n"
                     "{\"event\":\"update\",\"id\":\"a\",\"values\":{\"y\":[2]}}\n"
                     "{\"event\":\"update\",\"id\":\"a\",\"unset\":[\"x\",\"y\"],\"values\":{}}\n"
                     "{\"event\":\"destroy\",\"id\":\"a\"}\n"));
}

void WatchTest::prefix()
{
    run("create lamps/a");
    run("create doors/a");
    const auto process = watch({ u"lamps/"_s });
    QVERIFY(process);
    run("create doors/b");
    run("create lamps/b");
    QVERIFY(process->waitForOutput("lamps/b"));
    QCOMPARE(process->output(), QByteArray("enter lamps/a\ncreate lamps/b\n"));
}

void WatchTest::count()
{
    run("create a");
    const auto process = watch({ u"--count"_s, u"2"_s });
    QVERIFY(process);
    run("create b");
    QCOMPARE(process->waitForEnd(), 0);
    QCOMPARE(process->output(), QByteArray("enter a\ncreate b\n"));
}

void WatchTest::interrupts_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("Ctrl-C") << SIGINT;
    QTest::newRow("terminate") << SIGTERM;
}

void WatchTest::interrupts()
{
    QFETCH(int, number);
    const auto process = watch();
    QVERIFY(process);
    process->signal(number);
    QCOMPARE(process->waitForEnd(), 0);
}

void WatchTest::restart()
{
    run("create lamps/hall n=1");
    run("create lamps/attic");
    const auto process = watch({ u"lamps/"_s, u"--timeout"_s, u"1"_s });
    QVERIFY(process);
    QVERIFY(process->waitForOutput("enter lamps/hall"));

    m_daemon->kill();
    QVERIFY(process->waitForErrors("objectsync: offline"));
    QVERIFY(m_daemon->start());
    run("set lamps/hall n=2");
    run("destroy lamps/attic");
    QVERIFY(process->waitForOutput("destroy lamps/attic"));
    QVERIFY(process->waitForErrors("objectsync: online again"));
    run("create lamps/new");
    QVERIFY(process->waitForOutput("create lamps/new"));

    // What it had told is not told again, and nothing was lost. Where several changes came
    // together, the entities may be told in another order than they were changed in.
    QByteArrayList lines = process->output().trimmed().split('\n');
    std::sort(lines.begin(), lines.end());
    QCOMPARE(lines, QByteArrayList({ "create lamps/new", "destroy lamps/attic", "enter lamps/attic",
                                     "enter lamps/hall n=1", "update lamps/hall n=2" }));
    process->signal(SIGINT);
    QCOMPARE(process->waitForEnd(), 0);
}

void WatchTest::serverComesLater()
{
    run("create a");
    m_daemon->kill();
    const auto process = m_objectsync.start({ u"watch"_s, u"--timeout"_s, u"60"_s });
    QVERIFY(m_daemon->start());
    QVERIFY(process->waitForOutput("enter a\n"));
}

void WatchTest::closedPipe()
{
    const QString command = u"%1 watch --url %2 | head -n 1"_s.arg(QStringLiteral(OBJECTSYNC),
                                                                   m_daemon->url().toString());
    ToolProcess shell(u"sh"_s, { u"-c"_s, command });
    QVERIFY(shell.waitForErrors("watching"));
    run("create a");
    QVERIFY(shell.waitForOutput("create a\n"));
    // Nobody reads on: the next line is the last.
    run("create b");
    QCOMPARE(shell.waitForEnd(), 0);
}

QTEST_GUILESS_MAIN(WatchTest)
#include "tst_objectsyncwatch.moc"
