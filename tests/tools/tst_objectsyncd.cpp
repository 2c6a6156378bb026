// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "commandline.h"

#include <QtCore/qtemporarydir.h>
#include <QtNetwork/qnetworkrequest.h>
#include <QtNetwork/qtcpserver.h>
#include <QtWebSockets/qwebsocket.h>

#include <sys/stat.h>
#include <unistd.h>

/// The server as a program: its settings, and what it says where it cannot start.
class DaemonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usage_data();
    void usage();
    void help();
    void portInUse();
    void badDatabase_data();
    void badDatabase();
    void databaseOfAnotherProcess();
    void settingsFile();
    void worlds();
    void ephemeral();
    void origins();
    void endsInGoodOrder();

private:
    static Outcome run(const QStringList &arguments)
    {
        const ToolProcess process(QStringLiteral(OBJECTSYNCD), arguments);
        const int status = process.waitForEnd();
        return { status, process.output(), process.errors() };
    }

    QString write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    QTemporaryDir m_folder;
};

void DaemonTest::usage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");

    const auto row = [](const char *name, const QStringList &arguments, const char *says) {
        QTest::newRow(name) << arguments << QByteArray(says);
    };
    row("option", { u"--frobnicate"_s }, "frobnicate");
    row("no value", { u"--listen"_s }, "listen");
    row("argument", { u"world.db"_s }, "\"world.db\"");
    row("listen without port", { u"--listen"_s, u"127.0.0.1"_s }, "127.0.0.1:8090");
    row("listen to a name", { u"--listen"_s, u"example.org:80"_s }, "an address and a port");
    row("port too large", { u"--listen"_s, u"127.0.0.1:65536"_s }, "65536");
    row("path", { u"--path"_s, u"sync"_s }, "begins with '/'");
    row("rate", { u"--rate"_s, u"fast"_s }, "fast");
    row("rate below 0", { u"--rate=-1"_s }, "0 or more");
    row("origin", { u"--allow-origin"_s, u"example.org"_s }, "https://HOST");
    row("origin with a path", { u"--allow-origin"_s, u"https://a.org/x"_s }, "https://a.org/x");
    row("memory and database", { u"--memory"_s, u"--database"_s, u"a"_s }, "exclude");
    row("no settings file", { u"--config"_s, u"/no/such/file"_s }, "/no/such/file");
}

void DaemonTest::usage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.status, 2);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY2(outcome.errors.startsWith("objectsyncd: "), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains(says), outcome.errors.constData());
}

void DaemonTest::help()
{
    const Outcome help = run({ u"--help"_s });
    VERIFY_DONE(help);
    for (const char *option :
         { "--listen", "--path", "--database", "--memory", "--world", "--ephemeral", "--rate",
           "--allow-origin", "--new-epoch", "--config" })
        QVERIFY2(help.output.contains(option), option);
    const Outcome version = run({ u"--version"_s });
    VERIFY_DONE(version);
    QVERIFY(version.output.startsWith("objectsyncd "));
}

void DaemonTest::portInUse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const QString port = QString::number(other.serverPort());
    const Outcome outcome = run({ u"--memory"_s, u"--listen"_s, u"127.0.0.1:"_s + port });
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY2(outcome.errors.contains(port.toUtf8()), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("another port"), outcome.errors.constData());
}

void DaemonTest::badDatabase_data()
{
    QTest::addColumn<QString>("file");
    const QString noDatabase = write(u"notes.txt"_s,
                                     QByteArray("This is no database. ").repeated(99));
    QTest::newRow("something else") << noDatabase;
    QTest::newRow("a folder") << m_folder.path();
    QTest::newRow("no folder") << m_folder.filePath(u"no/such/folder/world.db"_s);
    QTest::newRow("not to be written") << u"/proc/world.db"_s;
}

void DaemonTest::badDatabase()
{
    QFETCH(QString, file);
    const auto content = [&file] {
        QFile opened(file);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    };
    const QByteArray before = content();
    const Outcome outcome = run({ u"--listen"_s, u"127.0.0.1:0"_s, u"--database"_s, file });
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY2(outcome.errors.contains(file.toUtf8()), outcome.errors.constData());
    QCOMPARE(content(), before);
}

void DaemonTest::databaseOfAnotherProcess()
{
    const QString file = m_folder.filePath(u"taken.db"_s);
    DaemonProcess first({ u"--database"_s, file });
    QVERIFY(first.start());
    const Outcome second = run({ u"--listen"_s, u"127.0.0.1:0"_s, u"--database"_s, file });
    QCOMPARE(second.status, 1);
    QVERIFY2(second.errors.contains(file.toUtf8()), second.errors.constData());
    VERIFY_DONE(CommandLine(first.url()).run({ u"create"_s, u"a"_s }));
    QCOMPARE(first.stop(), 0);
}

