// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The limit: what the system itself takes to move the bytes. No Qt, no handshake, no parser to speak
// of: an update comes as a frame of 40 bytes, is noted in an array, and goes to each reader as the
// same bytes, with one send() for each reader and turn.

#include "frames.h"
#include "servermain.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr size_t ReadAtOnce = 256 * 1024;

void check(bool ok, const char *what)
{
    if (ok)
        return;
    std::perror(what);
    std::exit(1);
}

struct Connection
{
    int descriptor = -1;
    bool isReader = false;
    bool isBlocked = false; ///< the system takes no more at the moment
    QByteArray incoming = {}; ///< the beginning of a frame
    QByteArray unsent = {};
};

class Server
{
public:
    explicit Server(int entities) : m_buffer(ReadAtOnce)
    {
        for (int i = 0; i < entities; ++i)
            m_items.push_back(Bench::makeItem(i));
        m_epoll = epoll_create1(EPOLL_CLOEXEC);
        check(m_epoll >= 0, "epoll_create1");
        listen();
        watch(STDIN_FILENO, EPOLLIN, &m_input);
    }

    quint16 port() const { return m_port; }

    [[noreturn]] void run()
    {
        std::array<epoll_event, 256> events;
        for (;;) {
            const int count = epoll_wait(m_epoll, events.data(), events.size(), -1);
            check(count >= 0 || errno == EINTR, "epoll_wait");
            for (int i = 0; i < count; ++i)
                onEvent(events[static_cast<size_t>(i)]);
            endTurn();
        }
    }

private:
    void listen()
    {
        m_listener.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        socklen_t size = sizeof address;
        check(bind(m_listener.descriptor, generic, size) == 0, "bind");
        check(::listen(m_listener.descriptor, SOMAXCONN) == 0, "listen");
        check(getsockname(m_listener.descriptor, generic, &size) == 0, "getsockname");
        m_port = ntohs(address.sin_port);
        watch(m_listener.descriptor, EPOLLIN, &m_listener);
    }

    void watch(int descriptor, quint32 events, Connection *connection)
    {
        epoll_event event = {};
        event.events = events;
        event.data.ptr = connection;
        check(epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
    }

    void onEvent(const epoll_event &event)
    {
        auto *connection = static_cast<Connection *>(event.data.ptr);
        if (connection == &m_input) {
            if (::read(STDIN_FILENO, m_buffer.data(), m_buffer.size()) <= 0)
                std::exit(0);
        } else if (connection == &m_listener) {
            accept();
        } else if (event.events & EPOLLOUT) {
            send(*connection, {});
        } else {
            receive(*connection);
        }
    }

    void accept()
    {
        int descriptor = -1;
        while ((descriptor = accept4(m_listener.descriptor, nullptr, nullptr,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC))
               >= 0) {
            const int on = 1;
            setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            watch(descriptor, EPOLLIN, new Connection{ .descriptor = descriptor });
        }
    }

    void receive(Connection &connection)
    {
        const auto size = recv(connection.descriptor, m_buffer.data(), m_buffer.size(), 0);
        if (size < 0)
            return;
        if (size == 0) {
            close(connection.descriptor);
            std::erase(m_readers, &connection);
            delete &connection;
            return;
        }
        QByteArrayView bytes(m_buffer.data(), size);
        if (!connection.incoming.isEmpty())
            bytes = connection.incoming.append(m_buffer.data(), size);
        const auto used = Bench::readFrames(bytes, [&](QByteArrayView record) {
            take(connection, record);
        });
        connection.incoming = bytes.sliced(used).toByteArray();
    }

    void take(Connection &connection, QByteArrayView bytes)
    {
        const auto record = Bench::readRecord(bytes);
        check(record.has_value(), "a record");
        if (record->kind == Bench::RecordKind::Update) {
            m_items.at(static_cast<size_t>(record->entity)).x = record->item.x;
            m_turn.append(bytes.data() - 2, bytes.size() + 2); // the frame as it came
        } else if (record->kind == Bench::RecordKind::Reader) {
            connection.isReader = true;
            m_joining.push_back(&connection);
        } else {
            send(connection, Bench::frame(Bench::signalRecord(Bench::RecordKind::Ready)));
        }
    }

    void endTurn()
    {
        if (!m_turn.isEmpty()) {
            for (Connection *reader : m_readers)
                send(*reader, m_turn);
            m_turn.clear();
        }
        for (Connection *reader : std::exchange(m_joining, {})) {
            tellAll(*reader);
            m_readers.push_back(reader);
        }
    }

    void tellAll(Connection &reader)
    {
        QByteArray bytes;
        for (size_t i = 0; i < m_items.size(); ++i)
            bytes += Bench::frame(Bench::entityRecord(static_cast<int>(i), m_items[i]));
        bytes += Bench::frame(Bench::signalRecord(Bench::RecordKind::Complete));
        send(reader, bytes);
    }

    void send(Connection &connection, const QByteArray &bytes)
    {
        if (connection.unsent.isEmpty()) {
            const qsizetype sent = trySend(connection, bytes);
            if (sent < bytes.size())
                connection.unsent = bytes.mid(sent);
        } else {
            connection.unsent += bytes;
            connection.unsent.remove(0, trySend(connection, connection.unsent));
        }
        if (const bool isBlocked = !connection.unsent.isEmpty(); isBlocked != connection.isBlocked) {
            connection.isBlocked = isBlocked;
            epoll_event event = {};
            event.events = isBlocked ? EPOLLIN | EPOLLOUT : EPOLLIN;
            event.data.ptr = &connection;
            epoll_ctl(m_epoll, EPOLL_CTL_MOD, connection.descriptor, &event);
        }
    }

    static qsizetype trySend(const Connection &connection, const QByteArray &bytes)
    {
        return std::max<qsizetype>(0, ::send(connection.descriptor, bytes.constData(),
                                             static_cast<size_t>(bytes.size()), MSG_NOSIGNAL));
    }

    int m_epoll = -1;
    quint16 m_port = 0;
    Connection m_input;
    Connection m_listener;
    std::vector<char> m_buffer;
    std::vector<Bench::Item> m_items;
    std::vector<Connection *> m_readers;
    std::vector<Connection *> m_joining;
    QByteArray m_turn; ///< the updates that came in this turn
};

} // namespace

int main(int argc, char **argv)
{
    Server server(Bench::serverArguments(argc, argv).entities);
    Bench::announce(server.port());
    server.run();
}
