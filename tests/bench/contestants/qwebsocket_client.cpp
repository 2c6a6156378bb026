// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The client of qwebsocket_server: a QWebSocket for each connection, and an array of what the server
// has told. Each update is written as a message of its own.

#include "clientmain.h"
#include "records.h"

#include <QtCore/qurl.h>
#include <QtWebSockets/qwebsocket.h>

namespace {

class WebSocketClient : public QObject, public Bench::PeerClient
{
public:
    WebSocketClient(const Bench::ClientArguments &arguments, Bench::ClientEvents &events)
        : m_url(QStringLiteral("ws://127.0.0.1:%1/").arg(arguments.port)), m_events(events)
    {
    }

    void openReader(int reader) override
    {
        m_readers.emplace_back();
        QWebSocket *socket = open(Bench::RecordKind::Reader);
        connect(socket, &QWebSocket::binaryMessageReceived, this,
                [this, reader](const QByteArray &message) { onMessage(reader, message); });
    }

    int entities(int reader) override
    {
        return static_cast<int>(m_readers[static_cast<size_t>(reader)].size());
    }

    void openWriter() override
    {
        m_writer = open(Bench::RecordKind::Writer);
        connect(m_writer, &QWebSocket::binaryMessageReceived, this,
                [this] { m_events.writerReady(); });
    }

    void openIdle() override
    {
        connect(open(Bench::RecordKind::Idle), &QWebSocket::binaryMessageReceived, this,
                [this] { m_events.idleReady(); });
    }

    void write(const std::vector<Bench::Update> &updates) override
    {
        for (const Bench::Update &update : updates)
            m_writer->sendBinaryMessage(Bench::updateRecord(update.entity, update.x));
    }

    qint64 messages() const override { return m_messages; }

private:
    QWebSocket *open(Bench::RecordKind role)
    {
        auto *socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
        connect(socket, &QWebSocket::connected, this,
                [socket, role] { socket->sendBinaryMessage(Bench::signalRecord(role)); });
        connect(socket, &QWebSocket::disconnected, this,
                [this, socket] { m_events.failed(socket->errorString()); });
        socket->open(m_url);
        return socket;
    }

    void onMessage(int reader, const QByteArray &message)
    {
        ++m_messages;
        std::vector<Bench::Item> &items = m_readers[static_cast<size_t>(reader)];
        QByteArrayView rest = message;
        while (const auto record = Bench::readRecord(rest)) {
            rest = rest.sliced(record->size);
            if (record->kind == Bench::RecordKind::Entity) {
                items.push_back(record->item);
            } else if (record->kind == Bench::RecordKind::Complete) {
                m_events.readerJoined(reader);
            } else {
                items.at(static_cast<size_t>(record->entity)).x = record->item.x;
                m_events.updated(reader, record->entity, record->item.x);
            }
        }
    }

    const QUrl m_url;
    Bench::ClientEvents &m_events;
    std::vector<std::vector<Bench::Item>> m_readers;
    QWebSocket *m_writer = nullptr;
    qint64 m_messages = 0;
};

} // namespace

int main(int argc, char **argv)
{
    return Bench::runClient<WebSocketClient>(argc, argv);
}
