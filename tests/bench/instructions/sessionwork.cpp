// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "sessionwork.h"

#include <objectsync/client/syncsubscription.h>

#include <QtCore/qcoreapplication.h>

using namespace ObjectSync;

ScriptedTransport::ScriptedTransport(std::vector<ChangePtr> entities)
    : m_entities(std::move(entities)), m_encoder(Encoder::create(Encoding::Cbor)),
      m_decoder(Decoder::create(Encoding::Cbor, {}, Decoder::Sender::Server)),
      m_clientEncoder(Encoder::create(Encoding::Cbor))
{
}

void ScriptedTransport::open(const QUrl &)
{
    QMetaObject::invokeMethod(this, &Transport::opened, Qt::QueuedConnection);
}

void ScriptedTransport::send(const Message &message)
{
    if (m_clientEncoder->encode(message).isEmpty())
        qFatal("nothing was encoded");
    if (std::holds_alternative<Hello>(message)) {
        arriveLater(
                Welcome{ .epoch = "epoch", .cursor = 1, .limits = { .operationsPerSecond = 0 } });
    } else if (const auto *subscribe = std::get_if<Subscribe>(&message)) {
        arriveLater(Changes{
                .cursor = 1, .sub = subscribe->sub, .reset = true, .changes = m_entities });
        arriveLater(Subscribed{ subscribe->sub, 1 });
    } else if (std::holds_alternative<Commit>(message)) {
        ++m_commits;
    }
}

void ScriptedTransport::arriveLater(const Message &message)
{
    QMetaObject::invokeMethod(
            this, [this, bytes = encode(message)] { arrive(bytes); }, Qt::QueuedConnection);
}

void ScriptedTransport::arrive(const QByteArray &bytes)
{
    auto message = m_decoder->decode(bytes);
    if (!message)
        qFatal("%ls", qUtf16Printable(message.error().message));
    Q_EMIT received(std::make_shared<const Message>(*std::move(message)));
}

SessionWork::SessionWork(std::vector<ChangePtr> entities)
{
    auto transport = std::make_unique<ScriptedTransport>(std::move(entities));
    m_server = transport.get();
    m_session.setTransport(std::move(transport));
    const SyncSubscription *all = m_session.subscribe(QString());
    m_session.open();
    while (!all->isReady())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

void SessionWork::show(const std::vector<QByteArray> &ids)
{
    for (const QByteArray &id : ids) {
        m_items.push_back(std::make_unique<ShownItem>());
        m_items.back()->setEntityId(QString::fromUtf8(id));
        m_items.back()->setSession(&m_session);
    }
    QCoreApplication::processEvents();
}
