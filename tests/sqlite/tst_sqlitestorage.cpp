// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "anotherprogram.h"
#include "storageconformance.h"

#include <objectsync/sqlite/sqlitestorage.h>

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qtemporarydir.h>
#include <QtSql/qsqldatabase.h>

#include <algorithm>

using namespace ObjectSync;

class TestSqliteStorage : public StorageConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> open() override { return std::make_unique<SqliteStorage>(file()); }
    void reset() override { m_folder.emplace(); }

private:
    QString file() const { return m_folder->filePath(QStringLiteral("world.db")); }

    /// The error must name the file and contain the words.
    void verifyError(const Expected<StoredWorld> &loaded, const QString &words)
    {
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().code, QByteArray(ErrorCode::StorageFailed));
        const QString message = loaded.error().message;
        QVERIFY2(message.contains(words), qPrintable(message));
        QVERIFY2(message.contains(QLatin1String("Database \"")), qPrintable(message));
    }

    std::optional<QTemporaryDir> m_folder;

private Q_SLOTS:
    void theConstructorDoesNotTouchTheFile()
    {
        const SqliteStorage storage(file());
        QCOMPARE(storage.file(), file());
        QVERIFY(!QFile::exists(file()));
    }

    void nothingIsLeftBehindBesideTheFile()
    {
        write({ batch(1, { entity("lamp", 1) }) });
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files),
                 QStringList(QStringLiteral("world.db")));
        QVERIFY(QSqlDatabase::connectionNames().isEmpty());
    }

    void theFileIsForOneStorageAlone()
    {
        const auto first = open();
        QVERIFY(first->load({}));
        SqliteStorage second(file());
        verifyError(second.load({}), QStringLiteral("in use"));
        QVERIFY(first->write({ batch(1, { entity("lamp", 1) }) }));
        verifyError(second.load({}), QStringLiteral("in use"));
    }

    void aStorageCanTryAgain()
    {
        auto first = open();
        QVERIFY(first->load({}));
        SqliteStorage second(file());
        verifyError(second.load({}), QStringLiteral("in use"));
        first.reset();
        QVERIFY(second.load({}));
    }

    void placesThatCannotBe_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        QTest::newRow("empty") << QString() << QStringLiteral("name a file");
        QTest::newRow("folder") << QStringLiteral("%1") << QStringLiteral("this is a folder");
        QTest::newRow("missing folder")
                << QStringLiteral("%1/missing/world.db") << QStringLiteral("make it first");
        QTest::newRow("file as folder")
                << QStringLiteral("%1/file/world.db") << QStringLiteral("is not a folder");
#ifdef Q_OS_LINUX
        QTest::newRow("no rights") << QStringLiteral("/proc/world.db") << QStringLiteral("allow");
