// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "engineserver.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/core/codec.h>

/// Passes on what a server sends, or keeps it as the bytes that would have come over the network.
class HoldingTransport : public ObjectSync::Transport
{
public:
    explicit HoldingTransport(std::unique_ptr<ObjectSync::Transport> inner);

    void open(const QUrl &url) override { m_inner->open(url); }
    void send(const ObjectSync::Message &message) override { m_inner->send(message); }
    void close() override { m_inner->close(); }

    void hold() { m_isHeld = true; }
    bool hasHeld() const { return !m_held.empty(); }
    /// Decodes and hands over what was held.
    void receiveHeld();

private:
    std::unique_ptr<ObjectSync::Transport> m_inner;
    std::unique_ptr<ObjectSync::Encoder> m_encoder;
    std::unique_ptr<ObjectSync::Decoder> m_decoder;
    std::vector<QByteArray> m_held;
    bool m_isHeld = false;
};

/// A SyncSession whose server is in the same process, and whose part of a message's way can be timed
/// by itself.
class ClientStage
{
public:
    explicit ClientStage(const ObjectSync::StoredWorld &world);

    ObjectSync::SyncSession &session() { return m_session; }
    /// Subscribes, and waits for the initial state.
    void subscribe(const QString &prefix);
    void waitFor(const std::function<bool()> &condition);
    /// Until nothing is left to do.
    void settle();

    /// Changes the world as another client does; the message for the session is kept back.
    void change(std::vector<ObjectSync::Operation> operations);
    /// The session's part: from the bytes until all objects and models have signalled.
    void receive();

private:
    EngineServer m_server;
    ObjectSync::SyncSession m_session;
    HoldingTransport *m_transport;
};
