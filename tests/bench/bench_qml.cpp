// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What a message costs a client until QML and models show it.
//
// Bindings: a message changes a property of 1,000 entities. Each is shown by a SyncedObject in QML
// that declares the property, and another property is bound to that one. From the bytes of the
// message to all bound properties changed; against the same with plain QtObjects, whose declared
// property is written through its QMetaProperty, in turn, round by round.
//
// Rows: a message changes, moves, inserts or removes one row of a SyncedModel of 100,000, sorted by
// a property; against a plain model that keeps its rows in one sorted array.
//
// Times are CPU time of the client's thread.

#include "clientstage.h"
#include "enginepair.h"
#include "options.h"
#include "plainmodel.h"
#include "report.h"
#include "sampleworld.h"

#include <objectsync/client/syncedmodel.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qmetaobject.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>

#include <cstdlib>
#include <functional>
#include <string>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

constexpr int Objects = 1000;
constexpr int Rows = 100000;
constexpr int WarmUps = 20;

constexpr char SyncedSource[] = R"(
import QtQml
import ObjectSync
QtObject {
    id: root
    required property QtObject session
    required property string entityId
    readonly property real shown: item.x
    readonly property QtObject source: SyncedObject {
        id: item
        property real x
        session: root.session
        entityId: root.entityId
    }
})";

constexpr char PlainSource[] = R"(
import QtQml
QtObject {
    readonly property real shown: item.x
    readonly property QtObject source: QtObject {
        id: item
        property real x
    }
})";

QByteArray idOf(int index)
{
    return "item/" + QByteArray::number(index).rightJustified(9, '0');
}

[[noreturn]] void fail(const char *what)
{
    std::fprintf(stderr, "bench_qml: %s\n", what);
    std::exit(1);
}

/// Components of one kind, each with the bound property `shown`.
class BoundObjects
{
public:
    BoundObjects(QQmlEngine &engine, const char *qml, SyncSession *session)
    {
        QQmlComponent component(&engine);
        component.setData(qml, QUrl());
        for (int i = 0; i < Objects; ++i) {
            QVariantMap properties;
            if (session) {
                properties = { { u"session"_s, QVariant::fromValue<QObject *>(session) },
                               { u"entityId"_s, QString::fromUtf8(idOf(i)) } };
            }
            m_roots.emplace_back(component.createWithInitialProperties(properties));
            if (!m_roots.back())
                qFatal("%ls", qUtf16Printable(component.errorString()));
            QObject *source = m_roots.back()->property("source").value<QObject *>();
            const QMetaObject *type = source->metaObject();
            m_sources.push_back({ source, type->property(type->indexOfProperty("x")) });
        }
    }

    void write(double x)
    {
        for (const auto &[source, property] : m_sources)
            property.write(source, x++);
    }

    void check(double x) const
    {
        for (const auto &root : m_roots) {
            if (root->property("shown").toDouble() != x++)
                fail("a bound property does not show the value");
        }
    }

private:
    std::vector<std::unique_ptr<QObject>> m_roots;
    std::vector<std::pair<QObject *, QMetaProperty>> m_sources;
};

void benchBindings(const Bench::Options &options)
{
    const int rounds = options.rounds();
    ClientStage stage(sampleWorld(Objects, idOf));
    stage.subscribe(u"item/"_s);
    QQmlEngine engine;
    engine.addImportPath(QCoreApplication::applicationDirPath() + "/../qml"_L1);
    BoundObjects synced(engine, SyncedSource, &stage.session());
    BoundObjects plain(engine, PlainSource, nullptr);
    stage.settle();

    std::vector<double> ours;
    std::vector<double> reference;
    for (int round = -WarmUps; round < rounds; ++round) {
        const double x = 1e6 + round * 1e4;
        std::vector<Operation> operations;
        for (int i = 0; i < Objects; ++i)
            operations.push_back(Operation::set(idOf(i), { { "x", x + i } }));
        stage.change(std::move(operations));
        const double begin = cpuSeconds();
        stage.receive();
        const double middle = cpuSeconds();
        plain.write(x);
        const double end = cpuSeconds();
        synced.check(x);
        plain.check(x);
        if (round < 0)
            continue;
        ours.push_back((middle - begin) * 1e9 / Objects);
        reference.push_back((end - middle) * 1e9 / Objects);
    }
    const Spread figure(ours);
    const Spread held(reference);
    std::fprintf(stderr, "%-52s %8.0f (%.0f to %.0f)\n", "message to bound property, ns each",
                 figure.median, figure.least, figure.most);
    std::fprintf(stderr, "%-52s %8.0f (%.0f to %.0f)\n",
                 "plain property to bound property, ns each", held.median, held.least, held.most);
    options.keep({ "bench_qml", "binding", "objectsync", "message to bound property, ns" }, figure);
    options.keep({ "bench_qml", "binding", "qt", "plain property to bound property, ns" }, held);
    report("qml: ns from the message to a bound property, against 500", figure.median, 500,
           Bound::Most, 1, 1.4);
    report("qml: message to bound property, against a plain property", figure.median, held.median,
           Bound::Most, 3, 4);
}

