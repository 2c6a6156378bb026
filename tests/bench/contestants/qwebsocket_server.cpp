// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A QWebSocketServer with messages made by hand, as an application without any library would do it:
// the state in an array, an update goes to all readers. Nothing is acknowledged, numbered, or kept.
//
// By default each update is a message of its own, handed to sendBinaryMessage() when it comes, as
// Qt's examples do it. With --together all that came in one turn of the event loop is one message
// for each reader, followed by QWebSocket::flush().

#include "records.h"
#include "servermain.h"

#include <QtCore/qcoreapplication.h>
#include <QtWebSockets/qwebsocket.h>
#include <QtWebSockets/qwebsocketserver.h>

#include <vector>

namespace {

constexpr qsizetype SnapshotMessage = 64 * 1024; ///< bytes, about

class Server : public QObject
{
public:
    explicit Server(const Bench::ServerArguments &arguments)
        : m_server(QStringLiteral("bench"), QWebSocketServer::NonSecureMode),
          m_isTogether(arguments.has("--together"))
    {
        for (int i = 0; i < arguments.entities; ++i)
            m_items.push_back(Bench::makeItem(i));
        connect(&m_server, &QWebSocketServer::newConnection, this, &Server::onConnection);
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("%s", qPrintable(m_server.errorString()));
    }

    quint16 port() const { return m_server.serverPort(); }

private:
    void onConnection()
    {
        while (QWebSocket *socket = m_server.nextPendingConnection()) {
            connect(socket, &QWebSocket::binaryMessageReceived, this,
                    [this, socket](const QByteArray &message) { onMessage(socket, message); });
            connect(socket, &QWebSocket::disconnected, this, [this, socket] {
                std::erase(m_readers, socket);
                socket->deleteLater();
            });
        }
    }

    void onMessage(QWebSocket *socket, const QByteArray &message)
    {
        QByteArrayView rest = message;
        while (const auto record = Bench::readRecord(rest)) {
            const QByteArrayView bytes = rest.first(record->size);
            rest = rest.sliced(record->size);
            if (record->kind == Bench::RecordKind::Update)
                update(*record, bytes);
            else if (record->kind == Bench::RecordKind::Reader)
                tellAll(socket);
            else
                socket->sendBinaryMessage(Bench::signalRecord(Bench::RecordKind::Ready));
        }
    }

    void tellAll(QWebSocket *socket)
    {
        QByteArray message;
        for (size_t i = 0; i < m_items.size(); ++i) {
            message += Bench::entityRecord(static_cast<int>(i), m_items[i]);
            if (message.size() >= SnapshotMessage)
                socket->sendBinaryMessage(std::exchange(message, {}));
        }
        message += Bench::signalRecord(Bench::RecordKind::Complete);
        socket->sendBinaryMessage(message);
        m_readers.push_back(socket);
    }

    void update(const Bench::Record &record, QByteArrayView bytes)
    {
        m_items.at(static_cast<size_t>(record.entity)).x = record.item.x;
        if (m_isTogether) {
            if (m_turn.isEmpty())
                QMetaObject::invokeMethod(this, &Server::endTurn, Qt::QueuedConnection);
            m_turn += bytes;
            return;
        }
        const QByteArray message = bytes.toByteArray();
        for (QWebSocket *reader : m_readers)
            reader->sendBinaryMessage(message);
    }

    void endTurn()
    {
        const QByteArray message = std::exchange(m_turn, {});
        for (QWebSocket *reader : m_readers) {
            reader->sendBinaryMessage(message);
            reader->flush();
        }
    }

    QWebSocketServer m_server;
    const bool m_isTogether;
    std::vector<Bench::Item> m_items;
    std::vector<QWebSocket *> m_readers;
    QByteArray m_turn; ///< the updates that came in this turn
};

} // namespace

int main(int argc, char **argv)
{
    const Bench::ServerArguments arguments = Bench::serverArguments(argc, argv);
    const QCoreApplication application(argc, argv);
    const Server server(arguments);
    Bench::announce(server.port());
    Bench::endWithInput();
    return QCoreApplication::exec();
}
