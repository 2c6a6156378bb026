// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncedobject.h>
#include <objectsync/client/syncsession.h>
#include <objectsync/client/transport.h>
#include <objectsync/core/codec.h>

/// Plays a server that has one world and says what it is told to say.
class ScriptedTransport : public ObjectSync::Transport
{
public:
    /// \a entities: the whole world, as a subscriber is told of it.
    explicit ScriptedTransport(std::vector<ObjectSync::ChangePtr> entities);

    void open(const QUrl &url) override;
    void send(const ObjectSync::Message &message) override;
    void close() override { }

    /// As bytes that arrive.
    QByteArray encode(const ObjectSync::Message &message) { return m_encoder->encode(message); }
    void arrive(const QByteArray &bytes);
    qsizetype commits() const { return m_commits; }

private:
    void arriveLater(const ObjectSync::Message &message);

    std::vector<ObjectSync::ChangePtr> m_entities;
    std::unique_ptr<ObjectSync::Encoder> m_encoder;
    std::unique_ptr<ObjectSync::Decoder> m_decoder;
    std::unique_ptr<ObjectSync::Encoder> m_clientEncoder;
    qsizetype m_commits = 0;
};

/// As an application declares it.
class ShownItem : public ObjectSync::SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(double x MEMBER x NOTIFY xChanged)

public:
    double x = 0;

Q_SIGNALS:
    void xChanged();
};

/// A session that is online and has all entities.
class SessionWork
{
public:
    explicit SessionWork(std::vector<ObjectSync::ChangePtr> entities);

    ObjectSync::SyncSession &session() { return m_session; }
    ScriptedTransport &server() { return *m_server; }
    /// One for each id.
    void show(const std::vector<QByteArray> &ids);
    const std::vector<std::unique_ptr<ShownItem>> &items() const { return m_items; }

private:
    ObjectSync::SyncSession m_session;
    ScriptedTransport *m_server;
    std::vector<std::unique_ptr<ShownItem>> m_items;
};
