// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "commandline.h"

#include <objectsync/server/syncserver.h>

#include <QtNetwork/qtcpserver.h>

using namespace ObjectSync;

/// The command line tool against the real server, as processes.
class CommandLineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void usage_data();
    void usage();
    void help_data();
    void help();
    void version();
    void unreachable();
    void wrongPath();
    void silentServer();
    void urlOption();
    void token();

    void editing();
    void json();
    void values_data();
    void values();
    void chosenId();
    void oddNames();
    void refused_data();
    void refused();
    void missing();
    void fullDisk();
    void bench();

private:
    std::unique_ptr<DaemonProcess> m_daemon;
    CommandLine m_objectsync;
};

void CommandLineTest::initTestCase()
{
    m_daemon = std::make_unique<DaemonProcess>(QStringList{ u"--memory"_s });
    QVERIFY(m_daemon->start());
    m_objectsync = CommandLine(m_daemon->url());
}

void CommandLineTest::cleanupTestCase()
{
    QCOMPARE(m_daemon->stop(), 0);
}

void CommandLineTest::usage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");

    QTest::newRow("nothing") << QStringList{} << QByteArray("--help");
    QTest::newRow("command") << QStringList{ u"frobnicate"_s } << QByteArray("frobnicate");
    QTest::newRow("help on what is not") << QStringList{ u"help"_s, u"x"_s } << QByteArray("x");
    QTest::newRow("option") << QStringList{ u"list"_s, u"--frob"_s } << QByteArray("--frob");
    QTest::newRow("short") << QStringList{ u"list"_s, u"-x"_s } << QByteArray("-x");
    QTest::newRow("option of another command")
            << QStringList{ u"list"_s, u"--count"_s, u"1"_s } << QByteArray("--count");
    QTest::newRow("no value") << QStringList{ u"list"_s, u"--url"_s } << QByteArray("--url URL");
    QTest::newRow("a value too many")
            << QStringList{ u"list"_s, u"--json=1"_s } << QByteArray("--json");
    QTest::newRow("timeout") << QStringList{ u"list"_s, u"--timeout"_s, u"soon"_s }
                             << QByteArray("soon");
    QTest::newRow("no time") << QStringList{ u"list"_s, u"--timeout=0"_s }
                             << QByteArray("--timeout");
    QTest::newRow("url") << QStringList{ u"list"_s, u"--url"_s, u"http://localhost"_s }
                         << QByteArray("ws://HOST:PORT");
    QTest::newRow("too few") << QStringList{ u"set"_s, u"a"_s } << QByteArray("ID NAME=VALUE");
    QTest::newRow("too many") << QStringList{ u"list"_s, u"a"_s, u"b"_s } << QByteArray("[PREFIX]");
    QTest::newRow("assignment") << QStringList{ u"set"_s, u"a"_s, u"b"_s } << QByteArray("\"b\"");
    QTest::newRow("no name") << QStringList{ u"set"_s, u"a"_s, u"=1"_s } << QByteArray("\"=1\"");
    QTest::newRow("twice") << QStringList{ u"set"_s, u"a"_s, u"b=1"_s, u"b=2"_s }
                           << QByteArray("twice");
    QTest::newRow("number") << QStringList{ u"set"_s, u"a"_s, u"b=99999999999999999999"_s }
                            << QByteArray("64 bits");
    QTest::newRow("increment") << QStringList{ u"increment"_s, u"a"_s, u"b"_s, u"much"_s }
                               << QByteArray("much");
    QTest::newRow("folder") << QStringList{ u"export"_s, u"--output"_s, u"/no/such/file"_s }
                            << QByteArray("/no/such/file");
}

void CommandLineTest::usage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Outcome outcome = m_objectsync.run(arguments);
    QCOMPARE(outcome.status, 2);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY2(outcome.errors.startsWith("objectsync: "), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains(says), outcome.errors.constData());
}

void CommandLineTest::help_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("all") << QStringList{ u"--help"_s } << QByteArray("Exit status");
    QTest::newRow("short") << QStringList{ u"-h"_s } << QByteArray("Exit status");
    for (const char *command : { "get", "set", "create", "destroy", "unset", "increment", "watch",
                                 "list", "export", "import", "bench" }) {
        QTest::newRow(command) << QStringList{ QLatin1String(command), u"--help"_s }
                               << QByteArray("  objectsync ") + command;
    }
    QTest::newRow("word") << QStringList{ u"help"_s, u"set"_s } << QByteArray("  objectsync set");
}

