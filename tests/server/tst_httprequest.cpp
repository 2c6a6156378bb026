// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "httprequest_p.h"

#include <QtTest/qtest.h>

using namespace ObjectSync::Internal;

class TestHttpRequest : public QObject
{
    Q_OBJECT

    static HttpRequest parsed(const QByteArray &head)
    {
        const auto result = HttpRequest::parse(head);
        const auto *request = std::get_if<HttpRequest>(&result);
        if (!request)
            QTest::qFail(std::get<HttpResponse>(result).body.constData(), __FILE__, __LINE__);
        return request ? *request : HttpRequest();
    }

private Q_SLOTS:
    void theHeadIsTakenApart()
    {
        const auto request = parsed("GET /sync/a%20b?token=x%2F HTTP/1.1\r\nHost: here\r\n"
                                    "X-Two:  one \r\nx-two:two\r\n\r\n");
        QCOMPARE(request.method, QByteArray("GET"));
        QCOMPARE(request.path, QByteArray("/sync/a b"));
        QCOMPARE(request.query, QByteArray("token=x%2F"));
        QCOMPARE(request.header("host"), QByteArray("here"));
        QCOMPARE(request.header("x-two"), QByteArray("one, two"));
        QVERIFY(!request.hasHeader("x-three"));
        QVERIFY(!request.wantsWebSocket());
        QVERIFY(!request.announcesBody());
    }

    void badHeadsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const QByteArray &head, int status = 400) {
            QTest::newRow(name) << head << status;
        };
        row("empty", "\r\n");
        row("no version", "GET /\r\n\r\n");
        row("two spaces", "GET  / HTTP/1.1\r\n\r\n");
        row("HTTP/2", "PRI * HTTP/2.0\r\n\r\n");
        row("lower case version", "GET / http/1.1\r\n\r\n");
        row("absolute target", "GET http://x/ HTTP/1.1\r\n\r\n");
        row("method no word", "G(T / HTTP/1.1\r\n\r\n");
        row("control in path", "GET /a\tb HTTP/1.1\r\n\r\n");
        row("8 bit in path", "GET /\xc3\xbc HTTP/1.1\r\n\r\n");
        row("bad escape", "GET /%zz HTTP/1.1\r\n\r\n");
        row("cut escape", "GET /%2 HTTP/1.1\r\n\r\n");
        row("escaped control", "GET /%00 HTTP/1.1\r\n\r\n");
        row("escaped bad UTF-8", "GET /%ff HTTP/1.1\r\n\r\n");
        row("header without colon", "GET / HTTP/1.1\r\nHost\r\n\r\n");
        row("header without name", "GET / HTTP/1.1\r\n: x\r\n\r\n");
        row("space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n");
        row("folded header", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n");
        row("control in header", QByteArray("GET / HTTP/1.1\r\nHost: \0\r\n\r\n", 27));
        row("bare LF", "GET / HTTP/1.1\nHost: x\n\r\n");
        row("bare CR", "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n");
        row("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n");
        QByteArray many = "GET / HTTP/1.1\r\n";
        for (int i = 0; i < 101; ++i)
            many += "X: y\r\n";
        row("many headers", many + "\r\n", 431);
    }

    void badHeadsAreRefused()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, status);
        const auto result = HttpRequest::parse(head);
        const auto *response = std::get_if<HttpResponse>(&result);
        QVERIFY(response);
        QCOMPARE(response->status, status);
        QVERIFY(response->body.size() > 20);
    }

    void upgradesAreRecognised()
    {
        QVERIFY(parsed("GET / HTTP/1.1\r\nUpgrade: WebSocket\r\n"
                       "Connection: keep-alive, Upgrade\r\n\r\n")
                        .wantsWebSocket());
        QVERIFY(!parsed("GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")
                         .wantsWebSocket());
        QVERIFY(!parsed("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n").wantsWebSocket());
    }

    void proxiesNameTheirPeer_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("address");
        QTest::newRow("last one") << QByteArray("X-Forwarded-For: 1.1.1.1, 2.2.2.2")
                                  << QByteArray("2.2.2.2");
        QTest::newRow("port") << QByteArray("X-Forwarded-For: 2.2.2.2:80") << QByteArray("2.2.2.2");
        QTest::newRow("IPv6") << QByteArray("X-Forwarded-For: 2001:db8::1")
                              << QByteArray("2001:db8::1");
        QTest::newRow("standard") << QByteArray("Forwarded: for=1.1.1.1, proto=http;For=2.2.2.2")
                                  << QByteArray("2.2.2.2");
        QTest::newRow("quoted") << QByteArray("Forwarded: for=\"[2001:db8::1]:47\"")
                                << QByteArray("2001:db8::1");
        QTest::newRow("hidden") << QByteArray("Forwarded: proto=https") << QByteArray();
    }

    void proxiesNameTheirPeer()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, address);
        const auto forwarded = parsed("GET / HTTP/1.1\r\n" + header + "\r\n\r\n").forwardedFor();
        QVERIFY(forwarded);
        QCOMPARE(*forwarded, address);
    }

    void withoutAProxyNobodyIsNamed() { QVERIFY(!parsed("GET / HTTP/1.1\r\n\r\n").forwardedFor()); }

    void responsesAreWrittenOut()
    {
        const QByteArray bytes = HttpResponse::text(404, "Nothing").toBytes(false);
        QVERIFY(bytes.startsWith("HTTP/1.1 404 Not Found\r\n"));
        QVERIFY(bytes.contains("\r\nContent-Length: 8\r\n"));
        QVERIFY(bytes.contains("\r\nConnection: close\r\n"));
        QVERIFY(bytes.endsWith("\r\n\r\nNothing\n"));
        QVERIFY(HttpResponse::text(404, "Nothing").toBytes(true).endsWith("\r\n\r\n"));
    }
};

QTEST_GUILESS_MAIN(TestHttpRequest)

#include "tst_httprequest.moc"
