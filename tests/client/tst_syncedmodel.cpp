// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "engineclient.h"

#include <objectsync/client/syncedmodel.h>
#include <objectsync/client/syncedobject.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qrandom.h>
#include <QtCore/qsortfilterproxymodel.h>
#include <QtTest/qabstractitemmodeltester.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

class TestSyncedModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void loadsInOrder();
    void columnsAndRoles();
    void withoutRoles();
    void rowsComeAndGo();
    void rowsMove_data();
    void rowsMove();
    void changesAreExact();
    void setDataWrites();
    void entityRole();
    void orderOfKinds();
    void anotherOrderKeepsPersistentIndexes();
    void anotherPrefix();
    void offlineCreationsShowAtOnce();
    void surrogateSession();
    void sessionGoesFirst();
    void randomChangesAgreeWithTheView();
    void rowOperationsAreCheap();

private:
    QStringList ids() const
    {
        QStringList result;
        for (int row = 0; row < m_model->rowCount(); ++row)
            result << m_model->idAt(row);
        return result;
    }
    void add(const char *id, const Value &score)
    {
        m_server->commit({ Operation::create(id, { { "name", id }, { "score", score } }) });
    }
    bool load()
    {
        m_model->setSession(m_session.get());
        return QTest::qWaitFor([this] { return m_model->isReady(); });
    }

    std::unique_ptr<EngineServer> m_server;
    std::unique_ptr<EngineClient> m_session;
    std::unique_ptr<SyncedModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestSyncedModel::init()
{
    m_server = std::make_unique<EngineServer>();
    m_session = std::make_unique<EngineClient>(*m_server);
    QVERIFY(m_session->goOnline());
    m_model = std::make_unique<SyncedModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_model->setPrefix(u"p/"_s);
    m_model->setOrderBy(u"score"_s);
    m_model->setRoles({ u"name"_s, u"score"_s });
}

void TestSyncedModel::cleanup()
{
    m_tester.reset();
    m_model.reset();
    m_session.reset();
    m_server.reset();
}

void TestSyncedModel::loadsInOrder()
{
    add("p/a", 3);
    add("p/b", 1);
    add("p/c", 2);
    add("p/d", 1);
    add("other", 0);
    QSignalSpy counts(m_model.get(), &SyncedModel::countChanged);
    QSignalSpy resets(m_model.get(), &SyncedModel::modelReset);
    QVERIFY(load());
    QCOMPARE(ids(), QStringList({ u"p/b"_s, u"p/d"_s, u"p/c"_s, u"p/a"_s }));
    QCOMPARE(m_model->count(), 4);
    QCOMPARE(counts.count(), 1);
    const auto loads = resets.count();
    m_model->setDescending(true);
    QCOMPARE(ids(), QStringList({ u"p/a"_s, u"p/c"_s, u"p/b"_s, u"p/d"_s }));
    QCOMPARE(resets.count(), loads);
}

void TestSyncedModel::columnsAndRoles()
{
    add("p/a", 3);
    QVERIFY(load());
    QCOMPARE(m_model->columnCount(), 2);
    QCOMPARE(m_model->headerData(1, Qt::Horizontal).toString(), u"score"_s);
    QCOMPARE(m_model->index(0, 0).data().toString(), u"p/a"_s);
    QCOMPARE(m_model->index(0, 1).data(Qt::EditRole).toInt(), 3);
    const auto names = m_model->roleNames();
    QCOMPARE(names.size(), 4);
    QCOMPARE(m_model->index(0, 0).data(names.key("score")).toInt(), 3);
    QCOMPARE(m_model->index(0, 1).data(names.key("entityId")).toString(), u"p/a"_s);
    QVERIFY(!m_model->index(0, 0).data(Qt::DecorationRole).isValid());
    QVERIFY(m_model->index(0, 0).flags() & Qt::ItemIsEditable);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"cannot be changed"_s));
    m_model->setRoles({ u"name"_s });
    QCOMPARE(m_model->roles().size(), 2);
}

