// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// ObjectSync, as an application uses it that has to do with thousands of entities: each connection is
// a SyncSession. A reader subscribes to the prefix of all entities and hears viewChanged(). The writer
// subscribes to nothing. Updates that are written together go as transactions of up to 1,000
// operations, which is how an application batches them; with --single each of them is a transaction
// of its own.

#include "clientmain.h"
#include "items.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/client/syncsubscription.h>
#include <objectsync/client/websockettransport.h>

#include <QtCore/quuid.h>

namespace {

using namespace ObjectSync;

const QByteArray Written = "x"; ///< of the property that is written
constexpr int Together = 1000; ///< operations in a transaction; a server takes 256 KiB of it

/// A reader that keeps no replica. It looks at no more than the readers of the epoll program do: at the
/// value that is written, by the numbers that the connection gives to entities.
class PlainReader : public QObject
{
public:
    PlainReader(const QUrl &url, int reader, Bench::ClientEvents &events, QObject *parent)
        : QObject(parent), m_reader(reader), m_events(events)
    {
        connect(&m_transport, &Transport::opened, this, [this] {
            m_transport.send(Hello{ .client = QUuid::createUuid().toByteArray() });
            m_transport.send(Subscribe{ .sub = 1, .filter = Filter::byPrefix("item/") });
        });
        connect(&m_transport, &Transport::received, this, &PlainReader::onMessage);
        connect(&m_transport, &Transport::closed, this,
                [this](const Error &reason) { m_events.failed(reason.message); });
        m_transport.open(url);
    }

    Transport *transport() { return &m_transport; }
    int entities() const { return m_entities; }

private:
    struct Shown
    {
        int item = -1;
        double x = 0;
    };

    void onMessage(const MessagePtr &message)
    {
        if (const auto *changes = std::get_if<Changes>(message.get()))
            read(*changes);
        else if (std::holds_alternative<Subscribed>(*message))
            join();
        else if (const auto *failure = std::get_if<Failure>(message.get()))
            m_events.failed(failure->error.message);
    }

    void join()
    {
        m_hasJoined = true;
        m_events.readerJoined(m_reader);
    }

    void read(const Changes &message)
    {
        if (message.count() == 0)
            return;
        if (!message.decoded || !message.changes.empty())
            m_events.failed(QStringLiteral("changes are not as a decoder of CBOR gives them"));
        const NumberedChanges &changes = *message.decoded;
        for (size_t place = 0; place < changes.size(); ++place) {
            const NumberedChange &change = changes.at(place);
            if (change.isRemoval() || change.isWhole() == m_hasJoined)
                m_events.failed(QStringLiteral("an entity came, or went, after the start"));
            if (change.isWhole())
                add(change.entity, Bench::itemIndex(changes.id(place)));
            Shown &shown = m_shown.at(change.entity);
            for (const Leaf &leaf : changes.leaves(place)) {
                if (changes.name(leaf.name) == Written)
                    shown.x = leaf.value.toDouble();
            }
            if (!change.isWhole())
                m_events.updated(m_reader, shown.item, shown.x);
        }
    }

    void add(EntityNumber number, int item)
    {
        if (number >= m_shown.size())
            m_shown.resize(number + size_t{ 1 });
        m_shown[number].item = item;
        ++m_entities;
    }

    const int m_reader;
    Bench::ClientEvents &m_events;
    WebSocketTransport m_transport;
    std::vector<Shown> m_shown; ///< by the numbers of the connection
    int m_entities = 0;
    bool m_hasJoined = false;
};

class ObjectSyncClient : public QObject, public Bench::PeerClient
{
public:
    ObjectSyncClient(const Bench::ClientArguments &arguments, Bench::ClientEvents &events)
        : m_url(QStringLiteral("ws://127.0.0.1:%1/sync").arg(arguments.port)), m_events(events),
          m_most(arguments.has("--single") ? 1 : Together), m_arePlain(arguments.has("--plain"))
    {
    }

    void openReader(int reader) override
    {
        if (m_arePlain) {
            m_plainReaders.push_back(new PlainReader(m_url, reader, m_events, this));
            return count(m_plainReaders.back()->transport());
        }
        SyncSession *session = makeSession();
        m_readers.push_back(session);
        SyncSubscription *all = session->subscribe(QStringLiteral("item/"));
        connect(all, &SyncSubscription::ready, this, [this, session, reader] {
            connect(session, &SyncSession::viewChanged, this,
                    [this, reader](const std::vector<ViewChange> &changes) {
                        for (const ViewChange &change : changes) {
                            m_events.updated(reader, Bench::itemIndex(change.id),
                                             change.properties.value(Written).toDouble());
                        }
                    });
            m_events.readerJoined(reader);
        });
        session->open(m_url);
        count(session->transport());
    }

    int entities(int reader) override
    {
        if (m_arePlain)
            return m_plainReaders[static_cast<size_t>(reader)]->entities();
        const SyncSession *session = m_readers[static_cast<size_t>(reader)];
        return static_cast<int>(session->ids(Filter::byPrefix("item/")).size());
    }

    void openWriter() override
    {
        m_writer = makeSession();
        connect(m_writer, &SyncSession::onlineChanged, this, [this] { m_events.writerReady(); });
        m_writer->open(m_url);
    }

    void openIdle() override
    {
        SyncSession *session = makeSession();
        connect(session, &SyncSession::onlineChanged, this, [this] { m_events.idleReady(); });
        session->open(m_url);
    }

    void write(const std::vector<Bench::Update> &updates) override
    {
        Transaction transaction;
        for (const Bench::Update &update : updates) {
            if (transaction.operations.empty())
                transaction.operations.reserve(static_cast<size_t>(m_most));
            ValueMap values;
            values.insert(Written, update.x);
            transaction.operations.push_back(
                    Operation::set(Bench::itemId(update.entity), std::move(values)));
            if (static_cast<int>(transaction.operations.size()) == m_most)
                commit(std::exchange(transaction, {}));
        }
        if (!transaction.operations.empty())
            commit(std::move(transaction));
    }

    qint64 messages() const override { return m_messages; }

private:
    void count(Transport *transport)
    {
        connect(transport, &Transport::received, this, [this] { ++m_messages; });
    }

    void commit(Transaction transaction)
    {
        m_writer->transaction(std::move(transaction), this, [this](const SyncReply &reply) {
            if (reply.error())
                m_events.failed(reply.errorString());
        });
    }

    SyncSession *makeSession()
    {
        auto *session = new SyncSession(this);
        connect(session, &SyncSession::errorOccurred, this,
                [this](const Error &error) { m_events.failed(error.message); });
        return session;
    }

    const QUrl m_url;
    Bench::ClientEvents &m_events;
    const int m_most; ///< operations in a transaction
    const bool m_arePlain; ///< readers
    std::vector<SyncSession *> m_readers;
    std::vector<PlainReader *> m_plainReaders;
    SyncSession *m_writer = nullptr;
    qint64 m_messages = 0;
};

} // namespace

int main(int argc, char **argv)
{
    return Bench::runClient<ObjectSyncClient>(argc, argv);
}
