// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "commandline.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>
#include <objectsync/core/codec.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qtemporarydir.h>

using namespace ObjectSync;

/// `objectsync import` and `export`: what goes in comes out, also where the server dies in between.
class ImportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void badFiles_data();
    void badFiles();
    void noFile();
    void emptyArray();
    void roundTrip();
    void exportToFile();
    void layouts_data();
    void layouts();
    void keepsOtherProperties();
    void refusedEntities();
    void refusedWithoutBlame();
    void largeEntities();
    void serverGoneForGood();
    void languages();
    void killedInTheMiddle();

private:
    QByteArray exported() const;
    QString write(const QByteArray &content);

    QTemporaryDir m_folder;
    int m_files = 0;
    std::unique_ptr<DaemonProcess> m_daemon;
    CommandLine m_objectsync;
};

static const QString languagesFile = u"/usr/share/iso-codes/json/iso_639-3.json"_s;
static const QStringList importLanguages{ u"import"_s,     u"--key"_s,   u"639-3"_s,
                                          u"--id-field"_s, u"alpha_3"_s, u"--prefix"_s,
                                          u"languages/"_s };

void ImportTest::init()
{
    const QString file = m_folder.filePath(u"%1.db"_s.arg(++m_files));
    m_daemon = std::make_unique<DaemonProcess>(QStringList{ u"--database"_s, file });
    QVERIFY(m_daemon->start());
    m_objectsync = CommandLine(m_daemon->url());
}

void ImportTest::cleanup()
{
    m_daemon.reset();
}

/// All of the world, as export prints it.
QByteArray ImportTest::exported() const
{
    return m_objectsync.run({ u"export"_s }).output;
}

/// A new file with this content.
QString ImportTest::write(const QByteArray &content)
{
    QFile file(m_folder.filePath(u"%1.json"_s.arg(++m_files)));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    return file.fileName();
}

void ImportTest::badFiles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("says");

    const QStringList none;
    const QStringList byName{ u"--id-field"_s, u"name"_s };
    QTest::newRow("empty") << QByteArray() << none << QByteArray("line 1, column 1");
    QTest::newRow("no JSON") << QByteArray("[\n  {\"id\": oops}\n]") << none
                             << QByteArray("line 2, column 10");
    QTest::newRow("cut off") << QByteArray("[\n{}") << none << QByteArray("line 2");
    QTest::newRow("a name twice") << QByteArray("[{\"a\":1,\"a\":2}]") << none
                                  << QByteArray("twice");
    QTest::newRow("number") << QByteArray("[123456789012345678901]") << none
                            << QByteArray("64 bits");
    QTest::newRow("not UTF-8") << QByteArray("[\"\xff\"]") << none << QByteArray("line 1");
    QTest::newRow("a number") << QByteArray("7") << none << QByteArray("not an array");
    QTest::newRow("an object") << QByteArray("{\"639-3\":[]}") << none << QByteArray("--key");
    QTest::newRow("its members") << QByteArray("{\"639-3\":[]}") << none << QByteArray("639-3");
    QTest::newRow("no such key") << QByteArray("{\"a\":[]}") << QStringList{ u"--key=b"_s }
                                 << QByteArray("--key b");
    QTest::newRow("no array") << QByteArray("{\"a\":{}}") << QStringList{ u"--key=a"_s }
                              << QByteArray("not an array");
    QTest::newRow("key of an array")
            << QByteArray("[]") << QStringList{ u"--key=a"_s } << QByteArray("--key");
    QTest::newRow("no objects") << QByteArray("[1]") << none << QByteArray("element 1");
    QTest::newRow("not exported") << QByteArray("[{\"name\":\"a\"}]") << none
                                  << QByteArray("--id-field");
    QTest::newRow("no id") << QByteArray("[{\"name\":\"a\"},{}]") << byName
                           << QByteArray("element 2: --id-field name: that is missing");
    QTest::newRow("odd id") << QByteArray("[{\"name\":[]}]") << byName << QByteArray("element 1");
    QTest::newRow("same id") << QByteArray("[{\"name\":\"a\"},{\"name\":\"a\"}]") << byName
                             << QByteArray("element 2: an earlier one has the same id, a");
}

