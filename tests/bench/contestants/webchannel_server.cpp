// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// QWebChannel over a QWebSocketServer, as Qt's documentation shows it for clients that are no web
// engine: an object registered for each entity, changes told by the properties' notify signals, and
// updates gathered for 50 ms, which is the default. A transport turns each message into JSON text.
//
// With --library it prints qwebchannel.js, which is part of the library, for the client.

#include "servermain.h"
#include "webchannelitem.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qfile.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtWebChannel/qwebchannel.h>
#include <QtWebChannel/qwebchannelabstracttransport.h>
#include <QtWebSockets/qwebsocket.h>
#include <QtWebSockets/qwebsocketserver.h>

#include <cstdio>
#include <cstring>

namespace {

class SocketTransport : public QWebChannelAbstractTransport
{
public:
    explicit SocketTransport(QWebSocket *socket)
        : QWebChannelAbstractTransport(socket), m_socket(socket)
    {
        connect(socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
            Q_EMIT messageReceived(QJsonDocument::fromJson(text.toUtf8()).object(), this);
        });
        connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
    }

    void sendMessage(const QJsonObject &message) override
    {
        m_socket->sendTextMessage(
                QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    }

private:
    QWebSocket *m_socket;
};

int printLibrary()
{
    QFile script(QStringLiteral(":/qtwebchannel/qwebchannel.js"));
    if (!script.open(QIODevice::ReadOnly))
        qFatal("the library has no qwebchannel.js");
    std::fputs(script.readAll().constData(), stdout);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QWebChannel channel; // also brings the library in
    if (argc == 2 && std::strcmp(argv[1], "--library") == 0)
        return printLibrary();
    const Bench::ServerArguments arguments = Bench::serverArguments(argc, argv);
    for (int i = 0; i < arguments.entities; ++i) {
        channel.registerObject(QString::fromLatin1(Bench::itemId(i)),
                               new WebChannelItem(Bench::makeItem(i), &channel));
    }
    QWebSocketServer server(QStringLiteral("bench"), QWebSocketServer::NonSecureMode);
    QObject::connect(&server, &QWebSocketServer::newConnection, &channel, [&] {
        while (QWebSocket *socket = server.nextPendingConnection())
            channel.connectTo(new SocketTransport(socket));
    });
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("%s", qPrintable(server.errorString()));
    Bench::announce(server.serverPort());
    Bench::endWithInput();
    return QCoreApplication::exec();
}