/// One kind of change of one row, by both models.
struct RowCase
{
    const char *name;
    double mostMicroseconds; ///< what we want
    std::function<std::vector<Operation>(int round)> operations;
    std::function<void(PlainModel &plain, int round)> plain;
};

int rowOf(int round)
{
    return (round + WarmUps) * 797 % Rows;
}

QByteArray newId(int round)
{
    return idOf(rowOf(round)) + "-new";
}

/// In the middle of the rows, each time elsewhere.
double placeOf(int round)
{
    return 0.25 * Rows + rowOf(round) * 0.01;
}

std::vector<RowCase> rowCases()
{
    return {
        { "changed", 5,
          [](int round) {
              return std::vector{ Operation::set(idOf(rowOf(round)), { { "y", round + 0.1 } }) };
          },
          [](PlainModel &plain, int round) { plain.setValue(idOf(rowOf(round)), round + 0.1); } },
        { "moved", 20,
          [](int round) {
              return std::vector{ Operation::set(idOf(rowOf(round)), { { "x", placeOf(round) } }) };
          },
          [](PlainModel &plain, int round) { plain.move(idOf(rowOf(round)), placeOf(round)); } },
        { "inserted", 20,
          [](int round) {
              ValueMap values = sampleProperties(1);
              values.insert("x", placeOf(round));
              return std::vector{ Operation::create(newId(round), values) };
          },
          [](PlainModel &plain, int round) { plain.insert(newId(round), placeOf(round)); } },
        { "removed", 20, [](int round) { return std::vector{ Operation::destroy(newId(round)) }; },
          [](PlainModel &plain, int round) { plain.remove(newId(round)); } },
    };
}

void benchRow(ClientStage &stage, PlainModel &plain, const RowCase &kind,
              const Bench::Options &options)
{
    const int rounds = options.rounds();
    std::vector<double> ours;
    std::vector<double> reference;
    for (int round = -WarmUps; round < rounds; ++round) {
        stage.change(kind.operations(round));
        const double begin = cpuSeconds();
        stage.receive();
        const double middle = cpuSeconds();
        kind.plain(plain, round);
        const double end = cpuSeconds();
        if (round < 0)
            continue;
        ours.push_back((middle - begin) * 1e6);
        reference.push_back((end - middle) * 1e6);
    }
    const Spread figure(ours);
    const Spread held(reference);
    std::fprintf(stderr, "a row %-46s %8.1f (%.1f to %.1f); plain model %.1f (%.1f to %.1f)\n",
                 kind.name, figure.median, figure.least, figure.most, held.median, held.least,
                 held.most);
    options.keep({ "bench_qml", kind.name, "objectsync", "SyncedModel, us" }, figure);
    options.keep({ "bench_qml", kind.name, "qt", "plain model, us" }, held);
    const std::string name = std::string("model: us from the message to a row ") + kind.name
                             + " of 100,000";
    report(name.c_str(), figure.median, kind.mostMicroseconds, Bound::Most, 1, 2);
}

void benchRows(const Bench::Options &options)
{
    ClientStage stage(sampleWorld(Rows, idOf));
    SyncedModel model;
    model.setRoles({ u"name"_s, u"x"_s, u"y"_s });
    model.setOrderBy(u"x"_s);
    model.setPrefix(u"item/"_s);
    model.setSession(&stage.session());
    stage.waitFor([&] { return model.isReady(); });
    PlainModel plain;
    for (int i = 0; i < Rows; ++i)
        plain.insert(idOf(i), i * 0.5);
    int signals = 0;
    const auto count = [&signals] { ++signals; };
    QObject::connect(&model, &QAbstractItemModel::dataChanged, &model, count);
    QObject::connect(&model, &QAbstractItemModel::rowsInserted, &model, count);
    QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &model, count);
    QObject::connect(&model, &QAbstractItemModel::rowsMoved, &model, count);
    QObject::connect(&model, &QAbstractItemModel::modelReset, &model,
                     [] { fail("the model was reset"); });
    for (const RowCase &kind : rowCases()) {
        signals = 0;
        benchRow(stage, plain, kind, options);
        if (signals < options.rounds() + WarmUps)
            fail("a row did not change");
    }
    if (model.rowCount() != Rows)
        fail("rows are missing");
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Bench::Options options(Bench::Options::Kind::Alone, 101);
    options.parse(QCoreApplication::arguments());
    benchBindings(options);
    benchRows(options);
    return 0;
}