void ImportTest::badFiles()
{
    QFETCH(QByteArray, content);
    QFETCH(QStringList, options);
    QFETCH(QByteArray, says);
    const QString file = write(content);
    const Outcome outcome = m_objectsync.run(QStringList{ u"import"_s, file } + options);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.errors.startsWith("objectsync: " + file.toUtf8() + ": "),
             outcome.errors.constData());
    QVERIFY2(outcome.errors.contains(says), outcome.errors.constData());
}

void ImportTest::noFile()
{
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"/no/such/file"_s });
    QCOMPARE(outcome.status, 2);
    QVERIFY(outcome.errors.contains("/no/such/file"));
}

void ImportTest::emptyArray()
{
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"-"_s }, "[]");
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.startsWith("imported 0 entities (0 transactions)"));
    QCOMPARE(exported(), QByteArray("[\n]\n"));
}

void ImportTest::roundTrip()
{
    const QByteArray world = "[\n"
                             "{\"id\":\"a\",\"values\":{}},\n"
                             "{\"id\":\"all/kinds\",\"values\":{"
                             "\"big\":{\"$int\":\"9007199254740993\"},"
                             "\"bytes\":{\"$bytes\":\"3q2+7w==\"},"
                             "\"date\":{\"$date\":\"2026-01-02T03:04:05.678Z\"},"
                             "\"double\":1.0,\"inf\":{\"$double\":\"inf\"},\"int\":7,"
                             "\"list\":[1,[\"x\",null],{}],"
                             "\"map\":{\"$map\":{\"$int\":\"x\"}},\"no\":false,\"none\":null,"
                             "\"text\":\"Zürich\\n\\\"7\\\"\"}},\n"
                             "{\"id\":\"ids may be ödd\",\"values\":{\"names, too\":1}},\n"
                             "{\"id\":\"only/dollar\",\"values\":{\"$map\":{\"$int\":2}}}\n"
                             "]\n";
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"-"_s }, world);
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.startsWith("imported 4 entities (1 transactions) in "));
    QCOMPARE(exported(), world);
    // Again: the same.
    QCOMPARE(m_objectsync.run({ u"import"_s, u"-"_s }, world).status, 0);
    QCOMPARE(exported(), world);
    QCOMPARE(m_objectsync.run({ u"export"_s, u"ids"_s }).output,
             "[\n{\"id\":\"ids may be ödd\",\"values\":{\"names, too\":1}}\n]\n");
}

void ImportTest::exportToFile()
{
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"a"_s, u"x=1"_s }));
    const QString name = m_folder.filePath(u"exported.json"_s);
    VERIFY_DONE(m_objectsync.run({ u"export"_s, u"--output"_s, name }));
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), exported());
}

void ImportTest::layouts_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QStringList>("options");
    QTest::newRow("array") << QByteArray("[{\"code\":\"a\",\"n\":1},{\"n\":2,\"code\":\"b\"}]")
                           << QStringList{ u"--id-field"_s, u"code"_s };
    QTest::newRow("key") << QByteArray("{\"x\":0,\"rows\":[{\"code\":\"a\",\"n\":1},"
                                       "{\"code\":\"b\",\"n\":2}]}")
                         << QStringList{ u"--id-field"_s, u"code"_s, u"--key"_s, u"rows"_s };
    QTest::newRow("exported") << QByteArray("[{\"id\":\"a\",\"values\":{\"n\":1}},"
                                            "{\"values\":{\"n\":2},\"id\":\"b\"}]")
                              << QStringList{};
    QTest::newRow("with a byte order mark")
            << QByteArray("\xef\xbb\xbf[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2}]")
            << QStringList{ u"--id-field"_s, u"id"_s };
}

