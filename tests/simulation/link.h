// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "settings.h"

#include <objectsync/core/codec.h>

#include <functional>
#include <memory>

namespace Simulation {

/// One connection: two ordered streams of messages with random delays. It may be cut, and either
/// end may walk away from it; what was under way to the other end may still arrive there, long
/// after a newer connection has been made.
class Link : public std::enable_shared_from_this<Link>
{
    using Receiver = std::function<void(const QByteArray &)>;
    using Sender = ObjectSync::Decoder::Sender;

public:
    Link(Stage &stage, ObjectSync::Encoding encoding)
        : id(++stage.lastConnection), clientEncoder(ObjectSync::Encoder::create(encoding)),
          clientDecoder(ObjectSync::Decoder::create(encoding, limits(), Sender::Server)),
          serverEncoder(ObjectSync::Encoder::create(encoding)),
          m_stage(stage), m_slowness(stage.settings.isSlow && stage.random.oneIn(3) ? 2500 : 40)
    {
    }

    void makeServerDecoder(const ObjectSync::World &world)
    {
        serverDecoder = ObjectSync::Decoder::create(serverEncoder->encoding(), limits(),
                                                    Sender::Client, &world);
    }
    void toServer(QByteArray bytes) { carry(std::move(bytes), m_toServer, onServer); }
    void toClient(QByteArray bytes) { carry(std::move(bytes), m_toClient, onClient); }

    /// It works, and nothing is under way.
    bool isAtRest() const
    {
        const qint64 now = m_stage.agenda.now();
        return !m_toServer.isCut && !m_toClient.isCut && m_toServer.free <= now
               && m_toClient.free <= now;
    }

    /// Nothing arrives any more. Each end is told after a while, or never (half-open).
    void cut(bool tellClient, bool tellServer)
    {
        m_toServer.isCut = m_toClient.isCut = true;
        if (tellClient)
            tell(m_toClient, onClientLost);
        if (tellServer)
            tell(m_toServer, onServerLost);
    }

    /// An end has gone. What it has sent arrives, where \a arrives, and then the other end is told.
    void leaveClient(bool arrives, bool tellServer)
    {
        m_toClient.isCut = true;
        m_toServer.isCut = m_toServer.isCut || !arrives;
        if (tellServer)
            tell(m_toServer, onServerLost);
    }
    void leaveServer(bool arrives)
    {
        m_toServer.isCut = true;
        m_toClient.isCut = m_toClient.isCut || !arrives;
        tell(m_toClient, onClientLost);
    }
    /// Nothing arrives for some time; then all of it.
    void stall(qint64 duration)
    {
        const qint64 time = m_stage.agenda.now() + duration;
        m_toServer.free = std::max(m_toServer.free, time);
        m_toClient.free = std::max(m_toClient.free, time);
    }

    const ObjectSync::ConnectionId id;
    Receiver onClient;
    Receiver onServer;
    std::function<void()> onClientLost;
    std::function<void()> onServerLost;
    std::unique_ptr<ObjectSync::Encoder> clientEncoder;
    std::unique_ptr<ObjectSync::Decoder> clientDecoder;
    std::unique_ptr<ObjectSync::Encoder> serverEncoder;
    std::unique_ptr<ObjectSync::Decoder> serverDecoder;

private:
    struct Stream
    {
        bool isCut = false;
        qint64 free = 0; ///< nothing arrives before: nothing overtakes what was sent before it
    };

    static ObjectSync::Limits limits()
    {
        ObjectSync::Limits limits;
        limits.messageSize *= 64; // what one end may send is not the point here
        return limits;
    }

    void carry(QByteArray bytes, Stream &stream, const Receiver &receiver)
    {
        if (stream.isCut)
            return;
        const qint64 most = m_stage.isCalm ? 40 : m_slowness;
        stream.free = std::max(stream.free, m_stage.agenda.now() + m_stage.random.between(0, most));
        m_stage.agenda.at(stream.free, [self = shared_from_this(), bytes = std::move(bytes),
                                        &stream, &receiver] {
            if (stream.isCut || !receiver)
                return;
            self->m_stage.digest.add(bytes);
            receiver(bytes);
        });
    }

    /// Behind what still arrives there.
    void tell(const Stream &stream, const std::function<void()> &receiver)
    {
        const qint64 now = m_stage.agenda.now();
        const qint64 time = (stream.isCut ? now : std::max(now, stream.free))
                            + m_stage.random.between(0, 100);
        m_stage.agenda.at(time, [self = shared_from_this(), &receiver] {
            if (receiver)
                receiver();
        });
    }

    Stage &m_stage;
    const qint64 m_slowness; ///< the longest delay
    Stream m_toServer;
    Stream m_toClient;
};

} // namespace Simulation
