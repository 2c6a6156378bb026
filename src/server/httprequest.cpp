// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "httprequest_p.h"

#include <objectsync/core/value.h>

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

constexpr size_t MaximumHeaders = 100;

bool isTokenCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isVisible(char c)
{
    return c > 0x20 && c < 0x7f;
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

HttpResponse badRequest(const QByteArray &why)
{
    return HttpResponse::text(400, "Bad request: " + why);
}

/// Gives an empty array for a path that is not well-formed.
QByteArray decodePath(QByteArrayView path)
{
    for (qsizetype i = 0; i < path.size(); ++i) {
        if (path[i] != '%')
            continue;
        if (i + 2 >= path.size() || !isHexDigit(path[i + 1]) || !isHexDigit(path[i + 2]))
            return {};
        i += 2;
    }
    const QByteArray decoded = QByteArray::fromPercentEncoding(path.toByteArray());
    const bool hasControls = std::any_of(decoded.begin(), decoded.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return isValidUtf8(decoded) && !hasControls ? decoded : QByteArray();
}

std::optional<HttpResponse> parseRequestLine(QByteArrayView line, HttpRequest &request)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    if (second < 0)
        return badRequest("the first line must be METHOD PATH HTTP/1.1");
    const QByteArrayView method = line.first(first);
    const QByteArrayView target = line.sliced(first + 1, second - first - 1);
    const QByteArrayView version = line.sliced(second + 1);
    if (!isToken(method))
        return badRequest("the method is not a word");
    if (version != QByteArrayView("HTTP/1.1") && version != QByteArrayView("HTTP/1.0"))
        return badRequest("only HTTP/1.1 and HTTP/1.0 are spoken here");
    if (!target.startsWith('/') || !std::all_of(target.begin(), target.end(), isVisible))
        return badRequest("the path must begin with '/' and contain no spaces");
    const qsizetype mark = target.indexOf('?');
    request.method = method.toByteArray();
    request.path = decodePath(mark < 0 ? target : target.first(mark));
    request.query = mark < 0 ? QByteArray() : target.sliced(mark + 1).toByteArray();
    if (request.path.isEmpty())
        return badRequest("the path is not percent-encoded UTF-8");
    return {};
}

std::optional<HttpResponse> parseHeader(QByteArrayView line, HttpRequest &request)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon)))
        return badRequest("a header must be NAME: VALUE, on one line");
    const QByteArrayView value = line.sliced(colon + 1);
    const bool hasControls = std::any_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
    if (hasControls)
        return badRequest("a header contains control characters");
    if (request.headers.size() == MaximumHeaders)
        return HttpResponse::text(431, "Too many headers: at most 100 are read.");
    request.headers.push_back(
            { line.first(colon).toByteArray().toLower(), value.toByteArray().trimmed() });
    return {};
}

/// The `for=` of the last element in a `Forwarded` header.
QByteArray lastForwardedElement(const QByteArray &forwarded)
{
    const QList<QByteArray> elements = forwarded.split(',');
    const QList<QByteArray> pairs = elements.last().split(';');
    for (const QByteArray &pair : pairs) {
        const QByteArray trimmed = pair.trimmed();
        if (trimmed.left(4).toLower() == "for=")
            return trimmed.mid(4);
    }
    return {};
}

/// Takes away quotes, brackets and a port: "[2001:db8::1]:4711" and 192.0.2.1:80.
QByteArray plainAddress(QByteArray address)
{
    address.replace('"', QByteArray());
    if (address.startsWith('[')) {
        const qsizetype end = address.indexOf(']');
        return end < 0 ? QByteArray() : address.mid(1, end - 1);
    }
    return address.count(':') == 1 ? address.left(address.indexOf(':')) : address;
}

} // namespace

QByteArray HttpRequest::header(QByteArrayView name) const
{
    QByteArray joined;
    bool found = false;
    for (const Header &header : headers) {
        if (QByteArrayView(header.name) != name)
            continue;
        joined += found ? ", " + header.value : header.value;
        found = true;
    }
    return joined;
}

bool HttpRequest::hasHeader(QByteArrayView name) const
{
    return std::any_of(headers.begin(), headers.end(),
                       [&](const Header &header) { return QByteArrayView(header.name) == name; });
}

bool HttpRequest::headerHasToken(QByteArrayView name, QByteArrayView token) const
{
    const QList<QByteArray> tokens = header(name).split(',');
    return std::any_of(tokens.begin(), tokens.end(), [&](const QByteArray &candidate) {
        return candidate.trimmed().compare(token, Qt::CaseInsensitive) == 0;
    });
}

bool HttpRequest::announcesBody() const
{
    return hasHeader("transfer-encoding")
           || (hasHeader("content-length") && header("content-length") != "0");
}

bool HttpRequest::wantsWebSocket() const
{
    return headerHasToken("connection", "upgrade") && headerHasToken("upgrade", "websocket");
}

std::optional<QByteArray> HttpRequest::forwardedFor() const
{
    if (hasHeader("x-forwarded-for"))
        return plainAddress(header("x-forwarded-for").split(',').last().trimmed());
    if (hasHeader("forwarded"))
        return plainAddress(lastForwardedElement(header("forwarded")));
    return {};
}

std::variant<HttpRequest, HttpResponse> HttpRequest::parse(QByteArrayView head)
{
    HttpRequest request;
    bool isFirst = true;
    while (!head.isEmpty()) {
        const qsizetype end = head.indexOf(QByteArrayView("\r\n"));
        if (end < 0)
            return badRequest("lines must end with CR LF");
        const QByteArrayView line = head.first(end);
        head = head.sliced(end + 2);
        if (line.isEmpty())
            break;
        if (line.contains('\n') || line.contains('\r'))
            return badRequest("lines must end with CR LF");
        auto problem = isFirst ? parseRequestLine(line, request) : parseHeader(line, request);
        if (problem)
            return std::move(*problem);
        isFirst = false;
    }
    if (isFirst)
        return badRequest("the request is empty");
    const auto hosts = std::count_if(request.headers.begin(), request.headers.end(),
                                     [](const Header &header) { return header.name == "host"; });
    if (hosts > 1)
        return badRequest("more than one Host");
    return request;
}

qsizetype endOfHead(QByteArrayView bytes)
{
    const qsizetype end = bytes.indexOf(QByteArrayView("\r\n\r\n"));
    return end < 0 ? -1 : end + 4;
}

} // namespace ObjectSync::Internal
