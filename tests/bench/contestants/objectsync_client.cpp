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
#include <objectsync/client/transport.h>

namespace {

using namespace ObjectSync;

const QByteArray Written = "x"; ///< of the property that is written
constexpr int Together = 1000; ///< operations in a transaction; a server takes 256 KiB of it

class ObjectSyncClient : public QObject, public Bench::PeerClient
{
public:
    ObjectSyncClient(const Bench::ClientArguments &arguments, Bench::ClientEvents &events)
        : m_url(QStringLiteral("ws://127.0.0.1:%1/sync").arg(arguments.port)), m_events(events),
          m_most(arguments.has("--single") ? 1 : Together)
    {
    }

    void openReader(int reader) override
    {
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
        connect(session->transport(), &Transport::received, this, [this] { ++m_messages; });
    }

    int entities(int reader) override
    {
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
    std::vector<SyncSession *> m_readers;
    SyncSession *m_writer = nullptr;
    qint64 m_messages = 0;
};

} // namespace

int main(int argc, char **argv)
{
    return Bench::runClient<ObjectSyncClient>(argc, argv);
}