void DaemonTest::settingsFile()
{
    const QString database = m_folder.filePath(u"from-file.db"_s);
    const QString file = write(u"settings"_s,
                               "database=" + database.toUtf8()
                                       + "\npath=/from-file\nworld=garden, cellar\n");
    DaemonProcess daemon({ u"--config"_s, file, u"--path"_s, u"/from-option"_s });
    QVERIFY(daemon.start());
    QCOMPARE(daemon.url().path(), u"/from-option"_s);
    VERIFY_DONE(CommandLine(daemon.url()).run({ u"create"_s, u"a"_s }));
    QUrl cellar = daemon.url();
    cellar.setPath(u"/from-option/cellar"_s);
    VERIFY_DONE(CommandLine(cellar).run({ u"create"_s, u"b"_s }));
    QVERIFY(QFile::exists(database));
    QCOMPARE(daemon.stop(), 0);

    const Outcome unknown = run({ u"--config"_s, write(u"unknown"_s, "color=red\n") });
    QCOMPARE(unknown.status, 2);
    QVERIFY2(unknown.errors.contains("`color`"), unknown.errors.constData());
}

void DaemonTest::worlds()
{
    DaemonProcess daemon({ u"--memory"_s, u"--world"_s, u"garden"_s });
    QVERIFY(daemon.start());
    QUrl garden = daemon.url();
    garden.setPath(u"/sync/garden"_s);
    VERIFY_DONE(CommandLine(garden).run({ u"create"_s, u"trees/1"_s }));
    const Outcome here = CommandLine(daemon.url()).run({ u"list"_s });
    VERIFY_DONE(here);
    QVERIFY(!here.output.contains("trees/1"));
    const Outcome there = CommandLine(garden).run({ u"list"_s });
    QVERIFY(there.output.contains("trees/1"));
}

void DaemonTest::ephemeral()
{
    DaemonProcess daemon({ u"--memory"_s, u"--ephemeral"_s, u"players/"_s });
    QVERIFY(daemon.start());
    const CommandLine commandLine(daemon.url());
    VERIFY_DONE(commandLine.run({ u"create"_s, u"lamps/first"_s }));
    const auto watch = commandLine.start({ u"watch"_s });
    QVERIFY(watch->waitForOutput("enter lamps/first"));
    VERIFY_DONE(commandLine.run({ u"create"_s, u"players/x"_s }));
    VERIFY_DONE(commandLine.run({ u"create"_s, u"lamps/x"_s }));
    QVERIFY(watch->waitForOutput("create lamps/x"));
    QVERIFY(watch->waitForOutput("destroy players/x"));
    QVERIFY(!watch->output().contains("destroy lamps/x"));
}

void DaemonTest::origins()
{
    DaemonProcess daemon({ u"--memory"_s, u"--allow-origin"_s, u"https://example.org"_s });
    QVERIFY(daemon.start());
    const auto connects = [&](const QByteArray &origin) {
        QWebSocket socket(QString::fromUtf8(origin));
        QNetworkRequest request(daemon.url());
        request.setRawHeader("Sec-WebSocket-Protocol", "objectsync.v1.json");
        socket.open(request);
        bool isOver = false;
        bool isOpen = false;
        connect(&socket, &QWebSocket::connected, this, [&] { isOver = isOpen = true; });
        connect(&socket, &QWebSocket::disconnected, this, [&] { isOver = true; });
        return QTest::qWaitFor([&] { return isOver; }) && isOpen;
    };
    QVERIFY(connects("https://example.org"));
    QVERIFY(!connects("https://example.com"));
}

void DaemonTest::endsInGoodOrder()
{
    DaemonProcess daemon({ u"--database"_s, m_folder.filePath(u"end.db"_s) });
    QVERIFY(daemon.start());
    const auto watch = CommandLine(daemon.url()).start({ u"watch"_s });
    VERIFY_DONE(CommandLine(daemon.url()).run({ u"create"_s, u"a"_s }));
    QVERIFY(watch->waitForOutput(" a")); // entered or created
    QCOMPARE(daemon.stop(), 0);
    QVERIFY(daemon.start());
    VERIFY_DONE(CommandLine(daemon.url()).run({ u"create"_s, u"b"_s }));
    QVERIFY(watch->waitForOutput("create b"));
}

QTEST_GUILESS_MAIN(DaemonTest)
#include "tst_objectsyncd.moc"
