// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "anotherprogram.h"
#include "clientstorageconformance.h"

#include <objectsync/sqlite/sqliteclientstorage.h>
#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qtemporarydir.h>
#include <QtSql/qsqldatabase.h>

using namespace ObjectSync;

class TestSqliteClientStorage : public ClientStorageConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<ClientStorage> open() override
    {
        return std::make_unique<SqliteClientStorage>(file());
    }
    void reset() override { m_folder.emplace(); }

private:
    QString file() const { return m_folder->filePath(QStringLiteral("client.db")); }

    QByteArray contents() const
    {
        QFile plain(file());
        return plain.open(QIODevice::ReadOnly) ? plain.readAll() : QByteArray();
    }

    /// The error must name the file and contain the words; the file is left as it is.
    void verifyLoadError(const QString &words)
    {
        const QByteArray before = contents();
        {
            const auto loaded = open()->load();
            QVERIFY(!loaded);
            QCOMPARE(loaded.error().code, QByteArray(ErrorCode::StorageFailed));
            const QString message = loaded.error().message;
            QVERIFY2(message.contains(words), qPrintable(message));
            QVERIFY2(message.contains(QDir::toNativeSeparators(file())), qPrintable(message));
        }
        QCOMPARE(contents(), before);
    }

    std::optional<QTemporaryDir> m_folder;

private Q_SLOTS:
    void nothingIsLeftBehindBesideTheFile()
    {
        const SqliteClientStorage untouched(file());
        QCOMPARE(untouched.file(), file());
        QVERIFY(!QFile::exists(file()));
        write({ batch() });
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files),
                 QStringList(QStringLiteral("client.db")));
        QVERIFY(QSqlDatabase::connectionNames().isEmpty());
    }

    void theFileIsForOneAlone()
    {
        auto first = open();
        QVERIFY(first->load());
        const auto second = open();
        const auto refused = second->load();
        QVERIFY(!refused);
        QVERIFY(refused.error().message.contains(QLatin1String("in use")));
        QVERIFY(first->write(batch()));
        first.reset();
        QVERIFY(open()->load());
    }

    void aFileThatIsNoDatabase()
    {
        QFile plain(file());
        QVERIFY(plain.open(QIODevice::WriteOnly));
        plain.write(QByteArray(10000, 'x'));
        plain.close();
        verifyLoadError(QStringLiteral("restore a backup"));
    }

    void aFileOfAnotherProgram()
    {
        executeAsAnother(file(), { QStringLiteral("CREATE TABLE recipes (name TEXT)") });
        verifyLoadError(QStringLiteral("another program"));
    }

    void theDatabaseOfAServer()
    {
        QVERIFY(SqliteStorage(file()).load({}));
        verifyLoadError(QStringLiteral("another program"));
    }

    void aNewerLayout()
    {
        write({ batch() });
        executeAsAnother(file(), { QStringLiteral("PRAGMA user_version = 99") });
        verifyLoadError(QStringLiteral("newer version"));
    }

    void aDamagedFile()
    {
        ClientStorageBatch many = batch();
        for (int i = 0; i < 2000; ++i)
            many.entities.push_back({ "lamps/" + QByteArray::number(i), { { "level", i } } });
        write({ many });
        QFile plain(file());
        QVERIFY(plain.open(QIODevice::ReadWrite));
        for (qint64 page = 6; page < plain.size() / 4096; ++page) {
            plain.seek(page * 4096);
            plain.write(QByteArray(4096, '\xa5'));
        }
        plain.close();
        verifyLoadError(QStringLiteral("restore a backup"));
    }

    void aDamagedRow_data()
    {
        QTest::addColumn<QString>("statement");
        const auto row = [](const char *name, const char *statement) {
            QTest::newRow(name) << QString::fromLatin1(statement);
        };
        row("entity", "UPDATE entity SET properties = x'a1ff'");
        row("no map", "UPDATE entity SET properties = x'05'");
        row("transaction", "UPDATE pending SET content = x'a1ff'");
        row("another message", "UPDATE pending SET content = (SELECT filter FROM subscription)");
        row("subscription", "UPDATE subscription SET filter = x''");
    }

    void aDamagedRow()
    {
        QFETCH(QString, statement);
        ClientStorageBatch first = batch();
        first.subscriptions = { { Filter::byPrefix("a"), true, true } };
        first.entities = { { "a", {} } };
        first.pending = { { 1, everyOperation() } };
        write({ first });
        executeAsAnother(file(), { statement });
        verifyLoadError(QStringLiteral("restore a backup"));
    }

    void aFileThatCannotBeWritten()
    {
        write({ batch() });
        QVERIFY(QFile::setPermissions(file(), QFileDevice::ReadOwner));
        if (QFileInfo(file()).isWritable())
            QSKIP("This user may write to everything");
        verifyLoadError(QStringLiteral("cannot be read and written"));
    }

    void aMissingFolder()
    {
        SqliteClientStorage storage(m_folder->filePath(QStringLiteral("missing/client.db")));
        const auto loaded = storage.load();
        QVERIFY(!loaded);
        QVERIFY(loaded.error().message.contains(QLatin1String("make it first")));
    }

    void aFullDisk()
    {
        SqliteClientStorage storage(file());
        storage.setSizeLimit(40 * 4096);
        QVERIFY(storage.load());
        ClientStorageBatch small = batch();
        small.entities = { { "a", { { "n", 1 } } } };
        QVERIFY(storage.write(small));
        ClientStorageBatch large = batch();
        large.cursor = 8;
        large.entities = { { "b", { { "text", Value::bytes(QByteArray(500000, 'x')) } } } };
        const auto refused = storage.write(large);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(QLatin1String("free some space")),
                 qPrintable(refused.error().message));
        QCOMPARE(storage.load()->cursor, 7);
        small.cursor = 9;
        QVERIFY(storage.write(small));
        QCOMPARE(storage.load()->entities.size(), size_t(1));
    }

    void aWriteThatFailsKeepsNothing()
    {
        write({ batch() });
        executeAsAnother(
                file(),
                { QStringLiteral(
                        "CREATE TRIGGER refuse BEFORE INSERT ON pending WHEN NEW.number = 2 "
                        "BEGIN SELECT RAISE(ABORT, 'refused'); END") });
        const auto storage = open();
        QVERIFY(storage->load());
        ClientStorageBatch second = batch();
        second.cursor = 9;
        second.entities = { { "a", {} } };
        second.pending = { { 1, {} }, { 2, {} } };
        QVERIFY(!storage->write(second));
        QCOMPARE(storage->load()->cursor, 7);
        QVERIFY(storage->load()->entities.empty());
        second.pending.pop_back();
        QVERIFY(storage->write(second));
        QCOMPARE(storage->load()->pending.size(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestSqliteClientStorage)

#include "tst_sqliteclientstorage.moc"