void CommandLineTest::help()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Outcome outcome = m_objectsync.run(arguments);
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.startsWith("usage: objectsync "));
    QVERIFY2(outcome.output.contains(says), outcome.output.constData());
    for (const QByteArray &line : outcome.output.split('\n'))
        QVERIFY2(line.size() <= 90, line.constData());
}

void CommandLineTest::version()
{
    const Outcome outcome = m_objectsync.run({ u"--version"_s });
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.startsWith("objectsync 0."));
}

void CommandLineTest::unreachable()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const quint16 port = other.serverPort();
    other.close();
    const CommandLine nowhere(QUrl(u"ws://127.0.0.1:%1/sync"_s.arg(port)));
    const Outcome outcome = nowhere.run({ u"list"_s, u"--timeout"_s, u"1"_s });
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.errors.startsWith("objectsync: unreachable: "), outcome.errors.constData());
    QVERIFY(outcome.errors.contains(QByteArray::number(port)));
}

void CommandLineTest::wrongPath()
{
    QUrl url = m_daemon->url();
    url.setPath(u"/nope"_s);
    const Outcome outcome = CommandLine(url).run({ u"list"_s, u"--timeout"_s, u"1"_s });
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.errors.contains("/nope"), outcome.errors.constData());
}

void CommandLineTest::silentServer()
{
    SyncServer server;
    std::vector<CommitRequest> unanswered;
    server.addCommitHandler([&](CommitRequest &request) { unanswered.push_back(request); });
    QVERIFY(server.listen());
    const Outcome outcome = CommandLine(server.url())
                                    .run({ u"create"_s, u"a"_s, u"--timeout"_s, u"1"_s });
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.errors.startsWith("objectsync: timed-out: "), outcome.errors.constData());
    QCOMPARE(unanswered.size(), 1);
}

void CommandLineTest::urlOption()
{
    const CommandLine elsewhere(QUrl(u"ws://127.0.0.1:1/nowhere"_s));
    VERIFY_DONE(elsewhere.run({ u"--url"_s, m_daemon->url().toString(), u"list"_s }));
    VERIFY_DONE(elsewhere.run({ u"list"_s, u"--url="_s + m_daemon->url().toString() }));
}

void CommandLineTest::token()
{
    SyncServer server;
    server.setAuthenticator([](AuthenticationRequest &request) {
        if (request.token() == "secret")
            request.accept("somebody");
        else
            request.reject(u"who are you?"_s);
    });
    QVERIFY(server.listen());
    const CommandLine objectsync(server.url());
    VERIFY_DONE(objectsync.run({ u"list"_s, u"--token"_s, u"secret"_s }));
    const Outcome outcome = objectsync.run({ u"list"_s, u"--token"_s, u"guess"_s });
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.errors, QByteArray("objectsync: unauthorized: who are you?\n"));
}

void CommandLineTest::editing()
{
    const auto run = [this](const char *line) {
        const Outcome outcome = m_objectsync.run(QString::fromUtf8(line).split(u' '));
        return QByteArray::number(outcome.status) + ' ' + outcome.output + outcome.errors;
    };
    QCOMPARE(run("create lamps/kitchen on=true brightness=10 note=bright"), "0 lamps/kitchen\n");
    QCOMPARE(run("get lamps/kitchen"), "0 lamps/kitchen brightness=10 note=\"bright\" on=true\n");
    QCOMPARE(run("set lamps/kitchen on=false color=[255,128,0]"), "0 ");
    QCOMPARE(run("unset lamps/kitchen note nothing"), "0 ");
    QCOMPARE(run("increment lamps/kitchen brightness"), "0 11\n");
    QCOMPARE(run("increment lamps/kitchen brightness -2.5"), "0 8.5\n");
    QCOMPARE(run("increment lamps/kitchen uses 3"), "0 3\n");
    QCOMPARE(run("create lamps/attic"), "0 lamps/attic\n");
    QCOMPARE(run("list lamps/"),
             "0 lamps/attic\n"
             "lamps/kitchen brightness=8.5 color=[255,128,0] on=false uses=3\n");
    QCOMPARE(run("destroy lamps/kitchen lamps/attic"), "0 ");
    QCOMPARE(run("list lamps/"), "0 ");
}

