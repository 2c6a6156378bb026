// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Qt Remote Objects over TCP: each connection is a node with a replica of each entity's object. An
// update is written by its push function and heard by its notify signal; there is no way to batch
// several. The writer has replicas, too: without them it cannot write. By default the replicas are
// made by repc; with --dynamic they learn their properties from the server.

#include "clientmain.h"
#include "items.h"
#include "remotelistener.h"
#include "rep_item_replica.h"

#include <QtRemoteObjects/qremoteobjectdynamicreplica.h>
#include <QtRemoteObjects/qremoteobjectnode.h>

namespace {

class RemoteObjectsClient : public QObject, public Bench::PeerClient
{
public:
    RemoteObjectsClient(const Bench::ClientArguments &arguments, Bench::ClientEvents &events)
        : m_url(QStringLiteral("tcp://127.0.0.1:%1").arg(arguments.port)), m_events(events),
          m_entities(arguments.entities), m_isDynamic(arguments.has("--dynamic"))
    {
    }

    void openReader(int reader) override
    {
        m_readers.push_back(open([this, reader] {
            listen(reader);
            m_events.readerJoined(reader);
        }));
    }

    int entities(int reader) override
    {
        const auto &replicas = m_readers[static_cast<size_t>(reader)]->replicas;
        return static_cast<int>(std::count_if(replicas.begin(), replicas.end(),
                                              [](const auto &r) { return r->isInitialized(); }));
    }

    void openWriter() override
    {
        m_writer = open([this] { m_events.writerReady(); });
    }

    void openIdle() override
    {
        // A node does not tell when it is connected: ask for one replica, and let it go.
        Node *node = makeNode();
        node->node.connectToNode(m_url);
        auto *replica = node->node.acquire<ItemReplica>(QStringLiteral("item/0"));
        connect(
                replica, &QRemoteObjectReplica::initialized, this,
                [this, replica] {
                    delete replica;
                    m_events.idleReady();
                },
                Qt::QueuedConnection);
    }

    void write(const std::vector<Bench::Update> &updates) override
    {
        for (const Bench::Update &update : updates) {
            QRemoteObjectReplica *replica = m_writer->replicas[static_cast<size_t>(update.entity)]
                                                    .get();
            if (m_isDynamic)
                QMetaObject::invokeMethod(replica, "pushX", Q_ARG(double, update.x));
            else
                static_cast<ItemReplica *>(replica)->pushX(update.x);
        }
    }

private:
    struct Node
    {
        QRemoteObjectNode node;
        std::vector<std::unique_ptr<QRemoteObjectReplica>> replicas = {};
        std::vector<std::unique_ptr<RemoteListener>> listeners = {}; ///< of dynamic ones
        int missing = 0; ///< replicas without their values
    };

    Node *makeNode()
    {
        Node *node = m_nodes.emplace_back(new Node).get();
        connect(&node->node, &QRemoteObjectNode::error, this,
                [this](QRemoteObjectNode::ErrorCode code) {
                    m_events.failed(QStringLiteral("error %1 of a node").arg(code));
                });
        return node;
    }

    Node *open(const std::function<void()> &ready)
    {
        Node *node = makeNode();
        node->missing = m_entities;
        node->node.connectToNode(m_url);
        for (int i = 0; i < m_entities; ++i) {
            const QString name = QString::fromLatin1(Bench::itemId(i));
            QRemoteObjectReplica *replica = m_isDynamic ? static_cast<QRemoteObjectReplica *>(
                                                    node->node.acquireDynamic(name))
                                                        : node->node.acquire<ItemReplica>(name);
            node->replicas.emplace_back(replica);
            // Later: it tells of the values that it begins with after that.
            connect(
                    replica, &QRemoteObjectReplica::initialized, this,
                    [node, ready] {
                        if (--node->missing == 0)
                            ready();
                    },
                    Qt::QueuedConnection);
        }
        return node;
    }

    void listen(int reader)
    {
        Node *node = m_readers[static_cast<size_t>(reader)];
        for (int i = 0; i < m_entities; ++i) {
            QRemoteObjectReplica *replica = node->replicas[static_cast<size_t>(i)].get();
            const auto told = [this, reader, i](double x) { m_events.updated(reader, i, x); };
            if (m_isDynamic) {
                node->listeners.push_back(std::make_unique<RemoteListener>(told));
                connect(replica, SIGNAL(xChanged(double)), node->listeners.back().get(),
                        SLOT(onX(double)));
            } else {
                connect(static_cast<ItemReplica *>(replica), &ItemReplica::xChanged, this, told);
            }
        }
    }

    const QUrl m_url;
    Bench::ClientEvents &m_events;
    const int m_entities;
    const bool m_isDynamic;
    std::vector<std::unique_ptr<Node>> m_nodes;
    std::vector<Node *> m_readers;
    Node *m_writer = nullptr;
};

} // namespace

int main(int argc, char **argv)
{
    return Bench::runClient<RemoteObjectsClient>(argc, argv);
}