void TestSyncedModel::withoutRoles()
{
    add("p/a", 3);
    SyncedModel plain;
    const QAbstractItemModelTester tester(&plain);
    plain.setSession(m_session.get());
    QTRY_VERIFY(plain.isReady());
    QCOMPARE(plain.columnCount(), 1);
    QCOMPARE(plain.index(0, 0).data().toString(), u"p/a"_s);
    QCOMPARE(plain.headerData(0, Qt::Horizontal).toString(), u"id"_s);
    QVERIFY(!(plain.index(0, 0).flags() & Qt::ItemIsEditable));
    QVERIFY(!plain.setData(plain.index(0, 0), 1));
}

void TestSyncedModel::rowsComeAndGo()
{
    add("p/a", 1);
    add("p/c", 3);
    QVERIFY(load());
    QSignalSpy resets(m_model.get(), &SyncedModel::modelReset);
    QSignalSpy inserted(m_model.get(), &SyncedModel::rowsInserted);
    QSignalSpy removed(m_model.get(), &SyncedModel::rowsRemoved);
    add("p/b", 2);
    QTRY_COMPARE(inserted.count(), 1);
    QCOMPARE(inserted[0][1].toInt(), 1);
    QCOMPARE(inserted[0][2].toInt(), 1);
    QCOMPARE(m_model->rowOf(u"p/c"_s), 2);
    m_server->commit({ Operation::destroy("p/a") });
    QTRY_COMPARE(removed.count(), 1);
    QCOMPARE(removed[0][1].toInt(), 0);
    QCOMPARE(ids(), QStringList({ u"p/b"_s, u"p/c"_s }));
    QCOMPARE(m_model->rowOf(u"p/a"_s), -1);
    QCOMPARE(resets.count(), 0);
}

void TestSyncedModel::rowsMove_data()
{
    QTest::addColumn<int>("score");
    QTest::addColumn<int>("to");
    QTest::addColumn<bool>("moves");
    QTest::newRow("up") << 5 << 0 << true;
    QTest::newRow("up by one") << 15 << 1 << true;
    QTest::newRow("stays, less") << 25 << 2 << false;
    QTest::newRow("stays, more") << 35 << 2 << false;
    QTest::newRow("down by one") << 45 << 3 << true;
    QTest::newRow("down") << 55 << 4 << true;
    QTest::newRow("equal, after by id") << 20 << 2 << false;
    QTest::newRow("equal, before by id") << 40 << 2 << false;
}

void TestSyncedModel::rowsMove()
{
    QFETCH(int, score);
    QFETCH(int, to);
    QFETCH(bool, moves);
    add("p/a", 10);
    add("p/b", 20);
    add("p/c", 30);
    add("p/d", 40);
    add("p/e", 50);
    QVERIFY(load());
    const QPersistentModelIndex index = m_model->index(2, 0);
    QSignalSpy moved(m_model.get(), &SyncedModel::rowsMoved);
    QSignalSpy changed(m_model.get(), &SyncedModel::dataChanged);
    m_server->commit({ Operation::set("p/c", { { "score", score } }) });
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(moved.count(), moves ? 1 : 0);
    QCOMPARE(m_model->rowOf(u"p/c"_s), to);
    QCOMPARE(index.row(), to);
    QCOMPARE(changed[0][0].toModelIndex().row(), to);
}

void TestSyncedModel::changesAreExact()
{
    add("p/a", 1);
    QVERIFY(load());
    QSignalSpy changed(m_model.get(), &SyncedModel::dataChanged);
    m_server->commit({ Operation::set("p/a", { { "unseen", 1 } }) });
    m_server->commit({ Operation::set("p/a", { { "name", "A" } }) });
    QTRY_COMPARE(changed.count(), 1);
    const auto roles = changed[0][2].value<QList<int>>();
    QVERIFY(roles.contains(SyncedModel::FirstRole));
    QVERIFY(!roles.contains(SyncedModel::FirstRole + 1));
    QVERIFY(roles.contains(Qt::DisplayRole));
}