void CommandLineTest::json()
{
    const auto run = [this](const char *line) {
        const Outcome outcome = m_objectsync.run(QString::fromUtf8(line).split(u' '));
        return QByteArray::number(outcome.status) + ' ' + outcome.output + outcome.errors;
    };
    QCOMPARE(run("--json create json/a on=true n=1"), "0 {\"id\":\"json/a\"}\n");
    QCOMPARE(run("--json set json/a on=null"), "0 {\"id\":\"json/a\"}\n");
    QCOMPARE(run("increment --json json/a n 2"), "0 {\"id\":\"json/a\",\"values\":{\"n\":3}}\n");
    QCOMPARE(run("get --json json/a"), "0 {\"id\":\"json/a\",\"values\":{\"n\":3,\"on\":null}}\n");
    QCOMPARE(run("unset json/a on --json"), "0 {\"id\":\"json/a\"}\n");
    QCOMPARE(run("list json/ --json"), "0 {\"id\":\"json/a\",\"values\":{\"n\":3}}\n");
    QCOMPARE(run("destroy json/a --json"), "0 {\"id\":\"json/a\"}\n");
}

void CommandLineTest::values_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QByteArray>("printed");
    QTest::newRow("int") << u"7"_s << QByteArray("7");
    QTest::newRow("negative") << u"-7"_s << QByteArray("-7");
    QTest::newRow("double") << u"1.0"_s << QByteArray("1.0");
    QTest::newRow("large") << u"9007199254740993"_s
                           << QByteArray("{\"$int\":\"9007199254740993\"}");
    QTest::newRow("null") << u"null"_s << QByteArray("null");
    QTest::newRow("map") << u"{\"b\": [1, \"x\"]}"_s << QByteArray("{\"b\":[1,\"x\"]}");
    QTest::newRow("bytes") << u"{\"$bytes\":\"3q2+7w==\"}"_s
                           << QByteArray("{\"$bytes\":\"3q2+7w==\"}");
    QTest::newRow("word") << u"hello"_s << QByteArray("\"hello\"");
    QTest::newRow("sentence") << u"so = it \"goes\""_s << QByteArray("\"so = it \\\"goes\\\"\"");
    QTest::newRow("quoted") << u"\"7\""_s << QByteArray("\"7\"");
    QTest::newRow("leading zero") << u"007"_s << QByteArray("\"007\"");
    QTest::newRow("empty") << QString() << QByteArray("\"\"");
    QTest::newRow("not quite JSON") << u"[1,2"_s << QByteArray("\"[1,2\"");
    QTest::newRow("text") << u"Zürich"_s << QByteArray("\"Zürich\"");
}

void CommandLineTest::values()
{
    QFETCH(QString, given);
    QFETCH(QByteArray, printed);
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"value"_s, u"x="_s + given }));
    const Outcome outcome = m_objectsync.run({ u"get"_s, u"value"_s });
    VERIFY_DONE(m_objectsync.run({ u"destroy"_s, u"value"_s }));
    QCOMPARE(outcome.output, "value x=" + printed + '\n');
}

void CommandLineTest::chosenId()
{
    const Outcome anywhere = m_objectsync.run({ u"create"_s, u"x=1"_s });
    QCOMPARE(anywhere.status, 0);
    const Outcome below = m_objectsync.run({ u"create"_s, u"chosen/"_s, u"x=2"_s });
    QVERIFY(below.output.startsWith("chosen/") && below.output.size() > 10);
    const QByteArray id = below.output.trimmed();
    const Outcome got = m_objectsync.run({ u"get"_s, QString::fromUtf8(id) });
    QCOMPARE(got.output, id + " x=2\n");
    VERIFY_DONE(m_objectsync.run(
            { u"destroy"_s, QString::fromUtf8(id), QString::fromUtf8(anywhere.output.trimmed()) }));
}

void CommandLineTest::oddNames()
{
    const QString id = u"--an id, \"ödd\""_s;
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"--"_s, id, u"-n =1"_s }));
    const Outcome got = m_objectsync.run({ u"get"_s, u"--json"_s, u"--"_s, id });
    QCOMPARE(got.output, "{\"id\":\"--an id, \\\"ödd\\\"\",\"values\":{\"-n \":1}}\n");
    VERIFY_DONE(m_objectsync.run({ u"destroy"_s, u"--"_s, id }));
}

