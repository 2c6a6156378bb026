// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "printing.h"

#include <QtCore/qfloat16.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qline.h>
#include <QtCore/qpoint.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qset.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>

#include <limits>

using namespace ObjectSync;

namespace {

enum class Colour : quint8 { Red = 1, Green = 200 };
struct Unknown
{
    int number = 0;
};

constexpr qint64 Least = std::numeric_limits<qint64>::min();
constexpr qint64 Most = std::numeric_limits<qint64>::max();

} // namespace

Q_DECLARE_METATYPE(Unknown)

/// Value to QVariant and back.
class tst_ValueVariant : public QObject
{
    Q_OBJECT

public:
    enum Named { First = 1, Second = -2 };
    Q_ENUM(Named)

private Q_SLOTS:
    void toVariant_data();
    void toVariant();
    void fromVariant_data();
    void fromVariant();
    void fromContainers_data();
    void fromContainers();
    void refused_data();
    void refused();
    void refusalNamesTheProperty();
    void undefinedInContainers();
    void endlessNestingIsRefused();
    void maps();
};

void tst_ValueVariant::toVariant_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QVariant>("variant");

    const auto time = [](qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC); };
    QTest::newRow("undefined") << Value() << QVariant();
    QTest::newRow("null") << Value(nullptr) << QVariant::fromValue(nullptr);
    QTest::newRow("bool") << Value(true) << QVariant(true);
    QTest::newRow("int") << Value(7) << QVariant(qlonglong{ 7 });
    QTest::newRow("most") << Value(Most) << QVariant(qlonglong{ Most });
    QTest::newRow("least") << Value(Least) << QVariant(qlonglong{ Least });
    QTest::newRow("double") << Value(7.5) << QVariant(7.5);
    QTest::newRow("whole double") << Value(7.0) << QVariant(7.0);
    QTest::newRow("date-time") << Value::dateTime(1767323045678) << QVariant(time(1767323045678));
    QTest::newRow("before 1970") << Value::dateTime(-1) << QVariant(time(-1));
    QTest::newRow("text") << Value("Gr\xc3\xbc\xc3\x9f"
                                   "e")
                          << QVariant(QStringLiteral(u"Grüße"));
    QTest::newRow("empty text") << Value("") << QVariant(QString());
    QTest::newRow("bytes") << Value::bytes("\xff") << QVariant(QByteArray("\xff"));
    QTest::newRow("list") << Value(Value::List{ 1, "a" })
                          << QVariant(QVariantList{ qlonglong{ 1 }, QStringLiteral("a") });
    QTest::newRow("empty list") << Value(Value::List{}) << QVariant(QVariantList());
    QTest::newRow("map") << Value(ValueMap{ { "a", nullptr } })
                         << QVariant(QVariantMap{
                                    { QStringLiteral("a"), QVariant::fromValue(nullptr) } });
    QTest::newRow("nested") << Value(Value::List{ ValueMap{ { "a", Value::List{ true } } } })
                            << QVariant(QVariantList{ QVariantMap{
                                       { QStringLiteral("a"), QVariantList{ true } } } });
}

void tst_ValueVariant::toVariant()
{
    QFETCH(const Value, value);
    QFETCH(const QVariant, variant);
    QCOMPARE(value.toVariant().metaType(), variant.metaType());
    QCOMPARE(value.toVariant(), variant);
    const auto back = Value::fromVariant(value.toVariant());
    QVERIFY(back);
    QCOMPARE(back->type(), value.type());
    QCOMPARE(*back, value);
}