#endif
    }

    void placesThatCannotBe()
    {
        QFETCH(QString, path);
        QFETCH(QString, words);
        QFile plain(m_folder->filePath(QStringLiteral("file")));
        QVERIFY(plain.open(QIODevice::WriteOnly));
        const QString place = path.contains(u'%') ? path.arg(m_folder->path()) : path;
        SqliteStorage storage(place);
        const auto loaded = storage.load({});
        verifyError(loaded, words);
        QVERIFY(loaded.error().message.contains(QDir::toNativeSeparators(place)));
    }

    void aFileThatCannotBeWritten()
    {
        write({ batch(1, { entity("lamp", 1) }) });
        QVERIFY(QFile::setPermissions(file(), QFileDevice::ReadOwner));
        if (QFileInfo(file()).isWritable())
            QSKIP("This user may write to everything");
        SqliteStorage storage(file());
        verifyError(storage.load({}), QStringLiteral("cannot be read and written"));
    }

    void aFileThatIsNoDatabase()
    {
        QFile plain(file());
        QVERIFY(plain.open(QIODevice::WriteOnly));
        plain.write(QByteArray(10000, 'x'));
        plain.close();
        SqliteStorage storage(file());
        verifyError(storage.load({}), QStringLiteral("restore a backup"));
        QCOMPARE(QFileInfo(file()).size(), 10000);
    }

    void aDatabaseOfAnotherProgram()
    {
        executeAsAnother(file(), { QStringLiteral("CREATE TABLE recipes (name TEXT)") });
        SqliteStorage storage(file());
        verifyError(storage.load({}), QStringLiteral("another program"));
    }

    void anEmptyFileBecomesADatabase()
    {
        QFile plain(file());
        QVERIFY(plain.open(QIODevice::WriteOnly));
        plain.close();
        QVERIFY(load() == StoredWorld());
    }

    void aDamagedFile()
    {
        std::vector<StoredEntity> many;
        for (int i = 0; i < 2000; ++i)
            many.push_back(entity("lamps/" + QByteArray::number(i), 1));
        write({ batch(1, many) });
        QFile plain(file());
        QVERIFY(plain.open(QIODevice::ReadWrite));
        for (qint64 page = 4; page < plain.size() / 4096; ++page) {
            plain.seek(page * 4096);
            plain.write(QByteArray(4096, '\xa5'));
        }
        plain.close();
        SqliteStorage storage(file());
        verifyError(storage.load({}), QStringLiteral("restore a backup"));
    }

    void aDamagedRow()
    {
        write({ batch(1, { entity("lamp", 1) }) });
        executeAsAnother(file(), { QStringLiteral("UPDATE entity SET properties = x'a1ff'") });
        SqliteStorage storage(file());
        const auto loaded = storage.load({});
        verifyError(loaded, QStringLiteral("restore a backup"));
        QVERIFY(loaded.error().message.contains(QLatin1String("lamp")));
    }

    void aNewerLayout()
    {
        write({ batch(1) });
        executeAsAnother(file(), { QStringLiteral("PRAGMA user_version = 99") });
        SqliteStorage storage(file());
        verifyError(storage.load({}), QStringLiteral("newer version"));
    }

    void aWriteThatFailsKeepsNothing()
    {
        write({ batch(1, { entity("lamp", 1) }) });
        executeAsAnother(file(),
                         { QStringLiteral(
                                 "CREATE TRIGGER refuse BEFORE INSERT ON entity WHEN NEW.stamp = 3 "
                                 "BEGIN SELECT RAISE(ABORT, 'refused'); END") });
        const auto storage = open();
        QVERIFY(storage->load({}));
        StorageBatch other = batch(1, { entity("hall", 1) });
        other.world = "new";
        const Batches batches{ other, batch(2, { entity("lamp", 2), entity("hall", 3) }) };
        const auto refused = storage->write(batches);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.contains(QLatin1String("refused")));
        QVERIFY(storage->load({})->entities == std::vector{ entity("lamp", 1) });
        QVERIFY(*storage->load("new") == StoredWorld());
        QVERIFY(storage->write({ other }));
        QVERIFY(storage->load("new")->entities == other.entities);
    }

    void aLargeWorldComesInParts()
    {
        std::vector<StoredEntity> many;
        for (int i = 0; i < 9000; ++i)
            many.push_back(entity("lamps/" + QByteArray::number(i), i * 7919 % 9000 + 1));
        const std::vector<StoredClient> clients{ { "client", 3, 4, { { 3, 7, 9000 } } } };
        StorageBatch all = batch(9000, many);
        all.tombstoneFloor = 5;
        all.clients = clients;
        write({ all });
        const auto storage = open();
        StoredWorld whole{ "epoch", 9000, 5 };
        size_t parts = 0;
        QVERIFY(storage->loadInParts({}, [&](StoredWorld part) -> Expected<void> {
            ++parts;
            whole.entities.insert(whole.entities.end(), part.entities.begin(), part.entities.end());
            whole.clients.insert(whole.clients.end(), part.clients.begin(), part.clients.end());
            part.entities.clear();
            part.clients.clear();
            return part == StoredWorld{ "epoch", 9000, 5 }
                           ? Expected<void>()
                           : Error{ ErrorCode::StorageFailed, QStringLiteral("another world") };
        }));
        QVERIFY2(parts > 3, qPrintable(QString::number(parts)));
        QVERIFY(whole.clients == clients);
        const auto isOlder = [](const StoredEntity &a, const StoredEntity &b) {
            return a.stamp < b.stamp;
        };
        std::sort(many.begin(), many.end(), isOlder);
        QVERIFY(whole.entities == many);
        QVERIFY(*storage->load({}) == whole);
    }

    void anErrorOfTheOneWhoTakesEndsTheLoading()
    {
        std::vector<StoredEntity> many;
        for (int i = 0; i < 9000; ++i)
            many.push_back(entity("lamps/" + QByteArray::number(i), 1));
        write({ batch(1, many) });
        int parts = 0;
        const auto loaded = open()->loadInParts({}, [&](const StoredWorld &) -> Expected<void> {
            ++parts;
            return Error{ ErrorCode::StorageFailed, QStringLiteral("enough") };
        });
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().message, QStringLiteral("enough"));
        QCOMPARE(parts, 1);
    }

    void manyEntitiesLoadQuickly()
    {
        std::vector<StoredEntity> many;
        for (int i = 0; i < 20000; ++i)
            many.push_back(entity("lamps/" + QByteArray::number(i), i + 1));
        write({ batch(20000, many) });
        QBENCHMARK_ONCE
        {
            QCOMPARE(load().entities.size(), many.size());
        }
    }
};

QTEST_GUILESS_MAIN(TestSqliteStorage)

#include "tst_sqlitestorage.moc"