void TestSyncedModel::setDataWrites()
{
    add("p/a", 1);
    QVERIFY(load());
    QSignalSpy changed(m_model.get(), &SyncedModel::dataChanged);
    QVERIFY(m_model->setData(m_model->index(0, 1), 7));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(m_model->index(0, 1).data().toInt(), 7);
    QVERIFY(m_model->setData(m_model->index(0, 1), u"A"_s, SyncedModel::FirstRole));
    QVERIFY(m_session->settle());
    QCOMPARE(m_server->world().values("p/a"), ValueMap({ { "name", "A" }, { "score", 7 } }));
    QVERIFY(!m_model->setData(m_model->index(0, 0), QVariant::fromValue(this)));
    QVERIFY(!m_model->setData(m_model->index(0, 0), 1, SyncedModel::EntityIdRole));
    QVERIFY(!m_model->setData(QModelIndex(), 1));
    QVERIFY(m_model->setData(m_model->index(0, 0), QVariant()));
    QVERIFY(!m_model->index(0, 0).data().isValid());
}

void TestSyncedModel::entityRole()
{
    add("p/a", 1);
    QVERIFY(load());
    const auto *object = m_model->index(0, 1).data(SyncedModel::EntityRole).value<SyncedObject *>();
    QVERIFY(object);
    QCOMPARE(object, m_session->object(u"p/a"_s));
    QCOMPARE(object, m_model->objectAt(0));
    QCOMPARE(object->status(), SyncedObject::Status::Ready);
    QCOMPARE(m_model->objectAt(1), nullptr);
}

void TestSyncedModel::orderOfKinds()
{
    const std::vector<Value> rising{
        Value(nullptr), Value(false), Value(true), Value(qQNaN()),     Value(-1.5),
        Value(-1),      Value(0.5),   Value(2),    Value::dateTime(5), Value::dateTime(6),
        Value(""),      Value("Z"),   Value("a"),  Value("ä"),         Value::bytes("a"),
    };
    QStringList expected{ u"p/none"_s };
    m_server->commit({ Operation::create("p/none", {}) });
    for (size_t at = 0; at < rising.size(); ++at) {
        const QByteArray id = "p/" + QByteArray::number(99 - static_cast<int>(at));
        m_server->commit({ Operation::create(id, { { "score", rising[at] } }) });
        expected << QString::fromUtf8(id);
    }
    QVERIFY(load());
    QCOMPARE(ids(), expected);
}

void TestSyncedModel::anotherOrderKeepsPersistentIndexes()
{
    add("p/a", 3);
    add("p/b", 1);
    add("p/c", 2);
    QVERIFY(load());
    const QPersistentModelIndex index = m_model->index(2, 1);
    m_model->sort(0, Qt::AscendingOrder);
    QCOMPARE(m_model->orderBy(), u"name"_s);
    QCOMPARE(index.row(), 0);
    m_model->sort(0, Qt::DescendingOrder);
    QCOMPARE(index.row(), 2);
    m_model->sort(-1);
    QCOMPARE(ids(), QStringList({ u"p/a"_s, u"p/b"_s, u"p/c"_s }));

    QSortFilterProxyModel proxy;
    proxy.setSourceModel(m_model.get());
    proxy.sort(1);
    QCOMPARE(proxy.index(0, 0).data().toString(), u"p/b"_s);
}

void TestSyncedModel::anotherPrefix()
{
    add("p/a", 3);
    add("q/b", 1);
    QVERIFY(load());
    m_model->setPrefix(u"q/"_s);
    QTRY_COMPARE(ids(), QStringList{ u"q/b"_s });
    QTRY_VERIFY(m_model->isReady());
    QTRY_VERIFY(!m_session->exists(u"p/a"_s));
    m_model->setSession(nullptr);
    QCOMPARE(m_model->count(), 0);
}