void tst_ValueVariant::fromVariant_data()
{
    QTest::addColumn<QVariant>("variant");
    QTest::addColumn<Value>("value");

    QTest::newRow("invalid") << QVariant() << Value();
    QTest::newRow("nullptr") << QVariant::fromValue(nullptr) << Value(nullptr);
    QTest::newRow("bool") << QVariant(false) << Value(false);
    QTest::newRow("char") << QVariant::fromValue('a') << Value(97);
    QTest::newRow("signed char") << QVariant::fromValue<signed char>(-3) << Value(-3);
    QTest::newRow("unsigned char") << QVariant::fromValue<uchar>(200) << Value(200);
    QTest::newRow("short") << QVariant::fromValue<short>(-300) << Value(-300);
    QTest::newRow("unsigned short") << QVariant::fromValue<ushort>(65535) << Value(65535);
    QTest::newRow("int") << QVariant(-70000) << Value(-70000);
    QTest::newRow("unsigned int") << QVariant(4294967295u) << Value(qint64{ 4294967295 });
    QTest::newRow("long") << QVariant::fromValue<long>(-5) << Value(-5);
    QTest::newRow("unsigned long") << QVariant::fromValue<ulong>(5) << Value(5);
    QTest::newRow("long long") << QVariant(qlonglong{ Least }) << Value(Least);
    QTest::newRow("unsigned long long") << QVariant(static_cast<qulonglong>(Most)) << Value(Most);
    QTest::newRow("float") << QVariant(0.25f) << Value(0.25);
    QTest::newRow("half float") << QVariant::fromValue(qfloat16(0.25f)) << Value(0.25);
    QTest::newRow("double") << QVariant(0.1) << Value(0.1);
    QTest::newRow("enum") << QVariant::fromValue(Colour::Green) << Value(200);
    QTest::newRow("Q_ENUM") << QVariant::fromValue(Second) << Value(-2);
    QTest::newRow("flags") << QVariant::fromValue(Qt::AlignLeft | Qt::AlignTop)
                           << Value(int(Qt::AlignLeft) | int(Qt::AlignTop));
    QTest::newRow("QString") << QVariant(QStringLiteral(u"ü")) << Value("\xc3\xbc");
    QTest::newRow("null QString") << QVariant(QString()) << Value("");
    QTest::newRow("QChar") << QVariant(QChar(u'ü')) << Value("\xc3\xbc");
    QTest::newRow("QByteArray") << QVariant(QByteArray("\xff")) << Value::bytes("\xff");
    QTest::newRow("QUrl") << QVariant(QUrl(QStringLiteral("ws://localhost/sync")))
                          << Value("ws://localhost/sync");
    QTest::newRow("QUuid") << QVariant(
            QUuid::fromString(QStringLiteral("{67c8770b-44f1-410a-ab9a-f9b5446f13ee}")))
                           << Value("{67c8770b-44f1-410a-ab9a-f9b5446f13ee}");
    QTest::newRow("QDate") << QVariant(QDate(1970, 1, 2)) << Value::dateTime(86'400'000);
    QTest::newRow("invalid QDate") << QVariant(QDate()) << Value(nullptr);
    QTest::newRow("QDateTime") << QVariant(QDateTime(QDate(1970, 1, 1), QTime(0, 0, 1), Qt::UTC))
                               << Value::dateTime(1000);
    QTest::newRow("QDateTime elsewhere")
            << QVariant(QDateTime(QDate(1970, 1, 1), QTime(1, 0), Qt::OffsetFromUTC, 3600))
            << Value::dateTime(0);
    QTest::newRow("invalid QDateTime") << QVariant(QDateTime()) << Value(nullptr);
}

void tst_ValueVariant::fromVariant()
{
    QFETCH(const QVariant, variant);
    QFETCH(const Value, value);
    const auto converted = Value::fromVariant(variant);
    QVERIFY2(converted, converted ? "" : qPrintable(converted.error().message));
    QCOMPARE(converted->type(), value.type());
    QCOMPARE(*converted, value);
}

void tst_ValueVariant::fromContainers_data()
{
    QTest::addColumn<QVariant>("variant");
    QTest::addColumn<Value>("value");

    const Value oneTwo = Value::List{ 1, 2 };
    const Value aIsOne = ValueMap{ { "a", 1 } };
    const QString a = QStringLiteral("a");
    QTest::newRow("QStringList") << QVariant(QStringList{ a, QString() })
                                 << Value(Value::List{ "a", "" });
    QTest::newRow("QVariantList") << QVariant(QVariantList{ 1, 2.0 }) << oneTwo;
    QTest::newRow("QVariantMap") << QVariant(QVariantMap{ { a, 1 } }) << aIsOne;
    QTest::newRow("QVariantHash") << QVariant(QVariantHash{ { a, 1 } }) << aIsOne;
    QTest::newRow("QList<int>") << QVariant::fromValue(QList<int>{ 1, 2 }) << oneTwo;
    QTest::newRow("QList<double>") << QVariant::fromValue(QList<double>{ 1, 2 }) << oneTwo;
    QTest::newRow("std::vector") << QVariant::fromValue(std::vector<int>{ 1, 2 }) << oneTwo;
    QTest::newRow("empty QList<int>") << QVariant::fromValue(QList<int>{}) << Value(Value::List{});
    QTest::newRow("QList<QByteArray>") << QVariant::fromValue(QByteArrayList{ "x" })
                                       << Value(Value::List{ Value::bytes("x") });
    QTest::newRow("QSet") << QVariant::fromValue(QSet<int>{ 1 }) << Value(Value::List{ 1 });
    QTest::newRow("QMap") << QVariant::fromValue(QMap<QString, int>{ { a, 1 } }) << aIsOne;
    QTest::newRow("QHash") << QVariant::fromValue(QHash<QString, int>{ { a, 1 } }) << aIsOne;
    QTest::newRow("QJsonValue number") << QVariant::fromValue(QJsonValue(7)) << Value(7);
    QTest::newRow("QJsonValue text") << QVariant::fromValue(QJsonValue(a)) << Value("a");
    QTest::newRow("QJsonValue null") << QVariant::fromValue(QJsonValue()) << Value(nullptr);
    QTest::newRow("QJsonValue undefined")
            << QVariant::fromValue(QJsonValue(QJsonValue::Undefined)) << Value();
    QTest::newRow("QJsonArray") << QVariant::fromValue(QJsonArray{ 1, 2 }) << oneTwo;
    QTest::newRow("QJsonObject") << QVariant::fromValue(QJsonObject{ { a, 1 } }) << aIsOne;
    QTest::newRow("nested") << QVariant(
            QVariantList{ QVariantMap{ { a, QVariant::fromValue(QList<int>{ 1, 2 }) } } })
                            << Value(Value::List{ ValueMap{ { "a", oneTwo } } });
}

