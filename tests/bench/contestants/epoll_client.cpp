// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The client of epoll_server: plain sockets, and an array of what the server has told.

#include "clientmain.h"
#include "frames.h"

#include <QtCore/qsocketnotifier.h>

#include <cstdio>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace {

constexpr size_t ReadAtOnce = 256 * 1024;

class EpollClient : public QObject, public Bench::PeerClient
{
public:
    EpollClient(const Bench::ClientArguments &arguments, Bench::ClientEvents &events)
        : m_port(arguments.port), m_events(events), m_buffer(ReadAtOnce)
    {
    }

    void openReader(int reader) override
    {
        m_readers.emplace_back();
        open(Bench::RecordKind::Reader,
             [this, reader](const Bench::Record &record) { take(reader, record); });
    }

    int entities(int reader) override
    {
        return static_cast<int>(m_readers[static_cast<size_t>(reader)].size());
    }

    void openWriter() override
    {
        m_writer = open(Bench::RecordKind::Writer,
                        [this](const Bench::Record &) { m_events.writerReady(); });
    }

    void openIdle() override
    {
        open(Bench::RecordKind::Idle, [this](const Bench::Record &) { m_events.idleReady(); });
    }

    /// The server reads all the time; so the system takes what is written.
    void write(const std::vector<Bench::Update> &updates) override
    {
        QByteArray bytes;
        for (const Bench::Update &update : updates)
            bytes += Bench::frame(Bench::updateRecord(update.entity, update.x));
        send(m_writer, bytes);
    }

private:
    using Take = std::function<void(const Bench::Record &)>;

    int open(Bench::RecordKind role, const Take &take)
    {
        const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(m_port);
        if (::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            m_events.failed(QStringLiteral("cannot connect to port %1").arg(m_port));
        const int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto *notifier = new QSocketNotifier(descriptor, QSocketNotifier::Read, this);
        QObject::connect(notifier, &QSocketNotifier::activated, this,
                         [this, descriptor, take, begun = QByteArray()]() mutable {
                             receive(descriptor, begun, take);
                         });
        send(descriptor, Bench::frame(Bench::signalRecord(role)));
        return descriptor;
    }

    void send(int descriptor, const QByteArray &bytes)
    {
        const auto sent = ::send(descriptor, bytes.constData(), static_cast<size_t>(bytes.size()),
                                 MSG_NOSIGNAL);
        if (sent != bytes.size())
            m_events.failed(QStringLiteral("not all could be sent"));
    }

    void receive(int descriptor, QByteArray &begun, const Take &take)
    {
        const auto size = recv(descriptor, m_buffer.data(), m_buffer.size(), MSG_DONTWAIT);
        if (size <= 0)
            m_events.failed(QStringLiteral("the connection has ended"));
        QByteArrayView bytes(m_buffer.data(), size);
        if (!begun.isEmpty())
            bytes = begun.append(m_buffer.data(), size);
        const auto used = Bench::readFrames(bytes, [&](QByteArrayView record) {
            take(Bench::readRecord(record).value());
        });
        begun = bytes.sliced(used).toByteArray();
    }

    void take(int reader, const Bench::Record &record)
    {
        std::vector<Bench::Item> &items = m_readers[static_cast<size_t>(reader)];
        if (record.kind == Bench::RecordKind::Entity) {
            items.push_back(record.item);
        } else if (record.kind == Bench::RecordKind::Complete) {
            m_events.readerJoined(reader);
        } else {
            items.at(static_cast<size_t>(record.entity)).x = record.item.x;
            m_events.updated(reader, record.entity, record.item.x);
        }
    }

    const quint16 m_port;
    Bench::ClientEvents &m_events;
    std::vector<char> m_buffer;
    std::vector<std::vector<Bench::Item>> m_readers;
    int m_writer = -1;
};

} // namespace

int main(int argc, char **argv)
{
    return Bench::runClient<EpollClient>(argc, argv);
}