void TestSyncedModel::offlineCreationsShowAtOnce()
{
    m_session->close();
    m_model->setSession(m_session.get());
    QCoreApplication::processEvents();
    m_session->save({ { u"id"_s, u"p/mine"_s } });
    QCOMPARE(m_model->count(), 1);
    add("p/other", 1);
    QVERIFY(m_session->goOnline());
    QTRY_COMPARE(m_model->count(), 2);
    QVERIFY(m_model->isReady());
}

void TestSyncedModel::surrogateSession()
{
    // Two models on one prefix, and one that goes: the other stays as it is.
    add("p/a", 1);
    QVERIFY(load());
    auto other = std::make_unique<SyncedModel>();
    other->setPrefix(u"p/"_s);
    other->setSession(m_session.get());
    QTRY_VERIFY(other->isReady());
    QSignalSpy removed(m_model.get(), &SyncedModel::rowsRemoved);
    other.reset();
    QTRY_COMPARE(m_server->count("unsubscribe"), 1);
    QCOMPARE(removed.count(), 0);
    QCOMPARE(m_model->count(), 1);
}

void TestSyncedModel::sessionGoesFirst()
{
    add("p/a", 1);
    QVERIFY(load());
    m_session.reset();
    QCOMPARE(m_model->count(), 0);
    QCOMPARE(m_model->session(), nullptr);
    QVERIFY(!m_model->isReady());
}

void TestSyncedModel::randomChangesAgreeWithTheView()
{
    QVERIFY(load());
    QSignalSpy resets(m_model.get(), &SyncedModel::modelReset);
    QRandomGenerator random(7);
    for (int step = 0; step < 300; ++step) {
        const QByteArray id = "p/" + QByteArray::number(random.bounded(20));
        const Operation operation = random.bounded(3) == 0
                                            ? Operation::destroy(id)
                                            : Operation::save(id,
                                                              { { "score", random.bounded(10) } });
        if (random.bounded(2) == 0)
            m_server->commit({ operation });
        else
            m_session->transaction(Transaction{ { operation } });
        if (random.bounded(4) == 0)
            QCoreApplication::processEvents();
        QCOMPARE(static_cast<size_t>(m_model->count()),
                 m_session->ids(Filter::byPrefix("p/")).size());
    }
    QVERIFY(m_session->settle());
    for (int row = 1; row < m_model->count(); ++row) {
        const auto key = [this](int at) {
            return std::pair(m_model->index(at, 1).data().toInt(), m_model->idAt(at));
        };
        QVERIFY(key(row - 1) < key(row));
        QCOMPARE(m_model->rowOf(m_model->idAt(row)), row);
    }
    QCOMPARE(resets.count(), 0);
}

void TestSyncedModel::rowOperationsAreCheap()
{
    m_tester.reset();
    std::vector<Operation> operations;
    constexpr int rows = 100000;
    for (int row = 0; row < rows; ++row)
        operations.push_back(
                Operation::create("p/" + QByteArray::number(row), { { "score", row } }));
    m_server->commit(std::move(operations));
    QVERIFY(load());
    QCOMPARE(m_model->count(), rows);

    QElapsedTimer timer;
    timer.start();
    constexpr int moves = 1000;
    for (int move = 0; move < moves; ++move)
        m_model->setData(m_model->index(move, 1), rows - move * 50);
    const auto nanoseconds = timer.nsecsElapsed() / moves;
    qInfo("%lld ns a move", static_cast<long long>(nanoseconds));
    // Linear work on variants would take milliseconds, even on a fast machine.
#if defined(__SANITIZE_ADDRESS__)
    constexpr int most = 5000 * 1000;
#else
    constexpr int most = 1000 * 1000;
#endif
    QVERIFY(nanoseconds < most);
}

QTEST_GUILESS_MAIN(TestSyncedModel)

#include "tst_syncedmodel.moc"