void tst_ValueVariant::fromContainers()
{
    fromVariant();
}

void tst_ValueVariant::refused_data()
{
    QTest::addColumn<QVariant>("variant");
    static int someInt = 0;
    const QVariant unknown = QVariant::fromValue(Unknown());
    QTest::newRow("own struct") << unknown;
    QTest::newRow("QPoint") << QVariant(QPoint(1, 2));
    QTest::newRow("QTime") << QVariant(QTime(1, 2));
    QTest::newRow("QRegularExpression") << QVariant(QRegularExpression());
    QTest::newRow("QObject*") << QVariant::fromValue(static_cast<QObject *>(this));
    QTest::newRow("pointer") << QVariant::fromValue(static_cast<void *>(&someInt));
    QTest::newRow("2^63") << QVariant(static_cast<qulonglong>(Most) + 1);
    QTest::newRow("2^64 - 1") << QVariant(std::numeric_limits<qulonglong>::max());
    QTest::newRow("in a list") << QVariant(QVariantList{ 1, unknown });
    QTest::newRow("in a map") << QVariant(QVariantMap{ { QStringLiteral("a"), unknown } });
    QTest::newRow("in a hash") << QVariant(QVariantHash{ { QStringLiteral("a"), unknown } });
    QTest::newRow("in a container of its own")
            << QVariant::fromValue(QList<QPoint>{ QPoint(1, 2) });
}

void tst_ValueVariant::refused()
{
    QFETCH(const QVariant, variant);
    const auto converted = Value::fromVariant(variant);
    QVERIFY(!converted);
    QCOMPARE(converted.error().code, QByteArray(ErrorCode::BadValue));
    QVERIFY(!converted.error().message.isEmpty());
}

void tst_ValueVariant::refusalNamesTheProperty()
{
    const auto converted = ValueMap::fromVariantMap(
            { { QStringLiteral("fine"), 1 }, { QStringLiteral("place"), QPoint(1, 2) } });
    QVERIFY(!converted);
    QCOMPARE(converted.error().code, QByteArray(ErrorCode::BadValue));
    QVERIFY(converted.error().message.contains(QLatin1String("place")));
    QVERIFY(converted.error().message.contains(QLatin1String("QPoint")));
}

void tst_ValueVariant::undefinedInContainers()
{
    const QVariantList list{ 1, QVariant(), 3 };
    QCOMPARE(*Value::fromVariant(list), Value(Value::List{ 1, nullptr, 3 }));
    const QVariantMap map{ { QStringLiteral("a"), QVariant() }, { QStringLiteral("b"), 2 } };
    QCOMPARE(*Value::fromVariant(map), Value(ValueMap{ { "b", 2 } }));
    QCOMPARE(*ValueMap::fromVariantMap(map), (ValueMap{ { "b", 2 } }));
}

void tst_ValueVariant::endlessNestingIsRefused()
{
    const auto nested = [](int levels) {
        QVariant variant = 1;
        for (int i = 0; i < levels; ++i)
            variant = QVariantList{ variant };
        return Value::fromVariant(variant);
    };
    QVERIFY(nested(100));
    const auto tooDeep = nested(1000);
    QVERIFY(!tooDeep);
    QCOMPARE(tooDeep.error().code, QByteArray(ErrorCode::TooLarge));
}

void tst_ValueVariant::maps()
{
    const QVariantMap variants{ { QStringLiteral(u"größe"), 7.5 },
                                { QStringLiteral("on"), true },
                                { QStringLiteral("list"), QVariantList{ qlonglong{ 1 } } } };
    const auto values = ValueMap::fromVariantMap(variants);
    QVERIFY(values);
    QCOMPARE(*values, (ValueMap{ { "gr\xc3\xb6\xc3\x9f"
                                   "e",
                                   7.5 },
                                 { "on", true },
                                 { "list", Value::List{ 1 } } }));
    QCOMPARE(values->toVariantMap(), variants);
}

QTEST_GUILESS_MAIN(tst_ValueVariant)
#include "tst_valuevariant.moc"
