// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientstage.h"

#include <objectsync/client/syncsubscription.h>

#include <QtCore/qcoreapplication.h>

using namespace ObjectSync;

HoldingTransport::HoldingTransport(std::unique_ptr<Transport> inner)
    : m_inner(std::move(inner)), m_encoder(Encoder::create(Encoding::Cbor)),
      m_decoder(Decoder::create(Encoding::Cbor, {}, Decoder::Sender::Server))
{
    connect(m_inner.get(), &Transport::opened, this, &Transport::opened);
    connect(m_inner.get(), &Transport::closed, this, &Transport::closed);
    connect(m_inner.get(), &Transport::received, this, [this](const MessagePtr &message) {
        if (m_isHeld)
            m_held.push_back(m_encoder->encode(*message));
        else
            Q_EMIT received(message);
    });
}

void HoldingTransport::receiveHeld()
{
    m_isHeld = false;
    for (const QByteArray &bytes : std::exchange(m_held, {})) {
        auto message = m_decoder->decode(bytes);
        if (!message)
            qFatal("%ls", qUtf16Printable(message.error().message));
        Q_EMIT received(std::make_shared<const Message>(*std::move(message)));
    }
}

ClientStage::ClientStage(const StoredWorld &world)
{
    if (!m_server.engine().load(world, 1))
        qFatal("the world was not taken");
    auto transport = std::make_unique<HoldingTransport>(m_server.makeTransport());
    m_transport = transport.get();
    m_session.setTransport(std::move(transport));
    m_session.open();
    waitFor([this] { return m_session.isOnline(); });
}

void ClientStage::subscribe(const QString &prefix)
{
    const SyncSubscription *subscription = m_session.subscribe(prefix);
    waitFor([subscription] { return subscription->isReady(); });
}

void ClientStage::waitFor(const std::function<bool()> &condition)
{
    while (!condition())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

void ClientStage::settle()
{
    waitFor([this] { return m_session.pendingCount() == 0; });
    QCoreApplication::processEvents();
}

void ClientStage::change(std::vector<Operation> operations)
{
    m_transport->hold();
    m_server.commit(std::move(operations));
    waitFor([this] { return m_transport->hasHeld(); });
}

void ClientStage::receive()
{
    m_transport->receiveHeld();
}
