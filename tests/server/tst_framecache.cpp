// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "framecache_p.h"

#include <QtTest/qtest.h>

using namespace ObjectSync;
using namespace ObjectSync::Internal;

class TestFrameCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headersTellTheLength_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<QByteArray>("header");
        QTest::newRow("0") << 0 << QByteArray("\x82\x00", 2);
        QTest::newRow("125") << 125 << QByteArray("\x82\x7d");
        QTest::newRow("126") << 126 << QByteArray("\x82\x7e\x00\x7e", 4);
        QTest::newRow("65535") << 65535 << QByteArray("\x82\x7e\xff\xff");
        QTest::newRow("65536") << 65536 << QByteArray("\x82\x7f\0\0\0\0\0\1\0\0", 10);
    }

    void headersTellTheLength()
    {
        QFETCH(int, size);
        QFETCH(QByteArray, header);
        const QByteArray payload(size, 'x');
        QCOMPARE(makeFrame(Encoding::Cbor, payload), header + payload);
    }

    void jsonGoesAsText() { QCOMPARE(makeFrame(Encoding::Json, "{}"), QByteArray("\x81\x02{}")); }

    void aCloseReasonIsCutBetweenCharacters()
    {
        const QByteArray frame = makeCloseFrame(1008, QString(100, QChar(0xfc)));
        QCOMPARE(frame.left(4), QByteArray("\x88\x7c\x03\xf0"));
        QCOMPARE(QString::fromUtf8(frame.mid(4)), QString(61, QChar(0xfc)));
        QCOMPARE(makeCloseFrame(1000, {}), QByteArray("\x88\x02\x03\xe8"));
    }

    void aSharedMessageIsEncodedOnce()
    {
        FrameCache cache;
        const auto encoder = Encoder::create(Encoding::Json);
        const auto another = Encoder::create(Encoding::Json);
        const auto cbor = Encoder::create(Encoding::Cbor);
        const auto message = std::make_shared<const Message>(Pong{ 1, 2 });
        const QByteArray first = cache.frame(message, *encoder);
        const QByteArray second = cache.frame(message, *another);
        QCOMPARE(first.constData(), second.constData());
        QVERIFY(cache.frame(message, *cbor) != first);
        QCOMPARE(cache.frame(message, *encoder).constData(), first.constData());
        cache.clear();
        const QByteArray later = cache.frame(message, *encoder);
        QCOMPARE(later, first);
        QVERIFY(later.constData() != first.constData());
    }
};

QTEST_GUILESS_MAIN(TestFrameCache)

#include "tst_framecache.moc"
