// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>

#include <toolprocess.h>

#include <QtCore/qfile.h>
#include <QtCore/qtemporarydir.h>

using namespace ObjectSync;

/// The auction of examples/server-embedded: its rule, and its store over a crash.
class ServerEmbeddedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void rule();
    void store();
    void portInUse();

private:
    void start();
    QByteArray bid(const QVariant &amount);

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
    std::unique_ptr<ToolProcess> m_server;
    std::unique_ptr<SyncSession> m_session;
};

void ServerEmbeddedTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_file = m_folder->filePath(u"auction.jsonl"_s);
    start();
}

void ServerEmbeddedTest::cleanup()
{
    m_session.reset();
    m_server.reset();
}

/// The server, and a session that shows the lots.
void ServerEmbeddedTest::start()
{
    const QStringList arguments{ m_file, u"0"_s };
    m_server = std::make_unique<ToolProcess>(QStringLiteral(SERVER_EMBEDDED), arguments);
    QVERIFY(m_server->waitForErrors("listening on "));
    QTRY_VERIFY(m_server->errors().endsWith('\n'));
    m_session = std::make_unique<SyncSession>();
    m_session->open(QUrl(QString::fromUtf8(m_server->errors().trimmed().split(' ').last())));
    m_session->subscribe(QString());
    QTRY_VERIFY(m_session->exists(u"lots/vase"_s));
}

/// The code of the answer; empty where the bid was accepted.
QByteArray ServerEmbeddedTest::bid(const QVariant &amount)
{
    std::optional<QByteArray> code;
    const QVariantMap lot{ { u"id"_s, u"lots/vase"_s }, { u"bid"_s, amount } };
    m_session->save(lot, this, [&](const std::optional<Error> &error, const QVariant &) {
        code = error ? error->code : QByteArray();
    });
    if (!QTest::qWaitFor([&] { return code.has_value(); }, 30000))
        return "no answer";
    return *code;
}

void ServerEmbeddedTest::rule()
{
    QCOMPARE(bid(12), "");
    QCOMPARE(bid(12), "too-low");
    QCOMPARE(bid(u"everything"_s), "too-low");
    QCOMPARE(m_session->value(u"lots/vase"_s, u"bid"_s), QVariant(12));
}

void ServerEmbeddedTest::store()
{
    QCOMPARE(bid(12.5), "");
    m_server->signal(SIGKILL);
    m_server->waitForEnd();
    // As if it had died in the middle of a write.
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::Append));
    QVERIFY(file.write("[[\"lots/vase\",{\"bid\":99") > 0);
    file.close();

    for (const double next : { 13.5, 14.5 }) {
        start();
        QCOMPARE(m_session->value(u"lots/vase"_s, u"bid"_s).toDouble(), next - 1);
        QCOMPARE(bid(next), "");
        m_session.reset();
        m_server->signal(SIGKILL);
        m_server->waitForEnd();
    }
}

void ServerEmbeddedTest::portInUse()
{
    const QString port = QString::number(m_session->url().port());
    ToolProcess second(QStringLiteral(SERVER_EMBEDDED), { m_folder->filePath(u"other"_s), port });
    QCOMPARE(second.waitForEnd(), 1);
    QVERIFY2(second.errors().contains(port.toUtf8()), second.errors().constData());
}

QTEST_GUILESS_MAIN(ServerEmbeddedTest)
#include "tst_serverembedded.moc"