void ImportTest::layouts()
{
    QFETCH(QByteArray, content);
    QFETCH(QStringList, options);
    VERIFY_DONE(
            m_objectsync.run(QStringList{ u"import"_s, u"-"_s, u"--prefix"_s, u"p/"_s } + options,
                             content));
    QCOMPARE(m_objectsync.run({ u"list"_s }).output, QByteArray("p/a n=1\np/b n=2\n"));
}

void ImportTest::keepsOtherProperties()
{
    VERIFY_DONE(m_objectsync.run({ u"create"_s, u"7"_s, u"x=1"_s, u"y=1"_s }));
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"--json"_s, u"-"_s, u"--id-field"_s,
                                               u"number"_s },
                                             "[{\"number\":7,\"y\":2}]");
    QCOMPARE(outcome.status, 0);
    const QJsonObject told = QJsonDocument::fromJson(outcome.output).object();
    QCOMPARE(told.value(u"imported"_s).toInt(), 1);
    QCOMPARE(told.value(u"transactions"_s).toInt(), 1);
    QCOMPARE(told.value(u"refused"_s).toInt(), 0);
    QCOMPARE(m_objectsync.run({ u"list"_s }).output, QByteArray("7 x=1 y=2\n"));
}

void ImportTest::refusedEntities()
{
    QJsonArray rows;
    for (int i = 0; i < 500; ++i)
        rows.append(QJsonObject{ { u"n"_s, i }, { u"code"_s, u"c%1"_s.arg(i) } });
    rows[77] = QJsonObject{ { u"code"_s, QString(300, u'x') } };
    rows[177] = QJsonObject{ { u"code"_s, u"nameless"_s }, { QString(129, u'n'), 1 } };
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"-"_s, u"--id-field=code"_s },
                                             QJsonDocument(rows).toJson());
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.errors.contains("xxx: bad-id: "), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("objectsync: nameless: bad-name: "),
             outcome.errors.constData());
    QCOMPARE(outcome.errors.count('\n'), 2);
    QVERIFY2(outcome.output.startsWith("imported 498 entities"), outcome.output.constData());
    QCOMPARE(m_objectsync.run({ u"list"_s }).output.count('\n'), 498);
}

void ImportTest::refusedWithoutBlame()
{
    SyncServer server;
    server.addCommitHandler([](CommitRequest &request) {
        for (const Operation &operation : request.operations()) {
            if (operation.values.value("n") == Value(13))
                return request.reject("unlucky", u"not this number"_s);
        }
        request.accept();
    });
    QVERIFY(server.listen());
    QJsonArray rows;
    for (int i = 0; i < 300; ++i)
        rows.append(QJsonObject{ { u"code"_s, u"%1"_s.arg(i) }, { u"n"_s, i % 100 } });
    const CommandLine objectsync(server.url());
    const Outcome outcome = objectsync.run({ u"import"_s, u"-"_s, u"--id-field=code"_s },
                                           QJsonDocument(rows).toJson());
    QCOMPARE(outcome.status, 1);
    QByteArrayList lines = outcome.errors.trimmed().split('\n');
    std::sort(lines.begin(), lines.end());
    QCOMPARE(lines, QByteArrayList({ "objectsync: 113: unlucky: not this number",
                                     "objectsync: 13: unlucky: not this number",
                                     "objectsync: 213: unlucky: not this number" }));
    QVERIFY2(outcome.output.startsWith("imported 297 entities"), outcome.output.constData());
    QCOMPARE(objectsync.run({ u"list"_s }).output.count('\n'), 297);
}

void ImportTest::largeEntities()
{
    QJsonArray rows;
    for (int i = 0; i < 20; ++i) {
        rows.append(QJsonObject{ { u"code"_s, u"%1"_s.arg(i) },
                                 { u"text"_s, QString(60000, QChar(u'a' + i)) } });
    }
    rows.append(QJsonObject{ { u"code"_s, u"huge"_s }, { u"text"_s, QString(300000, u'ä') } });
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"-"_s, u"--id-field=code"_s },
                                             QJsonDocument(rows).toJson());
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.errors.startsWith("objectsync: huge: too-large: "),
             outcome.errors.left(1000).constData());
    QCOMPARE(outcome.errors.count('\n'), 1);
    QVERIFY2(outcome.output.startsWith("imported 20 entities"), outcome.output.constData());
}

