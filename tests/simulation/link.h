// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "agenda.h"
#include "randomsource.h"

#include <objectsync/core/codec.h>
#include <objectsync/core/serverengine.h>

#include <functional>
#include <memory>

namespace Simulation {

/// One connection: two ordered streams of messages with random delays, which may be cut. Each end
/// learns of a cut on its own, or never (half-open); what was under way is lost.
class Link : public std::enable_shared_from_this<Link>
{
public:
    Link(Agenda &agenda, RandomSource &random, ObjectSync::Encoding encoding,
         ObjectSync::ConnectionId connection)
        : id(connection), clientEncoder(ObjectSync::Encoder::create(encoding)),
          clientDecoder(ObjectSync::Decoder::create(encoding, limits())),
          serverEncoder(ObjectSync::Encoder::create(encoding)),
          serverDecoder(ObjectSync::Decoder::create(encoding, limits())), m_agenda(agenda),
          m_random(random)
    {
    }

    void toServer(QByteArray bytes) { carry(std::move(bytes), m_serverFree, onServer); }
    void toClient(QByteArray bytes) { carry(std::move(bytes), m_clientFree, onClient); }

    bool isCut() const { return m_cut; }

    /// Nothing arrives any more. Each end is told after a while where it is to know.
    void cut(bool tellClient, bool tellServer)
    {
        if (m_cut)
            return;
        m_cut = true;
        if (tellClient)
            tell(onClientLost);
        if (tellServer)
            tell(onServerLost);
    }

    const ObjectSync::ConnectionId id;
    std::function<void(const QByteArray &)> onClient;
    std::function<void(const QByteArray &)> onServer;
    std::function<void()> onClientLost;
    std::function<void()> onServerLost;
    std::unique_ptr<ObjectSync::Encoder> clientEncoder;
    std::unique_ptr<ObjectSync::Decoder> clientDecoder;
    std::unique_ptr<ObjectSync::Encoder> serverEncoder;
    std::unique_ptr<ObjectSync::Decoder> serverDecoder;

private:
    static ObjectSync::Limits limits()
    {
        ObjectSync::Limits limits;
        limits.messageSize *= 64; // what one end may send is not the point here
        return limits;
    }

    void carry(QByteArray bytes, qint64 &free,
               const std::function<void(const QByteArray &)> &receiver)
    {
        // In order: nothing overtakes what was sent before it.
        free = std::max(free, m_agenda.now() + m_random.between(0, 40));
        m_agenda.at(free, [self = shared_from_this(), bytes = std::move(bytes), &receiver] {
            if (!self->m_cut && receiver)
                receiver(bytes);
        });
    }

    void tell(const std::function<void()> &receiver)
    {
        m_agenda.after(m_random.between(0, 100), [self = shared_from_this(), &receiver] {
            if (receiver)
                receiver();
        });
    }

    Agenda &m_agenda;
    RandomSource &m_random;
    bool m_cut = false;
    qint64 m_serverFree = 0;
    qint64 m_clientFree = 0;
};

} // namespace Simulation
