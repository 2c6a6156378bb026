// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "originrule_p.h"

#include <QtTest/qtest.h>

using namespace ObjectSync::Internal;

class TestOriginRule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesAreAdmitted_data()
    {
        QTest::addColumn<QByteArrayList>("headers");
        QTest::addColumn<bool>("isLocal");
        QTest::addColumn<bool>("isAdmitted");
        const auto row = [](const char *name, const QByteArrayList &headers, bool isLocal,
                            bool isAdmitted) {
            QTest::newRow(name) << headers << isLocal << isAdmitted;
        };
        row("no browser", { "Host: a.org" }, false, true);
        row("no browser, local", { "Host: a.org" }, true, true);
        row("own page", { "Host: a.org:8090", "Origin: http://a.org:8090" }, false, true);
        row("own page, default port", { "Host: a.org", "Origin: http://a.org" }, false, true);
        row("own page, named port", { "Host: a.org:443", "Origin: https://A.org" }, false, true);
        row("other port", { "Host: a.org:8090", "Origin: http://a.org:3000" }, false, false);
        row("other host", { "Host: a.org", "Origin: http://b.org" }, false, false);
        row("listed", { "Host: a.org", "Origin: https://listed.org" }, false, true);
        row("listed otherwise", { "Host: a.org", "Origin: http://listed.org" }, false, false);
        row("no origin to name", { "Host: a.org", "Origin: null" }, false, false);
        row("nonsense", { "Host: a.org", "Origin: a.org" }, false, false);
        row("local page", { "Host: localhost:8090", "Origin: http://localhost:8090" }, true, true);
        row("local address", { "Host: [::1]:80", "Origin: http://[::1]" }, true, true);
        row("foreign page to local server", { "Host: localhost:8090", "Origin: http://evil.org" },
            true, false);
        row("foreign name for local server",
            { "Host: evil.org:8090", "Origin: http://evil.org:8090" }, true, false);
        row("through a proxy",
            { "Host: a.org", "Origin: https://a.org", "X-Forwarded-For: 192.0.2.1" }, true, true);
        row("through a renaming proxy",
            { "Host: localhost", "X-Forwarded-Host: a.org", "Origin: https://a.org" }, true, true);
        row("foreign page through a proxy",
            { "Host: localhost", "X-Forwarded-Host: a.org", "Origin: https://b.org" }, true, false);
        row("header for proxies from afar",
            { "Host: a.org", "X-Forwarded-Host: b.org", "Origin: https://b.org" }, false, false);
    }

    void pagesAreAdmitted()
    {
        QFETCH(QByteArrayList, headers);
        QFETCH(bool, isLocal);
        QFETCH(bool, isAdmitted);
        const QByteArray head = "GET / HTTP/1.1\r\n" + headers.join("\r\n") + "\r\n\r\n";
        const auto parsed = HttpRequest::parse(head);
        const auto *request = std::get_if<HttpRequest>(&parsed);
        QVERIFY(request);
        OriginRule rule;
        rule.allowed = { "https://listed.org" };
        QCOMPARE(rule.admits(*request, isLocal), isAdmitted);
        rule.allowed = { "*" };
        QVERIFY(rule.admits(*request, isLocal));
    }
};

QTEST_GUILESS_MAIN(TestOriginRule)

#include "tst_originrule.moc"