void ImportTest::serverGoneForGood()
{
    m_daemon->kill();
    const Outcome outcome = m_objectsync.run({ u"import"_s, u"-"_s, u"--timeout=1"_s }, "[]");
    QCOMPARE(outcome.status, 3);
}

void ImportTest::languages()
{
    if (!QFile::exists(languagesFile))
        QSKIP("the package iso-codes is not installed");
    VERIFY_DONE(m_objectsync.run(importLanguages + QStringList{ languagesFile }));
    const QByteArray before = exported();
    QVERIFY(before.count('\n') > 7000);
    QVERIFY(before.contains("{\"id\":\"languages/deu\",\"values\":{\"alpha_2\":\"de\","
                            "\"bibliographic\":\"ger\",\"name\":\"German\",\"scope\":\"I\","
                            "\"type\":\"L\"}}"));

    DaemonProcess other({ u"--memory"_s });
    QVERIFY(other.start());
    const CommandLine there(other.url());
    VERIFY_DONE(there.run({ u"import"_s, u"-"_s }, before));
    QCOMPARE(there.run({ u"export"_s }).output, before);
}

/// The languages with changed names, and as they then are in an export.
static QByteArray changedLanguages()
{
    QFile file(languagesFile);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray content = file.readAll();
    content.replace("\"name\": \"", "\"name\": \"New ");
    return content;
}

/// What a session shows, in the form of an export.
static QByteArray exportOf(const SyncSession &session)
{
    QByteArray lines;
    for (const QString &id : session.ids()) {
        lines += (lines.isEmpty() ? "\n" : ",\n")
                 + toJson(ValueMap{ { "id", Value(id) },
                                    { "values", session.view().values(id.toUtf8()) } });
    }
    return '[' + lines + "\n]\n";
}

void ImportTest::killedInTheMiddle()
{
    if (!QFile::exists(languagesFile))
        QSKIP("the package iso-codes is not installed");
    VERIFY_DONE(m_objectsync.run(importLanguages + QStringList{ languagesFile }));
    SyncSession witness; // connected throughout
    witness.setReconnectMost(500);
    witness.open(m_daemon->url());
    const SyncSubscription *const all = witness.subscribe(QString());
    QTRY_VERIFY(all->isReady());
    int changed = 0;
    connect(&witness, &SyncSession::entityUpdated, this, [&] { ++changed; });
    const auto watch = m_objectsync.start({ u"watch"_s });
    QVERIFY(watch->waitForErrors("watching"));

    const QString file = write(changedLanguages());
    const auto import = m_objectsync.start(importLanguages + QStringList{ file });
    QVERIFY(QTest::qWaitFor([&] { return changed > 0; }, 30000));
    m_daemon->kill();
    const int before = changed;
    QVERIFY2(import->isRunning(), "the import was over before the server was killed");
    QVERIFY(import->waitForErrors("objectsync: offline"));
    QVERIFY(m_daemon->start());

    QCOMPARE(import->waitForEnd(), 0);
    QVERIFY2(import->output().startsWith("imported 79"), import->output().constData());
    const int total = static_cast<int>(witness.ids().size());
    QTRY_COMPARE_WITH_TIMEOUT(changed, total, 30000);
    QVERIFY(before < total);
    QCOMPARE(exported(), exportOf(witness));
    QCOMPARE(exported().count("\"name\":\"New "), total);
    // The watch went on by itself, and told each change once.
    QVERIFY(QTest::qWaitFor([&] { return watch->output().count("\nupdate ") >= total; }, 30000));
    QCOMPARE(watch->output().count("\nupdate "), total);
}

QTEST_GUILESS_MAIN(ImportTest)
#include "tst_objectsyncimport.moc"