void CommandLineTest::refused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("error");
    QTest::newRow("set") << QStringList{ u"set"_s, u"nope"_s, u"x=1"_s }
                         << QByteArray("nope: not-found");
    QTest::newRow("unset") << QStringList{ u"unset"_s, u"nope"_s, u"x"_s }
                           << QByteArray("nope: not-found");
    QTest::newRow("destroy") << QStringList{ u"destroy"_s, u"there"_s, u"nope"_s }
                             << QByteArray("nope: not-found");
    QTest::newRow("create") << QStringList{ u"create"_s, u"there"_s, u"x=1"_s }
                            << QByteArray("there: exists");
    QTest::newRow("increment") << QStringList{ u"increment"_s, u"there"_s, u"text"_s }
                               << QByteArray("there: bad-argument");
    QTest::newRow("increment nothing")
            << QStringList{ u"increment"_s, u"nope"_s, u"n"_s } << QByteArray("nope: not-found");
    QTest::newRow("id") << QStringList{ u"create"_s, QString(300, u'a') } << QByteArray("bad-id");
    QTest::newRow("name") << QStringList{ u"set"_s, u"there"_s, QString(129, u'n') + u"=1"_s }
                          << QByteArray("bad-name");
    QTest::newRow("fetch") << QStringList{ u"get"_s, QString(300, u'a') } << QByteArray("bad-id");
}

void CommandLineTest::refused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, error);
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"there"_s, u"text=hello"_s }));
    const Outcome outcome = m_objectsync.run(arguments);
    const Outcome there = m_objectsync.run({ u"get"_s, u"there"_s });
    VERIFY_DONE(m_objectsync.run({ u"destroy"_s, u"there"_s }));
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.errors.startsWith("objectsync: ") && outcome.errors.contains(error + ": "),
             outcome.errors.constData());
    QCOMPARE(outcome.output, QByteArray());
    QCOMPARE(there.output, "there text=\"hello\"\n");
}

void CommandLineTest::missing()
{
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"here"_s }));
    const Outcome text = m_objectsync.run({ u"get"_s, u"nope"_s, u"here"_s });
    const Outcome json = m_objectsync.run({ u"get"_s, u"--json"_s, u"nope"_s, u"here"_s });
    VERIFY_DONE(m_objectsync.run({ u"destroy"_s, u"here"_s }));
    QCOMPARE(text.status, 1);
    QCOMPARE(text.output, "here\n");
    QVERIFY(text.errors.startsWith("objectsync: nope: not-found: "));
    QCOMPARE(json.status, 1);
    QCOMPARE(json.output, "{\"id\":\"nope\",\"values\":null}\n{\"id\":\"here\",\"values\":{}}\n");
}

void CommandLineTest::fullDisk()
{
    if (!QFile::exists(u"/dev/full"_s))
        QSKIP("no /dev/full here");
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"full"_s }));
    for (const QStringList &arguments : { QStringList{ u"list"_s }, QStringList{ u"export"_s } }) {
        const auto process = m_objectsync.start(arguments, u"/dev/full"_s);
        QCOMPARE(process->waitForEnd(), 2);
        QVERIFY2(process->errors().startsWith("objectsync: cannot write"),
                 process->errors().constData());
    }
    VERIFY_DONE(m_objectsync.run({ u"destroy"_s, u"full"_s }));
}

void CommandLineTest::bench()
{
    const QStringList arguments{ u"bench"_s, u"--seconds=1"_s, u"--round-trips=20"_s };
    const Outcome text = m_objectsync.run(arguments);
    QCOMPARE(text.errors, QByteArray());
    QCOMPARE(text.status, 0);
    QVERIFY2(text.output.contains("commits/s"), text.output.constData());
    const auto interrupted = m_objectsync.start({ u"bench"_s, u"--json"_s, u"--seconds=600"_s });
    const CommandLine &objectsync = m_objectsync;
    QVERIFY(QTest::qWaitFor([&] { return !objectsync.run({ u"list"_s }).output.isEmpty(); }, 30000));
    interrupted->signal(SIGINT);
    QCOMPARE(interrupted->waitForEnd(), 1);
    const Outcome left = m_objectsync.run({ u"list"_s });
    QCOMPARE(left.output, QByteArray());
}

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_objectsync.moc"
